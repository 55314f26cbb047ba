"""What viewers follow, want and get: never a track of a room that they may not watch."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from turia.gateway import ws_frames
from turia.gateway.connection import State
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_ports import Changed
from turia.gateway.media_state import MediaState
from turia.protocol import codec
from turia.protocol.media import Follow, Following, Granted, RefusedTrack, TrackInfo, Tracks, Want

#: Viewers whose rights are asked again in one flush at most: a hall full of them must not hold up the picture.
REVIEWS: Final = 100
#: They are asked again after so long whatever was heard, seconds.
_ASK_AGAIN_S: Final = 5.0
#: Stands among what somebody hears while he was not told what that is now.
_UNTOLD: Final = (-1, True)
#: Counted of tracks beside the reasons for which frames are left out: asked for anew, and whole pictures asked for.
HEALED, KEYS = "healed", "keys"
_GONE: Final = "This track is over, or you do not follow its room."


class Watching:
    """Part of the plane: everything about viewers but the voices that they hear."""

    def __init__(self, plane: MediaState) -> None:
        self._plane = plane
        self._stale: dict[int, MediaConnection] = {}
        self._deaf = plane.rights.listen(self._heard)
        plane.on_release.append(self._left)

    # -- commands --------------------------------------------------------------------------------
    def follow(self, connection: MediaConnection, asked: Follow) -> Following:
        """Be told of the tracks of these rooms from now on, of those that one may watch."""
        refused: dict[str, str] = {}
        rooms: list[str] = []
        for room in dict.fromkeys(asked.rooms):
            no = self._may_not(connection, room)
            if no is None:
                rooms.append(room)
            else:
                refused[room] = no
        for room in connection.following - set(rooms):
            self._unfollow(connection, room)
        for room in rooms:
            connection.following.add(room)
            self._plane.followers.setdefault(room, set()).add(connection)
        self._drop_lost(connection)
        self._set_check(connection)
        return Following(rooms=tuple(self._tracks(room) for room in rooms), refused=refused)

    def want(self, connection: MediaConnection, asked: Want) -> Granted:
        """Receive exactly these tracks from now on (and the voices of people nearby)."""
        wants: dict[int, int] = {}
        refused: list[RefusedTrack] = []
        for wanted in asked.tracks:
            if self._sees(connection, wanted.track):
                wants[wanted.track] = wanted.top_layer
            else:
                refused.append(RefusedTrack(track=wanted.track, code="unknown_track", message=_GONE))
        connection.wants = wants
        restart = [track for track in asked.restart if track in wants]
        self.subscribe(connection, restart)
        for track in restart:
            self._count(track, HEALED)
        return Granted(tracks=tuple(wants), refused=tuple(refused))

    def ask_key(self, connection: MediaConnection, number: int) -> None:
        """A picture that he gets is broken at his end."""
        if number in connection.wants:
            self._plane.relay.ask_key(number, self._plane.clock.monotonic())
            self._count(number, KEYS)

    def _count(self, number: int, what: str) -> None:
        """For the staff."""
        track = self._plane.tracks.by_number.get(number)
        if track is not None:
            track.lately.add(what, 1, self._plane.clock.monotonic())

    def subscribe(self, connection: MediaConnection, restart: Collection[int] = ()) -> None:
        """Tell the relay what he gets now."""
        wants = {**dict.fromkeys(connection.voices, 0), **connection.wants}
        self._plane.relay.subscribe(connection.number, wants, self._plane.clock.monotonic(), restart)

    def _sees(self, connection: MediaConnection, number: int) -> bool:
        track = self._plane.tracks.by_number.get(number)
        if track is None:
            return False
        if track.info.source == "echo":
            return connection.person is not None and connection.person.id == track.person
        return bool(track.info.room) and track.info.room in connection.following

    # -- news ------------------------------------------------------------------------------------
    def tell_changes(self) -> None:
        """Tracks came or went: who follows their rooms gets the new lists, encoded once."""
        plane = self._plane
        for room in plane.changed_rooms:
            followers = plane.followers.get(room)
            if followers:
                frame = _tracks_frame(self._tracks(room))
                for connection in followers:
                    connection.send_frame(frame)
        if plane.changed_rooms:
            alive = plane.tracks.by_number
            for connection in self._followers(plane.changed_rooms):
                connection.wants = {track: top for track, top in connection.wants.items() if track in alive}
        plane.changed_rooms.clear()

    def _followers(self, rooms: Iterable[str]) -> set[MediaConnection]:
        return {each for room in rooms for each in self._plane.followers.get(room, ())}

    def _tracks(self, room: str) -> Tracks:
        found: tuple[TrackInfo, ...] = tuple(track.info for track in self._plane.tracks.of_room(room))
        return Tracks(room=room, tracks=found)

    # -- rights ----------------------------------------------------------------------------------
    def _heard(self, changed: Changed) -> None:
        plane = self._plane
        if changed.everything:
            self._stale |= {each.number: each for each in plane.viewers.values() if each.following}
            return
        self._stale |= {each.number: each for each in self._followers(changed.rooms)}
        for person in changed.people:
            self._stale |= {each.number: each for each in plane.by_person.get(person, ())}

    def review_stale(self) -> None:
        """Ask again for some of those whose rights may have changed; before each flush."""
        for number in list(self._stale)[:REVIEWS]:
            self.review(self._stale.pop(number))

    def review(self, connection: MediaConnection) -> None:
        """Rooms that he may not watch any more end for him, at once; an empty list tells him."""
        if connection.state is not State.JOINED:
            return
        self._set_check(connection)
        lost = [room for room in connection.following if self._may_not(connection, room) is not None]
        for room in lost:
            self._unfollow(connection, room)
            connection.send_frame(_tracks_frame(Tracks(room=room, tracks=())))
        if lost:
            self._drop_loud_voices(connection)
            self._drop_lost(connection)

    def look_at(self, connection: MediaConnection, now: float) -> None:
        """Once a second: by time alone, whether he stands in another room now, and whether his line takes anything."""
        if connection.outbox.line_free():
            connection.blocked_since = None
        elif connection.blocked_since is None:
            connection.blocked_since = now
        if not connection.following or connection.person is None:
            return
        if now >= connection.check_at or self._plane.room_of(connection.person.id) != connection.place:
            self.review(connection)

    def _set_check(self, connection: MediaConnection) -> None:
        assert connection.person is not None
        person = connection.person.id
        changes = [self._plane.rights.changes_in(person, room) for room in connection.following]
        soonest = min((each for each in changes if each is not None), default=_ASK_AGAIN_S)
        connection.check_at = self._plane.clock.monotonic() + min(soonest, _ASK_AGAIN_S)
        connection.place = self._plane.room_of(person)

    def _may_not(self, connection: MediaConnection, room: str) -> str | None:
        """Why he may not watch a room."""
        assert connection.person is not None
        person = connection.person.id
        no = self._plane.rights.may_watch(person, room, inside=self._plane.room_of(person) == room != "")
        return None if no is None else no.message

    def _drop_lost(self, connection: MediaConnection) -> None:
        """Take away what he wants and may not see. What a flush under way still has for him is withheld, and what he
        keeps begins anew for that."""
        kept = {track: top for track, top in connection.wants.items() if self._sees(connection, track)}
        if len(kept) == len(connection.wants):
            return
        connection.wants = kept
        if self._plane.flushing:
            self._plane.skip.add(connection.number)
        self.subscribe(connection, restart=list(kept) if self._plane.flushing else ())

    def _drop_loud_voices(self, connection: MediaConnection) -> None:
        """Voices that he heard as one who watches the room; who hears whom is worked out anew soon, and told."""
        kept = tuple(number for number in connection.voices if (number, False) in connection.hears)
        if len(kept) < len(connection.voices):
            connection.voices = kept
            connection.hears = frozenset({_UNTOLD, *((number, False) for number in kept)})
            self.subscribe(connection)

    def _unfollow(self, connection: MediaConnection, room: str) -> None:
        connection.following.discard(room)
        followers = self._plane.followers.get(room)
        if followers is not None:
            followers.discard(connection)
            if not followers:
                del self._plane.followers[room]

    def _left(self, connection: MediaConnection) -> None:
        for room in list(connection.following):
            self._unfollow(connection, room)
        self._stale.pop(connection.number, None)

    def stop(self) -> None:
        """Hear no more of the event. Safe to call twice."""
        deaf, self._deaf = self._deaf, _nothing
        deaf()


def _tracks_frame(tracks: Tracks) -> bytes:
    return ws_frames.binary(codec.encode_event("tracks", tracks))


def _nothing() -> None:
    """Already deaf."""
