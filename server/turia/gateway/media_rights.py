"""The event's answers to who may send and watch, and what makes them change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from turia.backbone.journal import Journal
from turia.event import airing, sessions
from turia.event.captions import Caption, Captioner, CaptionSource
from turia.event.commands import Actor
from turia.event.decks import Deck, DeckNotes, SlideShow, shown_in
from turia.event.entries import EVENT, EVENT_STAFF, Entry
from turia.event.hands import Hand
from turia.event.interim import may_send_interim
from turia.event.recordings import Recording
from turia.event.stage import ScreenLayout, StageCall
from turia.gateway.media_ports import Changed, No

_ROOM: Final = "room/"
_SOURCES: Final[dict[str, CaptionSource]] = {"human": "human", "recogniser": "recogniser"}
_PERSON: Final = "person/"
_STAFF: Final = "/staff"
_NOT_IN_HAND: Final = No("not_presenter", "Somebody else has the slides in hand. Take them over first.")
#: Values of rooms on which no answer depends, and of which many come during a talk.
_SILENT: Final = frozenset(
    value.kind for value in (Caption, Captioner, Deck, DeckNotes, Hand, Recording, ScreenLayout, SlideShow, StageCall)
)


class EventRights:
    """See :class:`turia.gateway.media_ports.Rights`; ``actor_of`` as of the gateway's Authenticator."""

    def __init__(self, journal: Journal, actor_of: Callable[[str], Actor]) -> None:
        self._journal = journal
        self._actor_of = actor_of

    def may_send(self, person: str, source: str, room: str, session: str) -> No | None:
        """See Rights."""
        return _no(
            airing.may_send(self._journal.state, self._actor_of(person), source, room, session, self._event_at())
        )

    def may_watch(self, person: str, room: str, *, inside: bool) -> No | None:
        """See Rights."""
        return _no(airing.may_watch(self._journal.state, self._actor_of(person), room, self._event_at(), inside=inside))

    def carries(self, person: str, room: str) -> bool:
        """See Rights."""
        return bool(room) and airing.voice_reach(self._journal.state, person, room, self._event_at()) == "room"

    def may_caption(self, person: str, room: str, session: str, source: str) -> No | None:
        """See Rights."""
        by, kind = self._actor_of(person), _SOURCES[source]
        return _no(may_send_interim(self._journal.state, by, room, session, kind, self._event_at()))

    def may_point(self, person: str, room: str) -> No | None:
        """See Rights."""
        state = self._journal.state
        now = sessions.current(state, room)
        shown = None if now is None else shown_in(state, now[0])
        return None if shown is not None and shown.presenter == person else _NOT_IN_HAND

    def changes_in(self, person: str, room: str) -> float | None:
        """See Rights."""
        at = self._event_at()
        change = airing.next_change(self._journal.state, self._actor_of(person), room, at)
        return None if change is None else max(0.0, (change - at) / 1_000)

    def listen(self, heard: Callable[[Changed], None]) -> Callable[[], None]:
        """See Rights."""
        return self._journal.listen(lambda entries: _tell(heard, entries))

    def _event_at(self) -> int:
        return self._journal.moment().event_at


def _no(answer: airing.NoAir | None) -> No | None:
    return None if answer is None else No(answer.code, answer.message)


def _tell(heard: Callable[[Changed], None], entries: Iterable[Entry]) -> None:
    streams = {entry.stream for entry in entries if entry.kind not in _SILENT}
    rooms = {each.removeprefix(_ROOM).removesuffix(_STAFF) for each in streams if each.startswith(_ROOM)}
    people = {each.removeprefix(_PERSON) for each in streams if each.startswith(_PERSON)}
    everything = EVENT in streams or EVENT_STAFF in streams
    if everything or rooms or people:
        heard(Changed(everything, frozenset(rooms), frozenset(people)))
