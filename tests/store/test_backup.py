"""Backups: one file, whole, made while others write; and back again, on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import io
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select, text

from turia.errors import StartError
from turia.event.entries import EVENT, delete, person_stream, put
from turia.event.people import Star
from turia.event.settings import Block, Info
from turia.event.state import State
from turia.settings import Settings
from turia.store import backup as module
from turia.store import restore
from turia.store.backup import Summary, examine, is_backup, make_backup
from turia.store.credentials import Credential
from turia.store.integrity import problems
from turia.store.migrate import head
from turia.store.open import FILE_NAME, open_store
from turia.store.ports import Answered
from turia.store.restore import restore_backup
from turia.store.sql_credentials import SqlCredentials
from turia.store.sql_store import SqlStore
from turia.store.tables import ENTRIES
from turia.testing.backbone import NOW, entries_of, picture
from turia.testing.entrance import Entrance
from turia.testing.postgres import PostgresProcess
from turia.web.uploads import keep

#: More than a page of the database, so that it is to be made small again after a restore.
SLIDES = {
    "decks/deck_-1/original.pdf": b"%PDF" + bytes(3_000_000),
    "decks/deck_-1/drawn/pages.json": b"{}",
    "decks/deck_-1/drawn/12-1920.webp": b"webp",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    address = ""
    if request.param == "postgresql":
        server: PostgresProcess = request.getfixturevalue("postgres")
        address = server.create_database()
    return Settings(data_dir=tmp_path / "data", database=address)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Another, empty place: backups go from one kind of database to the other."""
    return Settings(data_dir=tmp_path / "elsewhere")


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[SqlStore, State, int]]:
    store = open_store(settings)
    epoch, saved = await store.open()
    state = State()
    for each in saved:
        state.load(each.stream, each.top, each.things)
    try:
        yield store, state, epoch
    finally:
        await store.close()


