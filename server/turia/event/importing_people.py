"""Commands for lists of people: preview, import, export. Pure."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from turia.errors import Refused
from turia.event.admission_rules import Places, letter
from turia.event.commands import Actor, Answer, Command, Decision, Moment, Query, Text, command, decided, query
from turia.event.countries import country_name
from turia.event.entries import Change, person_stream, put
from turia.event.listing import plain, roles_of
from turia.event.mail import Template
from turia.event.people import Registration, Status
from turia.event.people_csv import MOST_BYTES, Sheet, read, write
from turia.event.people_import import FIELDS, Does, Plan, Planned, checked_mapping, plan
from turia.event.register import Register
from turia.event.roles import Permission
from turia.event.state import State

#: People of one import; more come in several files, so that others' commands are not kept waiting.
MOST_CHANGES: Final = 2_000
_COLUMNS: Final = (
    "name",
    "email",
    "status",
    "category",
    "country",
    "affiliation",
    "organisation_scope",
    "audience",
    "attendance",
    "contribute",
    "note",
)

#: Header -> field ("" leaves the column out).
Mapping = Annotated[dict[str, str], Meta(max_length=100)]


class PreviewImport(Command, frozen=True, kw_only=True):
    """``data``: the file as it is, in base64. ``mapping`` empty: guess. ``category``: for lines that name none."""

    data: Annotated[bytes, Meta(max_length=MOST_BYTES)]
    mapping: Mapping = msgspec.field(default_factory=dict)
    category: Text = ""


class ImportPeople(PreviewImport, frozen=True, kw_only=True):
    """``approve``: new people are approved (or wait for a place); else they stand as submitted until they prove their
    address. ``write``: letters go to new people. ``over_capacity``: approve also if the event is full."""

    approve: bool = True
    write: bool = True
    over_capacity: bool = False


class ImportPreview(Answer, frozen=True, kw_only=True):
    """What would happen. ``fields``: what a column can be; ``mapping``: what was guessed or given."""

    headers: tuple[str, ...]
    fields: tuple[str, ...]
    mapping: dict[str, str]
    encoding: str
    separator: str
    lines: tuple[Planned, ...]
    counts: dict[str, int]


class Imported(Answer, frozen=True):
    """What happened; ``problems``: lines that were left out."""

    added: int
    changed: int
    same: int
    waiting: int
    problems: tuple[Planned, ...]


class ExportPeople(Query, frozen=True):
    """The list as CSV."""

    statuses: tuple[Status, ...] = ()


class PeopleCsv(Answer, frozen=True):
    """``csv``: the file's text, with its byte-order mark."""

    csv: str
    people: int


@command("people.preview_import", permission=Permission.PEOPLE_MANAGE, answer=ImportPreview)
def preview_import(state: State, given: PreviewImport, by: Actor, moment: Moment) -> Decision:
    """Read a CSV file and say what importing it would change; nothing is changed."""
    del by, moment
    sheet = read(given.data)
    planned = plan(state, sheet, given.mapping, given.category)
    return decided(
        answer=ImportPreview(
            headers=sheet.headers,
            fields=FIELDS,
            mapping=checked_mapping(sheet, given.mapping),
            encoding=sheet.encoding,
            separator=sheet.separator,
            lines=planned.lines,
            counts=_counts(planned),
        )
    )


@command("people.import", permission=Permission.PEOPLE_MANAGE, answer=Imported)
def import_people(state: State, given: ImportPeople, by: Actor, moment: Moment) -> Decision:
    """Add and change the people of a CSV file, matched by their addresses; lines with problems are left out."""
    del by
    sheet: Sheet = read(given.data)
    planned = plan(state, sheet, given.mapping, given.category)
    if len(planned.wanted) > MOST_CHANGES:
        raise Refused(
            "import_too_many",
            f"{len(planned.wanted):,} people would be added or changed; {MOST_CHANGES:,} is the most at once. "
            "Split the file into several.",
        )
    places = Places(state)
    changes: list[Change] = []
    waiting = 0
    for known, wanted in planned.wanted:
        person, registration = known or moment.new_id(), wanted
        if not known:
            registration = msgspec.structs.replace(wanted, submitted_at=moment.at)
            if given.approve:
                registration = places.admit(registration, moment, regardless=given.over_capacity)
            waiting += registration.status is Status.WAITING
        changes.append(put(person_stream(person), person, registration))
        if given.write and not known:
            changes.append(letter(moment, person, _template(registration)))
    counts = _counts(planned)
    problems = tuple(each for each in planned.lines if each.does is Does.PROBLEM)
    answer = Imported(counts["add"], counts["change"], counts["same"], waiting, problems)
    return decided(*changes, answer=answer)


@query("people.export", permission=Permission.PEOPLE_MANAGE, answer=PeopleCsv)
def export_people(state: State, given: ExportPeople, by: Actor, moment: Moment) -> PeopleCsv:
    """All registrations as CSV for a spreadsheet; no cell of it is run as a formula."""
    del by, moment
    everybody = state.view(Register).everybody
    chosen = [
        (person, each) for person, each in everybody.items() if not given.statuses or each.status in given.statuses
    ]
    chosen.sort(key=lambda each: plain(each[1].name))
    headers = (*_COLUMNS, "country_name", "roles", "person")
    rows = [
        [*(_cell(each, column) for column in _COLUMNS), country_name(each.country), _roles(state, person), person]
        for person, each in chosen
    ]
    return PeopleCsv(write(headers, rows), len(rows))


def _template(registration: Registration) -> Template:
    if registration.status is Status.SUBMITTED:
        return Template.CONFIRM
    return Template.WAITING if registration.status is Status.WAITING else Template.APPROVED


def _counts(planned: Plan) -> dict[str, int]:
    return {does.value: sum(each.does is does for each in planned.lines) for does in Does}


def _cell(registration: Registration, column: str) -> str:
    value = getattr(registration, column)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _roles(state: State, person: str) -> str:
    return " ".join(sorted(roles_of(state, person)))
