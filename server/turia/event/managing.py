"""What organisers do with registrations: decide, edit, add by hand, help people who lost their link. Pure."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event import names, permissions
from turia.event.admission_rules import Places, keep_an_organiser, letter
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Text, command, decided
from turia.event.entries import EVENT_STAFF, Change, Value, person_stream, put
from turia.event.form import Form, filled, with_form
from turia.event.grants import all_of
from turia.event.mail import Template
from turia.event.own import leaving
from turia.event.people import MAY_ENTER, Registration, Status
from turia.event.register import Register, registration_of
from turia.event.registration_states import Act
from turia.event.roles import Permission, permissions_of
from turia.event.scopes import EVENT_SCOPE
from turia.event.stale import check_offset, check_seen
from turia.event.state import State

#: People of one decision.
MOST_AT_ONCE = 1_000
_MAX_NOTE_CHARS = 2_000


class Chosen(msgspec.Struct, frozen=True):
    """``seen``: offset of the registration that was looked at; 0: whatever it says now."""

    person: Key
    seen: int = 0


ManyChosen = Annotated[tuple[Chosen, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class ApprovePeople(Command, frozen=True, kw_only=True):
    """``over_capacity``: also if the event is full; else they wait. ``note`` goes into the letter."""

    people: ManyChosen
    note: Text = ""
    over_capacity: bool = False


class DeclinePeople(Command, frozen=True, kw_only=True):
    """``note``: why; it goes into the letter."""

    people: ManyChosen
    note: Text = ""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one person: ``status`` now; ``code`` and ``message`` if nothing was done."""

    person: str
    done: bool
    status: str = ""
    code: str = ""
    message: str = ""


class Outcomes(Answer, frozen=True):
    """In the order in which they were asked for."""

    people: tuple[Outcome, ...]


class EditPerson(Form, frozen=True, kw_only=True):
    """The whole form as it is to be; ``seen``: offset of the registration that was edited. No ``look``: as before."""

    person: Key
    seen: int
    note: Text = ""


class AddPerson(Form, frozen=True, kw_only=True):
    """``write``: whether a letter with a link goes out."""

    note: Text = ""
    write: bool = True
    over_capacity: bool = False


class Added(Answer, frozen=True):
    """Who it is now, and whether there was a place."""

    person: str
    status: Status


class Reissue(Command, frozen=True):
    """``by_letter`` False: the code is told to the person at the desk (the server shows it to whoever asked)."""

    person: Key
    by_letter: bool = True


class Reissued(Value, frozen=True):
    """Somebody of the staff made a new link and code. Stream EVENT_STAFF, key: the person; the log has all of them."""

    kind: ClassVar[str] = "reissued"
    by_letter: bool


@command("people.approve", permission=Permission.PEOPLE_MANAGE, answer=Outcomes)
def approve(state: State, given: ApprovePeople, by: Actor, moment: Moment) -> Decision:
    """Approve people; those for whom there is no place go on the waiting list. Each is decided by itself."""
    del by
    note = names.text(given.note, "note", _MAX_NOTE_CHARS)
    places = Places(state)
    changes: list[Change] = []
    results: list[Outcome] = []
    for chosen, there in _each(state, given.people, results):
        if there.status in MAY_ENTER:
            results.append(Outcome(chosen.person, True, there.status))
            continue
        try:
            admitted = places.admit(there, moment, regardless=given.over_capacity)
        except Refused as refused:
            results.append(_refused(chosen.person, there, refused))
            continue
        results.append(Outcome(chosen.person, True, admitted.status))
        if admitted != there:
            template = Template.APPROVED if admitted.status in MAY_ENTER else Template.WAITING
            changes += [
                put(person_stream(chosen.person), chosen.person, admitted),
                letter(moment, chosen.person, template, note=note),
            ]
    return decided(*changes, answer=Outcomes(tuple(results)))


@command("people.decline", permission=Permission.PEOPLE_MANAGE, answer=Outcomes)
def decline(state: State, given: DeclinePeople, by: Actor, moment: Moment) -> Decision:
    """Decline people, or take an approval back; their places go to those who wait."""
    note = names.text(given.note, "note", _MAX_NOTE_CHARS)
    keep_an_organiser(state, {chosen.person for chosen in given.people})
    places = Places(state)
    changes: list[Change] = []
    results: list[Outcome] = []
    for chosen, there in _each(state, given.people, results):
        if there.status is Status.DECLINED:
            results.append(Outcome(chosen.person, True, there.status))
            continue
        try:
            check_not_above(state, by, chosen.person, moment)
            gone = leaving(state, places, chosen.person, there, Act.DECLINE, moment, note=note)
        except Refused as refused:
            results.append(_refused(chosen.person, there, refused))
            continue
        results.append(Outcome(chosen.person, True, Status.DECLINED))
        changes += [*gone, letter(moment, chosen.person, Template.DECLINED, note=note)]
    return decided(*changes, *places.move_up(moment), answer=Outcomes(tuple(results)))


