"""The list of registered people: search, filters, order, pages, totals. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event.commands import Actor, Answer, Key, Moment, Query, Text, query
from turia.event.countries import country_name
from turia.event.entries import person_stream
from turia.event.grants import Appearances, Grants
from turia.event.names import unaccented
from turia.event.people import Registration, Status
from turia.event.permissions import EVENT_SCOPE, permits
from turia.event.register import Register, registration_of
from turia.event.roles import Permission
from turia.event.state import State

PAGE: Final = 50
_MAX_PAGE: Final = 200


class ListPeople(Query, frozen=True, kw_only=True):
    """Empty filters let everybody through. ``role``: given or by the programme, at any time. ``page`` counts from 1."""

    search: Text = ""
    statuses: tuple[Status, ...] = ()
    category: Text = ""
    country: Text = ""
    attendance: Text = ""
    role: Text = ""
    #: Only those whom the staff must look at.
    held: bool = False
    sort: Literal["name", "submitted", "status", "country", "category", "affiliation"] = "name"
    descending: bool = False
    page: Annotated[int, Meta(ge=1, le=100_000)] = 1
    size: Annotated[int, Meta(ge=1, le=_MAX_PAGE)] = PAGE


class GetPerson(Query, frozen=True):
    """One registration."""

    person: Key


class PersonRow(Answer, frozen=True):
    """One person. ``seen``: offset of the registration, for editing; ``email`` only for those who manage people or
    re-issue links. ``roles``: names of roles, given or by the programme."""

    person: str
    seen: int
    registration: Registration
    country_name: str
    roles: tuple[str, ...]


class PeoplePage(Answer, frozen=True):
    """A page. ``total``: people who pass the filters; ``counts``: all registrations by status."""

    people: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int
    counts: dict[str, int]


@query("people.list", permission=Permission.PEOPLE_READ, answer=PeoplePage)
def list_people(state: State, given: ListPeople, by: Actor, moment: Moment) -> PeoplePage:
    """Registered people, searched, filtered, sorted and in pages; with how many there are of each status."""
    addresses = sees_addresses(state, by, moment)
    register = state.view(Register)
    fits = _filter(state, given, addresses)
    found = [(person, there) for person, there in register.everybody.items() if fits(person, there)]
    found.sort(key=lambda each: _ORDER[given.sort](each[1]), reverse=given.descending)
    pages = max(1, -(-len(found) // given.size))
    page = min(given.page, pages)
    shown = found[(page - 1) * given.size : page * given.size]
    return PeoplePage(
        tuple(row(state, person, there, addresses=addresses) for person, there in shown),
        len(found),
        page,
        pages,
        {status.value: register.counts[status] for status in Status},
    )


@query("people.get", permission=Permission.PEOPLE_READ, answer=PersonRow)
def get_person(state: State, given: GetPerson, by: Actor, moment: Moment) -> PersonRow:
    """One registered person."""
    there = registration_of(state, given.person)
    if there is None:
        raise Refused("unknown_person", "There is no such registration any more.")
    return row(state, given.person, there, addresses=sees_addresses(state, by, moment))


def sees_addresses(state: State, by: Actor, moment: Moment) -> bool:
    """Whether somebody may see people's addresses: those who write to people or help them back in."""
    return any(
        permits(state, by.person, permission, EVENT_SCOPE, moment.event_at, guest=by.guest)
        for permission in (Permission.PEOPLE_MANAGE, Permission.PEOPLE_REISSUE)
    )


def row(state: State, person: str, there: Registration, *, addresses: bool) -> PersonRow:
    """One line of the list."""
    item = state.item(person_stream(person), Registration, person)
    shown = there if addresses else msgspec.structs.replace(there, email="", new_email="", note="")
    return PersonRow(
        person, item.offset if item else 0, shown, country_name(there.country), tuple(sorted(roles_of(state, person)))
    )


def roles_of(state: State, person: str) -> set[str]:
    """Names of the roles that a person has at any time, given or by the programme."""
    given = {grant.role for grant in state.view(Grants).of(person)}
    return given | {role for role, _ in state.view(Appearances).of(person)}


def _filter(state: State, given: ListPeople, addresses: bool) -> Callable[[str, Registration], bool]:
    words = plain(given.search).split()
    statuses = frozenset(given.statuses)

    def fits(person: str, there: Registration) -> bool:
        if statuses and there.status not in statuses:
            return False
        if given.category and there.category != given.category:
            return False
        if given.country and there.country != given.country:
            return False
        if given.attendance and there.attendance != given.attendance:
            return False
        if given.held and not there.held:
            return False
        if given.role and given.role not in roles_of(state, person):
            return False
        if not words:
            return True
        text = plain(f"{there.name} {there.affiliation} {there.email if addresses else ''}")
        return all(word in text for word in words)

    return fits


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """See :func:`turia.event.names.unaccented`; remembered, because lists are searched at every key."""
    return unaccented(text)


_ORDER: Final[dict[str, Callable[[Registration], Any]]] = {
    "name": lambda there: plain(there.name),
    "submitted": lambda there: there.submitted_at,
    "status": lambda there: (list(Status).index(there.status), there.queue, plain(there.name)),
    "country": lambda there: (plain(country_name(there.country)), plain(there.name)),
    "category": lambda there: (there.category, plain(there.name)),
    "affiliation": lambda there: (plain(there.affiliation), plain(there.name)),
}
