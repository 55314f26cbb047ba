"""Importing people: which column is what, and what each line would change. Pure.

A line is matched to a registration by its address. Nothing happens until the preview was looked at, and lines with
problems are left out and named.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec

from turia.errors import Refused
from turia.event import names
from turia.event.categories import ATTENDANCES, AUDIENCES, CATEGORIES, ORGANISATION_SCOPES
from turia.event.countries import find_country
from turia.event.form import Form, filled, with_form
from turia.event.people import Registration
from turia.event.people_csv import Line, Sheet
from turia.event.quoting import quoted
from turia.event.register import Register
from turia.event.state import State

#: Field -> headers that mean it, without case, accents and signs.
_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name", "full name", "fullname", "participant", "attendee", "person", "nombre completo", "nom complet"),
    "first_name": ("first name", "firstname", "given name", "forename", "nombre", "prenom", "vorname"),
    "last_name": ("last name", "lastname", "surname", "family name", "apellidos", "nom", "nachname"),
    "email": ("email", "e mail", "mail", "email address", "e mail address", "correo", "correo electronico", "courriel"),
    "category": ("category", "registration category", "categoria", "categorie", "type"),
    "country": ("country", "country code", "pais", "pays", "land", "nationality"),
    "affiliation": (
        "affiliation",
        "organisation",
        "organization",
        "company",
        "institution",
        "employer",
        "organizacion",
    ),
    "organisation_scope": ("organisation scope", "organization scope", "scope"),
    "audience": ("audience", "audience type", "sector"),
    "attendance": ("attendance", "participation", "mode", "remote or on site"),
    "contribute": ("contribute", "wishes to contribute", "wish to contribute"),
    "note": ("note", "notes", "remark", "remarks", "comment"),
}
FIELDS: Final = tuple(_HEADERS)
_YES: Final = frozenset({"yes", "y", "true", "1", "x", "si", "oui", "ja"})
_NO: Final = frozenset({"no", "n", "false", "0", "", "non", "nein"})


class Does(StrEnum):
    """What a line would do."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    PROBLEM = "problem"


