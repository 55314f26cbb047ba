"""The journal: decides commands one after the other, commits, and only then answers and tells the listeners.

Commands that arrive while a commit is under way share the next one (group commit): each is decided on the state with
the earlier ones applied, and what was applied is taken back if the commit fails. A command with a ``mid`` that was done
before gets the same answer again and has no second effect. After a commit whose end was not seen, and when another
node was first, the journal reads what is new before it decides anything.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

import msgspec

from turia.clock import Clock
from turia.errors import Refused, TuriaError
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
#: Answers are kept for as long as a client may still ask, and looked through as often.
KEEP_ANSWERS_MS: Final = 48 * 3600 * 1000
FORGET_EVERY_MS: Final = 3600 * 1000
#: Other nodes may be first so often in a row.
_ATTEMPTS: Final = 5
#: Entries read at once when catching up.
_PAGE: Final = 1_000

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

    @property
    def key(self) -> tuple[str, str]:
        return self.by.person, self.mid


class _Batch:
    """What was decided and applied, not yet committed."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.before: list[tuple[Entry, Item | None]] = []
        self.answered: list[Answered] = []
        self.done: list[tuple[_Wanted, Answer]] = []
        #: Told only after the commit, too: they were decided on what it writes.
        self.refused: list[tuple[_Wanted, Refused]] = []


class JournalStats(msgspec.Struct):
    """Totals since the start. ``answered_again``: commands that were done before; ``commit_seconds``: spent waiting."""

    commands: int = 0
    refused: int = 0
    answered_again: int = 0
    commits: int = 0
    entries: int = 0
    failed_commits: int = 0
    commit_seconds: float = 0.0


