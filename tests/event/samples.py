"""Payloads for any command or query, made from its type: what the permission matrix asks with."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import inspect as kinds

#: What fields of these names are given, wherever they stand.
NAMED: dict[str, Any] = {
    "room": "plenary",
    "session": "s1",
    "person": "somebody",
    "grant": "grant-1",
    "stream": "event",
    "data": b"name,email\n",
    "email": "somebody@example.org",
    "address": "somebody@example.org",
}
_TEXT = "sample01"


def sample(payload: type[Any]) -> Any:
    """A valid payload; rooms are "plenary", sessions "s1", grants "grant-1", people "somebody"."""
    return msgspec.convert(_struct(kinds.type_info(payload)), payload, builtin_types=(bytes,))


def _struct(info: kinds.Type) -> Any:
    assert isinstance(info, kinds.StructType)
    given: dict[str, Any] = {}
    for field in info.fields:
        if field.name == "people":
            given[field.encode_name] = _people(field.type)
        elif field.name in NAMED and not isinstance(field.type, kinds.StructType | kinds.DictType):
            given[field.encode_name] = NAMED[field.name]
        elif field.required or _reaches_scope(field.type):
            given[field.encode_name] = _value(field.type)
    return list(given.values()) if info.array_like else given


def _people(kind: kinds.Type) -> Any:
    """Some people, chosen by id or with more about each."""
    kind = kind.type if isinstance(kind, kinds.Metadata) else kind
    chosen = isinstance(kind, kinds.VarTupleType) and isinstance(kind.item_type, kinds.StructType)
    return [{"person": "somebody"}] if chosen else ["somebody"]


def _reaches_scope(kind: kinds.Type) -> bool:
    return isinstance(kind, kinds.StructType) and kind.cls.__name__ == "Scope"


def _value(kind: kinds.Type) -> Any:  # noqa: C901 - a case for each kind of type
    match kind:
        case kinds.Metadata(type=inner):
            return _value(inner)
        case kinds.StrType(min_length=least):
            return _TEXT.ljust(least or 0, "x")
        case kinds.IntType(ge=least) | kinds.FloatType(ge=least):
            return least or 0
        case kinds.BoolType():
            return False
        case kinds.BytesType():
            return b"x"
        case kinds.EnumType(cls=cls):
            return next(iter(cls)).value
        case kinds.LiteralType(values=values):
            return values[0]
        case kinds.StructType():
            return _struct(kind)
        case kinds.UnionType(types=types):
            return None if any(isinstance(each, kinds.NoneType) for each in types) else _value(types[0])
        case kinds.VarTupleType(item_type=item, min_length=least) | kinds.ListType(item_type=item, min_length=least):
            return [_value(item)] * (least or 0)
        case kinds.TupleType(item_types=items):
            return [_value(each) for each in items]
        case kinds.DictType():
            return {}
        case _:
            return None