class Difference(msgspec.Struct, frozen=True):
    """A field that would change."""

    field: str
    before: str
    after: str


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What a line would do. ``person``: whose registration would change; ``message``: what is wrong with it."""

    line: int
    does: Does
    name: str = ""
    email: str = ""
    person: str = ""
    differences: tuple[Difference, ...] = ()
    message: str = ""


class Plan(msgspec.Struct, frozen=True):
    """What a whole table would do: each line, and what the registrations of those to add or change would be."""

    lines: tuple[Planned, ...]
    wanted: tuple[tuple[str, Registration], ...]


def guess_mapping(headers: tuple[str, ...]) -> dict[str, str]:
    """Header -> field, for the headers that we know; each field once."""
    found: dict[str, str] = {}
    for header in headers:
        word = _word(header)
        field = next((field for field, words in _HEADERS.items() if word in words or word == _word(field)), "")
        if field and field not in found.values():
            found[header] = field
    return found


def checked_mapping(sheet: Sheet, mapping: dict[str, str]) -> dict[str, str]:
    """The mapping (the guess if it is empty); raises Refused if it cannot work."""
    used = mapping or guess_mapping(sheet.headers)
    for header, field in used.items():
        if header not in sheet.headers:
            raise Refused("mapping_bad", f"The table has no column {quoted(header[:40])}.")
        if field and field not in FIELDS:
            raise Refused("mapping_bad", f"There is no field {quoted(field[:40])}. Choose one of: {', '.join(FIELDS)}.")
    fields = [field for field in used.values() if field]
    if len(set(fields)) < len(fields):
        raise Refused("mapping_bad", "Two columns are the same field. Choose one column for each field.")
    if "email" not in fields:
        raise Refused("mapping_no_email", "No column is the e-mail address. Say which one it is.")
    if not {"name", "first_name", "last_name"} & set(fields):
        raise Refused("mapping_no_name", "No column is the name. Say which one it is.")
    return {header: field for header, field in used.items() if field}


def plan(state: State, sheet: Sheet, mapping: dict[str, str], category: str = "") -> Plan:
    """What each line would do. ``category``: for lines that name none."""
    columns = {field: sheet.headers.index(header) for header, field in checked_mapping(sheet, mapping).items()}
    register = state.view(Register)
    seen: dict[str, int] = {}
    lines: list[Planned] = []
    wanted: list[tuple[str, Registration]] = []
    for line in sheet.lines:
        cells = {field: line.cells[at] if at < len(line.cells) else "" for field, at in columns.items()}
        try:
            if len(line.cells) > len(sheet.headers):
                raise Refused("csv_cells", f"It has {len(line.cells)} cells, the first line has {len(sheet.headers)}.")
            planned, registration = _plan_line(register, line, cells, category)
            twin = seen.setdefault(names.same_address(planned.email), line.number)
            if twin != line.number:
                raise Refused("csv_twice", f"This address stands in line {twin} already.")
        except Refused as refused:
            lines.append(_problem(line, cells, refused))
            continue
        lines.append(planned)
        if planned.does is not Does.SAME:
            wanted.append((planned.person, registration))
    return Plan(tuple(lines), tuple(wanted))


def _plan_line(register: Register, line: Line, cells: dict[str, str], category: str) -> tuple[Planned, Registration]:
    email = names.address(cells["email"])
    person = register.by_address(email)
    there = register.everybody.get(person)
    form = _form(cells, email, there, category)
    note = names.text(cells.get("note", ""), "note", 2_000)
    if there is None:
        added = msgspec.structs.replace(filled(form), note=note, source="import")
        return Planned(line=line.number, does=Does.ADD, name=added.name, email=email), added
    changed = with_form(there, msgspec.structs.replace(filled(form), look=there.look))
    if "note" in cells:
        changed = msgspec.structs.replace(changed, note=note)
    differences = _differences(there, changed)
    does = Does.CHANGE if differences else Does.SAME
    planned = Planned(
        line=line.number, does=does, name=changed.name, email=email, person=person, differences=differences
    )
    return planned, changed


def _form(cells: dict[str, str], email: str, there: Registration | None, category: str) -> Form:
    """The form that a line fills in. What it has no column for stays as it is."""

    def text(field: str, default: str = "") -> str:
        if field in cells:
            return cells[field]
        return getattr(there, field) if there is not None else default

    country = text("country")
    return Form(
        name=cells.get("name") or f"{cells.get('first_name', '')} {cells.get('last_name', '')}",
        email=email,
        category=_choice(text("category"), CATEGORIES) or category,
        country=_country(country),
        affiliation=text("affiliation"),
        organisation_scope=_choice(text("organisation_scope"), ORGANISATION_SCOPES),
        audience=_choice(text("audience"), AUDIENCES),
        attendance=_choice(text("attendance"), ATTENDANCES) or "remote",
        # Whoever puts people on a list says for them that they wish to; a column may say otherwise.
        contribute=_yes(cells["contribute"]) if "contribute" in cells else (there is None or there.contribute),
    )


def _country(text: str) -> str:
    code = find_country(text)
    if text.strip() and not code:
        raise Refused("country_unknown", f"{quoted(text[:40])} is no country that we know. Write its name or its code.")
    return code


def _choice(text: str, known: dict[str, str]) -> str:
    """A value by itself or by its title."""
    word = _word(text)
    for value, title in known.items():
        if word in (_word(str(value)), _word(title)):
            return str(value)
    if word:
        raise Refused("choice_unknown", f"{quoted(text[:40])} is none of: {', '.join(map(str, known))}.")
    return ""


def _yes(text: str) -> bool:
    word = _word(text)
    if word not in _YES | _NO:
        raise Refused("choice_unknown", f"{quoted(text[:40])} is neither yes nor no.")
    return word in _YES


def _differences(before: Registration, after: Registration) -> tuple[Difference, ...]:
    return tuple(
        Difference(field, _shown(getattr(before, field)), _shown(getattr(after, field)))
        for field in before.__struct_fields__
        if getattr(before, field) != getattr(after, field)
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _problem(line: Line, cells: dict[str, str], refused: Refused) -> Planned:
    shown = {field: names.clean_line(cells.get(field, ""))[:80] for field in ("name", "email")}
    message = f"Line {line.number}: {refused.message}"
    return Planned(line=line.number, does=Does.PROBLEM, name=shown["name"], email=shown["email"], message=message)


def _word(text: str) -> str:
    """A header or choice without case, accents and signs."""
    return " ".join(re.findall(r"[^\W_]+", names.unaccented(text)))
