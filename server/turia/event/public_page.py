"""What the public page shows, to anybody; when each part was updated, and what changed since somebody's last visit.

Pure. Texts are as organisers wrote them: whoever shows them shows them as text.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from turia.event import countries
from turia.event.admission_rules import policies_of
from turia.event.categories import ATTENDANCES, AUDIENCES, CATEGORIES, ORGANISATION_SCOPES, Category
from turia.event.commands import Actor, Answer, Moment, Query, query
from turia.event.countries import Country
from turia.event.entries import EVENT, Value
from turia.event.itu_membership import DATED, SOURCE
from turia.event.programme import Programme, Room, Session, SessionType, Speaker, Track
from turia.event.register import Register
from turia.event.roles import Permission
from turia.event.settings import Block, Document, Info, RegistrationMode
from turia.event.state import State

V = TypeVar("V", bound=Value)

_OF_PROGRAMME = frozenset({"session", "speaker", "programme"})


class ShowEvent(Query, frozen=True):
    """``since``: time of my last visit, ms UTC; 0: this is the first."""

    since: Annotated[int, Meta(ge=0)] = 0


class PublicBlock(msgspec.Struct, frozen=True):
    """A block of the page. ``updated``: ms UTC; ``changed``: since the last visit."""

    key: str
    title: str
    text: str
    source: str
    updated: int
    changed: bool


class PublicDocument(msgspec.Struct, frozen=True):
    """A text that people agree to."""

    key: str
    title: str
    text: str
    version: int
    updated: int
    changed: bool


class PublicSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session. ``room`` and ``track``: titles; ``speakers``: names; times: ms UTC."""

    key: str
    title: str
    subtitle: str
    abstract: str
    type: SessionType
    start: int
    end: int
    room: str
    track: str
    speakers: tuple[str, ...]
    cancelled: bool
    updated: int
    changed: bool


class PublicSpeaker(msgspec.Struct, frozen=True):
    """Somebody on the list of speakers."""

    key: str
    name: str
    affiliation: str
    biography: str
    updated: int
    changed: bool


class PublicEvent(Answer, frozen=True, kw_only=True):
    """The whole page. Times: ms UTC. ``full``: new people go on the waiting list."""

    info: Info
    info_updated: int
    info_changed: bool
    blocks: tuple[PublicBlock, ...]
    documents: tuple[PublicDocument, ...]
    sessions: tuple[PublicSession, ...]
    speakers: tuple[PublicSpeaker, ...]
    draft: bool
    programme_version: int
    programme_updated: int
    programme_changed: bool
    registration: RegistrationMode
    full: bool
    visa_letters: bool
    #: What changed since ``since``, in words, the newest first; nothing on a first visit.
    changed: tuple[str, ...]
    #: The newest of all; what to send as ``since`` next time.
    updated: int
    #: Time of the event's clock, for what is on now.
    event_at: int


class ShowForm(Query, frozen=True):
    """The form of registration, please."""


class Choice(msgspec.Struct, frozen=True):
    """``value`` is sent, ``title`` is read."""

    value: str
    title: str


class RegistrationForm(Answer, frozen=True, kw_only=True):
    """What the form offers. ``countries`` are all; those with ``member`` are the Member States. The State of Palestine
    has its own category, which needs no country to be chosen. ``privacy``: version to agree to, 0 for none."""

    mode: RegistrationMode
    full: bool
    categories: tuple[Choice, ...]
    #: Categories that need a country.
    need_country: tuple[str, ...]
    countries: tuple[Country, ...]
    membership_source: str
    membership_dated: str
    organisation_scopes: tuple[Choice, ...]
    audiences: tuple[Choice, ...]
    attendances: tuple[Choice, ...]
    privacy: int
    privacy_title: str
    privacy_text: str


