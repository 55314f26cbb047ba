"""``turia programme check | import | export``: programmes as files, for whoever has access to the machine."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from turia.arguments import Arguments
from turia.backbone.journal import Journal, new_id
from turia.clock import SystemClock
from turia.errors import SettingsError, StartError
from turia.event import day
from turia.event.commands import THE_SYSTEM
from turia.event.differences import Missing, ProgrammePreview, SessionChange
from turia.event.edits import Edited
from turia.event.entries import EVENT, SYSTEM
from turia.event.imported import ImportedFile
from turia.event.importing import ApplyProgramme, PreviewProgramme, StageProgramme
from turia.event.plan import Plan, plan_of
from turia.event.settings import Info
from turia.programme import safely, write_calendar, write_json, write_table, write_xml
from turia.programme.reader import MOST_BYTES
from turia.settings import CONFIG_NAME, Settings
from turia.store.lock import IN_USE
from turia.store.migrate import head, revision
from turia.store.open import open_database, open_store

R = TypeVar("R")
Load = Callable[[Path | None, dict[str, object]], Settings]

USAGE: Final = """usage: turia programme check FILE           say what is in a programme file, and what is wrong with it
       turia programme import FILE [--yes]  show what importing it would change; with --yes change it
       turia programme export FILE          write the programme; the ending of FILE says how: xml, json, ics, csv

