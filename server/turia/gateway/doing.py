"""Commands and queries of the event from connections: one after the other, answered behind the entries they speak of.

A command waits for the disk, so it is not answered at once. Those of one connection are done in the order they came;
what was taken is done even if the connection ends meanwhile (its owner asks again by the same ``mid``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.commands import Actor, Answer, Asked
from turia.event.wrong_fields import sentence
from turia.gateway import ws_frames
from turia.gateway.acting import acting
from turia.gateway.connection import Connection
from turia.gateway.house import House
from turia.protocol import codec, limits
from turia.protocol.messages import Ask, Do, EventAnswer, Failure, Payload

#: Refusals that say something about the client, not about the event: too many of them close the connection.
_STRIKES: Final = frozenset({"invalid", "not_allowed", "not_signed_in", "mid_used"})
_STOP_S: Final = 2.0


class _Wanted(msgspec.Struct):
    """A command in the queue of a connection. ``identifier``: of the answer, None: none is wanted."""

    name: str
    given: Any
    mid: str
    identifier: int | None


class Doing:
    """``house.doing``."""

    def __init__(self, house: House, journal: Journal, actor_of: Callable[[str], Actor]) -> None:
        self._house = house
        self._journal = journal
        self._actor_of = actor_of
        self._queues: dict[Connection, deque[_Wanted]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def do(self, connection: Connection, identifier: int | None, order: Do) -> None:
        """Take a command; it is answered when it is on disk. Raises Refused: it was not taken."""
        asked = _known(COMMANDS, order.name, "command")
        given = _decoded(asked, order.body)
        queue = self._queues.get(connection)
        if queue is not None and len(queue) >= limits.MAX_COMMANDS_WAITING:
            raise Refused("too_many_commands", "Too many commands wait for their answer. Trying again.", retry=True)
        wanted = _Wanted(order.name, given, order.mid, identifier)
        if queue is not None:
            queue.append(wanted)
            return
        self._queues[connection] = deque([wanted])
        task = asyncio.get_running_loop().create_task(self._work(connection), name="turia commands of a connection")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def ask(self, connection: Connection, identifier: int | None, order: Ask) -> None:
        """Answer a query from what is on disk. Raises Refused: it cannot be one."""
        asked = _known(QUERIES, order.name, "query")
        given = _decoded(asked, order.body)

        def answer() -> None:
            try:
                found = self._journal.ask(order.name, given, self._actor(connection))
            except Refused as refused:
                self._refuse(connection, identifier, refused)
            except Exception as error:  # a bug of ours must not cost the person more than this question
                self._house.log.error("query failed", order.name, error)
                self._refuse(connection, identifier, _internal())
            else:
                self._answer(connection, identifier, EventAnswer(found))

        self._journal.when_settled(answer)

    async def _work(self, connection: Connection) -> None:
        """The first of the queue stays in it until it is answered: so it counts as waiting."""
        queue = self._queues[connection]
        try:
            while queue:
                await self._do(connection, queue[0])
                queue.popleft()
        finally:
            del self._queues[connection]

    async def _do(self, connection: Connection, wanted: _Wanted) -> None:
        try:
            by = self._actor(connection)
            answer: Answer = await self._journal.do(wanted.name, wanted.given, by, wanted.mid)
        except Refused as refused:
            self._refuse(connection, wanted.identifier, refused)
        except Exception as error:  # as above
            self._house.log.error("command failed", wanted.name, error)
            self._refuse(connection, wanted.identifier, _internal())
        else:
            self._answer(connection, wanted.identifier, EventAnswer(answer))

    def _actor(self, connection: Connection) -> Actor:
        assert connection.person is not None
        return acting(self._house, self._actor_of, connection.person.id)

    def _refuse(self, connection: Connection, identifier: int | None, refused: Refused) -> None:
        if refused.code in _STRIKES:
            self._house.refuse(connection, identifier, refused)
        else:
            self._house.stats.refused += 1
            self._answer(connection, identifier, Failure(refused.code, refused.message, refused.retry))

    def _answer(self, connection: Connection, identifier: int | None, answer: Payload) -> None:
        if identifier is not None and self._house.streams is not None:
            self._house.streams.answer(connection, ws_frames.binary(codec.encode_ack(identifier, answer)))

    async def stop(self) -> None:
        """Let what was taken be done, for as long as that is short."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_STOP_S)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _known(table: Mapping[str, Asked], name: str, what: str) -> Asked:
    found = table.get(name)
    if found is None:
        raise Refused("invalid", f"There is no {what} {name[:64]!r}. All of them are in docs/events.md.")
    return found


def _decoded(asked: Asked, body: msgspec.Raw) -> Any:
    """The payload; raises Refused with a sentence that names the field that is wrong."""
    try:
        return msgspec.msgpack.decode(body, type=asked.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("invalid", sentence(error)) from None


def _internal() -> Refused:
    return Refused("internal", "Something went wrong in the venue. Try again.", retry=True)
