"""Commands and questions: what can be asked of the event, each with the permission it needs. Pure.

A command is a struct and a function ``decide``::

    class StarSession(Command, frozen=True):
        session: Key

    @command("programme.star", permission=Permission.EVENT_ENTER)
    def star(state: State, given: StarSession, by: Actor, moment: Moment) -> Decision:
        if state.get(EVENT, Session, given.session) is None:
            raise Refused("unknown_session", "This session is not in the programme any more.")
        return decided(put(person_stream(by.person), given.session, Star()))

:func:`decide` is the only way to it: it checks the permission first, so a command without one cannot exist. HTTP,
Socket.IO, OpenAPI, TypeScript types, docs and the permission matrix of the tests are all made from :data:`COMMANDS` and
:data:`QUERIES`. A refusal is raised as :class:`turia.errors.Refused`; nothing has changed then.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event.entries import SYSTEM, Change
from turia.event.permissions import EVENT_SCOPE, Permission, Scope, permits
from turia.event.state import State

#: Ids of rooms, sessions, people, ... in commands.
Key = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
#: One line of text that people wrote, and several.
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=20_000)]
Mid = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class Actor(msgspec.Struct, frozen=True):
    """Who acts. ``person``: id, SYSTEM, or "" for somebody who is not signed in. ``guest``: entered without
    registration, which only the demo's settings allow; ``inside``: the programme's room that he stands in, "" none:
    what is said there is for him, whatever its door says."""

    person: str
    guest: bool = False
    inside: str = ""

    @property
    def system(self) -> bool:
        """Whether nobody but the server itself acts."""
        return self.person == SYSTEM


NOBODY: Final = Actor("")
THE_SYSTEM: Final = Actor(SYSTEM)


class Moment(msgspec.Struct, frozen=True):
    """When, and where new ids come from. ``at`` is real, ``event_at`` the event's clock (rehearsals and the demo shift
    it); both in milliseconds UTC. ``new_id`` gives 128 random bits in 22 characters."""

    at: int
    event_at: int
    new_id: Callable[[], str]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what is to be done; fields are what the client sends."""


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what is asked; answered from the state, changes nothing."""


class Answer(msgspec.Struct, frozen=True):
    """Base of what a command or query answers with; plain ``Answer()`` says only that it is done."""


class Decision(msgspec.Struct, frozen=True):
    """Changes in order, and the answer; no changes are fine (it was so already)."""

    changes: tuple[Change, ...]
    answer: Answer = Answer()


def decided(*changes: Change, answer: Answer | None = None) -> Decision:
    """A decision."""
    return Decision(changes, answer or Answer())


class Asked(msgspec.Struct, frozen=True):
    """How a command or query is taken."""

    name: str
    payload: type[Any]
    answer: type[Answer]
    permission: Permission
    #: Where the permission must hold, from the payload and the state (a session lies in a room).
    scope: Callable[[State, Any], Scope]
    run: Callable[..., Any]
    text: str


COMMANDS: Final[dict[str, Asked]] = {}
QUERIES: Final[dict[str, Asked]] = {}


def whole_event(_state: State, _given: object) -> Scope:
    """Where most things are asked: they concern the event as a whole."""
    return EVENT_SCOPE


def command(
    name: str,
    *,
    permission: Permission,
    scope: Callable[[State, Any], Scope] = whole_event,
    answer: type[Answer] = Answer,
) -> Callable[[Callable[..., Decision]], Callable[..., Decision]]:
    """Register ``decide(state, given, by, moment) -> Decision`` under a dotted name (``area.verb``)."""

    def register(run: Callable[..., Decision]) -> Callable[..., Decision]:
        _add(COMMANDS, name, run, permission, scope, answer, Command)
        return run

    return register


def query(
    name: str,
    *,
    permission: Permission,
    answer: type[Answer],
    scope: Callable[[State, Any], Scope] = whole_event,
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Register ``answer(state, given, by, moment) -> Answer`` under a dotted name (``area.noun``)."""

    def register(run: Callable[..., Answer]) -> Callable[..., Answer]:
        _add(QUERIES, name, run, permission, scope, answer, Query)
        return run

    return register


def decide(state: State, name: str, given: Command, by: Actor, moment: Moment) -> Decision:
    """What a command does; raises Refused. The permission is checked here and nowhere else."""
    asked = COMMANDS[name]
    check(state, asked, given, by, moment)
    decision: Decision = asked.run(state, given, by, moment)
    return decision


def ask(state: State, name: str, given: Query, by: Actor, moment: Moment) -> Answer:
    """The answer to a query; raises Refused."""
    asked = QUERIES[name]
    check(state, asked, given, by, moment)
    answer: Answer = asked.run(state, given, by, moment)
    return answer


def check(state: State, asked: Asked, given: object, by: Actor, moment: Moment) -> None:
    """Raises Refused (``not_signed_in``, ``not_allowed``) unless ``by`` has the permission where it is needed."""
    if not permits(state, by.person, asked.permission, asked.scope(state, given), moment.event_at, guest=by.guest):
        if not by.person and asked.permission is not Permission.NOBODY:
            raise Refused("not_signed_in", "Sign in first: this needs to know who you are.")
        raise Refused("not_allowed", f"You may not do this: it needs the permission “{asked.permission}”.")


def _add(
    table: dict[str, Asked],
    name: str,
    run: Callable[..., Any],
    permission: Permission,
    scope: Callable[[State, Any], Scope],
    answer: type[Answer],
    base: type[Any],
) -> None:
    """The payload's type is the annotation of the second parameter."""
    given = list(inspect.signature(run).parameters)[1]
    payload = typing.get_type_hints(run)[given]
    if not issubclass(payload, base):
        raise TypeError(f"{name}: {given!r} must be a {base.__name__}")
    if name in table:
        raise ValueError(f"{name} is registered twice")
    table[name] = Asked(name, payload, answer, permission, scope, run, inspect.getdoc(run) or "")
