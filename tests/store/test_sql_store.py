"""What SQLite's files still hold, and how long a commit may take. The rest: tests/contracts/test_store.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from turia.event.entries import EVENT, delete, put
from turia.event.programme import Room
from turia.event.state import State
from turia.settings import Settings
from turia.store.database import LIMIT_S, Work
from turia.store.open import open_store
from turia.testing.backbone import entries_of
from turia.testing.manual_clock import ManualClock


def found(folder: Path, word: bytes) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() and word in path.read_bytes())


async def test_what_was_blanked_is_in_none_of_the_files(tmp_path: Path) -> None:
    store = open_store(Settings(data_dir=tmp_path), ManualClock())
    await store.open()
    state = State()
    for changes in (
        [put(EVENT, f"r{number}", Room(f"Secret {number}")) for number in range(300)],
        [put(EVENT, "kept", Room("Open"))],
        [delete(EVENT, Room, f"r{number}") for number in range(300)],
    ):
        entries = entries_of(*changes, state=state)
        await store.commit(entries, [])
        state.apply(entries)
    assert found(tmp_path, b"Secret"), "the log holds it until it is blanked"
    await store.blank([(EVENT, "room", f"r{number}") for number in range(300)])
    assert found(tmp_path, b"Secret") == []
    assert found(tmp_path, b"Open")
    await store.close()


async def test_a_commit_of_a_whole_programme_is_given_the_time_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(Settings(data_dir=tmp_path), ManualClock())
    await store.open()
    given: list[float] = []
    write = store.database.write

    async def noted(work: Work[None], *, limit_s: float = LIMIT_S) -> None:
        given.append(limit_s)
        await write(work, limit_s=30.0)

    monkeypatch.setattr(store.database, "write", noted)
    state = State()
    for count in (1, 500, 3_000):
        entries = entries_of(*(put(EVENT, f"r{number}", Room("R")) for number in range(count)), state=state)
        await store.commit(entries, [])
        state.apply(entries)
    await store.close()
    assert given == [LIMIT_S, LIMIT_S, LIMIT_S + 5]
