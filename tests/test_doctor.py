"""The doctor finds what is wrong, says what to do, and changes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shutil
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from turia import cli, doctor
from turia.bench.hall import make_hall
from turia.doctor import MIND, OK, WRONG, Finding
from turia.event.entries import EVENT, put
from turia.event.settings import Block
from turia.settings import Settings
from turia.store.open import FILE_NAME, open_store
from turia.testing.backbone import entries_of
from turia.testing.manual_clock import ManualClock
from turia.testing.postgres import PostgresProcess
from turia.testing.server_process import free_port


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    hall = make_hall(tmp_path / "hall", 400)
    client = tmp_path / "client"
    client.mkdir()
    (client / "index.html").write_text("<!doctype html>")

    def make(**overrides: Any) -> Settings:
        given = {"port": 0, "venue_dir": hall, "client_dir": client, "data_dir": tmp_path / "data", **overrides}
        return Settings(**given)

    return make


async def found(settings: Settings, about: str, clock: ManualClock | None = None) -> list[Finding]:
    findings = await doctor.examine(settings, clock or ManualClock())
    return [each for each in findings if each.about == about]


async def one(settings: Settings, about: str, clock: ManualClock | None = None) -> tuple[str, str]:
    (finding,) = await found(settings, about, clock)
    return finding.level, finding.says


async def some_data(settings: Settings) -> None:
    store = open_store(settings)
    await store.open()
    await store.commit(entries_of(put(EVENT, "a", Block("A", "a"))), [])
    await store.close()


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(settings: Callable[..., Settings]) -> None:
    findings = await doctor.examine(settings(), ManualClock())
    assert {each.level for each in findings} <= {OK, MIND}
    assert not settings().data_dir.exists()


async def test_a_sound_event(settings: Callable[..., Settings]) -> None:
    await some_data(settings())
    level, says = await one(settings(), "database")
    assert level == OK
    assert "whole: 1 entries in 1 streams" in says
    assert "no server is running" in (await one(settings(), "data folder"))[1]


async def test_a_sound_event_in_postgresql(settings: Callable[..., Settings], postgres: PostgresProcess) -> None:
    address = postgres.create_database()
    assert "made at the first start" in (await one(settings(database=address), "database"))[1]
    await some_data(settings(database=address))
    assert await one(settings(database=address), "database") == (OK, "PostgreSQL; whole: 1 entries in 1 streams.")


async def test_a_running_server_is_seen_and_left_alone(settings: Callable[..., Settings]) -> None:
    store = open_store(settings())
    await store.open()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (await one(settings(port=port), "port"))[0] == OK
        assert "running server" in (await one(settings(port=port), "data folder"))[1]
        await store.commit(entries_of(put(EVENT, "a", Block("A", "a"))), [])
        await store.close()
        assert await one(settings(port=port), "port") == (
            WRONG,
            f"Turia cannot listen on 127.0.0.1 port {port}: another program listens there. Stop it, or choose another "
            f"port: --port {port + 1}",
        )


async def test_a_damaged_database(settings: Callable[..., Settings]) -> None:
    await some_data(settings())
    path = settings().data_dir / FILE_NAME
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE streams SET top = 2")
        file.commit()
    level, says = await one(settings(), "database")
    assert level == WRONG
    assert "should hold 2 entries and holds 1" in says
    assert "turia restore FILE" in says
    path.write_bytes(b"nonsense" * 1_000)
    level, says = await one(settings(), "database")
    assert level == WRONG
    assert "not a database" in says


@pytest.mark.parametrize(
    ("version", "level", "words"), [("9999", WRONG, "later version"), ("0000", MIND, "upgrades it")]
)
async def test_another_version(settings: Callable[..., Settings], version: str, level: str, words: str) -> None:
    await some_data(settings())
    with contextlib.closing(sqlite3.connect(settings().data_dir / FILE_NAME)) as file:
        file.execute("UPDATE alembic_version SET version_num = ?", (version,))
        file.commit()
    assert (await one(settings(), "database"))[0] == level
    assert words in (await one(settings(), "database"))[1]


async def test_a_postgresql_that_is_not_there(settings: Callable[..., Settings]) -> None:
    address = f"postgresql://turia:secret@127.0.0.1:{free_port()}/x"
    level, says = await one(settings(database=address), "database")
    assert level == WRONG
    assert "the setting database" in says
    assert "secret" not in says


async def test_a_clock_that_is_wrong(settings: Callable[..., Settings]) -> None:
    await some_data(settings())
    before = ManualClock()
    before.step_wall(-3_600)
    assert await found(settings(), "order of time") == []
    level, says = await one(settings(), "order of time", before)
    assert level == WRONG
    assert "still to come" in says
    assert (await one(settings(), "clock", ManualClock(wall=0.0)))[0] == WRONG
    assert (await one(settings(), "clock"))[0] == OK


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "level"), [(10**8, WRONG), (10**9, MIND), (10**10, OK)])
async def test_room_on_the_disk(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, free))
    assert (await one(settings(), "disk"))[0] == level


async def test_what_is_missing(settings: Callable[..., Settings], tmp_path: Path) -> None:
    assert (await one(settings(venue_dir=tmp_path), "venue"))[0] == WRONG
    assert (await one(settings(client_dir=tmp_path), "client"))[0] == WRONG
    cert = tmp_path / "absent.pem"
    assert (await one(settings(tls_cert=cert, tls_key=cert), "certificate"))[0] == WRONG
    assert (await one(settings(tls_self_signed=True), "certificate"))[0] == MIND
    assert (await one(settings(smtp_host="127.0.0.1", smtp_port=free_port()), "mail"))[0] == WRONG
    (tmp_path / "file").write_text("")
    assert (await one(settings(data_dir=tmp_path / "file"), "data folder"))[0] == WRONG


async def test_a_key_that_others_can_read(settings: Callable[..., Settings]) -> None:
    await some_data(settings())
    key = settings().data_dir / "signing.key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    level, says = await one(settings(), "signing key")
    assert level == WRONG
    assert "chmod 600" in says


async def test_a_mail_server_that_answers(settings: Callable[..., Settings]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        given = settings(smtp_host="127.0.0.1", smtp_port=server.getsockname()[1])
        assert (await one(given, "mail"))[0] == OK


async def test_few_files_may_be_open(settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 256))
    level, says = await one(settings(max_connections=1_000), "open files")
    assert level == MIND
    assert "LimitNOFILE=1200" in says


# -- the commands ----------------------------------------------------------------------------------


def arguments(settings: Settings) -> list[str]:
    given = {"--data": settings.data_dir, "--venue": settings.venue_dir, "--client": settings.client_dir, "--port": 0}
    return [str(part) for pair in given.items() for part in pair]


def test_the_exit_status_says_whether_all_is_well(
    settings: Callable[..., Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["doctor", *arguments(settings())]) == 0
    assert "All is well." in capsys.readouterr().out
    assert cli.main(["doctor", *arguments(settings(venue_dir=tmp_path))]) == 1
    captured = capsys.readouterr()
    assert "1 thing is wrong." in captured.out
    assert "turia venue bake" in captured.out


def test_backup_and_restore_say_what_they_did(
    settings: Callable[..., Settings], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(some_data(settings()))
    file, data = str(tmp_path / "event.backup"), ["--data", str(settings().data_dir)]
    assert cli.main(["backup", file, *data]) == 0
    assert f"Saved 1 entries in 1 streams to {file}" in capsys.readouterr().out
    assert cli.main(["restore", file, *data]) == cli.WRONG
    assert "--force" in capsys.readouterr().err
    assert cli.main(["restore", file, *data, "--force"]) == 0
    assert "before-restore-1.sqlite3" in capsys.readouterr().out
    assert cli.main(["restore", str(tmp_path / "absent"), *data]) == cli.WRONG
    assert "There is no file" in capsys.readouterr().err
