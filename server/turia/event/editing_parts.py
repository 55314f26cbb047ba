"""Commands that edit what sessions are made of: rooms, tracks and speakers."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event.commands import Actor, Command, Decision, Key, Line, Moment, Text, command
from turia.event.editing import Address
from turia.event.edits import Edited, check_seen, edit, existing
from turia.event.entries import EVENT, Change, Value, delete, put, room_stream
from turia.event.identity import fresh_key
from turia.event.names import clean_line, clean_text
from turia.event.programme import DoorPolicy, Room, Session, Speaker, Track
from turia.event.roles import Permission
from turia.event.state import State

V = TypeVar("V", bound=Value)

Count = Annotated[int, Meta(ge=0, le=100_000)]
Colour = Annotated[str, Meta(pattern=r"^(#[0-9a-fA-F]{6})?$")]
Order = Annotated[int, Meta(ge=-10_000, le=10_000)]


class RoomFields(Command, frozen=True, kw_only=True):
    """What people write about a room; see :class:`turia.event.programme.Room`."""

    title: Line
    place: Annotated[str, Meta(max_length=200)] = ""
    capacity: Count = 0
    reserved: Count = 0
    idle_door: DoorPolicy = DoorPolicy.OPEN
    session_door: DoorPolicy = DoorPolicy.OPEN
    lead_out: bool = False
    description: Text = ""
    order: Order = 0


class AddRoom(RoomFields, frozen=True, kw_only=True):
    """A new room."""


class EditRoom(RoomFields, frozen=True, kw_only=True):
    """A room as it is to be."""

    room: Key
    seen: int | None = None


class RemoveRoom(Command, frozen=True, kw_only=True):
    """A room that no session is in."""

    room: Key
    seen: int | None = None


class TrackFields(Command, frozen=True, kw_only=True):
    """What people write about a track."""

    title: Line
    colour: Colour = ""
    order: Order = 0


class AddTrack(TrackFields, frozen=True, kw_only=True):
    """A new track."""


class EditTrack(TrackFields, frozen=True, kw_only=True):
    """A track as it is to be."""

    track: Key
    seen: int | None = None


class RemoveTrack(Command, frozen=True, kw_only=True):
    """A track; its sessions stay, without one."""

    track: Key
    seen: int | None = None


class SpeakerFields(Command, frozen=True, kw_only=True):
    """What people write about a speaker. ``person``: his registration, if he has one."""

    name: Line
    affiliation: Line = ""
    biography: Text = ""
    person: Annotated[str, Meta(max_length=64)] = ""
    url: Address = ""
    order: Order = 0


class AddSpeaker(SpeakerFields, frozen=True, kw_only=True):
    """A new speaker."""


class EditSpeaker(SpeakerFields, frozen=True, kw_only=True):
    """A speaker as he is to be."""

    speaker: Key
    seen: int | None = None


class RemoveSpeaker(Command, frozen=True, kw_only=True):
    """A speaker; he is taken out of his sessions, too."""

    speaker: Key
    seen: int | None = None


@command("programme.add_room", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def add_room(state: State, given: AddRoom, by: Actor, moment: Moment) -> Decision:
    """Add a room."""
    room = _room(given, Room(""))

    def taken(key: str) -> bool:
        return bool(state.get(EVENT, Room, key) or state.top(room_stream(key)))

    key = fresh_key(room.title, taken, moment.new_id)
    return edit(state, by, moment, f"Added the room “{room.title}”", [put(EVENT, key, room)], key=key)


@command("programme.edit_room", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def edit_room(state: State, given: EditRoom, by: Actor, moment: Moment) -> Decision:
    """Replace what people write about a room: its doors, capacity, place in the building."""
    room = _room(given, _thing(state, Room, given.room, given.seen))
    return edit(state, by, moment, f"Changed the room “{room.title}”", [put(EVENT, given.room, room)], key=given.room)


@command("programme.remove_room", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def remove_room(state: State, given: RemoveRoom, by: Actor, moment: Moment) -> Decision:
    """Remove a room that no session is in."""
    room = _thing(state, Room, given.room, given.seen)
    used = sum(session.room == given.room for session in state.all(EVENT, Session).values())
    if used:
        sessions = "A session is" if used == 1 else f"{used} sessions are"
        raise Refused("in_use", f"{sessions} in “{room.title}”. Move or remove them first.")
    change = delete(EVENT, Room, given.room)
    return edit(state, by, moment, f"Removed the room “{room.title}”", [change], key=given.room)


@command("programme.add_track", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def add_track(state: State, given: AddTrack, by: Actor, moment: Moment) -> Decision:
    """Add a track."""
    track = _track(given)
    key = fresh_key(track.title, lambda key: state.get(EVENT, Track, key) is not None, moment.new_id)
    return edit(state, by, moment, f"Added the track “{track.title}”", [put(EVENT, key, track)], key=key)


@command("programme.edit_track", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def edit_track(state: State, given: EditTrack, by: Actor, moment: Moment) -> Decision:
    """Replace what people write about a track."""
    _thing(state, Track, given.track, given.seen)
    track = _track(given)
    return edit(
        state, by, moment, f"Changed the track “{track.title}”", [put(EVENT, given.track, track)], key=given.track
    )


@command("programme.remove_track", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def remove_track(state: State, given: RemoveTrack, by: Actor, moment: Moment) -> Decision:
    """Remove a track; its sessions stay."""
    track = _thing(state, Track, given.track, given.seen)
    changes = [
        put(EVENT, key, msgspec.structs.replace(session, track=""))
        for key, session in state.all(EVENT, Session).items()
        if session.track == given.track
    ]
    changes.append(delete(EVENT, Track, given.track))
    return edit(state, by, moment, f"Removed the track “{track.title}”", changes, key=given.track)


@command("programme.add_speaker", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def add_speaker(state: State, given: AddSpeaker, by: Actor, moment: Moment) -> Decision:
    """Add somebody to the list of speakers."""
    key, speaker = moment.new_id(), _speaker(given, Speaker(""))
    return edit(state, by, moment, f"Added the speaker {speaker.name}", [put(EVENT, key, speaker)], key=key)


@command("programme.edit_speaker", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def edit_speaker(state: State, given: EditSpeaker, by: Actor, moment: Moment) -> Decision:
    """Replace what people write about a speaker."""
    speaker = _speaker(given, _thing(state, Speaker, given.speaker, given.seen))
    change = put(EVENT, given.speaker, speaker)
    return edit(state, by, moment, f"Changed the speaker {speaker.name}", [change], key=given.speaker)


@command("programme.remove_speaker", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def remove_speaker(state: State, given: RemoveSpeaker, by: Actor, moment: Moment) -> Decision:
    """Take somebody off the list of speakers, and out of his sessions."""
    speaker = _thing(state, Speaker, given.speaker, given.seen)
    changes: list[Change] = []
    for key, session in state.all(EVENT, Session).items():
        if given.speaker in session.speakers:
            left = tuple(each for each in session.speakers if each != given.speaker)
            changes.append(put(EVENT, key, msgspec.structs.replace(session, speakers=left)))
    changes.append(delete(EVENT, Speaker, given.speaker))
    return edit(state, by, moment, f"Removed the speaker {speaker.name}", changes, key=given.speaker)


def _thing(state: State, kind: type[V], key: str, seen: int | None) -> V:
    found = existing(state, kind, key)
    check_seen(state, kind, key, seen)
    return found


def _room(given: RoomFields, old: Room) -> Room:
    if 0 < given.capacity <= given.reserved:
        raise Refused(
            "reserved",
            f"{given.reserved} of {given.capacity} places are kept for people with a role, so nobody else could go in."
            " Keep fewer, or let only people with a role in by the door.",
        )
    fields = {name: getattr(given, name) for name in RoomFields.__struct_fields__}
    fields |= {"title": _named(given.title, "room"), "description": clean_text(given.description)}
    return msgspec.structs.replace(old, **fields)


def _track(given: TrackFields) -> Track:
    return Track(_named(given.title, "track"), given.colour, given.order)


def _speaker(given: SpeakerFields, old: Speaker) -> Speaker:
    fields = {name: getattr(given, name) for name in SpeakerFields.__struct_fields__}
    fields |= {"name": _named(given.name, "speaker"), "affiliation": clean_line(given.affiliation)}
    fields["biography"] = clean_text(given.biography)
    return msgspec.structs.replace(old, **fields)


def _named(raw: str, what: str) -> str:
    text = clean_line(raw)
    if not text:
        raise Refused("no_title", f"The {what} has no name. Give it one.")
    return text
