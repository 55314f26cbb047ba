"""``turia recordings list | finalise | export | delete``: recordings, for whoever has access to the machine."""

from __future__ import annotations

import argparse
import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from turia import doctor
from turia.arguments import Arguments
from turia.backbone.journal import Journal
from turia.errors import Refused, SettingsError, StartError
from turia.event import captions_text
from turia.event.entries import EVENT
from turia.event.programme import Session
from turia.event.recording_commands import RecordingFinished
from turia.event.recordings import Recording, RecordingState, recording_of
from turia.event.register import registration_of
from turia.event.talks import OfSession, name_of
from turia.programme_command import Load, with_journal
from turia.recording import safely
from turia.recording.folder import Finished, RecordingsFolder, segments_of
from turia.settings import CONFIG_NAME
from turia.slides.folder import DecksFolder
from turia.web.recording_cues import cues_of
from turia.web.recording_files import chapters_of, titles_of

USAGE: Final = """usage: turia recordings list [--person WHO]      where each recording stands, and who is in it
                                                 (WHO: id, name or address of somebody in them)
       turia recordings finalise SESSION         make the files of what was recorded
       turia recordings export SESSION FOLDER    copy files, captions, chapters and transcript to a folder
       turia recordings delete SESSION --yes     delete a recording for good

SESSION is the key that list shows. They need the data folder for themselves: stop the server first.
"""
_INSTEAD: Final = "Stop it first, or use the page /watch in the browser as an organiser."
_S = RecordingState
_UNDER_WAY: Final = frozenset({_S.RECORDING, _S.PAUSED})

Said = tuple[int, list[str]]


def run(arguments: list[str], load: Load) -> Said:
    """Exit status and lines to show. ``load``: settings from a file and these values. Raises TuriaError."""
    name = arguments[0] if arguments else ""
    known: dict[str, Callable[[_Desk, argparse.Namespace], Awaitable[Said]]] = {
        "list": _list,
        "finalise": _finalise,
        "export": _export,
        "delete": _delete,
    }
    if name not in known:
        return (0 if name in {"-h", "--help"} else 2), [USAGE.rstrip()]
    given = _parser(name).parse_args(arguments[1:])
    places = {key: value for key in ("data_dir", "database") if (value := getattr(given, key, None)) is not None}
    settings = load(given.config, places)

    async def work(journal: Journal) -> Said:
        return await known[name](_Desk(journal, settings.data_dir), given)

    return asyncio.run(with_journal(settings, work, _INSTEAD))


def _parser(name: str) -> argparse.ArgumentParser:
    parser = Arguments(prog=f"turia recordings {name}", description="Recordings of sessions.")
    if name != "list":
        parser.add_argument("session", metavar="SESSION", help="key of the session")
    if name == "list":
        parser.add_argument("--person", default="", metavar="WHO", help="id, name or address of somebody in them")
    if name == "export":
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="is made if it is not there")
    if name == "delete":
        parser.add_argument("--yes", action="store_true", help="delete it; without this, only say what would go")
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"settings file (default: {CONFIG_NAME} if there)")
    parser.add_argument("--data", dest="data_dir", type=Path, metavar="DIR", help="folder of the data")
    parser.add_argument("--database", metavar="ADDRESS", help="postgresql://..., if it is not in DIR")
    return parser


class _Desk:
    """The event, and the files."""

    def __init__(self, journal: Journal, data_dir: Path) -> None:
        self.journal = journal
        self.folder = RecordingsFolder(data_dir)
        self.decks = DecksFolder(data_dir)

    def there(self, key: str) -> None:
        """Raises SettingsError for a session of which nothing was recorded."""
        try:
            takes = self.folder.takes(key)
        except ValueError:
            takes = []
        if not takes:
            raise SettingsError(f"Nothing was recorded of a session {key}. turia recordings list shows what there is.")

    def title(self, key: str) -> str:
        """Of a session; its key if the programme has it no more."""
        session = self.journal.state.get(EVENT, Session, key)
        return session.title if session else key

    def name(self, person: str) -> str:
        """Of somebody in a recording; of somebody who was erased only that."""
        return name_of(self.journal.state, person) or "somebody who was deleted"

    def is_called(self, person: str, text: str) -> bool:
        """Whether this is somebody's id, name or address."""
        there = registration_of(self.journal.state, person)
        known = (person, name_of(self.journal.state, person), there.email if there else "")
        return text.casefold() in {each.casefold() for each in known if each}

    def now(self, key: str) -> Recording:
        """Where its recording stands."""
        return recording_of(self.journal.state, key)