@query("event.public", permission=Permission.ANYBODY, answer=PublicEvent)
def public_event(state: State, given: ShowEvent, by: Actor, moment: Moment) -> PublicEvent:
    """Everything that the public page shows, and what changed since a time."""
    del by
    since = given.since
    info, info_at = _one(state, Info, "info", Info("An event"))
    programme, _ = _one(state, Programme, "programme", Programme())
    rooms, tracks, speakers = state.all(EVENT, Room), state.all(EVENT, Track), state.all(EVENT, Speaker)
    parts = _times(state)
    programme_at = max((at for kind, _, at, _ in parts if kind in _OF_PROGRAMME), default=0)
    policies = policies_of(state)
    return PublicEvent(
        info=info,
        info_updated=info_at,
        info_changed=_is_new(info_at, since),
        blocks=tuple(
            PublicBlock(key, block.title, block.text, block.source, at, _is_new(at, since))
            for key, block, at in sorted(_all(state, Block), key=lambda each: (each[1].order, each[0]))
        ),
        documents=tuple(
            PublicDocument(key, text.title, text.text, text.version, at, _is_new(at, since))
            for key, text, at in _all(state, Document)
        ),
        sessions=tuple(
            PublicSession(
                key=key,
                title=each.title,
                subtitle=each.subtitle,
                abstract=each.abstract,
                type=each.type,
                start=each.start,
                end=each.end,
                room=rooms[each.room].title if each.room in rooms else "",
                track=tracks[each.track].title if each.track in tracks else "",
                speakers=tuple(speakers[speaker].name for speaker in each.speakers if speaker in speakers),
                cancelled=each.cancelled,
                updated=at,
                changed=_is_new(at, since),
            )
            for key, each, at in sorted(_all(state, Session), key=lambda each: (each[1].start, each[0]))
        ),
        speakers=tuple(
            PublicSpeaker(key, each.name, each.affiliation, each.biography, at, _is_new(at, since))
            for key, each, at in sorted(_all(state, Speaker), key=lambda each: (each[1].order, each[1].name))
        ),
        draft=programme.draft,
        programme_version=programme.version,
        programme_updated=programme_at,
        programme_changed=_is_new(programme_at, since),
        registration=policies.registration,
        full=is_full(state),
        visa_letters=policies.visa_letters,
        changed=_changed(parts, info_at, since),
        updated=max([info_at, *(at for _, _, at, _ in parts)]),
        event_at=moment.event_at,
    )


@query("registration.form", permission=Permission.ANYBODY, answer=RegistrationForm)
def registration_form(state: State, given: ShowForm, by: Actor, moment: Moment) -> RegistrationForm:
    """What one can choose when registering, and the privacy text to agree to."""
    del given, by, moment
    privacy = state.get(EVENT, Document, "privacy")
    return RegistrationForm(
        mode=policies_of(state).registration,
        full=is_full(state),
        categories=_choices(CATEGORIES),
        need_country=(Category.MEMBER_STATE, Category.INDIVIDUAL),
        countries=tuple(countries.countries().values()),
        membership_source=SOURCE,
        membership_dated=DATED,
        organisation_scopes=_choices(ORGANISATION_SCOPES),
        audiences=_choices(AUDIENCES),
        attendances=_choices(ATTENDANCES),
        privacy=privacy.version if privacy else 0,
        privacy_title=privacy.title if privacy else "",
        privacy_text=privacy.text if privacy else "",
    )


def is_full(state: State) -> bool:
    """Whether new people go on the waiting list."""
    capacity = policies_of(state).capacity
    return bool(capacity) and state.view(Register).taken() >= capacity


def _times(state: State) -> list[tuple[str, str, int, str]]:
    """(kind, key, when, title) of every part that can have changed."""
    found = [
        (kind.kind, key, item.at, _title(item.value))
        for kind in (Block, Document, Session, Speaker)
        for key, item in state.items(EVENT, kind).items()
    ]
    item = state.item(EVENT, Programme, "programme")
    return [*found, *([("programme", "programme", item.at, "Programme")] if item else [])]


def _changed(parts: list[tuple[str, str, int, str]], info_at: int, since: int) -> tuple[str, ...]:
    if not since:
        return ()
    named = [*parts, *([("info", "info", info_at, "Title, days, place or contact")] if info_at else [])]
    fresh = sorted((at, title) for _, _, at, title in named if at > since)
    return tuple(title for _, title in reversed(fresh))


def _title(value: Value) -> str:
    if isinstance(value, Speaker):
        return value.name
    return value.title if isinstance(value, Block | Document | Session) else ""


def _is_new(at: int, since: int) -> bool:
    return bool(since) and at > since


def _one(state: State, kind: type[V], key: str, default: V) -> tuple[V, int]:
    item = state.item(EVENT, kind, key)
    return (state.get(EVENT, kind, key) or default), (item.at if item else 0)


def _all(state: State, kind: type[V]) -> list[tuple[str, V, int]]:
    values = state.all(EVENT, kind)
    return [(key, values[key], item.at) for key, item in state.items(EVENT, kind).items()]


def _choices(texts: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(str(value), title) for value, title in texts.items())
