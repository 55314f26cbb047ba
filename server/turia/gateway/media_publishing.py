"""Tracks from their first to their last frame: who may begin one, which frames go on, and when it is over."""

from __future__ import annotations

from typing import Final

import msgspec

from turia.errors import Refused
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_ports import Changed, No
from turia.gateway.media_refusals import Next
from turia.gateway.media_state import MediaState, Refusal
from turia.gateway.media_tracks import Track
from turia.protocol.media import END, HEAD_BYTES, SOURCES, AskKey, Publish, Published, RefusedTrack, TrackInfo

#: A verdict is asked again after so long whatever was heard, seconds.
_ASK_AGAIN_S: Final = 5.0
#: Sound that comes after so long without any is somebody speaking up, seconds.
_PAUSE_S: Final = 0.3
#: Sources that go to no room of the programme.
_PRIVATE: Final = frozenset({"voice", "echo"})
_AUDIO_CODEC: Final = "opus"
_LEVEL_AT, _FLAGS_AT = 5, 2
_UNKNOWN: Final = No("unknown_track", "This track is not open: publish it first.")


class Publishing:
    """Part of the plane: everything about publishers."""

    def __init__(self, plane: MediaState) -> None:
        self._plane = plane
        self._stale: dict[int, Track] = {}
        self._ended: list[Track] = []
        self._deaf = plane.rights.listen(self._heard)
        plane.on_release.append(self._left)

    # -- commands --------------------------------------------------------------------------------
    def publish(self, connection: MediaConnection, asked: Publish) -> Published:
        """Begin a track; the same one (source, media, quality) of the same connection begins anew. Raises Refused."""
        plane, now = self._plane, self._plane.clock.monotonic()
        person = connection.person
        assert person is not None
        _check_sense(asked)
        older = plane.tracks.same((person.id, asked.source, asked.media, asked.quality))
        if older is not None and older.connection is not connection:
            raise Refused("already", "You send this from another device or tab already. Stop it there first.")
        if older is None and plane.tracks.full(person.id):
            raise Refused("too_many_tracks", "You send too many tracks at once. Stop one of them first.")
        room = plane.room_of(person.id) if asked.source == "voice" else asked.room
        no = plane.rights.may_send(person.id, asked.source, room, asked.session)
        if no is not None:
            plane.stats.tracks_refused += 1
            plane.refusals.append(Refusal(now, room, person.id, person.name, asked.source, no))
            raise Refused(no.code, no.message)
        if older is not None:
            self.end(older)
        track = Track(connection, person.id, asked, self._info(connection, asked, plane.tracks.number(now)), now)
        track.room = room
        track.check_at = self._check_at(track, now)
        plane.relay.open_track(track.number, asked.media, asked.layers, now)
        plane.tracks.add(track)
        connection.tracks[track.number] = track
        plane.stats.tracks_published += 1
        self._changed(track)
        return Published(track=track.number)

    def unpublish(self, connection: MediaConnection, number: int) -> None:
        """End a track of one's own; one that is over already is fine."""
        track = connection.tracks.get(number)
        if track is not None:
            self.end(track)
            connection.refusals.told(number, self._plane.clock.monotonic())

    def _info(self, connection: MediaConnection, asked: Publish, number: int) -> TrackInfo:
        person = connection.person
        assert person is not None
        return TrackInfo(
            track=number,
            person=person.id,
            name=person.name,
            source=asked.source,
            media=asked.media,
            codec=asked.codec,
            room=asked.room,
            session=asked.session,
            width=asked.width,
            height=asked.height,
            frame_rate=asked.frame_rate,
            channels=asked.channels,
            layers=asked.layers,
            quality=asked.quality,
            bit_rate=asked.bit_rate,
            slot=self._plane.slot_of(person.id),
        )

    # -- frames ----------------------------------------------------------------------------------
    def frame(self, connection: MediaConnection, data: bytes) -> None:
        """Head and payload of one piece (at least a head): on it goes, if its sender may send it now."""
        plane, now = self._plane, self._plane.clock.monotonic()
        number = data[0] | data[1] << 8
        track = connection.tracks.get(number)
        if track is not None and (track.stale or now >= track.check_at):
            self.review(track)
            track = connection.tracks.get(number)
        if track is None:
            self._refuse_frame(connection, number, _UNKNOWN, now)
            return
        try:
            plane.relay.push(number, data, now)
        except Refused as refused:
            self._refuse_frame(connection, number, No(refused.code, refused.message), now)
            return
        plane.stats.frames_in += 1
        plane.stats.bytes_in += len(data)
        track.bytes_in += len(data)
        track.meter.take(data, now)
        if track.info.source == "voice" and now - track.heard_at > _PAUSE_S:
            plane.spoke_up = True
        track.heard_at = now
        track.level = max(track.level, data[_LEVEL_AT])
        if data[_FLAGS_AT] & END:
            self._ended.append(track)
        plane.tap(track.room, track.info, data, now)

    def _refuse_frame(self, connection: MediaConnection, number: int, no: No, now: float) -> None:
        plane = self._plane
        plane.stats.frames_refused += 1
        match connection.refusals.add(number, now):
            case Next.TELL:
                self._note_refusal(connection.tracks.get(number), no, now)
                connection.send("refused", RefusedTrack(track=number, code=no.code, message=no.message))
            case Next.STRIKE:
                plane.strike(connection, no.code)

    def _note_refusal(self, track: Track | None, no: No, now: float) -> None:
        """For the staff. Frames that come after the end of their track tell nothing new."""
        if track is not None:
            told = Refusal(now, track.room, track.person, track.info.name, track.info.source, no)
            self._plane.refusals.append(told)

    # -- verdicts --------------------------------------------------------------------------------
    def _heard(self, changed: Changed) -> None:
        """The event changed: verdicts that it may concern do not hold for another frame."""
        tracks = self._plane.tracks
        for track in tracks.by_number.values():
            if changed.everything or track.room in changed.rooms or track.person in changed.people:
                track.stale = True
                self._stale[track.number] = track

    def review_stale(self) -> None:
        """Ask again about everything that may have changed; before each flush."""
        while self._stale:
            _, track = self._stale.popitem()
            if track.stale:
                self.review(track)

    def look_at(self, track: Track, now: float) -> None:
        """Once a second: by time alone, whether his voice is in another room now, and what he is called."""
        moved = track.info.source == "voice" and self._plane.room_of(track.person) != track.room
        if moved or now >= track.check_at:
            self.review(track)
        track.meter.look(now)
        self._follow_name(track)

    def _follow_name(self, track: Track) -> None:
        space = self._plane.house.space
        slot = space.slot_of(track.person)
        name = track.info.name if slot is None else space.person_of(slot).name
        if name != track.info.name:
            track.info = msgspec.structs.replace(track.info, name=name)
            self._changed(track)

    def review(self, track: Track) -> None:
        """May he still? If not, the track is over, nothing of it reaches anybody any more, and he hears why."""
        plane, now = self._plane, self._plane.clock.monotonic()
        if plane.tracks.by_number.get(track.number) is not track:
            return
        track.stale = False
        if track.info.source == "voice":
            track.room = plane.room_of(track.person)
        no = plane.rights.may_send(track.person, track.info.source, track.room, track.published.session)
        if no is None:
            track.check_at = self._check_at(track, now)
            return
        plane.stats.tracks_refused += 1
        self._note_refusal(track, no, now)
        self.end(track)
        track.connection.refusals.told(track.number, now)
        track.connection.send("refused", RefusedTrack(track=track.number, code=no.code, message=no.message))

    def _check_at(self, track: Track, now: float) -> float:
        change = self._plane.rights.changes_in(track.person, track.room)
        return now + (_ASK_AGAIN_S if change is None else min(change, _ASK_AGAIN_S))

    # -- ends ------------------------------------------------------------------------------------
    def end(self, track: Track) -> None:
        """The track is over; its viewers are told with the next flush."""
        plane, now = self._plane, self._plane.clock.monotonic()
        if plane.tracks.by_number.get(track.number) is not track:
            return
        plane.relay.close_track(track.number, now)
        plane.tracks.remove(track, now)
        track.connection.tracks.pop(track.number, None)
        if track.speaking:
            self.show_speaking(track, speaking=False)
        self._changed(track)
        for tap in plane.taps.get(track.room, ()):
            try:
                tap.ended(track.info, now)
            except Exception as error:  # see MediaState.tap
                plane.log.error("a tap failed", track.room, error)

    def end_the_ended(self) -> None:
        """After a flush: tracks whose last frame was in it."""
        ended, self._ended = self._ended, []
        for track in ended:
            self.end(track)

    def _left(self, connection: MediaConnection) -> None:
        for track in list(connection.tracks.values()):
            self.end(track)

    def _changed(self, track: Track) -> None:
        if track.info.room:
            self._plane.changed_rooms.add(track.info.room)

    def stop(self) -> None:
        """Hear no more of the event. Safe to call twice."""
        deaf, self._deaf = self._deaf, _nothing
        deaf()

    # -- what publishers are told ----------------------------------------------------------------
    def ask_keys(self, now: float) -> None:
        """Pass on that somebody needs a key frame."""
        plane = self._plane
        for number in plane.relay.key_requests(now):
            track = plane.tracks.by_number.get(number)
            if track is not None:
                plane.stats.keyframes_asked += 1
                track.connection.send("keyframe", AskKey(track=number))

    def show_speaking(self, track: Track, *, speaking: bool) -> None:
        """Everybody near sees who speaks, whichever of his microphones it is."""
        track.speaking = speaking
        slot = self._plane.house.space.slot_of(track.person)
        if slot is not None:
            speaks = any(each.speaking for each in self._plane.tracks.of_person(track.person))
            self._plane.house.space.set_speaking(slot, speaks)


def _check_sense(asked: Publish) -> None:
    """What no struct can say: which of the fields go together."""
    media = SOURCES[asked.source]
    if media not in ("any", asked.media):
        raise Refused("invalid", f"The source '{asked.source}' is {media}, not {asked.media}.")
    if (asked.codec == _AUDIO_CODEC) != (asked.media == "audio"):
        raise Refused("invalid", f"The codec '{asked.codec}' does not fit {asked.media}.")
    if asked.media == "audio" and (asked.layers != 1 or asked.quality):
        raise Refused("invalid", "Sound has one layer and one quality.")
    if asked.source in _PRIVATE and (asked.room or asked.session):
        raise Refused("invalid", f"The source '{asked.source}' goes to no room and belongs to no session.")
    if asked.source not in _PRIVATE and not asked.room:
        raise Refused("invalid", f"Say which room and session the source '{asked.source}' is for.")


def is_whole(data: bytes) -> bool:
    """Whether there is at least a head."""
    return len(data) >= HEAD_BYTES


def _nothing() -> None:
    """Already deaf."""
