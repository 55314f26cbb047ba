"""Which session, room, track and speaker of ours is meant by one of a file. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

from turia.event.identity import guid_of, number_of, slug
from turia.event.imported import ImportedFile, ImportedRoom, ImportedSession, ImportedTrack
from turia.event.names import clean_line
from turia.event.programme import Room, Session, Speaker, Track

V = TypeVar("V")
#: How a session of a file, and one of ours, are known.
_Way = tuple[Callable[[ImportedSession], Hashable], Callable[[str, Session], Hashable]]


def match_sessions(file: ImportedFile, sessions: Mapping[str, Session]) -> dict[int, str]:
    """Keys of our sessions by the number of the file's: by guid, code, slug, then title and beginning.

    Each of ours is meant by one at most; an identity that occurs twice, there or here, identifies nothing.
    """
    identities: list[_Way] = [
        (lambda its: its.guid.lower(), lambda key, ours: guid_of(key, ours.guid).lower()),
        (lambda its: its.guid.lower(), lambda _, ours: ours.guid.lower()),
        (lambda its: its.code, lambda _, ours: ours.code),
        (lambda its: its.slug, lambda _, ours: ours.slug),
    ]
    likenesses: list[_Way] = [
        (lambda its: (its.title.casefold(), its.start), lambda _, ours: (ours.title.casefold(), ours.start)),
        (lambda its: its.title.casefold(), lambda _, ours: ours.title.casefold()),
    ]
    found: dict[int, str] = {}
    for theirs, ours in [*identities, *likenesses]:
        taken = set(found.values())
        alike = (theirs, ours) in likenesses  # what is known by its identity is no twin of what is left
        index = _unique((ours(key, session), key) for key, session in sessions.items() if not (alike and key in taken))
        wanted = _unique(
            (theirs(its), number) for number, its in enumerate(file.sessions) if not (alike and number in found)
        )
        for identity, number in wanted.items():
            key = index.get(identity)
            if key is not None and key not in taken and number not in found:
                found[number] = key
    return found


def same_code(its: ImportedSession, key: str, ours: Session) -> str:
    """The code that our session has after an import: a number that an export made up is none."""
    made_up = (number_of(guid_of(key, ours.guid)), dict(ours.extra).get("id", ""))
    return ours.code if its.code in made_up else its.code


def same_guid(its: ImportedSession, key: str, ours: Session) -> str:
    """The guid that our session has after an import."""
    return ours.guid if its.guid.lower() == guid_of(key, ours.guid).lower() else its.guid


def match_room(its: ImportedRoom, file: ImportedFile, rooms: Mapping[str, Room]) -> str:
    """Key of our room, "" if there is none: by a guid of ours, then by title."""
    if its.guid and sum(each.guid == its.guid for each in file.rooms) == 1:
        for key in rooms:
            if guid_of(key) == its.guid.lower():
                return key
    return _by_title(its.title, {key: room.title for key, room in rooms.items()}) or next(
        (key for key, name in room_names(rooms).items() if name == its.title), ""
    )


def room_names(rooms: Mapping[str, Room]) -> dict[str, str]:
    """A name of its own for every room, because files name rooms by it; in the order of the rooms."""
    found: dict[str, str] = {}
    for key, room in sorted(rooms.items(), key=lambda each: each[1].order):
        name, number = room.title, 2
        while name in found.values():
            name, number = f"{room.title} ({number})", number + 1
        found[key] = name
    return found


def match_track(its: ImportedTrack, tracks: Mapping[str, Track]) -> str:
    """Key of our track, "" if there is none: by slug, then by title."""
    if its.slug and its.slug in tracks:
        return its.slug
    return _by_title(its.title, {key: track.title for key, track in tracks.items()})


def match_speakers(file: ImportedFile, speakers: Mapping[str, Speaker]) -> dict[str, str]:
    """Keys of our speakers by the refs of the file's: by guid, code, then name.

    Each of ours is meant by one at most, so that two people of one name stay two. Where the file knows names only, the
    first of that name is meant.
    """
    by_guid = {guid_of(key, dict(ours.extra).get("guid", "")).lower(): key for key, ours in speakers.items()}
    by_code = _unique((ours.code, key) for key, ours in speakers.items())
    by_name = {ours.name: key for key, ours in reversed(list(speakers.items()))}
    alike = _unique((ours.name.casefold(), key) for key, ours in speakers.items())
    found: dict[str, str] = {}
    taken: set[str] = set()
    for its in file.speakers:
        key = by_guid.get(its.guid.lower(), "") or (by_code.get(its.code, "") if its.code else "")
        if key and key not in taken:
            found[its.ref] = key
            taken.add(key)
    for its in file.speakers:
        if its.ref in found:
            continue
        key = alike.get(its.name.casefold(), "")
        if not its.guid and not its.code:
            found[its.ref] = by_name.get(its.name, "") or key
        elif key not in taken:
            found[its.ref] = key
            taken.add(key)
    return {ref: key for ref, key in found.items() if key}


def _by_title(title: str, titles: Mapping[str, str]) -> str:
    exact = [key for key, ours in titles.items() if ours == title]
    alike = exact or [key for key, ours in titles.items() if clean_line(ours).casefold() == title.casefold()]
    return alike[0] if alike else (slug(title) if slug(title) in titles else "")


def _unique(pairs: Iterable[tuple[Hashable, V]]) -> dict[Hashable, V]:
    """Those whose identity is not empty and occurs once."""
    listed = [(identity, what) for identity, what in pairs if identity]
    counts = Counter(identity for identity, _ in listed)
    return {identity: what for identity, what in listed if counts[identity] == 1}
