"""Values as JSON text, and back. What a later version wrote is kept as it is, or refused by name; never dropped."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import msgspec

from turia import event
from turia.errors import StartError
from turia.event.entries import KINDS, Entry, Value

# A value is known once its module was loaded: all of them, or what is there would be taken for a later version's.
for _module in pkgutil.iter_modules(event.__path__):
    importlib.import_module(f"{event.__name__}.{_module.name}")


class Opaque(Value, frozen=True):
    """A value of a kind that this version does not know: carried along unread."""

    fields: dict[str, Any]


def encode(value: Value) -> str:
    """JSON text of a value."""
    return msgspec.json.encode(value.fields if isinstance(value, Opaque) else value).decode()


def decode(kind: str, text: str) -> Value:
    """The value of a kind; Opaque where the kind is unknown. Raises msgspec.ValidationError."""
    known = KINDS.get(kind)
    if known is None:
        return Opaque(msgspec.json.decode(text, type=dict[str, Any]))
    return msgspec.json.decode(text, type=known)


def decode_current(stream: str, kind: str, key: str, text: str) -> Value:
    """The value of something that is so now. Raises StartError: nothing may be decided on half of what is known."""
    try:
        return decode(kind, text)
    except msgspec.DecodeError as error:
        raise StartError(
            f"The database holds something that this version of Turia cannot read ({kind} {key} in stream {stream}: "
            f"{error}). If a later version wrote it, install that one; else restore the last backup: turia restore FILE"
        ) from None


def entry(row: Any) -> Entry:
    """An entry of the history; what this version cannot read any more is Opaque there."""
    value: Value | None = None
    if row.value is not None:
        try:
            value = decode(row.kind, row.value)
        except msgspec.DecodeError:
            value = Opaque(msgspec.json.decode(row.value, type=dict[str, Any]))
    return Entry(row.stream, row.offset, row.at, row.actor, row.kind, row.key, value)