async def _list(desk: _Desk, given: argparse.Namespace) -> Said:
    lines = []
    for key in desk.folder.sessions():
        now, done = desk.now(key), desk.folder.finished(key)
        people = list(dict.fromkeys(who for _, each in done for media in each.files for who in media.people))
        if given.person and not any(desk.is_called(who, given.person) for who in people):
            continue
        seconds = sum(each.duration_ms for _, each in done) // 1_000
        more = len(desk.folder.unfinished(key))
        parts = [
            f"{seconds // 60}:{seconds % 60:02}" if done else "",
            doctor.size(desk.folder.bytes(key)),
            f"{more} {'part' if more == 1 else 'parts'} not finalised" if more else "",
            f"with {', '.join(desk.name(who) for who in people)}" if people else "",
            f"kept until {doctor.moment(now.keep_until)}" if now.keep_until else "",
            now.message,
        ]
        lines.append(f"{key}  {now.state}  “{desk.title(key)}”: {', '.join(filter(None, parts))}")
    return 0, lines or ["Nothing was recorded." if not given.person else "No recording has this person in it."]


async def _finalise(desk: _Desk, given: argparse.Namespace) -> Said:
    key = given.session
    desk.there(key)
    made = 0
    for take in desk.folder.unfinished(key):
        if segments_of(take):
            await safely.finish(take, lambda *_: None)
            made += 1
    done = desk.folder.finished(key)
    if not done:
        raise StartError(f"Nothing of “{desk.title(key)}” can be finalised: no segment was written.")
    if desk.now(key).state in _UNDER_WAY:
        await desk.journal.do("recording.stop", OfSession(key))
    if desk.now(key).state is _S.FAILED:
        await desk.journal.do("recording.prepare", OfSession(key))
    if desk.now(key).state is _S.PROCESSING:
        await desk.journal.do(
            "recording.finish",
            RecordingFinished(
                session=key,
                duration_ms=sum(each.duration_ms for _, each in done),
                bytes=sum(each.bytes for _, each in done),
                segments=sum(each.segments for _, each in done),
            ),
        )
    return 0, [f"“{desk.title(key)}” can be watched at /watch/{key}. Parts made now: {made}."]


async def _export(desk: _Desk, given: argparse.Namespace) -> Said:
    key, folder = given.session, given.folder
    desk.there(key)
    done = desk.folder.finished(key)
    if not done:
        raise StartError(f"“{desk.title(key)}” is not finalised yet. Do that first: turia recordings finalise {key}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = [name for take, each in done for name in _export_take(desk, key, take, each, folder, len(done) > 1)]
    except OSError as error:
        raise StartError(f"{folder} cannot be written to: {error.strerror}.") from None
    return 0, [f"Copied to {folder}: {', '.join(names)}."]


def _export_take(desk: _Desk, key: str, take: int, done: Finished, folder: Path, several: bool) -> list[str]:
    before = f"part-{take}-" if several else ""
    cues = cues_of(desk.journal.state, key, done)
    texts = {
        "captions.vtt": captions_text.vtt(cues),
        "transcript.txt": captions_text.text(cues) + "\n",
        "chapters.vtt": captions_text.vtt(chapters_of(done, titles_of(desk.decks, [done]))),
    }
    for media in done.files:
        shutil.copyfile(desk.folder.file(key, take, media.name), folder / f"{before}{media.name}")
    for name, text in texts.items():
        (folder / f"{before}{name}").write_text(text, encoding="utf-8")
    return [f"{before}{name}" for name in (*(media.name for media in done.files), *texts)]


async def _delete(desk: _Desk, given: argparse.Namespace) -> Said:
    key = given.session
    desk.there(key)
    what = f"the recording of “{desk.title(key)}”, {doctor.size(desk.folder.bytes(key))}"
    if not given.yes:
        return 0, [f"This would delete {what}. Nothing was changed. Add --yes to delete it."]
    try:
        if desk.now(key).state in (_S.READY, _S.FAILED):
            await desk.journal.do("recording.delete", OfSession(key))
        elif desk.now(key).state not in (_S.OFF, _S.DELETED):
            raise StartError(f"“{desk.title(key)}” is not finished. Finalise it first: turia recordings finalise {key}")
    except Refused as refused:
        raise StartError(refused.message) from None
    desk.folder.remove(key)
    return 0, [f"Deleted {what}."]
