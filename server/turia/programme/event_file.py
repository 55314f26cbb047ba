"""``event.toml``: what an event begins with. Bytes in, a :class:`turia.event.seeding.Seed` out. See docs/event-file.md.

Its tables are ``info``, ``policies``, ``documents.<key>``, ``blocks.<key>``, ``rooms.<key>``, ``tracks.<key>``,
``speakers.<key>`` and ``sessions.<key>``, with the fields of the values of the same names. Times of sessions are local
to the event's zone (``start = 2025-11-03T09:30:00``) unless they carry an offset; ``minutes`` may stand for ``end``.
The order of things in the file is their order in the event.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from datetime import datetime
from typing import Any, Final

import msgspec

from turia.errors import Refused, SettingsError
from turia.event import day
from turia.event.entries import Value
from turia.event.programme import Room, Session, Speaker, Track
from turia.event.quoting import quoted
from turia.event.seeding import Seed
from turia.event.session_checks import check_parts
from turia.event.settings import Block, Document, Info, Policies

_KEY: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_ONE: Final[dict[str, type[Value]]] = {"info": Info, "policies": Policies}
_MANY: Final[dict[str, type[Value]]] = {
    "documents": Document,
    "blocks": Block,
    "rooms": Room,
    "tracks": Track,
    "speakers": Speaker,
    "sessions": Session,
}
#: Kinds that are shown in the order of the file.
_ORDERED: Final = frozenset({"blocks", "rooms", "tracks", "speakers"})


def parse(data: bytes, name: str) -> Seed:
    """The event that the file describes; ``name`` is shown in errors. Raises SettingsError that says what to write."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise SettingsError(f"{name} is not written in UTF-8. Save it as UTF-8 text.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{name} is not valid TOML: {error}.") from None
    draft = table.pop("draft", True)
    if not isinstance(draft, bool):
        raise SettingsError(f"In {name}, draft must be true or false.")
    _known(table, [*_ONE, *_MANY, "draft"], f"{name} has a table")
    if "info" not in table:
        raise SettingsError(f"{name} has no table [info]. Give the event at least a title there.")
    parts: dict[str, Any] = {
        key: _value(table[key], kind, f"[{key}]", name) for key, kind in _ONE.items() if key in table
    }
    zone = parts["info"].zone
    if not day.known_zone(zone):
        raise SettingsError(
            f"In {name}, [info], zone is {quoted(zone)}, which is no time zone. Write for example Europe/Madrid."
        )
    parts |= {key: _things(table.get(key, {}), key, zone, name) for key in _MANY}
    seed = Seed(**parts, draft=draft, source=name.rpartition("/")[2])
    for key, session in seed.sessions.items():
        try:
            check_parts(session, seed.rooms, seed.tracks, seed.speakers, name=key)
        except Refused as error:
            raise SettingsError(f"{name}: {error.message}") from None
    return seed


def _things(table: object, area: str, zone: str, name: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for number, (key, fields) in enumerate(_table(table, f"[{area}]", name).items()):
        where = f"[{area}.{key}]"
        if not _KEY.fullmatch(key):
            raise SettingsError(f"In {name}, {where}: a key has letters, digits and _ . : - only, at most 64.")
        fields = dict(_table(fields, where, name))
        if area in _ORDERED:
            fields.setdefault("order", number)
        if area == "sessions":
            fields = _timed(fields, zone, where, name)
        found[key] = _value(fields, _MANY[area], where, name)
    return found


def _table(value: object, where: str, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingsError(f"In {name}, {where} must be a table.")
    return value


def _value(fields: object, kind: type[Value], where: str, name: str) -> Value:
    fields = _table(fields, where, name)
    _known(fields, list(kind.__struct_fields__), f"In {name}, {where} has a field")
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        raise SettingsError(f"In {name}, {where}: {error}.") from None


def _known(fields: dict[str, Any], known: list[str], where: str) -> None:
    for field in fields:
        if field not in known:
            near = difflib.get_close_matches(field, known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known)}."
            raise SettingsError(f"{where} {quoted(field)}, which means nothing there. {hint}")


def _timed(fields: dict[str, Any], zone: str, where: str, name: str) -> dict[str, Any]:
    """``start`` and ``end`` or ``minutes`` as milliseconds UTC."""
    start = _time(fields.pop("start", None), zone, f"{where}, start", name)
    if "minutes" in fields:
        minutes = fields.pop("minutes")
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 44_640:
            raise SettingsError(f"In {name}, {where}, minutes must be a whole number from 1 to 44640.")
        if "end" in fields:
            raise SettingsError(f"In {name}, {where}: give either end or minutes, not both.")
        return {**fields, "start": start, "end": start + minutes * 60_000}
    return {**fields, "start": start, "end": _time(fields.pop("end", None), zone, f"{where}, end", name)}


def _time(value: object, zone: str, where: str, name: str) -> int:
    if not isinstance(value, datetime):
        raise SettingsError(f"In {name}, {where} must be a date and time without quotes: 2025-11-03T09:30:00.")
    return day.to_ms(value) if value.tzinfo else day.at_wall(value, day.zone(zone))
