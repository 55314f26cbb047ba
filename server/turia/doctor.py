"""``turia doctor``: looks at everything an event rests on, and says what to do about what is not right."""

from __future__ import annotations

import contextlib
import datetime
import os
import resource
import shutil
import socket
import zoneinfo
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from turia import folders
from turia.clock import Clock
from turia.errors import Refused, StartError, TuriaError
from turia.settings import Settings
from turia.store.backup import Summary, summary_of
from turia.store.database import PATIENT_S, Database
from turia.store.integrity import problems
from turia.store.lock import FolderLock
from turia.store.migrate import head, revision
from turia.store.open import FILE_NAME, open_database
from turia.store.trouble import words
from turia.venue.bundle import load_bundle
from turia.web import keys, listening

OK: Final = "ok"
#: Works, but an organiser should know.
MIND: Final = "mind"
WRONG: Final = "wrong"

#: Free space, bytes: below the first an event may fill the disk, below the second it is about to.
_ROOM, _LEAST_ROOM = 2 * 1024**3, 200 * 1024**2
#: Entries of the future, milliseconds: clocks of machines differ a little.
_AHEAD_MS: Final = 120_000
_MAIL_S: Final = 5.0
#: Descriptors that are no connections.
_OTHER_FILES: Final = 200
#: No machine with this program is older.
_EARLIEST: Final = datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """``level``: ok, mind or wrong; ``about``: a word or two; ``says``: what is so, and what to do."""

    level: str
    about: str
    says: str


async def examine(settings: Settings, clock: Clock) -> list[Finding]:
    """Everything in order; nothing is changed. What cannot be looked at is a finding, not an exception."""
    running = _running(settings.data_dir)
    found: list[Finding] = []
    checks: list[Callable[[], list[Finding] | Awaitable[list[Finding]]]] = [
        lambda: _data_folder(settings, running),
        lambda: _disk(settings.data_dir),
        lambda: _database(settings, clock),
        lambda: _venue(settings),
        lambda: _client(settings),
        lambda: _certificate(settings),
        lambda: _port(settings, running),
        lambda: _clock(clock),
        lambda: _mail(settings),
        lambda: _files(settings),
    ]
    for check in checks:
        result = check()
        found += result if isinstance(result, list) else await result
    return found


def _running(folder: Path) -> bool:
    """Whether a server uses the folder now."""
    if not folder.is_dir():
        return False
    lock = FolderLock(folder)
    try:
        lock.take()
    except StartError:
        return True
    lock.release()
    return False


def _data_folder(settings: Settings, running: bool) -> list[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        return [Finding(OK, "data folder", f"{folder.absolute()} is made at the first start.")]
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        says = f"{folder.absolute()} cannot be written to. Give it to the user that runs Turia, or set data_dir."
        return [Finding(WRONG, "data folder", says)]
    state = "in use by a running server" if running else "no server is running on it"
    found = [Finding(OK, "data folder", f"{folder.absolute()}, {state}.")]
    if (folder / keys.KEY_NAME).exists():
        found.append(_caught("signing key", lambda: keys.signing_key(folder) and "there, readable by its owner alone."))
    return found


def _caught(about: str, look: Callable[[], object]) -> Finding:
    """What ``look`` says, or what it complains of."""
    try:
        return Finding(OK, about, str(look()))
    except TuriaError as error:
        return Finding(WRONG, about, error.message)


def _disk(folder: Path) -> list[Finding]:
    place = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.is_dir())
    free = shutil.disk_usage(place).free
    says = f"{size(free)} free where the data lies."
    if free < _LEAST_ROOM:
        return [Finding(WRONG, "disk", f"Only {says} Nothing can be saved once it is full: make room now.")]
    if free < _ROOM:
        return [Finding(MIND, "disk", f"Only {says} Make room before the event: 2 GB are safe.")]
    return [Finding(OK, "disk", says)]


async def _database(settings: Settings, clock: Clock) -> list[Finding]:
    if not settings.database and not (settings.data_dir / FILE_NAME).exists():
        return [Finding(OK, "database", "SQLite; the file is made at the first start.")]
    try:
        database = open_database(settings)
    except TuriaError as error:
        return [Finding(WRONG, "database", error.message)]
    try:
        return await _look_into(database, settings, clock)
    except Refused as refused:
        where = "the setting database" if settings.database else str(settings.data_dir / FILE_NAME)
        says = f"{words(refused)}. Check {where}; if it is damaged, restore the last backup: turia restore FILE"
        return [Finding(WRONG, "database", says)]
    finally:
        await database.close()


