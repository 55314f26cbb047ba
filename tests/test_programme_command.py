"""turia programme check, import and export, on a real data folder."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from turia import cli
from turia.backbone.first_start import first_start
from turia.backbone.journal import Journal
from turia.settings import Settings
from turia.store.open import FILE_NAME, open_store
from turia.testing.halls import two_rooms
from turia.testing.manual_clock import ManualClock

FILES = Path(__file__).parent / "programme" / "files"
EVENT_FILE = Path(__file__).parents[1] / "world_assets" / "valencia" / "event.toml"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TURIA_CONFIG", raising=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of the default event."""
    settings = replace(Settings(), data_dir=tmp_path / "data", event_file=EVENT_FILE)

    async def seed() -> None:
        clock = ManualClock()
        journal = Journal(open_store(settings, clock), clock)
        await journal.open()
        await first_start(journal, settings, two_rooms().layout)
        await journal.close()

    asyncio.run(seed())
    # On a busy disk the last of what was written moves into the file when everybody has gone on already.
    deadline = time.monotonic() + 60
    while (settings.data_dir / f"{FILE_NAME}-wal").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return settings.data_dir


def turia(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    status = cli.main(["programme", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_check_says_what_is_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    status, said = turia(capsys, "check", FILES / "frab.xml")
    assert status == 0
    assert "frab.xml: schedule.xml, Summer camp, times of Europe/Berlin" in said
    assert "2 sessions, 2 rooms, 1 tracks, 2 speakers; 0 entries cannot be imported." in said
    status, said = turia(capsys, "check", FILES / "zones.ics", "--zone", "Europe/Madrid")
    assert status == 1
    assert "  line 77: Not imported: its time zone “Moon/Crater” is not known." in said


def test_an_import_shows_first_and_changes_when_told_to(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = turia(capsys, "import", FILES / "frab.xml", "--data", data)
    assert status == 0
    assert "2 sessions added\n  Opening & welcome\n  Night of music\n" in said
    assert "Nothing was changed." in said
    status, said = turia(capsys, "import", FILES / "frab.xml", "--data", data, "--yes")
    assert (status, "Imported: this is version 2" in said) == (0, True)
    status, said = turia(capsys, "import", FILES / "frab.xml", "--data", data)
    assert "0 sessions added" in said
    assert "2 sessions unchanged" in said


@pytest.mark.parametrize("ending", ["xml", "json", "ics", "csv"])
def test_an_export_is_imported_without_a_change(data: Path, capsys: pytest.CaptureFixture[str], ending: str) -> None:
    status, said = turia(capsys, "export", f"out.{ending}", "--data", data)
    assert (status, said) == (0, f"Wrote 17 sessions to out.{ending}.\n")
    _, said = turia(capsys, "import", f"out.{ending}", "--data", data, "--missing", "remove")
    assert "0 sessions added" in said
    assert "0 sessions changed" in said
    assert "0 sessions removed" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "usage: turia programme check"),
        (["burn"], "usage: turia programme check"),
        (["check", "nothing.xml"], "nothing.xml cannot be read"),
        (["check", str(FILES / "frab.xml"), "--zone", "Mars"], "is no time zone"),
        (["check", str(FILES / "german.csv"), "--map", "title"], "--map takes FIELD=HEADING"),
        (["import", str(FILES / "frab.xml"), "--data", "nowhere"], "There is no event in nowhere yet"),
        (["export", "out.pdf", "--data", "nowhere"], "must end in .xml, .json, .ics or .csv"),
        (["import"], "FILE is missing"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = turia(capsys, *arguments)
    assert status == cli.WRONG
    assert says in said


@pytest.mark.parametrize(
    ("arguments", "instead"),
    [
        (("import", FILES / "frab.xml", "--yes"), "import in the browser, under Organise, Programme, Import"),
        (("export", "out.xml"), "/programme.xml"),
    ],
)
def test_while_the_server_runs_it_says_so_and_how_else_to_do_it(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str | Path, ...], instead: str
) -> None:
    """The lock is asked for before anything is read or written: nothing of the running server's is touched."""
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert held.stdin is not None
    assert held.stdout is not None
    try:
        assert held.stdout.readline() == "held\n"
        before = (data / FILE_NAME).read_bytes()
        status, said = turia(capsys, *arguments, "--data", data)
        assert status == cli.WRONG
        assert f"in use by another Turia (process {held.pid}). Stop that one first" in said
        assert instead in said
        assert (data / FILE_NAME).read_bytes() == before
        assert not Path("out.xml").exists()
    finally:
        held.stdin.close()
        held.wait(10)
        held.stdout.close()
    assert turia(capsys, *arguments, "--data", data)[0] == 0


HOLD = """
import sys
from pathlib import Path
from turia.store.lock import FolderLock
FolderLock(Path(sys.argv[1])).take()
print("held", flush=True)
sys.stdin.read()
"""
