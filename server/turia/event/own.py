"""One's own registration: seeing it, editing, withdrawing, and what the event knows of oneself. Pure."""

from __future__ import annotations

import msgspec

from turia.errors import Refused
from turia.event import consents, names
from turia.event.admission_rules import Places, keep_an_organiser, letter, policies_of
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, command, decided, query
from turia.event.entering import WHY_NOT
from turia.event.entries import EVENT_STAFF, Change, delete, person_stream, put
from turia.event.form import Form, filled, with_form
from turia.event.grants import Grant, Grants
from turia.event.mail import Template
from turia.event.names_check import check_name
from turia.event.people import MAY_ENTER, Guest, Notice, Registration, Status
from turia.event.register import Register, registration_of
from turia.event.registration_states import STATUS_TITLES, Act, after
from turia.event.roles import Permission
from turia.event.settings import RegistrationMode
from turia.event.stale import check_seen
from turia.event.state import State


class EditMine(Form, frozen=True, kw_only=True):
    """The whole form as it is to be; ``seen``: offset of the registration that was edited. No ``look``: as before."""

    seen: int


class WithdrawMine(Command, frozen=True):
    """Give up one's place."""


class NoticeSeen(Command, frozen=True):
    """``notice``: its key in my stream."""

    notice: Key


class MineEdited(Answer, frozen=True):
    """``prove``: the new address, which counts once the link sent to it was used; "" if it did not change."""

    prove: str = ""


class WhoAmI(Query, frozen=True):
    """Who am I here?"""


class Me(Answer, frozen=True, kw_only=True):
    """Where I stand. ``seen``: offset for ``people.edit_mine``; ``why``: why I may not enter yet, or "".

    ``texts``: documents that I must agree to now; ``texts_to_enter``: before I enter.
    """

    person: str
    guest: bool = False
    registration: Registration | None = None
    seen: int = 0
    status: str = ""
    may_enter: bool = False
    why: str = ""
    #: My place on the waiting list, 0 if I am not on it.
    place: int = 0
    texts: tuple[str, ...] = ()
    texts_to_enter: tuple[str, ...] = ()


@query("people.me", permission=Permission.SELF, answer=Me)
def me(state: State, given: WhoAmI, by: Actor, moment: Moment) -> Me:
    """My registration, whether I may enter, and what I must agree to."""
    del given, moment
    there = registration_of(state, by.person)
    if there is None:
        guest = state.get(person_stream(by.person), Guest, by.person) is not None
        return Me(person=by.person, guest=guest, may_enter=guest and by.guest)
    item = state.item(person_stream(by.person), Registration, by.person)
    waiting = state.view(Register).waiting() if there.status is Status.WAITING else []
    return Me(
        person=by.person,
        registration=there,
        seen=item.offset if item else 0,
        status=STATUS_TITLES[there.status],
        may_enter=there.status in MAY_ENTER,
        why=WHY_NOT.get(there.status, ""),
        place=waiting.index(by.person) + 1 if waiting else 0,
        texts=consents.missing(state, by.person),
        texts_to_enter=consents.missing(state, by.person, entering=True),
    )


@command("people.edit_mine", permission=Permission.SELF, answer=MineEdited)
def edit_mine(state: State, given: EditMine, by: Actor, moment: Moment) -> Decision:
    """Change one's own registration. A new address counts when the link that is sent to it was used."""
    there = _mine(state, by)
    form = filled(given)
    wanted = with_form(there, form if form.look else msgspec.structs.replace(form, look=there.look))
    check_seen(state, person_stream(by.person), by.person, wanted, given.seen)
    _check_may_change(state, by, there, wanted)
    changes: list[Change] = []
    prove = ""
    if names.same_address(form.email) != names.same_address(there.email):
        prove = form.email
        wanted = msgspec.structs.replace(wanted, new_email=prove)
        if prove != there.new_email:
            # Also if it is another's: that must not be learnt here, and his letter tells him.
            changes.append(letter(moment, by.person, Template.CONFIRM, address=prove))
    elif there.new_email:
        wanted = msgspec.structs.replace(wanted, new_email="")
    if wanted != there:
        changes.insert(0, put(person_stream(by.person), by.person, wanted))
    return decided(*changes, answer=MineEdited(prove))


@command("people.withdraw", permission=Permission.SELF)
def withdraw(state: State, given: WithdrawMine, by: Actor, moment: Moment) -> Decision:
    """Give up one's registration, one's place and one's roles; the next one on the waiting list moves up."""
    del given
    there = _mine(state, by)
    if there.status is Status.WITHDRAWN:
        return decided()
    keep_an_organiser(state, {by.person})
    places = Places(state)
    gone = leaving(state, places, by.person, there, Act.WITHDRAW, moment)
    return decided(*gone, letter(moment, by.person, Template.WITHDRAWN), *places.move_up(moment))


@command("my.seen", permission=Permission.SELF)
def notice_seen(state: State, given: NoticeSeen, by: Actor, moment: Moment) -> Decision:
    """Take away a notice that I have read; also in my other windows."""
    del moment
    stream = person_stream(by.person)
    there = state.get(stream, Notice, given.notice) is not None
    return decided(*([delete(stream, Notice, given.notice)] if there else []))


def leaving(
    state: State, places: Places, person: str, there: Registration, act: Act, moment: Moment, *, note: str = ""
) -> list[Change]:
    """Somebody withdraws or is declined: his roles end, and his place is free (see ``places.move_up``)."""
    places.leave(person, there)
    gone = msgspec.structs.replace(
        there, status=after(there.status, act), queue=0, note=note or there.note, decided_at=moment.at
    )
    return [
        put(person_stream(person), person, gone),
        *(delete(EVENT_STAFF, Grant, key) for key in state.view(Grants).keyed(person)),
    ]


def _mine(state: State, by: Actor) -> Registration:
    there = registration_of(state, by.person)
    if there is None:
        raise Refused("not_registered", "You are not registered for this event. Register first.")
    return there


def _check_may_change(state: State, by: Actor, there: Registration, wanted: Registration) -> None:
    """What was approved by people is changed by people; and nobody renames himself into somebody else."""
    if there.status is Status.WITHDRAWN:
        raise Refused("withdrawn", "You have withdrawn this registration. Register again if you wish to take part.")
    if wanted.name != there.name and check_name(state, wanted.name, by.person):
        raise Refused("name_taken", "Somebody on the programme or of the staff has this name. Ask the organisers.")
    decided_by_people = policies_of(state).registration is not RegistrationMode.OPEN and there.status in MAY_ENTER
    told_apart = (there.name, there.category, there.country) != (wanted.name, wanted.category, wanted.country)
    if decided_by_people and told_apart:
        raise Refused(
            "decided_already",
            "Your registration was approved with this name, category and country. Ask the organisers to change them.",
        )