@command("people.edit", permission=Permission.PEOPLE_MANAGE)
def edit(state: State, given: EditPerson, by: Actor, moment: Moment) -> Decision:
    """Change somebody's registration; his address too, so look twice."""
    there = _known(state, given.person)
    form = filled(given)
    wanted = msgspec.structs.replace(
        with_form(there, form if form.look else msgspec.structs.replace(form, look=there.look)),
        email=form.email,
        new_email="" if form.email != there.email else there.new_email,
        note=names.text(given.note, "note", _MAX_NOTE_CHARS),
        held="" if there.name != form.name else there.held,
    )
    check_seen(state, person_stream(given.person), given.person, wanted, given.seen)
    if names.same_address(form.email) != names.same_address(there.email):
        # Whoever reads the letters of an address signs in as its owner.
        check_not_above(state, by, given.person, moment)
    if state.view(Register).by_address(form.email) not in {"", given.person}:
        raise Refused("address_taken", "Somebody else is registered with this address.")
    return decided(*([] if wanted == there else [put(person_stream(given.person), given.person, wanted)]))


@command("people.add", permission=Permission.PEOPLE_MANAGE, answer=Added)
def add(state: State, given: AddPerson, by: Actor, moment: Moment) -> Decision:
    """Register somebody by hand: he is approved, or on the waiting list if the event is full."""
    del by
    note = names.text(given.note, "note", _MAX_NOTE_CHARS)
    form = msgspec.structs.replace(filled(given), submitted_at=moment.at, source="staff", note=note)
    known = state.view(Register).by_address(form.email)
    there = registration_of(state, known)
    if there is not None and there.status is not Status.WITHDRAWN:
        raise Refused("address_taken", f"{there.name} is registered with this address already ({there.status}).")
    person = known or moment.new_id()
    added = Places(state).admit(form, moment, regardless=given.over_capacity)
    template = Template.WAITING if added.status is Status.WAITING else Template.APPROVED
    return decided(
        put(person_stream(person), person, added),
        *([letter(moment, person, template)] if given.write else []),
        answer=Added(person, added.status),
    )


@command("people.reissue", permission=Permission.PEOPLE_REISSUE)
def reissue(state: State, given: Reissue, by: Actor, moment: Moment) -> Decision:
    """Give somebody a new link and code, by letter or at the desk; that it was done stays in the log."""
    there = _known(state, given.person)
    if there.status is Status.WITHDRAWN:
        raise Refused("withdrawn", f"{there.name} has withdrawn. He may register again.")
    if not given.by_letter:
        check_not_above(state, by, given.person, moment)
    template = Template.CONFIRM if there.status is Status.SUBMITTED else Template.SIGN_IN
    return decided(
        put(EVENT_STAFF, given.person, Reissued(given.by_letter)),
        *([letter(moment, given.person, template)] if given.by_letter else []),
    )


def check_not_above(state: State, by: Actor, person: str, moment: Moment) -> None:
    """Raises Refused (``above_you``) if the person has, or will have, a permission that ``by`` does not hold: else a
    steward could sign in as an organiser."""
    if by.system or by.person == person:
        return
    theirs = {
        each
        for grant in all_of(state, person)
        if not grant.until or grant.until > moment.event_at
        for each in permissions_of(state, grant.role)
    }
    if not all(
        permissions.permits(state, by.person, Permission(each), EVENT_SCOPE, moment.event_at, guest=by.guest)
        for each in theirs
    ):
        raise Refused("above_you", "This person may do more than you. Ask an organiser, or send a letter instead.")


def _each(state: State, people: tuple[Chosen, ...], results: list[Outcome]) -> list[tuple[Chosen, Registration]]:
    """Those who are there as they were seen, once each; the others go into ``results``."""
    found: dict[str, tuple[Chosen, Registration]] = {}
    for chosen in people:
        there = registration_of(state, chosen.person)
        if there is None:
            gone = "There is no such registration any more."
            results.append(Outcome(chosen.person, False, code="unknown_person", message=gone))
            continue
        try:
            if chosen.seen:
                check_offset(state, person_stream(chosen.person), Registration, chosen.person, chosen.seen)
        except Refused as refused:
            results.append(_refused(chosen.person, there, refused))
            continue
        found.setdefault(chosen.person, (chosen, there))
    return list(found.values())


def _refused(person: str, there: Registration, refused: Refused) -> Outcome:
    return Outcome(person, False, there.status, refused.code, refused.message)


def _known(state: State, person: str) -> Registration:
    there = registration_of(state, person)
    if there is None:
        raise Refused("unknown_person", "There is no such registration any more.")
    return there
