"""The journal: decides commands one after the other, commits, and only then answers and tells the listeners.

Commands that arrive while a commit is under way share the next one (group commit): each is decided on the state with
the earlier ones applied, and what was applied is taken back if the commit fails. A command with a ``mid`` that was done
before gets the same answer again and has no second effect.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Final, cast

import msgspec

from turia.clock import Clock
from turia.errors import Refused
from turia.event import commands
from turia.event.commands import THE_SYSTEM, Actor, Answer, Command, Decision, Moment, Query
from turia.event.entries import EVENT, Entry
from turia.event.settings import EventClock
from turia.event.state import Item, State
from turia.store.ports import Answered, MovedError, Store

log = logging.getLogger(__name__)

#: Commands that wait at most; more are told to try again.
_QUEUE: Final = 2_000
#: Commands of one commit at most.
_BATCH: Final = 200
#: Answers are kept for as long as a client may still ask.
KEEP_ANSWERS_MS: Final = 48 * 3600 * 1000
_ATTEMPTS: Final = 5

Listener = Callable[[list[Entry]], None]


def new_id() -> str:
    """128 random bits in 22 characters."""
    return secrets.token_urlsafe(16)


class _Wanted(msgspec.Struct):
    """A command in the queue."""

    name: str
    given: Command
    by: Actor
    mid: str
    done: asyncio.Future[Answer]


class Journal:
    """``await open()`` loads everything, ``await close()`` finishes what was accepted. ``state`` is for reading only.

    ``epoch`` changes when the data was restored from a backup: whoever remembers offsets of another epoch starts anew.
    """

    def __init__(self, store: Store, clock: Clock, ids: Callable[[], str] = new_id) -> None:
        self.state = State()
        self.epoch = 0
        self._store = store
        self._clock = clock
        self._ids = ids
        self._queue: asyncio.Queue[_Wanted | None] = asyncio.Queue(_QUEUE)
        self._listeners: list[Listener] = []
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Load the state and start committing. Raises StartError."""
        self.epoch, saved = await self._store.open()
        for each in saved:
            self.state.load(each.stream, each.top, each.things)
        self._task = asyncio.create_task(self._run(), name="turia journal")

    async def close(self) -> None:
        """Commit what is in the queue, then let go of the store."""
        if self._task is not None:
            await self._queue.put(None)
            await self._task
            self._task = None
        await self._store.close()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """``listener`` gets the entries of every commit, in order, once they are on disk; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def moment(self) -> Moment:
        """Now."""
        at = int(self._clock.wall() * 1_000)
        shift = self.state.get(EVENT, EventClock, "clock")
        return Moment(at, at + (shift.shift_ms if shift else 0), self._ids)

    # -- asking and doing --------------------------------------------------------------------------
    def ask(self, name: str, given: Query, by: Actor) -> Answer:
        """The answer to a query; raises Refused."""
        return commands.ask(self.state, name, given, by, self.moment())

    async def do(self, name: str, given: Command, by: Actor = THE_SYSTEM, mid: str = "") -> Answer:
        """Do a command; its answer when it is on disk. Raises Refused: nothing changed then.

        ``mid``: the client's id of it; without one it is done whatever happened before.
        """
        if self._task is None or self._task.done():
            raise Refused("try_again", "The venue is restarting. Trying again.", retry=True)
        wanted = _Wanted(name, given, by, mid, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(wanted)
        except asyncio.QueueFull:
            raise Refused("try_again", "The venue is very busy. Trying again.", retry=True) from None
        return await asyncio.shield(wanted.done)

    async def entries(self, stream: str, after: int, limit: int) -> list[Entry]:
        """Entries of a stream with offsets over ``after``, in order."""
        return await self._store.entries(stream, after, limit)

    # -- committing --------------------------------------------------------------------------------
    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            last = None in batch
            await self._do_all([each for each in batch if each is not None])
            if last:
                return

    async def _do_all(self, batch: list[_Wanted]) -> None:
        try:
            batch = await self._not_done_before(batch)
            for _ in range(_ATTEMPTS):
                try:
                    await self._try(batch)
                    return
                except MovedError:
                    await self._catch_up()
            raise Refused("try_again", "Too much happened at once. Trying again.", retry=True)
        except Refused as refused:
            _fail(batch, refused)
        except Exception:
            log.exception("a commit failed")
            _fail(batch, Refused("internal", "Something went wrong in the venue. Try again.", retry=True))

    async def _not_done_before(self, batch: list[_Wanted]) -> list[_Wanted]:
        """Answer what was done before. The same command twice in one batch: the second waits for the first."""
        left: list[_Wanted] = []
        first: dict[tuple[str, str], _Wanted] = {}
        for each in batch:
            key = (each.by.person, each.mid)
            if not each.mid:
                left.append(each)
            elif key in first:
                _follow(each, first[key])
            elif (answer := await self._store.answer(*key)) is not None:
                _settle(each, msgspec.json.decode(answer, type=commands.COMMANDS[each.name].answer))
            else:
                first[key] = each
                left.append(each)
        return left

    async def _try(self, batch: list[_Wanted]) -> None:
        """Decide all, commit once, answer."""
        entries: list[Entry] = []
        before: list[tuple[Entry, Item | None]] = []
        answered: list[Answered] = []
        done: list[tuple[_Wanted, Answer]] = []
        moment = self.moment()
        for each in batch:
            if each.done.done():
                continue
            try:
                decision = commands.decide(self.state, each.name, each.given, each.by, moment)
            except Refused as refused:
                _fail([each], refused)
                continue
            except Exception:
                log.exception("the command %s failed", each.name)
                _fail([each], Refused("internal", "Something went wrong in the venue. Try again.", retry=True))
                continue
            self._apply(decision, each.by, moment, entries, before)
            done.append((each, decision.answer))
            if each.mid:
                answered.append(Answered(each.by.person, each.mid, moment.at, msgspec.json.encode(decision.answer)))
        if entries or answered:
            try:
                await self._store.commit(entries, answered)
            except BaseException:
                self.state.undo(before)
                raise
            self._tell(entries)
        for wanted, answer in done:
            _settle(wanted, answer)

    def _apply(
        self,
        decision: Decision,
        by: Actor,
        moment: Moment,
        entries: list[Entry],
        before: list[tuple[Entry, Item | None]],
    ) -> None:
        for change in decision.changes:
            entry = Entry(
                change.stream,
                self.state.top(change.stream) + 1,
                moment.at,
                by.person,
                change.kind,
                change.key,
                change.value,
            )
            before.append((entry, self.state.peek(entry)))
            self.state.apply([entry])
            entries.append(entry)

    async def _catch_up(self) -> None:
        """Another node wrote: take in what is new in every stream we know or that exists."""
        for stream in list(self.state.tops):
            while fresh := await self._store.entries(stream, self.state.top(stream), 1_000):
                self.state.apply(fresh)
                self._tell(fresh)

    def _tell(self, entries: list[Entry]) -> None:
        if not entries:
            return
        for listener in list(self._listeners):
            try:
                listener(entries)
            except Exception:  # what is committed is committed: one deaf listener must not take it from the others
                log.exception("a listener failed")


def _settle(wanted: _Wanted, answer: Answer) -> None:
    if not wanted.done.done():
        wanted.done.set_result(answer)


def _fail(batch: list[_Wanted], refused: Refused) -> None:
    for each in batch:
        if not each.done.done():
            each.done.set_exception(refused)
            each.done.exception()  # read, so that nobody complains if the person has left


def _follow(second: _Wanted, first: _Wanted) -> None:
    def copy(done: asyncio.Future[Answer]) -> None:
        error = done.exception()
        if error is None:
            _settle(second, done.result())
        else:
            _fail([second], cast("Refused", error))

    first.done.add_done_callback(copy)
