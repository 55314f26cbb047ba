"""An event that commands are done to without journal, clock or disk."""

from __future__ import annotations

from typing import Any

import pytest

from turia.errors import Refused
from turia.event.all_commands import COMMANDS, QUERIES
from turia.event.categories import Category
from turia.event.commands import NOBODY, THE_SYSTEM, Actor, ask, decide
from turia.event.entries import (
    EVENT,
    EVENT_MAIL,
    EVENT_STAFF,
    Change,
    Entry,
    Value,
    delete,
    person_stream,
    put,
    room_staff_stream,
)
from turia.event.grants import Grant
from turia.event.mail import Mail, Template
from turia.event.managing import Chosen
from turia.event.people import Registration, Star, Status
from turia.event.programme import Room, Session, Speaker
from turia.event.rooms import Waiting
from turia.event.settings import Document, Info, Policies
from turia.event.state import State
from turia.testing.backbone import NOW, counted_ids, entries_of, moment, picture


class Event:
    """``organiser`` is one; ``now`` is moved by tests, milliseconds UTC; ``log`` has every entry."""

    organiser = Actor("olga")

    def __init__(self, **policies: Any) -> None:
        self.state = State()
        self.now = NOW
        self.log: list[Entry] = []
        self._ids = counted_ids("p")
        self.put(
            put(EVENT, "info", Info("Day")),
            put(EVENT, "policies", Policies(**policies)),
            put(EVENT, "privacy", Document("Privacy notice", "We keep little.")),
            put(EVENT, "conduct", Document("Code of conduct", "Be kind.")),
            put(person_stream("olga"), "olga", registration("Olga", status=Status.CONFIRMED)),
            put(EVENT_STAFF, "first", Grant("olga", "organiser")),
        )

    def put(self, *changes: Change, actor: str = "system") -> None:
        """Let this have happened."""
        entries = entries_of(*changes, at=self.now, actor=actor, state=self.state)
        self.state.apply(entries)
        self.log += entries

    def do(self, name: str, by: Actor = THE_SYSTEM, /, **fields: Any) -> Any:
        """Do a command; its answer. Raises Refused."""
        given = COMMANDS[name].payload(**fields)
        decision = decide(self.state, name, given, by, moment(self.now, ids=self._ids))
        self.put(*decision.changes, actor=by.person)
        return decision.answer

    def ask(self, name: str, by: Actor = NOBODY, /, **fields: Any) -> Any:
        """The answer to a query."""
        return ask(self.state, name, QUERIES[name].payload(**fields), by, moment(self.now, ids=self._ids))

    def refuses(self, name: str, by: Actor = THE_SYSTEM, /, **fields: Any) -> Refused:
        """Why a command or query is refused; nothing has changed then."""
        before = picture(self.state)
        with pytest.raises(Refused) as refused:
            self.do(name, by, **fields) if name in COMMANDS else self.ask(name, by, **fields)
        assert picture(self.state) == before
        return refused.value

    # -- people --------------------------------------------------------------------------------------
    def register(self, name: str = "Ana", **fields: Any) -> str:
        """Register by the public form; the id of whoever has the address then."""
        self.do("people.register", NOBODY, **form(name, **fields))
        email = fields.get("email", address(name))
        return next(person for person, each in self.people().items() if each.email == email)

    def enrol(self, name: str = "Ana", **fields: Any) -> str:
        """Register and prove the address."""
        person = self.register(name, **fields)
        self.do("people.prove_address", person=person, email=self[person].email)
        return person

    def __getitem__(self, person: str) -> Registration:
        found = self.state.get(person_stream(person), Registration, person)
        assert found is not None
        return found

    def people(self) -> dict[str, Registration]:
        """All registrations but the organiser's."""
        streams = [stream for stream in self.state.tops if stream.startswith("person/")]
        found = {key: each for stream in streams for key, each in self.state.all(stream, Registration).items()}
        return {key: each for key, each in found.items() if key != "olga"}

    def statuses(self) -> dict[str, str]:
        """Name -> status, without the organiser."""
        return {each.name: str(each.status) for each in self.people().values()}

    def seen(self, stream: str, kind: type[Value], key: str) -> int:
        """What an editor has seen."""
        item = self.state.item(stream, kind, key)
        return item.offset if item else 0

    def seen_person(self, person: str) -> int:
        """The same for a registration."""
        return self.seen(person_stream(person), Registration, person)

    def letters(self, person: str | None = None) -> list[Template]:
        """What letters were decided, in order."""
        mails = self.state.all(EVENT_MAIL, Mail).values()
        return [each.template for each in mails if person is None or each.person == person]

    def grant(self, person: str, role: str, **fields: Any) -> str:
        """Give a role; the key of the grant."""
        granted = self.do("roles.grant", self.organiser, person=person, role=role, **fields)
        return str(granted.grant)

    def policies(self, **fields: Any) -> None:
        """Change the rules."""
        self.do(
            "settings.set_policies",
            self.organiser,
            policies=Policies(**fields),
            seen=self.seen(EVENT, Policies, "policies"),
        )


def address(name: str) -> str:
    return f"{'.'.join(name.lower().split())}@example.org"


def form(name: str = "Ana", **fields: Any) -> dict[str, Any]:
    """A public form that is all right."""
    whole = {
        "name": name,
        "email": address(name),
        "category": Category.INDIVIDUAL,
        "country": "ES",
        "contribute": True,
        "privacy": 1,
    }
    return {**whole, **fields}


def edit_form(name: str = "Ana", **fields: Any) -> dict[str, Any]:
    """The same without what only the public form asks."""
    whole = form(name, **fields)
    del whole["privacy"]
    return whole


def registration(name: str, *, status: Status = Status.SUBMITTED, **fields: Any) -> Registration:
    return Registration(status, name, address(name), "individual", "ES", contribute=True, **fields)


def chosen(*people: str) -> tuple[Chosen, ...]:
    return tuple(Chosen(person) for person in people)


HALL = room_staff_stream("hall")


def busy_event() -> tuple[Event, str]:
    """Ana did a bit of everything, under her present and a former name."""
    event = Event(capacity=2)
    event.do("people.invite", event.organiser, address="ana@example.org", name="Ana Secret", role="speaker")
    ana = event.enrol("Ana Secret", email="ana@example.org", affiliation="Hidden Ltd")
    event.grant(ana, "steward")
    event.do("people.reissue", event.organiser, person=ana)
    event.put(
        put(EVENT, "hall", Room("Hall")),
        put(EVENT, "sp", Speaker("Keynote speaker", person=ana)),
        put(EVENT, "s1", Session("Opening", 1, 2, room="hall", chairs=(ana, "olga"))),
        put(person_stream(ana), "s1", Star()),
        put(HALL, ana, Waiting("Ana Secret", "Hidden Ltd")),
        put(HALL, "ben", Waiting("Ben")),
        delete(HALL, Waiting, ana),
    )
    return event, ana
