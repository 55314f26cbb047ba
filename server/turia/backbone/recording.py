"""Records sessions as the event says: armed, live, off the record, over; makes the files, and deletes them in time.

::

    relay --tap--> Tape --queue--> writer's thread --> segments          while the session is live
    session ends --> a child makes the files --> recording.finish        or recording.fail, with a sentence
    their time is over, or somebody deletes it --> the files go

A server that was killed left segments: the next one goes on with them, or finishes them. Of several servers on one
database the first to say that it begins records a session, and finishes it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from turia.backbone.journal import Journal
from turia.backbone.recording_tape import Tape
from turia.clock import Clock
from turia.errors import BundleError, Refused
from turia.event.admission_rules import policies_of
from turia.event.commands import Command
from turia.event.decks import shown_in
from turia.event.entries import EVENT, Entry, room_stream
from turia.event.programme import Room, Session
from turia.event.recording_commands import RecordingBegun, RecordingFailed, RecordingFinished
from turia.event.recordings import Recording, RecordingState, recording_of
from turia.event.rooms import Phase, SessionRun
from turia.event.sessions import phase_of
from turia.event.stage import ScreenLayout
from turia.event.talks import OfSession
from turia.recording import safely
from turia.recording.folder import RecordingsFolder, segments_of
from turia.recording.writer import LEAST_FREE, Segments, Writer, sentence

log = logging.getLogger(__name__)

#: How often is looked whose time is over, seconds.
KEEP_EVERY_S: Final = 60.0
#: When the database does not take something, it is tried again after this long, so often.
AGAIN_S: Final = 5.0
_ATTEMPTS: Final = 20
_DAY_MS: Final = 24 * 3_600_000
#: Files that are not here belong to another server with the same database, or were lost; so long they get to appear
#: (the longest that a child may take, and more).
LOST_MS: Final = 3 * 3_600_000

NOTHING: Final = (
    "Nothing was recorded: nobody who agreed to it was on air. Arm the recording again, and see that speakers agree."
)
_LOST: Final = "The files of this recording are not on the server. Tell the organiser."
_OURS: Final = (
    "Something went wrong while the recording was finished. What was recorded is kept. Tell the organiser, who can try "
    "again with: turia recordings finalise {}"
)
_S = RecordingState
_RUNS: Final = frozenset({_S.RECORDING, _S.PAUSED})
_KINDS: Final = frozenset({Recording.kind, SessionRun.kind, Session.kind})

Tell = Callable[[int, int], None]
#: ``(take, tell)``: see :func:`turia.recording.safely.finish`.
Finish = Callable[[Path, Tell], Awaitable[None]]


class Media(Protocol):
    """The media plane."""

    def tap(self, room: str, tap: Tape) -> Callable[[], None]:
        """From now on ``tap`` gets what goes to a room; returns how to end that."""
        ...

    def ask_keys(self, room: str) -> None:
        """Who sends pictures to the room begins anew."""
        ...


class Recorder:
    """``await start()`` when the journal is open, ``await close()`` before it is closed and after the media plane."""

    def __init__(
        self,
        journal: Journal,
        folder: RecordingsFolder,
        media: Media,
        clock: Clock,
        *,
        finish: Finish = safely.finish,
        again_s: float = AGAIN_S,
        least_free: int = LEAST_FREE,
    ) -> None:
        self.folder = folder
        #: Session -> (steps that are done, all) of those whose files are being made.
        self.progress: dict[str, tuple[int, int]] = {}
        self._journal = journal
        self._media = media
        self._clock = clock
        self._finish = finish
        self._again_s = again_s
        self._least_free = least_free
        #: Of several servers with one database, this one.
        self._server = ""
        self._tapes: dict[str, tuple[Tape, Writer, Callable[[], None]]] = {}
        self._broken: dict[str, str] = {}
        self._look_at: dict[str, None] = {}
        #: Whose files are to be made, and whose are being made.
        self._queue: dict[str, None] = {}
        self._at_work = ""
        #: Takes that are being written to.
        self._writing: dict[str, Path] = {}
        self._wake = asyncio.Event()
        self._more = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Go on where the last server stopped."""
        try:
            await asyncio.to_thread(self.folder.tidy)
            self._server = await asyncio.to_thread(self.folder.server)
        except OSError as error:  # said again to whoever records; until the next start the recordings are this one's
            log.warning("the folder of recordings cannot be used: %s", error)
            self._server = secrets.token_hex(8)
        self._loop = asyncio.get_running_loop()
        self._deaf = self._journal.listen(self._heard)
        self._look_at.update(dict.fromkeys(session for session, _ in _all(self._journal)))
        self._wake.set()
        for work in (self._run(), self._make_files(), self._keep()):
            self._tasks.append(asyncio.create_task(work, name="turia recording"))

    async def close(self) -> None:
        """What is being recorded goes on after the next start; what was written is on disk then."""
        if not self._tasks:
            return
        self._deaf()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        for session in list(self._tapes):
            await self._stop(session)

    # -- what the event says -----------------------------------------------------------------------
    def _heard(self, entries: list[Entry]) -> None:
        """Off the record holds at once; all else is done by the task."""
        for tape, _, _ in self._tapes.values():
            tape.heard(entries)
        for session in self._tapes:
            self._turn(session)
        for entry in entries:
            if entry.kind in _KINDS:
                self._look_at[entry.key] = None
                self._wake.set()

    def _turn(self, session: str) -> None:
        tape = self._tapes[session][0]
        wanted = self._state(session) is _S.RECORDING and self._live(session) and self._mine(session)
        if tape.turn(on=wanted) and tape.on:
            self._media.ask_keys(tape.room)

    def _state(self, session: str) -> RecordingState:
        return recording_of(self._journal.state, session).state

    def _mine(self, session: str) -> bool:
        """Whether it is recorded here, and not by another server on the same database."""
        return recording_of(self._journal.state, session).server in ("", self._server)

    def _live(self, session: str) -> bool:
        there = self._journal.state.get(EVENT, Session, session)
        return there is not None and phase_of(self._journal.state, session) is Phase.LIVE

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._look_at or self._broken:
                for session in list(self._broken):
                    await self._give_up(session, self._broken.pop(session))
                session = next(iter(self._look_at), "")
                self._look_at.pop(session, None)
                if session:
                    try:
                        await self._look(session)
                    except Exception:  # whatever is wrong with one session, the others are recorded
                        log.exception("a recording failed", extra={"session": session})

    async def _look(self, session: str) -> None:
        """Do what the state of a recording asks for; doing it again is fine."""
        state, mine = self._state(session), self._mine(session)
        if (state is _S.ARMED and self._live(session)) or (state in _RUNS and mine and session not in self._tapes):
            await self._begin(session, state)
            return
        if session in self._tapes and not (state in _RUNS and mine):
            await self._stop(session)
        if state is _S.PROCESSING:
            self._enqueue(session)
        elif state is _S.DELETED:
            await self._remove(session)

    def _enqueue(self, session: str) -> None:
        self._queue[session] = None
        self._more.set()

    # -- recording ---------------------------------------------------------------------------------
    async def _begin(self, session: str, state: RecordingState) -> None:
        room = _room(self._journal, session)
        try:
            # files are still made of what was recorded before something failed
            new = session == self._at_work or session in self._queue
            segments = await asyncio.to_thread(self._segments, session, new=new)
        except OSError as error:
            await self._do("recording.fail", RecordingFailed(session, sentence(error)), session)
            return

        def failed(message: str) -> None:
            self._loop.call_soon_threadsafe(self._failed, session, message)

        new_take = segments.count == 0
        writer = Writer(segments, failed)
        tape = Tape(self._journal, self._clock, session, room, writer, first=segments.count << 16 | 1)
        self._tapes[session] = tape, writer, self._media.tap(room, tape)
        tape.tell_clock()
        tape.show(shown_in(self._journal.state, session))
        tape.lay_out(self._journal.state.get(room_stream(room), ScreenLayout, room))
        if state is _S.ARMED:
            await self._do("recording.begin", RecordingBegun(session, self._server), session)
        if self._state(session) in _RUNS and self._mine(session):
            self._turn(session)
        else:  # it was disarmed, the session was ended, or another server began, at the same moment
            await self._stop(session)
            if new_take and not tape.ran:
                await asyncio.to_thread(self.folder.forget, segments.take)

    def _segments(self, session: str, *, new: bool) -> Segments:
        take = self._writing[session] = self.folder.begin(session, new=new)
        return Segments(take, self._least_free)

    def _failed(self, session: str, message: str) -> None:
        """The disk does not take it. Called by the loop."""
        self._broken[session] = message
        self._wake.set()

    async def _give_up(self, session: str, message: str) -> None:
        log.error("a recording stopped", extra={"session": session, "why": message})
        await self._stop(session)
        await self._do("recording.fail", RecordingFailed(session, message), session)
        self._enqueue(session)  # what there is can be watched, if the disk takes the files

    async def _stop(self, session: str) -> None:
        there = self._tapes.pop(session, None)
        if there is not None:
            tape, writer, end = there
            end()
            tape.turn(on=False)
            await asyncio.to_thread(writer.close)
        self._writing.pop(session, None)

    # -- making files ------------------------------------------------------------------------------
    async def _make_files(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while session := next(iter(self._queue), ""):
                self._at_work = session
                self._queue.pop(session)
                self.progress[session] = (0, 1)
                # one that failed says why already; what there is can be watched nonetheless
                over = self._state(session) is _S.PROCESSING
                try:
                    why = await self._make(session)
                    if over and why and self._mine(session):
                        await self._do("recording.fail", RecordingFailed(session, why), session)
                    elif over:
                        await self._finished(session)
                except Exception:  # files that cannot be read: the others are made
                    log.exception("a recording could not be finished", extra={"session": session})
                finally:
                    self.progress.pop(session, None)
                    self._at_work = ""

    async def _make(self, session: str) -> str:
        """Files of all takes that have none yet; why that is impossible, "" if it is not."""

        def tell(done: int, steps: int) -> None:
            if steps:
                self.progress[session] = done, steps

        try:
            for take in await asyncio.to_thread(self.folder.unfinished, session):
                segments = await asyncio.to_thread(segments_of, take)
                if segments and take != self._writing.get(session):
                    await self._finish(take, tell)
        except BundleError as error:
            log.warning("a recording could not be finished", extra={"session": session, "error": str(error)})
            return error.message
        except Exception:
            log.exception("a recording could not be finished", extra={"session": session})
            return _OURS.format(session)
        return ""

    async def _finished(self, session: str) -> None:
        mine, recording = self._mine(session), recording_of(self._journal.state, session)
        done = await asyncio.to_thread(self.folder.finished, session)
        if done and mine:
            given = RecordingFinished(
                session=session,
                duration_ms=sum(each.duration_ms for _, each in done),
                bytes=sum(each.bytes for _, each in done),
                segments=sum(each.segments for _, each in done),
            )
            await self._do("recording.finish", given, session)
            return
        here = mine and bool(await asyncio.to_thread(self.folder.takes, session))
        waited = self._journal.moment().event_at - recording.since
        if here or recording.server == self._server or waited > LOST_MS:
            await self._do("recording.fail", RecordingFailed(session, NOTHING if here else _LOST), session)

    # -- keeping -----------------------------------------------------------------------------------
    async def _keep(self) -> None:
        while True:
            for session in self._over():
                await self._do("recording.delete", OfSession(session), session)
            for session, recording in _all(self._journal):
                if recording.state is _S.PROCESSING and session != self._at_work:
                    self._enqueue(session)  # its files may have appeared, or be lost
            await asyncio.sleep(KEEP_EVERY_S)

    def _over(self) -> list[str]:
        """Whose time is over. A recording that failed has no date of its own: its days count from then on."""
        moment, days = self._journal.moment(), policies_of(self._journal.state).recording_days
        over = []
        for session, recording in _all(self._journal):
            failed_until = recording.since + days * _DAY_MS
            ready = recording.state is _S.READY and 0 < recording.keep_until <= moment.at
            if ready or (recording.state is _S.FAILED and days and failed_until <= moment.event_at):
                over.append(session)
        return over

    async def _remove(self, session: str) -> None:
        try:
            await asyncio.to_thread(self.folder.remove, session)
        except (OSError, ValueError) as error:
            log.warning("a recording could not be removed", extra={"session": session, "error": str(error)})

    async def _do(self, name: str, given: Command, session: str) -> None:
        """Do it, however busy the database is; a refusal means that somebody was faster."""
        for _ in range(_ATTEMPTS):
            try:
                await self._journal.do(name, given)
                return
            except Refused as refused:
                if not refused.retry:
                    log.info("%s: %s", name, refused.message)
                    return
            await asyncio.sleep(self._again_s)
        log.warning("the event could not be told of a recording", extra={"session": session})


def _all(journal: Journal) -> Iterator[tuple[str, Recording]]:
    """All recordings of all rooms, by session."""
    state = journal.state
    for room in list(state.all(EVENT, Room)):
        for session, item in list(state.items(room_stream(room), Recording).items()):
            assert isinstance(item.value, Recording)
            yield session, item.value


def _room(journal: Journal, session: str) -> str:
    there = journal.state.get(EVENT, Session, session)
    return "" if there is None else there.room