async def scalar(store: SqlStore, query: Any) -> Any:
    return await store.database.read(lambda connection: connection.scalar(query))


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def fill(settings: Settings) -> tuple[dict[str, object], int]:
    """An event with some history; (what it holds, epoch)."""
    async with opened(settings) as (store, state, epoch):
        entries = entries_of(
            *(put(EVENT, f"b{n}", Block(f"Block {n}", "ä" * n)) for n in range(30)),
            *(delete(EVENT, Block, f"b{n}") for n in range(0, 30, 7)),
            *(put(person_stream(f"p{n}"), "s1", Star()) for n in range(20)),
        )
        await store.commit(entries, [Answered("ana", "mid-0001", 1, b"\x00\xff")])
        state.apply(entries)
        credential = Credential(
            id="c", secret=b"\x01\x02", person="ana", form="link", purpose="x", created=1, expires=2, uses=1
        )
        await SqlCredentials(store.database).add([credential])
        (settings.data_dir / "signing.key").write_bytes(b"k" * 32)
        (settings.data_dir / "files").mkdir()
        (settings.data_dir / "files" / "0123.png").write_bytes(b"picture")
        (settings.data_dir / "files" / ".upload-x").mkdir()
        for name, content in SLIDES.items():
            (settings.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
            (settings.data_dir / name).write_bytes(content)
        (settings.data_dir / "decks" / ".draft-x").mkdir()
        (settings.data_dir / "decks" / ".draft-x" / "1-640.webp").write_bytes(b"on its way")
        return picture(state), epoch


async def test_a_backup_brings_everything_back_with_a_new_epoch(
    settings: Settings, elsewhere: Settings, tmp_path: Path
) -> None:
    held, epoch = await fill(settings)
    summary = await make_backup(settings, tmp_path / "event.backup")
    assert summary == Summary(21, 55, NOW)
    restored = await restore_backup(elsewhere, tmp_path / "event.backup")
    assert (restored.streams, restored.entries, restored.kept) == (21, 55, "")
    async with opened(elsewhere) as (store, state, new_epoch):
        assert picture(state) == held
        assert new_epoch != epoch
        assert await store.answers([("ana", "mid-0001")]) == {("ana", "mid-0001"): b"\x00\xff"}
        history = await store.entries(EVENT, 0, 100)
        assert [entry.offset for entry in history] == list(range(1, 36))
        assert [entry.value is None for entry in history] == [False] * 30 + [True] * 5
        found = await SqlCredentials(store.database).by_secret(b"\x01\x02")
        assert found is not None
        assert found.person == "ana"
    assert (elsewhere.data_dir / "signing.key").read_bytes() == b"k" * 32
    assert (elsewhere.data_dir / "files" / "0123.png").read_bytes() == b"picture"
    for name, content in SLIDES.items():
        assert (elsewhere.data_dir / name).read_bytes() == content
    assert [path.name for path in (elsewhere.data_dir / "decks").iterdir()] == ["deck_-1"]
    assert (elsewhere.data_dir / FILE_NAME).stat().st_size < 1_000_000, "the files are not in the database any more"


async def test_a_backup_comes_back_over_the_event_itself_which_is_kept(settings: Settings, tmp_path: Path) -> None:
    held, epoch = await fill(settings)
    await make_backup(settings, tmp_path / "event.backup")
    async with opened(settings) as (store, state, _):
        await store.commit(entries_of(put(EVENT, "later", Block("Later", "")), state=state), [])
    with pytest.raises(StartError, match="Add --force to replace it"):
        await restore_backup(settings, tmp_path / "event.backup")
    restored = await restore_backup(settings, tmp_path / "event.backup", force=True)
    async with opened(settings) as (store, state, new_epoch):
        assert (picture(state), new_epoch != epoch) == (held, True)
        assert await store.database.read(problems) == []
        await store.commit(entries_of(put(EVENT, "again", Block("Again", "")), state=state), [])
    kept = await examine(Path(restored.kept))
    assert kept.entries == 56
    assert sorted(path.name for path in settings.data_dir.glob(".*")) == []


async def test_pictures_come_back_with_the_event_that_names_them(settings: Settings, tmp_path: Path) -> None:
    """An organiser's logo: cleaned, kept by content, named by the event's facts; lost, and back again."""
    entrance = Entrance({"data_dir": settings.data_dir})
    picture_of_ours = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(picture_of_ours, "PNG")
    name = await keep(entrance.context, picture_of_ours.getvalue())
    kept = (settings.data_dir / "files" / name).read_bytes()
    async with opened(settings) as (store, state, _):
        await store.commit(entries_of(put(EVENT, "info", Info("Day", logo=name)), state=state), [])
    await make_backup(settings, tmp_path / "event.backup")
    shutil.rmtree(settings.data_dir / "files")
    await restore_backup(settings, tmp_path / "event.backup", force=True)
    async with opened(settings) as (_, state, _):
        info = state.get(EVENT, Info, "info")
        assert info is not None
        assert (settings.data_dir / "files" / info.logo).read_bytes() == kept
    assert [path.name for path in (settings.data_dir / "files").iterdir()] == [name]


async def test_a_backup_is_of_one_moment_while_others_write(settings: Settings, tmp_path: Path) -> None:
    async with opened(settings) as (store, state, _):
        over = asyncio.Event()

        async def write() -> int:
            number = 0
            while not over.is_set():
                number += 1
                wanted = [put(stream, f"k{number}", Star()) for stream in (person_stream("a"), person_stream("b"))]
                entries = entries_of(*wanted, state=state)
                await store.commit(entries, [])
                state.apply(entries)
            return number

        writing = asyncio.ensure_future(write())
        for number in range(3):
            path, acknowledged = tmp_path / f"{number}.backup", sum(state.tops.values())
            summary = await asyncio.to_thread(asyncio.run, make_backup(settings, path))
            assert summary.entries % 2 == 0
            assert summary.entries >= acknowledged
            with contextlib.closing(sqlite3.connect(path)) as file:
                tops = file.execute("SELECT top FROM streams").fetchall()
            assert len(set(tops)) <= 1
        over.set()
        assert await writing >= summary.entries / 2 > 0


async def test_a_backup_is_one_file_for_its_owner_alone(settings: Settings, tmp_path: Path) -> None:
    await fill(settings)
    target = tmp_path / "backups" / "event.backup"
    target.parent.mkdir()
    for _ in range(2):  # the second replaces the first
        await make_backup(settings, target)
        assert list(target.parent.iterdir()) == [target]
    assert target.stat().st_mode & 0o077 == 0
    assert is_backup(target)
    with contextlib.closing(sqlite3.connect(target)) as file:
        assert file.execute("SELECT name FROM files ORDER BY name").fetchall() == [
            *((name,) for name in sorted(SLIDES)),
            ("files/0123.png",),
            ("signing.key",),
        ]


@pytest.mark.parametrize("place", ["folder", "absent", "other", "database"])
async def test_a_slip_of_the_pen_destroys_nothing(tmp_path: Path, place: str) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    await fill(settings)
    (tmp_path / "other").write_text("my thesis")
    target = {
        "folder": tmp_path,
        "absent": tmp_path / "absent" / "event.backup",
        "other": tmp_path / "other",
        "database": settings.data_dir / FILE_NAME,
    }[place]
    with pytest.raises(StartError, match=r"is a folder|There is no folder|not overwritten"):
        await make_backup(settings, target)
    assert (tmp_path / "other").read_text() == "my thesis"
    async with opened(settings) as (_, state, _):
        assert state.top(EVENT) == 35


async def test_nothing_to_save_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="nothing to save"):
        await make_backup(settings, tmp_path / "event.backup")
    assert not (tmp_path / "event.backup").exists()


