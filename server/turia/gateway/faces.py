"""Names, affiliations and badges of people inside follow the event: with the next tick everybody sees the new ones.

``house.faces`` of a gateway with a journal. What somebody chose to look like here is his own and stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from turia.backbone.journal import Journal
from turia.event.entries import EVENT, EVENT_STAFF, Entry, person_stream
from turia.event.grants import Appearances, Grant
from turia.event.people import Guest, Registration
from turia.event.programme import Session, Speaker
from turia.gateway.house import House
from turia.world.space import Person

#: Who speaks or chairs carries it on his badge.
_PROGRAMME: Final = frozenset({Session.kind, Speaker.kind})
_NAMES: Final = frozenset({Registration.kind, Guest.kind})


class Faces:
    """``avatar_of``: how the world is to show somebody, from the event's state. Call :meth:`tick` once a tick."""

    def __init__(self, house: House, journal: Journal, avatar_of: Callable[[str], Person]) -> None:
        self._house = house
        self._journal = journal
        self._avatar_of = avatar_of
        self._changed: dict[str, Person] = {}
        self._deaf = journal.listen(self._heard)

    def tick(self) -> None:
        """Introduce those again who are called differently now."""
        changed, self._changed = self._changed, {}
        for person, wanted in changed.items():
            self._introduce(person, wanted)

    def stop(self) -> None:
        """Hear no more of the event. Safe to call twice."""
        deaf, self._deaf = self._deaf, lambda: None
        deaf()

    def _heard(self, entries: list[Entry]) -> None:
        """Looked up at once: now the state is what is on disk, at the next tick it may be ahead of it."""
        people: dict[str, None] = {}
        badges = programme = False
        for entry in entries:
            if entry.kind in _NAMES and entry.value is not None and entry.stream == person_stream(entry.key):
                people[entry.key] = None
            elif entry.stream == EVENT_STAFF and isinstance(entry.value, Grant):
                people[entry.value.person] = None
            elif entry.stream == EVENT_STAFF and entry.kind == Grant.kind:
                badges = True
            elif entry.stream == EVENT and entry.kind in _PROGRAMME:
                badges = programme = True
        if badges:
            people |= dict.fromkeys(self._with_badges())
        if programme:
            people |= dict.fromkeys(self._journal.state.view(Appearances).people())
        for person in people:
            self._look_up(person)

    def _look_up(self, person: str) -> None:
        if self._house.space.slot_of(person) is not None:
            self._changed[person] = self._avatar_of(person)

    def _with_badges(self) -> list[str]:
        """Whose grant was taken away is not said: somebody's who has a badge, else nothing is to be seen of it."""
        people = [each.person for each in self._house.by_slot.values()]
        return [person.id for person in people if person is not None and person.badge]

    def _introduce(self, person: str, wanted: Person) -> None:
        space = self._house.space
        slot = space.slot_of(person)
        if slot is None:
            return
        known = replace(space.person_of(slot), name=wanted.name, affiliation=wanted.affiliation, badge=wanted.badge)
        space.set_person(slot, known)
        for connection in self._house.connections_of(person):
            connection.person = known