async def _look_into(database: Database, settings: Settings, clock: Clock) -> list[Finding]:
    kind = "PostgreSQL" if settings.database else f"SQLite, {size((settings.data_dir / FILE_NAME).stat().st_size)}"
    now, wanted = await database.read(revision), head()
    if now is None:
        return [Finding(OK, "database", f"{kind}, empty; its tables are made at the first start.")]
    if now > wanted:
        says = f"{kind}; made by a later version of Turia ({now} instead of {wanted}). Install that version again."
        return [Finding(WRONG, "database", says)]
    if now < wanted:
        says = f"{kind}; of an earlier version ({now}): the next start upgrades it, after a copy. Make a backup first."
        return [Finding(MIND, "database", says)]
    wrong = await database.read(problems, limit_s=PATIENT_S)
    if wrong:
        says = f"{kind}. {' '.join(wrong)} Stop the server, and restore the last backup: turia restore FILE"
        return [Finding(WRONG, "database", says)]
    summary = await database.read(summary_of, limit_s=PATIENT_S)
    held = f"{kind}; whole: {summary.entries:,} entries in {summary.streams:,} streams."
    return [Finding(OK, "database", held), *_last_entry(summary, clock)]


def _last_entry(summary: Summary, clock: Clock) -> list[Finding]:
    if summary.last_at - clock.wall() * 1_000 < _AHEAD_MS:
        return []
    says = f"The last entry is of {moment(summary.last_at)}, which is still to come. Set this machine's clock."
    return [Finding(WRONG, "order of time", says)]


def _venue(settings: Settings) -> list[Finding]:
    return [_caught("venue", lambda: f"{load_bundle(folders.venue_dir(settings)).layout.title}; its files are whole.")]


def _client(settings: Settings) -> list[Finding]:
    folder = folders.client_dir(settings)
    if folder is None:
        return [Finding(WRONG, "client", "The web client is missing: run scripts/serve once, or set client_dir.")]
    return [Finding(OK, "client", f"{folder}")]


def _certificate(settings: Settings) -> list[Finding]:
    if settings.tls_self_signed:
        return [Finding(MIND, "certificate", "Self-signed: browsers warn everybody once. Get one for an event.")]
    if not settings.tls:
        says = "None: over plain HTTP browsers refuse camera and microphone, but on this machine and behind a proxy."
        return [Finding(MIND, "certificate", says)]
    return [_caught("certificate", lambda: listening.tls_context(settings) and f"{settings.tls_cert} fits its key.")]


def _port(settings: Settings, running: bool) -> list[Finding]:
    try:
        listening.bind(settings).close()
    except StartError as error:
        if running:
            return [Finding(OK, "port", f"{settings.host} port {settings.port}: taken, as it should be by the server.")]
        return [Finding(WRONG, "port", error.message)]
    return [Finding(OK, "port", f"{settings.host} port {settings.port} is free.")]


def _clock(clock: Clock) -> list[Finding]:
    now = datetime.datetime.fromtimestamp(clock.wall(), datetime.UTC)
    if now < _EARLIEST:
        says = f"This machine believes it is {now:%d %B %Y}. Set its clock, and switch time synchronisation (NTP) on."
        return [Finding(WRONG, "clock", says)]
    with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError):
        zoneinfo.ZoneInfo("Europe/Madrid")
        return [Finding(OK, "clock", f"{now:%d %B %Y, %H:%M:%S} UTC; compare it with your own.")]
    return [Finding(WRONG, "clock", "The time zones are missing: install the Python package tzdata.")]


def _mail(settings: Settings) -> list[Finding]:
    if not settings.smtp_host:
        says = f"No smtp_host is set: letters are put into {settings.data_dir / 'mail'} and not sent."
        return [Finding(MIND, "mail", says)]
    where = f"{settings.smtp_host} port {settings.smtp_port}"
    try:
        socket.create_connection((settings.smtp_host, settings.smtp_port), timeout=_MAIL_S).close()
    except OSError as error:
        says = f"{where} cannot be reached ({error.strerror or error}). Check smtp_host, smtp_port and the firewall."
        return [Finding(WRONG, "mail", says)]
    return [Finding(OK, "mail", f"{where} answers. Send yourself a test mail from the settings page.")]


def _files(settings: Settings) -> list[Finding]:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    needed = settings.max_connections + _OTHER_FILES
    if limit != resource.RLIM_INFINITY and limit < needed:
        says = f"This user may open {limit:,} files; max_connections needs {needed:,}. Raise it: LimitNOFILE={needed}"
        return [Finding(MIND, "open files", says)]
    return [Finding(OK, "open files", f"enough for {settings.max_connections:,} connections.")]


def lines(found: list[Finding]) -> Iterator[str]:
    """For a terminal."""
    width = max(len(each.about) for each in found)
    for each in found:
        yield f"{each.level:>5}  {each.about:<{width}}  {each.says}"


def size(count: int) -> str:
    """Bytes for people."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1_000:
            return f"{amount:.0f} {unit}"
        amount /= 1_000
    return f"{amount:.1f} GB"


def moment(at: int) -> str:
    """Milliseconds UTC for people."""
    return f"{datetime.datetime.fromtimestamp(at / 1_000, datetime.UTC):%Y-%m-%d %H:%M} UTC"
