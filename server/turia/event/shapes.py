"""What the generators read of the event: every struct that travels, named once. Pure."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect as types

from turia.event import (
    captions,
    decks,
    mail,
    microphones,
    people,
    permissions,
    programme,
    recordings,
    rooms,
    settings,
    stage,
)
from turia.event.commands import Answer
from turia.protocol import schema

Struct = type[msgspec.Struct]
V = TypeVar("V")

#: Modules that define kinds; those of commands come with ``all_commands``.
MODULES: Final = (
    settings, programme, rooms, people, permissions, mail, stage, microphones, decks, captions, recordings,
)  # fmt: skip
#: What every client knows without being told.
_PLAIN: Final = (Answer,)


class Names:
    """Structs by the name they have for clients: the class's own, with its module before it where two are the same."""

    def __init__(self, roots: list[Struct]) -> None:
        self._found: dict[Struct, str] = {}
        for struct in roots:
            self._add(struct)

    def of(self, struct: Struct) -> str:
        """The name of a struct."""
        return self._found[struct]

    def all(self) -> dict[Struct, str]:
        """Every struct that was met, in the order in which it was."""
        return dict(self._found)

    def _add(self, struct: Struct) -> None:
        if struct in self._found or struct in _PLAIN:
            return
        name = struct.__name__
        if name in self._found.values():
            name = struct.__module__.rpartition(".")[2].title().replace("_", "") + name
        if name in self._found.values():
            raise ValueError(f"two structs are called {name}: rename one of them")
        self._found[struct] = name
        for field in schema.fields(struct):
            for inner in structs_in(field.type):
                self._add(inner)


def structs_in(kind: types.Type) -> list[Struct]:
    """Structs that a type mentions, directly or inside containers."""
    match kind:
        case types.StructType(cls=cls):
            return [cls]
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item) | types.SetType(item_type=item):
            return structs_in(item)
        case types.TupleType(item_types=items):
            return [each for item in items for each in structs_in(item)]
        case types.DictType(value_type=value):
            return structs_in(value)
        case types.UnionType(types=members):
            return [each for member in members for each in structs_in(member)]
    return []


def default_of(field: types.Field) -> tuple[bool, Any]:
    """Whether a field has a default, and what it is in builtin types."""
    if field.default is not msgspec.NODEFAULT:
        return True, msgspec.to_builtins(field.default)
    if field.default_factory is not msgspec.NODEFAULT:
        return True, msgspec.to_builtins(field.default_factory())
    return False, None


def note_of(struct: Struct, field: str) -> str:
    """The ``#:`` comment above a field, where the struct was written or inherited it from."""
    for owner in struct.__mro__:
        module = sys.modules.get(owner.__module__)
        if module is not None and owner.__module__.startswith("turia."):
            note = schema.comments(module).get(f"{owner.__name__}.{field}")
            if note:
                return note
    return ""


def in_order(table: dict[str, V]) -> dict[str, V]:
    """The same by name: what is generated must not depend on which module was imported first."""
    return dict(sorted(table.items()))


def words_of(cls: type[Enum]) -> list[str]:
    """The values of an enumeration of words."""
    return [str(each.value) for each in cls]
