"""Commands that edit the sessions of the programme, and its mark as a draft."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event.commands import Actor, Command, Decision, Key, Line, Moment, Text, command
from turia.event.edits import Edited, check_seen, edit, existing
from turia.event.entries import EVENT, delete, put
from turia.event.imported import LONGEST_TITLE, MOST_LINKS, MOST_SPEAKERS
from turia.event.names import clean_line, clean_text
from turia.event.programme import DoorPolicy, Session, SessionType
from turia.event.roles import Permission
from turia.event.state import State

#: A web address, or nothing.
Address = Annotated[str, Meta(max_length=2_000, pattern=r"^(https?://[^\s<>\"]+)?$")]
MaybeKey = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")]
Keys = Annotated[tuple[Key, ...], Meta(max_length=MOST_SPEAKERS)]
Links = Annotated[tuple[tuple[Line, Address], ...], Meta(max_length=MOST_LINKS)]
#: Whatever an import takes can be edited afterwards.
Headline = Annotated[str, Meta(max_length=LONGEST_TITLE)]


class SessionFields(Command, frozen=True, kw_only=True):
    """What people write about a session. ``start``, ``end``: milliseconds UTC, whole minutes; ``links``: (title,
    address)."""

    title: Headline
    start: int
    end: int
    type: SessionType = SessionType.OTHER
    room: MaybeKey = ""
    track: MaybeKey = ""
    subtitle: Headline = ""
    abstract: Text = ""
    description: Text = ""
    speakers: Keys = ()
    chairs: Keys = ()
    language: Annotated[str, Meta(max_length=20)] = "en"
    url: Address = ""
    links: Links = ()
    door: DoorPolicy | None = None
    by_timetable: bool = True


class AddSession(SessionFields, frozen=True, kw_only=True):
    """A new session."""


class EditSession(SessionFields, frozen=True, kw_only=True):
    """A session as it is to be. ``seen``: offset of stream ``event`` that the editor had seen; later changes of this
    session are not overwritten."""

    session: Key
    seen: int | None = None


class MoveSession(Command, frozen=True, kw_only=True):
    """Another time or room; what is not given stays, and so does its length where only ``start`` is given."""

    session: Key
    start: int | None = None
    end: int | None = None
    room: MaybeKey | None = None
    seen: int | None = None


class CancelSession(Command, frozen=True, kw_only=True):
    """A session that does not take place stays in the programme; ``cancelled = false`` takes that back."""

    session: Key
    cancelled: bool = True
    seen: int | None = None


class RemoveSession(Command, frozen=True, kw_only=True):
    """A session that is to be in the programme no more."""

    session: Key
    seen: int | None = None


class SetDraft(Command, frozen=True):
    """``draft = false`` marks the programme as final."""

    draft: bool


@command("programme.add_session", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def add_session(state: State, given: AddSession, by: Actor, moment: Moment) -> Decision:
    """Add a session to the programme."""
    key, session = moment.new_id(), _written(given, Session("", 0, 0))
    return edit(state, by, moment, f"Added “{session.title}”", [put(EVENT, key, session)], key=key)


@command("programme.edit_session", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def edit_session(state: State, given: EditSession, by: Actor, moment: Moment) -> Decision:
    """Replace what people write about a session."""
    old = _session(state, given.session, given.seen)
    new = _written(given, old)
    return edit(state, by, moment, f"Changed “{new.title}”", [put(EVENT, given.session, new)], key=given.session)


@command("programme.move_session", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def move_session(state: State, given: MoveSession, by: Actor, moment: Moment) -> Decision:
    """Give a session another time or room."""
    old = _session(state, given.session, given.seen)
    start = old.start if given.start is None else given.start
    end = start + old.end - old.start if given.end is None else given.end
    if given.end is None and given.start is None:
        end = old.end
    room = old.room if given.room is None else given.room
    new = msgspec.structs.replace(old, start=start, end=end, room=room)
    return edit(state, by, moment, f"Moved “{old.title}”", [put(EVENT, given.session, new)], key=given.session)


@command("programme.cancel_session", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def cancel_session(state: State, given: CancelSession, by: Actor, moment: Moment) -> Decision:
    """Cancel a session, or let it take place after all."""
    old = _session(state, given.session, given.seen)
    new = msgspec.structs.replace(old, cancelled=given.cancelled)
    text = f"Cancelled “{old.title}”" if given.cancelled else f"Took back that “{old.title}” was cancelled"
    return edit(state, by, moment, text, [put(EVENT, given.session, new)], key=given.session)


@command("programme.remove_session", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def remove_session(state: State, given: RemoveSession, by: Actor, moment: Moment) -> Decision:
    """Take a session out of the programme; stars stay, should it come back."""
    old = _session(state, given.session, given.seen)
    change = delete(EVENT, Session, given.session)
    return edit(state, by, moment, f"Removed “{old.title}”", [change], key=given.session)


@command("programme.set_draft", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def set_draft(state: State, given: SetDraft, by: Actor, moment: Moment) -> Decision:
    """Mark the programme as final, or as a draft again."""
    text = "Marked the programme as a draft" if given.draft else "Marked the programme as final"
    return edit(state, by, moment, text, [], draft=given.draft)


def _session(state: State, key: str, seen: int | None) -> Session:
    found = existing(state, Session, key)
    check_seen(state, Session, key, seen)
    return found


def _written(given: SessionFields, old: Session) -> Session:
    """``old`` with what was written, as clean text; what files know of it stays."""
    title = clean_line(given.title)
    if not title:
        raise Refused("no_title", "The session has no title. Give it one.")
    fields = {name: getattr(given, name) for name in SessionFields.__struct_fields__}
    fields |= {"title": title, "subtitle": clean_line(given.subtitle), "language": clean_line(given.language)}
    fields |= {"abstract": clean_text(given.abstract), "description": clean_text(given.description)}
    fields["links"] = tuple((clean_line(text), address) for text, address in given.links)
    return msgspec.structs.replace(old, **fields)
