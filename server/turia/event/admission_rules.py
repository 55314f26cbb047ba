"""Who gets a place: the event's capacity, its waiting list, and the last organiser. Pure.

Everything is decided on the state inside the journal's one queue, so that two people never get the last place.
"""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event.commands import Moment
from turia.event.entries import EVENT, EVENT_MAIL, Change, person_stream, put
from turia.event.grants import Grant, Grants
from turia.event.mail import Mail, Template
from turia.event.people import MAY_ENTER, Notice, Registration
from turia.event.register import Register, registration_of
from turia.event.registration_states import Act, after
from turia.event.settings import Policies
from turia.event.state import State


def policies_of(state: State) -> Policies:
    """The event's rules."""
    return state.get(EVENT, Policies, "policies") or Policies()


class Places:
    """Places within one decision: what was given or freed in it already counts. ``capacity`` 0: no limit."""

    def __init__(self, state: State, capacity: int | None = None) -> None:
        self._state = state
        self._register = state.view(Register)
        self._capacity = policies_of(state).capacity if capacity is None else capacity
        self._taken = self._register.taken()
        self._next = self._register.next_queue()
        self._left: set[str] = set()

    @property
    def full(self) -> bool:
        """Whether there is no place left."""
        return bool(self._capacity) and self._taken >= self._capacity

    def admit(self, registration: Registration, moment: Moment, *, regardless: bool = False) -> Registration:
        """Approve, or put on the waiting list if the event is full; raises Refused if the table has no such move.

        ``regardless``: staff and speakers are never kept out by a full event. Who waits already stays where he is.
        """
        if self.full and not regardless:
            if registration.queue:
                return registration
            queued = after(registration.status, Act.QUEUE)
            self._next += 1
            return msgspec.structs.replace(registration, status=queued, queue=self._next - 1, decided_at=moment.at)
        self._taken += 1
        return msgspec.structs.replace(
            registration, status=after(registration.status, Act.APPROVE), queue=0, held="", decided_at=moment.at
        )

    def leave(self, person: str, registration: Registration) -> None:
        """Somebody gives up his place, or his place on the list."""
        if registration.status in MAY_ENTER:
            self._taken -= 1
        self._left.add(person)

    def move_up(self, moment: Moment) -> list[Change]:
        """Give free places to those who have waited longest."""
        changes: list[Change] = []
        for person in self._register.waiting():
            if self.full:
                break
            waiting = registration_of(self._state, person)
            if waiting is None or person in self._left:
                continue
            changes += [
                put(person_stream(person), person, self.admit(waiting, moment)),
                letter(moment, person, Template.APPROVED),
                put(
                    person_stream(person),
                    moment.new_id(),
                    Notice("approved", "A place has become free: you are approved and may enter."),
                ),
            ]
        return changes


def letter(moment: Moment, person: str, template: Template, address: str = "", **details: str) -> Change:
    """A letter to be sent."""
    kept = tuple((name, text) for name, text in details.items() if text)
    return put(EVENT_MAIL, moment.new_id(), Mail(person, template, kept, address=address))


def organisers(state: State) -> set[str]:
    """People who are organisers of the whole event without end and may enter."""
    grants = state.view(Grants)
    return {
        person
        for person in grants.people()
        if any(is_lasting_organiser(grant) for grant in grants.of(person)) and _may_enter(state, person)
    }


def is_lasting_organiser(grant: Grant) -> bool:
    """Whether a grant makes an organiser of the whole event, without end."""
    return grant.role == "organiser" and not (grant.scope.room or grant.scope.session) and not grant.until


def keep_an_organiser(state: State, leaving: set[str]) -> None:
    """Raises Refused (``last_organiser``) if nobody would be left to run the event."""
    now = organisers(state)
    if now and now <= leaving:
        raise Refused(
            "last_organiser",
            "This is the last organiser of the event. Make somebody else organiser first.",
        )


def _may_enter(state: State, person: str) -> bool:
    registration = registration_of(state, person)
    return registration is not None and registration.status in MAY_ENTER