Files are schedule.xml (frab, pretalx, voc, pentabarf), schedule.json, iCalendar and CSV. Import and export need the
data folder for themselves: while the server runs, use its page for organisers, or the addresses /programme.xml, .json
and .ics.
"""
_IMPORT_INSTEAD: Final = (
    "While it runs, import in the browser, under Organise, Programme, Import; programs send the file to "
    "POST /api/programme/import, then do programme.apply_import (see /api/docs)."
)
_EXPORT_INSTEAD: Final = (
    "While it runs, take the programme from its addresses /programme.xml, /programme.json, /programme.ics "
    "and /programme.csv."
)
#: Lines of a list; the rest is counted.
_SHOWN: Final = 20
_WRITERS: Final[dict[str, Callable[[Plan], bytes]]] = {
    ".xml": write_xml.write,
    ".json": write_json.write,
    ".ics": lambda plan: write_calendar.write(plan, whole=True),
    ".csv": write_table.write,
}


def run(arguments: list[str], load: Load) -> tuple[int, list[str]]:
    """Exit status and lines to show. ``load``: settings from a file and these values. Raises TuriaError."""
    name = arguments[0] if arguments else ""
    known: dict[str, Callable[[list[str], Load], tuple[int, list[str]]]] = {
        "check": _check,
        "import": _import,
        "export": _export,
    }
    if name not in known:
        wanted_help = name in {"-h", "--help"}
        return (0 if wanted_help else 2), [USAGE.rstrip()]
    return known[name](arguments[1:], load)


def _parser(name: str, text: str, *, data: bool, reads: bool) -> argparse.ArgumentParser:
    parser = Arguments(prog=f"turia programme {name}", description=text)
    none = argparse.SUPPRESS
    parser.add_argument("file", type=Path, metavar="FILE")
    if reads:
        parser.add_argument("--zone", default="", help="time zone of times without one (default: the event's)")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=HEADING", help="for CSV: where a field is found"
        )
    if data:
        config = f"settings file (default: {CONFIG_NAME} if there)"
        parser.add_argument("--config", type=Path, metavar="FILE", help=config)
        parser.add_argument(
            "--data", dest="data_dir", type=Path, default=none, metavar="DIR", help="folder of the data"
        )
        parser.add_argument("--database", default=none, metavar="ADDRESS", help="postgresql://..., if it is not in DIR")
    return parser


def _check(arguments: list[str], load: Load) -> tuple[int, list[str]]:
    del load
    given = _parser("check", "Say what is in a programme file.", data=False, reads=True).parse_args(arguments)
    file = _read(given.file, given.zone or "UTC", given.map)
    lost = sum(problem.lost for problem in file.problems)
    return (1 if lost else 0), [
        f"{file.name}: {file.format}{f' by {file.generator}' if file.generator else ''}"
        f"{f', {file.title}' if file.title else ''}{f', times of {file.zone}' if file.zone else ''}",
        f"{len(file.sessions):,} sessions, {len(file.rooms):,} rooms, {len(file.tracks):,} tracks, "
        f"{len(file.speakers):,} speakers; {lost:,} entries cannot be imported.",
        *_problems(file.problems),
    ]


def _import(arguments: list[str], load: Load) -> tuple[int, list[str]]:
    parser = _parser("import", "Import a programme file.", data=True, reads=True)
    parser.add_argument(
        "--missing", choices=tuple(Missing), default=Missing.KEEP, help="sessions that it does not have"
    )
    parser.add_argument("--yes", action="store_true", help="import it; without this, only say what would change")
    given = vars(parser.parse_args(arguments))
    path, zone, pairs = given.pop("file"), given.pop("zone"), given.pop("map")
    missing, yes = Missing(given.pop("missing")), given.pop("yes")

    async def work(journal: Journal) -> tuple[int, list[str]]:
        info = journal.state.get(EVENT, Info, "info")
        file = await asyncio.to_thread(_read, path, zone or (info.zone if info else "UTC"), pairs)
        upload = new_id()
        await journal.do("programme.stage_import", StageProgramme(upload, SYSTEM, file))
        preview = journal.ask("programme.preview_import", PreviewProgramme(upload, missing), THE_SYSTEM)
        assert isinstance(preview, ProgrammePreview)
        lines = _preview(preview, missing)
        if not yes:
            return 0, [*lines, "Nothing was changed. Add --yes to import it."]
        done = await journal.do("programme.apply_import", ApplyProgramme(upload, preview.version, missing), THE_SYSTEM)
        assert isinstance(done, Edited)
        return 0, [*lines, f"Imported: this is version {done.version} of the programme."]

    return asyncio.run(with_journal(load(given.pop("config"), given), work, _IMPORT_INSTEAD))


def _export(arguments: list[str], load: Load) -> tuple[int, list[str]]:
    given = vars(_parser("export", "Write the programme to a file.", data=True, reads=False).parse_args(arguments))
    path: Path = given.pop("file")
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise SettingsError(f"{path} ends in {path.suffix or 'nothing'}; it must end in .xml, .json, .ics or .csv.")

    async def work(journal: Journal) -> tuple[int, list[str]]:
        plan = plan_of(journal.state)
        try:
            path.write_bytes(write(plan))  # noqa: ASYNC240 - nobody else waits for this loop
        except OSError as error:
            raise StartError(f"{path} cannot be written: {error.strerror}.") from None
        return 0, [f"Wrote {len(plan.sessions):,} sessions to {path}."]

    return asyncio.run(with_journal(load(given.pop("config"), given), work, _EXPORT_INSTEAD))


async def with_journal(settings: Settings, work: Callable[[Journal], Awaitable[R]], instead: str) -> R:
    """What ``work`` answers, on the event of a data folder. Raises TuriaError. ``instead``: what to do while the server
    runs, which has the data for itself."""
    database = open_database(settings)
    try:
        there = await database.read(revision) == head()
    finally:
        await database.close()
    clock = SystemClock()
    journal = Journal(open_store(settings, clock), clock) if there else None
    if journal is None:
        raise StartError(f"There is no event in {settings.data_dir} yet. Start the server once with: turia serve")
    try:
        await journal.open()
    except StartError as error:
        raise StartError(f"{error.message} {instead}") if error.code == IN_USE else error from None
    try:
        return await work(journal)
    finally:
        await journal.close()


def _read(path: Path, zone: str, pairs: list[str]) -> ImportedFile:
    day.zone(zone)
    mapping = {}
    for pair in pairs:
        field, equals, heading = pair.partition("=")
        if not equals:
            raise SettingsError(f"--map takes FIELD=HEADING, such as title=Talk, not “{pair}”.")
        mapping[field] = heading
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.") from None
    return safely.read_file(data, path.name, zone, mapping)


def _preview(preview: ProgrammePreview, missing: Missing) -> list[str]:
    word = {Missing.REMOVE: "removed", Missing.CANCEL: "cancelled", Missing.KEEP: "not in the file, kept"}[missing]
    lines = [f"{preview.name}: {preview.format}{f', {preview.title}' if preview.title else ''}"]
    lines += _listed("added", preview.added)
    lines += _listed("changed", preview.changed)
    lines += _listed(word, preview.missing)
    lines.append(f"{preview.unchanged:,} sessions unchanged")
    for what, names in (("rooms", preview.new_rooms), ("tracks", preview.new_tracks)):
        if names:
            lines.append(f"new {what}: {', '.join(names[:_SHOWN])}")
    if preview.new_speakers:
        lines.append(f"{len(preview.new_speakers):,} new speakers")
    return [*lines, *_problems(preview.problems), *preview.warnings]


def _listed(word: str, changes: tuple[SessionChange, ...]) -> list[str]:
    lines = [f"{len(changes):,} {'session' if len(changes) == 1 else 'sessions'} {word}"]
    for change in changes[:_SHOWN]:
        fields = ", ".join(field.field for field in change.fields)
        lines.append(f"  {change.title}{f' ({fields})' if fields else ''}")
    return [*lines, *([f"  and {len(changes) - _SHOWN:,} more"] if len(changes) > _SHOWN else [])]


def _problems(problems: tuple[Any, ...]) -> list[str]:
    return [f"  {problem.where}: {problem.text}" if problem.where else f"  {problem.text}" for problem in problems]