async def test_damaged_data_does_not_replace_a_good_backup(settings: Settings, tmp_path: Path) -> None:
    await fill(settings)
    target = tmp_path / "event.backup"
    await make_backup(settings, target)
    good = target.read_bytes()
    async with opened(settings) as (store, _, _):

        async def damage(connection: Any) -> None:
            await connection.execute(text("UPDATE streams SET top = 99 WHERE stream = 'event'"))

        await store.database.write(damage)
    with pytest.raises(StartError, match="stream event should hold 99 entries and holds 35"):
        await make_backup(settings, target)
    assert target.read_bytes() == good
    assert sorted(names_in(tmp_path)) == ["data", "event.backup"]


async def test_a_disk_that_is_full_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    await fill(settings)

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(module, "copy_sqlite", full)
    with pytest.raises(StartError, match="disk is full"):
        await make_backup(settings, tmp_path / "event.backup")
    assert names_in(tmp_path) == {"data"}


async def test_many_rows_cross_from_one_database_to_the_other(
    postgres: PostgresProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 7)
    first = Settings(data_dir=tmp_path / "first")
    second = Settings(data_dir=tmp_path / "second", database=postgres.create_database())
    third = Settings(data_dir=tmp_path / "third")
    held, _ = await fill(first)
    await make_backup(first, tmp_path / "one.backup")
    await restore_backup(second, tmp_path / "one.backup")
    await make_backup(second, tmp_path / "two.backup")
    await restore_backup(third, tmp_path / "two.backup")
    for settings in (second, third):
        async with opened(settings) as (store, state, _):
            assert picture(state) == held
            count = await store.database.read(
                lambda connection: connection.scalar(select(func.count()).select_from(ENTRIES))
            )
            assert count == 55


# -- restoring -------------------------------------------------------------------------------------


@pytest.fixture
async def backup(tmp_path: Path) -> Path:
    settings = Settings(data_dir=tmp_path / "source")
    await fill(settings)
    await make_backup(settings, tmp_path / "event.backup")
    return tmp_path / "event.backup"


async def test_a_running_server_is_not_restored_under(elsewhere: Settings, backup: Path) -> None:
    async with opened(elsewhere) as (store, _, _):
        with pytest.raises(StartError, match="in use by another Turia"):
            await restore_backup(elsewhere, backup, force=True)
        assert await store.tops() == {}


