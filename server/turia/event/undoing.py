"""Taking back one's own edits of the programme."""

from __future__ import annotations

from typing import Final

import msgspec

from turia.errors import Refused
from turia.event.commands import Actor, Answer, Command, Decision, Key, Moment, Query, command, query
from turia.event.edits import EVENT_UNDO, Before, Edit, Edited, digest, edit, who
from turia.event.entries import EVENT, KINDS, Change, Value, delete
from turia.event.programme import Programme
from turia.event.roles import Permission
from turia.event.state import State

_NAMES: Final = ("title", "name")


class Undo(Command, frozen=True):
    """``edit``: what an editing command answered as ``undo``."""

    edit: Key


class MyEdits(Query, frozen=True):
    """Asks for one's own last edits."""


class EditMade(msgspec.Struct, frozen=True):
    """One edit; ``at``: milliseconds UTC."""

    edit: str
    text: str
    at: int


class EditsMade(Answer, frozen=True):
    """The newest first."""

    edits: tuple[EditMade, ...]


@command("programme.undo", permission=Permission.PROGRAMME_EDIT, answer=Edited)
def undo(state: State, given: Undo, by: Actor, moment: Moment) -> Decision:
    """Put back what one's own edit replaced, unless somebody changed the same things since."""
    made = state.get(EVENT_UNDO, Edit, given.edit)
    if made is None or made.by != by.person:
        raise Refused("unknown_edit", "This edit cannot be undone any more.")
    for before in made.before:
        _check_untouched(state, before)
    now = state.get(EVENT, Programme, "programme")
    if made.draft is not None and now is not None and now.draft == made.draft:
        raise Refused("changed_since", "Somebody has changed the draft mark since. Nothing was undone.")
    changes = [_inverse(before) for before in reversed(made.before)]
    decision = edit(state, by, moment, f"Undid: {made.text}", changes, draft=made.draft)
    return Decision((*decision.changes, delete(EVENT_UNDO, Edit, given.edit)), decision.answer)


@query("programme.edits", permission=Permission.PROGRAMME_EDIT, answer=EditsMade)
def edits(state: State, given: MyEdits, by: Actor, moment: Moment) -> EditsMade:
    """One's own edits that can be undone, the newest first."""
    del given, moment
    found = [
        EditMade(key, item.value.text, item.at)
        for key, item in state.items(EVENT_UNDO, Edit).items()
        if isinstance(item.value, Edit) and item.value.by == by.person
    ]
    return EditsMade(tuple(reversed(found)))


def _check_untouched(state: State, before: Before) -> None:
    item = state.item(EVENT, KINDS[before.kind], before.key)
    if digest(item.value if item else None) == before.after:
        return
    if item is None:
        raise Refused("changed_since", f"A {before.kind} of this edit was removed since. Nothing was undone.")
    raise Refused(
        "changed_since",
        f"{who(state, item.actor)} has changed “{_name(item.value)}” since. Nothing was undone; edit it instead.",
    )


def _inverse(before: Before) -> Change:
    value = msgspec.json.decode(before.value, type=KINDS[before.kind]) if before.value else None
    return Change(EVENT, before.kind, before.key, value)


def _name(value: Value) -> str:
    return next((str(getattr(value, name)) for name in _NAMES if hasattr(value, name)), value.kind)
