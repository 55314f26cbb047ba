"""Questions about the programme: the whole of it, and what matches some words."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Final, TypeVar

from msgspec import Meta

from turia.event import day
from turia.event.commands import Actor, Answer, Line, Moment, Query, query
from turia.event.entries import EVENT, Value
from turia.event.programme import Programme, Room, Session, SessionType, Speaker, Track
from turia.event.roles import Permission
from turia.event.settings import Info
from turia.event.state import State

_V = TypeVar("_V", Room, Track, Speaker)

#: Combining marks that stand alone after decomposing.
_MARKS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_MOST_FOUND: Final = 200
#: Texts, and how much a word that is found in them counts.
Weighted = tuple[tuple[int, str], ...]
#: How much a word found there counts.
_TITLE, _PEOPLE, _TEXT = 8, 4, 1


class SearchIndex:
    """View: what sessions say, ready for comparing, in the order of their beginning; made when it is asked for."""

    def __init__(self) -> None:
        self._texts: dict[str, tuple[str, str]] = {}
        self._all: list[tuple[str, Session, Weighted]] | None = None

    def changed(self, stream: str, key: str, old: Value | None, new: Value | None) -> None:
        """See :class:`turia.event.state.View`."""
        if stream == EVENT and isinstance(new or old, Session | Speaker | Room | Track):
            self._all = None
            if isinstance(new or old, Session):
                self._texts.pop(key, None)

    def all(self, state: State) -> list[tuple[str, Session, Weighted]]:
        """Every session with its texts and how much a word found in each counts."""
        if self._all is None:
            speakers = {
                key: plain(f"{each.name} {each.affiliation}") for key, each in state.all(EVENT, Speaker).items()
            }
            rooms = {key: plain(each.title) for key, each in state.all(EVENT, Room).items()}
            tracks = {key: plain(each.title) for key, each in state.all(EVENT, Track).items()}
            self._all = []
            for key, session in in_order(state).items():
                about = [speakers.get(each, "") for each in session.speakers]
                about += [rooms.get(session.room, ""), tracks.get(session.track, ""), session.type.replace("_", " ")]
                self._all.append((key, session, self._of(key, session, "\n".join(about))))
        return self._all

    def _of(self, key: str, session: Session, about: str) -> Weighted:
        if key not in self._texts:
            self._texts[key] = (
                plain(f"{session.title}\n{session.subtitle}"),
                plain(f"{session.abstract}\n{session.description}"),
            )
        title, text = self._texts[key]
        return ((_TITLE, title), (_PEOPLE, about), (_TEXT, text))


class AskProgramme(Query, frozen=True):
    """Asks for the whole programme."""


class WholeProgramme(Answer, frozen=True):
    """Everything by key, sessions by their beginning. ``updated``: milliseconds UTC of the last change, 0 for none;
    ``offset``: of stream ``event``, for ``seen`` of edits."""

    sessions: dict[str, Session]
    rooms: dict[str, Room]
    tracks: dict[str, Track]
    speakers: dict[str, Speaker]
    draft: bool
    version: int
    zone: str
    title: str
    updated: int
    offset: int


class SearchProgramme(Query, frozen=True, kw_only=True):
    """Words and filters; all of them must fit. ``day``: ``YYYY-MM-DD`` in the event's zone."""

    text: Line = ""
    type: SessionType | None = None
    room: Annotated[str, Meta(max_length=64)] = ""
    track: Annotated[str, Meta(max_length=64)] = ""
    speaker: Annotated[str, Meta(max_length=64)] = ""
    day: Annotated[str, Meta(max_length=10)] = ""


class FoundSessions(Answer, frozen=True):
    """Keys of sessions, the best match first, then by their beginning. ``more``: others that were left out."""

    sessions: tuple[str, ...]
    more: int = 0


@query("programme.whole", permission=Permission.ANYBODY, answer=WholeProgramme)
def whole(state: State, given: AskProgramme, by: Actor, moment: Moment) -> WholeProgramme:
    """The programme as everybody may see it, draft or final."""
    del given, by, moment
    now = state.get(EVENT, Programme, "programme") or Programme()
    item = state.item(EVENT, Programme, "programme")
    info = state.get(EVENT, Info, "info")
    return WholeProgramme(
        sessions=in_order(state),
        rooms=_ordered(state.all(EVENT, Room)),
        tracks=_ordered(state.all(EVENT, Track)),
        speakers=_ordered(state.all(EVENT, Speaker)),
        draft=now.draft,
        version=now.version,
        zone=info.zone if info else "UTC",
        title=info.title if info else "",
        updated=item.at if item else 0,
        offset=state.top(EVENT),
    )


@query("programme.search", permission=Permission.ANYBODY, answer=FoundSessions)
def search(state: State, given: SearchProgramme, by: Actor, moment: Moment) -> FoundSessions:
    """Sessions with all of the words in their title, texts, speakers, room or track, whatever the accents."""
    del by, moment
    words = plain(given.text).split()
    info = state.get(EVENT, Info, "info")
    where = day.zone(info.zone if info else "UTC")
    wanted = day.parse_day(given.day)
    ranked: list[tuple[int, int, str]] = []
    for key, session, fields in state.view(SearchIndex).all(state):
        if not _fits(session, given) or (given.day and day.day_of(session.start, where) != wanted):
            continue
        rank = _rank(words, fields)
        if rank >= 0:
            ranked.append((-rank, session.start, key))
    ranked.sort()
    return FoundSessions(tuple(key for _, _, key in ranked[:_MOST_FOUND]), max(0, len(ranked) - _MOST_FOUND))


def in_order(state: State) -> dict[str, Session]:
    """All sessions by their beginning; those at the same time by room, then key."""
    return dict(sorted(state.all(EVENT, Session).items(), key=lambda each: (each[1].start, each[1].room, each[0])))


def plain(text: str) -> str:
    """``text`` for comparing: lower case, without accents."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def _ordered(things: dict[str, _V]) -> dict[str, _V]:
    return dict(sorted(things.items(), key=lambda each: each[1].order))


def _fits(session: Session, given: SearchProgramme) -> bool:
    return (
        (given.type is None or session.type is given.type)
        and (not given.room or session.room == given.room)
        and (not given.track or session.track == given.track)
        and (not given.speaker or given.speaker in session.speakers)
    )


def _rank(words: list[str], fields: Weighted) -> int:
    """How well all words fit; -1 when one of them is nowhere."""
    total = 0
    for word in words:
        best = max((weight for weight, said in fields if word in said), default=0)
        if not best:
            return -1
        total += best
    return total
