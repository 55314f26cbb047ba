"""turia recordings list, finalise, export and delete, on a real data folder."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.recording.encoded import Take, info, packets, tone

from turia import cli
from turia.backbone.journal import Journal
from turia.event.all_commands import COMMANDS
from turia.event.caption_commands import WriteCaption
from turia.event.managing import Added
from turia.event.programme import Room, Session
from turia.event.recording_commands import RecordingBegun, RecordingFailed
from turia.event.recordings import RecordingState, recording_of
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.event.talks import OfSession
from turia.settings import Settings
from turia.store.open import open_store
from turia.testing.manual_clock import ManualClock

#: The clock of what tests/recording/encoded.py writes.
BEGINS_S = Take.START_US / 1_000_000
HOUR = 3_600_000


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TURIA_CONFIG", raising=False)


def with_event(data: Path, work: Callable[[Journal], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = ManualClock(wall=BEGINS_S)
        journal = Journal(open_store(replace(Settings(), data_dir=data), clock), clock)
        await journal.open()
        await work(journal)
        await journal.close()

    asyncio.run(run())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A server was killed while it recorded a talk."""

    async def seed(journal: Journal) -> None:
        start = int(BEGINS_S * 1_000) // 60_000 * 60_000
        talk = Session("The talk", start, start + HOUR, room="hall")
        given = Seed(info=Info("An event"), rooms={"hall": Room("Hall")}, sessions={"talk": talk}, speakers={})
        await journal.do("event.seed", given)
        for name in ("recording.arm", "session.go_live"):
            await journal.do(name, OfSession("talk"))
        await journal.do("recording.begin", RecordingBegun("talk"))
        at = journal.moment().event_at
        said = WriteCaption(session="talk", text="Good morning.", speaker="Ana", at=at + 100, end_at=at + 1_500)
        await journal.do("caption.write", said)

    folder = tmp_path / "data"
    with_event(folder, seed)
    take = Take(folder, "talk")
    take.whole(3)
    take.track(info(1, source="microphone", codec="opus"), tone(150), level=100)
    take.close()
    return folder


def turia(capsys: pytest.CaptureFixture[str], data: Path, *arguments: str | Path) -> tuple[int, str]:
    status = cli.main(["recordings", *map(str, arguments), "--data", str(data)])
    said = capsys.readouterr()
    return status, said.out + said.err


def state(data: Path) -> RecordingState:
    found: list[RecordingState] = []

    async def look(journal: Journal) -> None:
        found.append(recording_of(journal.state, "talk").state)

    with_event(data, look)
    return found[0]


def test_what_a_killed_server_left_is_finalised_exported_and_deleted(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    status, said = turia(capsys, data, "list")
    assert status == 0
    assert said.startswith("talk  recording  “The talk”: ")
    assert "1 part not finalised" in said
    target = tmp_path / "copies"
    status, said = turia(capsys, data, "export", "talk", target)
    assert (status, "turia recordings finalise talk" in said) == (2, True)
    status, said = turia(capsys, data, "finalise", "talk")
    assert (status, said) == (0, "“The talk” can be watched at /watch/talk. Parts made now: 1.\n")
    assert state(data) is RecordingState.READY
    status, said = turia(capsys, data, "export", "talk", target)
    assert status == 0
    assert sorted(path.name for path in target.iterdir()) == [
        "captions.vtt",
        "chapters.vtt",
        "main.webm",
        "transcript.txt",
    ]
    assert len(packets(target / "main.webm")["audio"]) > 140
    assert "<v Ana>Good morning." in (target / "captions.vtt").read_text()
    assert (target / "transcript.txt").read_text() == "Ana: Good morning.\n"
    status, said = turia(capsys, data, "delete", "talk")
    assert "Nothing was changed." in said
    assert state(data) is RecordingState.READY
    assert turia(capsys, data, "delete", "talk", "--yes")[0] == 0
    assert state(data) is RecordingState.DELETED
    assert turia(capsys, data, "list") == (0, "Nothing was recorded.\n")


def test_one_that_failed_is_ready_once_it_is_finalised(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    async def fail(journal: Journal) -> None:
        await journal.do("recording.fail", RecordingFailed("talk", "The disk is full."))

    with_event(data, fail)
    assert "The disk is full." in turia(capsys, data, "list")[1]
    assert turia(capsys, data, "finalise", "talk")[0] == 0
    assert state(data) is RecordingState.READY
    assert "The disk is full." not in turia(capsys, data, "list")[1]


def test_it_says_who_is_in_a_recording(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    people: list[str] = []

    async def add(journal: Journal) -> None:
        given = COMMANDS["people.add"].payload(
            name="Ben Baker", email="ben@example.org", category="member_state", country="ES", affiliation="City"
        )
        added = await journal.do("people.add", given)
        assert isinstance(added, Added)
        people.append(added.person)

    with_event(data, add)
    take = Take(data, "talk")
    take.track(info(2, people[0], source="microphone", codec="opus"), tone(50), run=1, level=100)
    take.close()
    turia(capsys, data, "finalise", "talk")
    assert "with somebody who was deleted, Ben Baker" in turia(capsys, data, "list")[1]
    for who in ("ben baker", "Ben@example.org", people[0]):
        assert turia(capsys, data, "list", "--person", who)[1].startswith("talk  ready")
    assert turia(capsys, data, "list", "--person", "Baker") == (0, "No recording has this person in it.\n")


@pytest.mark.parametrize("session", ["other", "..", "a/b"])
def test_a_session_of_which_nothing_was_recorded(capsys: pytest.CaptureFixture[str], data: Path, session: str) -> None:
    status, said = turia(capsys, data, "finalise", session)
    assert status == 2
    assert "Nothing was recorded of a session" in said


def test_one_that_is_not_finished_is_not_deleted(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    status, said = turia(capsys, data, "delete", "talk", "--yes")
    assert (status, "is not finished" in said) == (2, True)
    assert state(data) is RecordingState.RECORDING


def test_while_the_server_runs_it_says_what_to_do_instead(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    async def meanwhile(_: Journal) -> None:
        status, said = await asyncio.to_thread(turia, capsys, data, "list")
        assert status == 2
        assert "/watch" in said

    with_event(data, meanwhile)


def test_it_says_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["recordings", "--help"]) == 0
    assert "finalise SESSION" in capsys.readouterr().out
    assert cli.main(["recordings", "sing"]) == 2
