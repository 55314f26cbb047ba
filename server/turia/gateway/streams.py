"""Who follows which stream, what is sent to them, and until when.

Entries reach this module once they are on disk (:meth:`Streams.committed`), and subscribers with the next tick: one
frame a stream, the same bytes for all. Whoever subscribes says what he holds: he gets what is missing, all of it, or a
fresh state. In between, a place in the order of his frames is kept, so that later entries cannot come first; those that
are in the fresh state already come twice, and clients skip them by their offsets.

Who may read a stream is asked when subscribing, again when somebody's rights may have changed (before any entry of that
tick is sent), once a second for what the staff reads (roles have a time) and for what is said behind a door that keeps
people out (who was inside may have gone), and every few seconds for everything.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final

import msgspec

from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.commands import Actor
from turia.event.entries import EVENT, EVENT_STAFF, Entry, person_stream
from turia.event.permissions import EVENT_SCOPE, Permission, permits
from turia.event.reading import things_of
from turia.event.rooms import Admission, Door, Invitee, SessionRun
from turia.event.visibility import is_for_all, may_read, session_of_talk
from turia.gateway.acting import acting
from turia.gateway.connection import Connection, State
from turia.gateway.feed import Feed, Place
from turia.gateway.house import House, too_often
from turia.gateway.rates import Bucket
from turia.gateway.stream_frames import entries_frames, state_frames, unsubscribed_frame
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.messages import StreamAnswer, StreamPoint, Subscribed

_HIDDEN: Final = "You may not read this, or it does not exist."
_NO_LONGER: Final = "This is not for you any more."
_PERSON: Final = person_stream("")
#: Kinds on which it depends whom a door lets in.
_AT_DOORS: Final = frozenset({Door.kind, SessionRun.kind, Admission.kind, Invitee.kind})
#: Entries of each stream that are kept in memory for people who come back: thousands at once must not ask the database.
#: After a restart, and for streams of one person, it is asked.
_RECENT: Final = limits.RECOVER_ENTRIES
#: People who come back with so many different offsets share what was encoded for the first one.
_MISSING: Final = 8
#: When more of a stream than this, and than its state is long, waits behind a slow line, the state is sent instead.
_LONG_BYTES: Final = 262_144
#: Streams that a connection may begin to follow, a second and at once: each may cost a whole state.
_PER_SECOND, _BURST = 8.0, 2.0 * limits.MAX_SUBSCRIPTIONS


class Reader:
    """What one connection follows."""

    __slots__ = ("bucket", "feed", "person", "streams")

    def __init__(self, person: str, feed: Feed, now: float) -> None:
        self.person = person
        self.feed = feed
        self.bucket = Bucket(_PER_SECOND, _BURST, now)
        #: Each subscription is an object of its own: what was begun for an older one is not finished.
        self.streams: dict[str, object] = {}


class Streams:
    """``house.streams``. Call :meth:`publish` once a tick; the rest when something happens."""

    def __init__(self, house: House, journal: Journal, actor_of: Callable[[str], Actor]) -> None:
        self._house = house
        self._journal = journal
        self._actor_of = actor_of
        self._readers: dict[Connection, Reader] = {}
        self._by_stream: dict[str, dict[Reader, None]] = {}
        self._slow: dict[Feed, None] = {}
        #: Committed since the last tick, by stream.
        self._fresh: dict[str, list[Entry]] = {}
        self._answers: list[tuple[Connection, bytes]] = []
        self._recent: dict[str, deque[Entry]] = {}
        #: Encoded for somebody who subscribed, for the next one: by stream, until its next entry.
        self._states: dict[str, list[bytes]] = {}
        self._missing: dict[str, dict[int, list[bytes]]] = {}
        #: Bytes of each state when it was encoded last.
        self._sizes: dict[str, int] = {}
        self._changed_people: set[str] = set()
        self._roles_changed = self._doors_changed = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._deaf = journal.listen(self.committed)

    # -- subscribing -----------------------------------------------------------------------------
    def subscribe(self, connection: Connection, points: list[StreamPoint]) -> Subscribed:
        """Begin or resume; what is missing follows the answer. Raises Refused."""
        reader = self._reader(connection)
        names = {point.stream for point in points}
        if len(names) < len(points):
            raise Refused("invalid", "The message 'sub' names a stream twice.")
        if len(reader.streams.keys() | names) > limits.MAX_SUBSCRIPTIONS:
            raise Refused("too_many_streams", f"At most {limits.MAX_SUBSCRIPTIONS} streams can be followed at once.")
        now = self._house.clock.monotonic()
        if not all(reader.bucket.take(now) for _ in points):
            raise too_often("sub")
        by, at = self._acting(reader.person), self._journal.moment().event_at
        return Subscribed([self._begin(reader, point, by, at) for point in points])

    def _begin(self, reader: Reader, point: StreamPoint, by: Actor, event_at: int) -> StreamAnswer:
        stream = point.stream
        if not may_read(self._journal.state, by, stream, event_at):
            self._drop(reader, stream)
            return StreamAnswer(stream, "refused", _HIDDEN)
        self._house.stats.subscriptions += stream not in reader.streams
        reader.streams[stream] = object()
        reader.feed.forget(stream)
        self._by_stream.setdefault(stream, {})[reader] = None
        return StreamAnswer(stream, "recovered" if self._recoverable(point) else "fresh")

    def _recoverable(self, point: StreamPoint) -> bool:
        """Whether all that is missing can be sent one by one. The state may be ahead of the disk by a commit."""
        missing = self._journal.state.top(point.stream) - point.offset
        return point.epoch == self._journal.epoch and 0 <= missing <= limits.RECOVER_ENTRIES and point.offset > 0

    def deliver(self, connection: Connection, points: list[StreamPoint], answer: Subscribed) -> None:
        """Queue what the answer promised; the answer itself is queued already."""
        reader = self._readers[connection]
        for point, told in zip(points, answer.streams, strict=True):
            if told.how == "fresh":
                self._send_state(reader, point.stream, reader.feed.keep_place(point.stream))
            elif told.how == "recovered":
                self._recover(reader, point)

    def _send_state(self, reader: Reader, stream: str, place: Place) -> None:
        subscription = reader.streams.get(stream)

        def send() -> None:
            alive = subscription is not None and reader.streams.get(stream) is subscription
            reader.feed.fill(place, self._state(stream) if alive else ())

        self._journal.when_settled(send)

    def _state(self, stream: str) -> list[bytes]:
        frames = self._states.get(stream)
        if frames is None:
            state = self._journal.state
            frames = state_frames(stream, self._journal.epoch, state.top(stream), things_of(state, stream))
            self._sizes[stream] = sum(map(len, frames))
            if not stream.startswith(_PERSON):  # nobody else asks for it
                self._states[stream] = frames
        return frames

    def _recover(self, reader: Reader, point: StreamPoint) -> None:
        stream = point.stream
        known = self._missing.get(stream, {}).get(point.offset)
        if known is None:
            recent = self._recent.get(stream)
            if recent and recent[0].offset <= point.offset + 1:
                entries = _without_gone([each for each in recent if each.offset > point.offset])
                known = self._keep_missing(stream, point.offset, entries)
            elif self._journal.state.top(stream) == point.offset:
                known = []
        if known is not None:
            reader.feed.put_all(stream, known)
            return
        place = reader.feed.keep_place(stream)
        self._run(self._read_missing(reader, point, place, reader.streams[stream]))

    async def _read_missing(self, reader: Reader, point: StreamPoint, place: Place, subscription: object) -> None:
        stream = point.stream
        try:
            entries = await self._journal.entries(stream, point.offset, 2 * limits.RECOVER_ENTRIES)
        except Exception as error:  # "recovered" was said, but a whole state is never wrong
            self._house.log.warning("missing entries could not be read", f"{stream}: {error}")
            self._send_state(reader, stream, place)
            return
        alive = reader.streams.get(stream) is subscription
        entries = _without_gone(entries)
        reader.feed.fill(place, entries_frames(stream, self._journal.epoch, entries) if alive else ())

    def _keep_missing(self, stream: str, after: int, entries: list[Entry]) -> list[bytes]:
        frames = entries_frames(stream, self._journal.epoch, entries)
        known = self._missing.setdefault(stream, {})
        if len(known) < _MISSING:
            known[after] = frames
        return frames

    def unsubscribe(self, connection: Connection, streams: list[str]) -> None:
        """Follow these no longer; unknown ones are fine."""
        reader = self._readers.get(connection)
        if reader is not None:
            for stream in streams:
                self._drop(reader, stream)

    def left(self, connection: Connection) -> None:
        """The connection stands for nobody any more. Takes as long as it has subscriptions."""
        reader = self._readers.pop(connection, None)
        if reader is not None:
            for stream in list(reader.streams):
                self._drop(reader, stream)
            reader.feed.close()

    def _drop(self, reader: Reader, stream: str) -> None:
        if reader.streams.pop(stream, None) is None:
            return
        self._house.stats.subscriptions -= 1
        reader.feed.forget(stream)
        followers = self._by_stream[stream]
        followers.pop(reader, None)
        if not followers:
            del self._by_stream[stream]
            self._sizes.pop(stream, None)

    def _reader(self, connection: Connection) -> Reader:
        reader = self._readers.get(connection)
        if reader is None:
            assert connection.person is not None
            feed = Feed(connection, self._slow)
            reader = Reader(connection.person.id, feed, self._house.clock.monotonic())
            self._readers[connection] = reader
        return reader

    # -- entries and answers ---------------------------------------------------------------------
    def committed(self, entries: list[Entry]) -> None:
        """The journal's listener: these are on disk."""
        for entry in entries:
            stream = entry.stream
            self._fresh.setdefault(stream, []).append(entry)
            self._states.pop(stream, None)
            self._missing.pop(stream, None)
            if stream.startswith(_PERSON):
                self._changed_people.add(stream.removeprefix(_PERSON))
            else:
                self._recent.setdefault(stream, deque(maxlen=_RECENT)).append(entry)
                self._roles_changed |= stream in (EVENT, EVENT_STAFF)
                self._doors_changed |= stream == EVENT or entry.kind in _AT_DOORS

    def answer(self, connection: Connection, frame: bytes) -> None:
        """Queue an answer behind the entries that it may speak of, which leave with the next tick."""
        self._answers.append((connection, frame))

    def publish(self) -> None:
        """Once a tick: rights first, then entries, then answers, then what slow lines take."""
        self._check_rights()
        for stream, entries in self._fresh.items():
            followers = self._by_stream.get(stream)
            if followers:
                self._send(stream, followers, entries_frames(stream, self._journal.epoch, entries))
        self._fresh.clear()
        for connection, frame in self._answers:
            reader = self._readers.get(connection)
            if reader is None:
                connection.send_frame(frame)
            else:
                reader.feed.put("", frame)
        self._answers.clear()
        for feed in list(self._slow):
            feed.pump()
            if feed.too_long():
                self._house.abort(feed.connection, CloseCode.SLOW_CONSUMER)

    def _send(self, stream: str, followers: Iterable[Reader], frames: list[bytes]) -> None:
        stats = self._house.stats
        count = 0
        for reader in followers:
            for frame in frames:
                reader.feed.put(stream, frame)
            if reader.feed.waiting_bytes.get(stream, 0) > max(_LONG_BYTES, self._sizes.get(stream, 0)):
                self._journal.when_settled(partial(self._shorten, reader, stream))
            count += 1
        stats.entries_delivered += count

    def _shorten(self, reader: Reader, stream: str) -> None:
        """A large import, or many entries, wait behind a slow line: the state says the same with fewer bytes, if so."""
        if stream not in reader.streams:
            return
        longest = max(_LONG_BYTES, sum(map(len, self._state(stream))))
        if reader.feed.waiting_bytes.get(stream, 0) > longest:
            reader.feed.replace(stream, partial(self._send_state, reader, stream))

    # -- rights ----------------------------------------------------------------------------------
    def _check_rights(self) -> None:
        for person in self._changed_people:
            for connection in self._house.connections_of(person):
                self.review(connection)
        self._changed_people.clear()
        if self._roles_changed or self._house.tick % limits.TICK_HZ == 0:
            self._roles_changed = False
            for reader in self._staff():
                self._recheck(reader)
        self._check_talks()

    def _check_talks(self) -> None:
        """After a change at a door everybody who is behind one, else a part of them each tick."""
        behind = self._behind_doors()
        every = 1 if self._doors_changed else limits.TICK_HZ
        self._doors_changed = False
        for reader in behind[self._house.tick % every :: every]:
            self._recheck(reader)

    def _behind_doors(self) -> list[Reader]:
        """Those who read what is said, or was, in sessions that are not for everybody."""
        return list(
            {
                reader: None
                for stream, readers in self._by_stream.items()
                if (session := session_of_talk(stream)) and not is_for_all(self._journal.state, session)
                for reader in readers
            }
        )

    def _staff(self) -> list[Reader]:
        """Those who read what is not for everybody: roles come from grants and from the programme, and have a time."""
        streams = [each for each in self._by_stream if each.endswith("/staff") or each.startswith("event/")]
        return list({reader: None for stream in streams for reader in self._by_stream[stream]})

    def review(self, connection: Connection) -> bool:
        """Whether somebody may still be here. Who may not is shown out at once; what he may not read any more ends."""
        if connection.state is not State.JOINED or connection.person is None:
            return False
        by = self._acting(connection.person.id)
        at = self._journal.moment().event_at
        if not permits(self._journal.state, by.person, Permission.EVENT_ENTER, EVENT_SCOPE, at, guest=by.guest):
            self._house.close(connection, CloseCode.NOT_ADMITTED)
            return False
        if (reader := self._readers.get(connection)) is not None:
            self._recheck(reader)
        return True

    def _acting(self, person: str) -> Actor:
        return acting(self._house, self._actor_of, person)

    def _recheck(self, reader: Reader) -> None:
        by, at = self._acting(reader.person), self._journal.moment().event_at
        for stream in [each for each in reader.streams if not may_read(self._journal.state, by, each, at)]:
            self._drop(reader, stream)
            reader.feed.put("", unsubscribed_frame(stream, "not_allowed", _NO_LONGER))

    # -- life ------------------------------------------------------------------------------------
    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Say what is still to be said; then nothing more is read or told. Safe to call twice."""
        self.publish()
        deaf, self._deaf = self._deaf, _nothing
        deaf()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _nothing() -> None:
    """Already deaf."""


def _without_gone(entries: list[Entry]) -> list[Entry]:
    """What was deleted later on travels without its value: it makes no difference to who gets it all, and nobody is
    sent what was erased meanwhile."""
    gone: set[tuple[str, str]] = set()
    kept: list[Entry] = []
    for entry in reversed(entries):
        thing = (entry.kind, entry.key)
        if entry.value is None:
            gone.add(thing)
        kept.append(msgspec.structs.replace(entry, value=None) if thing in gone else entry)
    return kept[::-1]