async def test_a_server_that_goes_on_over_a_restored_database_saves_nothing(
    postgres: PostgresProcess, backup: Path, tmp_path: Path
) -> None:
    """On PostgreSQL it may run on another machine, where the lock of the data folder does not hold it back."""
    address = postgres.create_database()
    async with opened(Settings(data_dir=tmp_path / "here", database=address)) as (store, _, _):
        await restore_backup(Settings(data_dir=tmp_path / "there", database=address), backup)
        for attempt in (store.commit([], [Answered("ana", "mid-0002", 1, b"")]), store.tops()):
            with pytest.raises(Exception, match="restart Turia"):
                await attempt


@pytest.mark.parametrize("damage", [
        "absent", "text", "other database", "cut", "flipped", "later",
        "../../.ssh/authorized_keys", "decks/../x/original.pdf", "decks/d/drawn/../../x", "decks/d/run.sh",
    ])  # fmt: skip
async def test_what_is_no_whole_backup_is_refused_and_nothing_changes(
    settings: Settings, backup: Path, damage: str
) -> None:
    held, epoch = await fill(settings)
    spoil(backup, damage)
    with pytest.raises(StartError):
        await restore_backup(settings, backup, force=True)
    async with opened(settings) as (store, state, same_epoch):
        assert (picture(state), same_epoch) == (held, epoch)
        assert await store.database.read(problems) == []
    names = {path.name for path in settings.data_dir.iterdir()}
    assert not {name for name in names if name.startswith((".restoring", "before"))}
    assert (settings.data_dir / "files" / "0123.png").read_bytes() == b"picture"


def spoil(path: Path, damage: str) -> None:
    whole = path.read_bytes()
    if damage == "absent":
        path.unlink()
    elif damage == "text":
        path.write_text("a list of things to buy")
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif damage == "flipped":
        at = whole.rindex(b"Block 13")
        path.write_bytes(whole[:at] + b"Block 31" + whole[at + 8 :])
    else:
        with contextlib.closing(sqlite3.connect(path)) as file:
            if damage == "other database":
                file.execute("PRAGMA application_id = 0")
            elif damage == "later":
                file.execute("UPDATE alembic_version SET version_num = '9999'")
            else:
                file.execute("INSERT INTO files VALUES (?, 'x')", (damage,))
            file.commit()


async def test_a_backup_of_an_earlier_version_is_brought_up_to_date(elsewhere: Settings, backup: Path) -> None:
    with contextlib.closing(sqlite3.connect(backup)) as file:
        file.executescript(
            "DROP TABLE credentials; DROP TABLE sign_ins; UPDATE alembic_version SET version_num = '0001'"
        )
    await restore_backup(elsewhere, backup)
    async with opened(elsewhere) as (store, state, _):
        assert state.top(EVENT) == 35
        now = await store.database.read(
            lambda connection: connection.scalar(text("SELECT version_num FROM alembic_version"))
        )
        assert now == head()
    assert not list(elsewhere.data_dir.glob("*before*"))


async def test_a_restore_that_is_killed_leaves_the_old_event_or_the_new_one(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    held, epoch = await fill(settings)

    def killed(_draft: Path, _target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restore, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        await restore_backup(settings, backup, force=True)
    async with opened(settings) as (_, state, same_epoch):
        assert (picture(state), same_epoch) == (held, epoch)


async def test_a_damaged_database_is_replaced_and_kept_as_it_is(elsewhere: Settings, backup: Path) -> None:
    elsewhere.data_dir.mkdir()
    (elsewhere.data_dir / FILE_NAME).write_bytes(b"what is left of it" * 1_000)
    with pytest.raises(StartError, match="--force"):
        await restore_backup(elsewhere, backup)
    restored = await restore_backup(elsewhere, backup, force=True)
    assert (elsewhere.data_dir / "before-restore-1.sqlite3").read_bytes() == b"what is left of it" * 1_000
    assert restored.kept.endswith("before-restore-1.sqlite3")
    async with opened(elsewhere) as (_, state, _):
        assert state.top(EVENT) == 35