class Journal:
    """``await open()`` loads everything, ``await close()`` finishes what was accepted. ``state`` is for reading only.

    ``epoch`` changes when the data was restored from a backup: whoever remembers offsets of another epoch starts anew.
    """

    def __init__(self, store: Store, clock: Clock, ids: Callable[[], str] = new_id) -> None:
        self.state = State()
        self.epoch = 0
        self.stats = JournalStats()
        #: While listeners are told: whether another node wrote that (or this one, in a commit whose end was not seen).
        self.elsewhere = False
        self._store = store
        self._clock = clock
        self._ids = ids
        self._queue: deque[_Wanted] = deque()
        self._wake = asyncio.Event()
        self._listeners: list[Listener] = []
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._in_doubt = False
        #: Who asked for a look at what others wrote.
        self._look_wanted: asyncio.Future[None] | None = None
        #: Whether ``state`` holds what is not on disk yet, and who waits for that to be over.
        self._ahead = False
        self._settled: list[Callable[[], None]] = []
        self._forgot_at = 0

    async def open(self) -> None:
        """Load the state and start committing. Raises StartError."""
        self.epoch, saved = await self._store.open()
        for each in saved:
            self.state.load(each.stream, each.top, each.things)
        self._task = asyncio.create_task(self._run(), name="turia journal")

    async def close(self) -> None:
        """Take nothing more, commit what is in the queue, then let go of the store. Safe to call twice."""
        self._closing = True
        self._wake.set()
        task, self._task = self._task, None
        if task is not None:
            await task
            await self._store.close()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """``listener`` gets the entries of every commit, in order, once they are on disk; returns how to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def waiting(self) -> int:
        """Commands in the queue."""
        return len(self._queue)

    def moment(self) -> Moment:
        """Now."""
        at = int(self._clock.wall() * 1_000)
        shift = self.state.get(EVENT, EventClock, "clock")
        return Moment(at, at + (shift.shift_ms if shift else 0), self._ids)

    def when_settled(self, run: Callable[[], None]) -> None:
        """Call ``run`` while ``state`` is exactly what is on disk and the listeners know: now, or once the commit under
        way has succeeded or was taken back. For whoever shows the state to somebody."""
        if self._ahead:
            self._settled.append(run)
        else:
            run()

    # -- asking and doing --------------------------------------------------------------------------
    def ask(self, name: str, given: Query, by: Actor) -> Answer:
        """The answer to a query; raises Refused."""
        return commands.ask(self.state, name, given, by, self.moment())

    async def do(self, name: str, given: Command, by: Actor = THE_SYSTEM, mid: str = "") -> Answer:
        """Do a command; its answer when it is on disk. Raises Refused: nothing changed then, or, with ``retry``, the
        same ``mid`` again tells what became of it. Whoever stops waiting does not undo it.

        ``mid``: the client's id of it; without one it is done whatever happened before.
        """
        if self._task is None or self._closing:
            raise _restarting()
        if len(self._queue) >= _QUEUE:
            raise Refused("try_again", "The venue is very busy. Trying again.", retry=True)
        wanted = _Wanted(name, given, by, mid, asyncio.get_running_loop().create_future())
        self._queue.append(wanted)
        self._wake.set()
        return await asyncio.shield(wanted.done)

    async def look(self) -> None:
        """Take in what another node wrote, if it wrote anything, and tell the listeners. Raises Refused when the
        database does not say; the next look may."""
        if self._task is None or self._closing:
            return
        if self._look_wanted is None:
            self._look_wanted = asyncio.get_running_loop().create_future()
        self._wake.set()
        await asyncio.shield(self._look_wanted)

    async def entries(self, stream: str, after: int, limit: int) -> list[Entry]:
        """Entries of a stream with offsets over ``after``, in order."""
        return await self._store.entries(stream, after, limit)

    # -- committing --------------------------------------------------------------------------------
    async def _run(self) -> None:
        while not self._closing or self._queue:
            await self._wake.wait()
            self._wake.clear()
            await self._look_round()
            while self._queue:
                await self._do_all(self._taken(_BATCH))
                await self._look_round()
                await self._forget()
        if self._look_wanted is not None:
            self._look_wanted.set_result(None)

    async def _look_round(self) -> None:
        """Between two commits, where the state is what was on disk after the first of them."""
        wanted, self._look_wanted = self._look_wanted, None
        if wanted is None:
            return
        try:
            if self._in_doubt or await self._store.height() != sum(self.state.tops.values()):
                await self._catch_up()
        except Exception as error:
            if not isinstance(error, Refused):
                log.exception("looking at what others wrote failed")
            refused = error if isinstance(error, Refused) else _internal()
            wanted.set_exception(refused)
            wanted.exception()  # read, in case nobody waits any more
            _fail(self._taken(), refused)  # what arrived meanwhile has waited long enough
        except BaseException:  # see _do_all
            wanted.cancel()
            raise
        else:
            wanted.set_result(None)

    def _taken(self, most: int = _QUEUE) -> list[_Wanted]:
        return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    async def _do_all(self, batch: list[_Wanted]) -> None:
        """Never raises; every command of the batch has its answer or refusal afterwards."""
        try:
            await self._attempt(batch)
        except Refused as refused:
            self.stats.failed_commits += 1
            # What arrived while the database kept us waiting has waited long enough, too.
            _fail(batch + self._taken(), refused)
        except Exception:
            log.exception("a commit failed")
            if len(batch) > 1:  # one that cannot be written must not take the others with it
                for each in batch:
                    await self._do_all([each])
            else:
                _fail(batch, _internal())
        except BaseException:  # the loop is being torn down: nobody may wait for ever
            _fail(batch + self._taken(), _restarting())
            raise

    async def _attempt(self, batch: list[_Wanted]) -> None:
        for _ in range(_ATTEMPTS):
            if self._in_doubt:
                await self._catch_up()
            try:
                await self._try(await self._not_done_before(batch))
                return
            except MovedError:
                self._in_doubt = True
        log.warning("other nodes were first too often", extra={"commands": len(batch)})
        raise Refused("try_again", "Too much happened at once. Trying again.", retry=True)

    async def _not_done_before(self, batch: list[_Wanted]) -> list[_Wanted]:
        """Answer what was done before; what is left. The same command twice in one batch: the second follows."""
        batch = [each for each in batch if not each.done.done()]
        done = await self._store.answers([each.key for each in batch if each.mid])
        if done:  # perhaps by another node: an answer must not overtake the entries it speaks of
            await self._catch_up()
        left: list[_Wanted] = []
        first: dict[tuple[str, str], _Wanted] = {}
        for each in batch:
            if not each.mid:
                left.append(each)
            elif each.key in done:
                self.stats.answered_again += 1
                _settle_again(each, done[each.key])
            elif each.key in first:
                _follow(each, first[each.key])
            else:
                first[each.key] = each
                left.append(each)
        return left

    async def _try(self, batch: list[_Wanted]) -> None:
        """Decide all, commit once, answer."""
        self._ahead = True
        try:
            await self._decide_and_commit(batch)
        finally:
            self._ahead = False
            waiting, self._settled = self._settled, []
            for run in waiting:
                _safely(run)

    async def _decide_and_commit(self, batch: list[_Wanted]) -> None:
        plan = _Batch()
        moment = self.moment()
        for each in batch:
            self._decide(each, moment, plan)
        if plan.entries or plan.answered:
            await self._commit(plan)
        # Told before they are answered: a listener puts the entries on the way that the answer speaks of.
        self._tell(plan.entries)
        for wanted, answer in plan.done:
            _settle(wanted, answer)
        for wanted, refused in plan.refused:
            _fail([wanted], refused)
        self.stats.commands += len(plan.done)
        self.stats.refused += len(plan.refused)

    async def _commit(self, plan: _Batch) -> None:
        begin = self._clock.monotonic()
        try:
            await self._store.commit(plan.entries, plan.answered)
        except BaseException:
            self._in_doubt = True
            self.state.undo(plan.before)
            raise
        self.stats.commits += 1
        self.stats.entries += len(plan.entries)
        self.stats.commit_seconds += self._clock.monotonic() - begin

    def _decide(self, wanted: _Wanted, moment: Moment, plan: _Batch) -> None:
        applied = len(plan.before)
        try:
            decision = commands.decide(self.state, wanted.name, wanted.given, wanted.by, moment)
            self._apply(decision, wanted.by, moment, plan)
            answer = msgspec.json.encode((wanted.name, decision.answer))
        except Exception as error:
            self.state.undo(plan.before[applied:])
            del plan.before[applied:], plan.entries[applied:]
            if not isinstance(error, Refused):
                log.exception("the command %s failed", wanted.name)
            plan.refused.append((wanted, error if isinstance(error, Refused) else _internal()))
            return
        plan.done.append((wanted, decision.answer))
        if wanted.mid:
            plan.answered.append(Answered(wanted.by.person, wanted.mid, moment.at, answer))

    def _apply(self, decision: Decision, by: Actor, moment: Moment, plan: _Batch) -> None:
        for change in decision.changes:
            stream = change.stream
            offset = self.state.top(stream) + 1
            entry = Entry(stream, offset, moment.at, by.person, change.kind, change.key, change.value)
            plan.before.append((entry, self.state.peek(entry)))
            plan.entries.append(entry)
            self.state.apply([entry])

    async def _catch_up(self) -> None:
        """Take in what another node wrote, or a commit of ours that was thought lost, in every stream there is."""
        for stream, top in (await self._store.tops()).items():
            while self.state.top(stream) < top:
                fresh = await self._store.entries(stream, self.state.top(stream), _PAGE)
                self.state.apply(fresh)
                self.elsewhere = True
                self._tell(fresh)
                self.elsewhere = False
        self._in_doubt = False

    async def _forget(self) -> None:
        """Once an hour, as far as commands come at all, and not while the database keeps everybody waiting."""
        now = int(self._clock.wall() * 1_000)
        if self._in_doubt or abs(now - self._forgot_at) < FORGET_EVERY_MS:
            return
        try:
            if await self._store.forget_answers(now - KEEP_ANSWERS_MS):
                return  # more after the next commit: nobody is to wait for all of them
        except TuriaError as error:
            log.warning("old answers stay for another hour: %s", error.message)
        except Exception:
            log.exception("old answers could not be forgotten")
        self._forgot_at = now

    def _tell(self, entries: list[Entry]) -> None:
        if not entries:
            return
        for listener in list(self._listeners):
            _safely(partial(listener, entries))


def _safely(run: Callable[[], None]) -> None:
    try:
        run()
    except Exception:  # what is committed is committed: one deaf listener must not take it from the others
        log.exception("a listener failed")


def _restarting() -> Refused:
    return Refused("try_again", "The venue is restarting. Trying again.", retry=True)


def _internal() -> Refused:
    return Refused("internal", "Something went wrong in the venue. Try again.", retry=True)


def _settle(wanted: _Wanted, answer: Answer) -> None:
    if not wanted.done.done():
        wanted.done.set_result(answer)


def _settle_again(wanted: _Wanted, kept: bytes) -> None:
    """The answer that was given before; a ``mid`` of another command is a mistake of the client."""
    name, answer = msgspec.json.decode(kept, type=tuple[str, msgspec.Raw])
    if name == wanted.name:
        _settle(wanted, msgspec.json.decode(answer, type=commands.COMMANDS[name].answer))
    else:
        _fail([wanted], Refused("mid_used", "This id was used for another command before. Use a new one for each."))


def _fail(batch: list[_Wanted], refused: Refused) -> None:
    for each in batch:
        if not each.done.done():
            each.done.set_exception(refused)
            each.done.exception()  # read, so that nobody complains if the person has left


def _follow(second: _Wanted, first: _Wanted) -> None:
    """Give the second what the first gets."""

    def copy(done: asyncio.Future[Answer]) -> None:
        error = done.exception()
        if error is None:
            _settle(second, done.result())
        elif isinstance(error, Refused):
            _fail([second], error)

    first.done.add_done_callback(copy)
