from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from turia.errors import BundleError, TuriaError
from turia.venue import sandbox
from turia.venue.sandbox import Limits, call, run

HERE = f"{Path(__file__).stem}"


def double(value: int) -> int:
    return 2 * value


def refuse(code: str) -> None:
    raise TuriaError("This one is wrong; take another.", code=code)


def stumble() -> None:
    raise KeyError("accessors")


def eat(megabytes: int) -> int:
    return len(b"x" * (megabytes * 1024**2))


def spin() -> None:
    while True:
        pass


def idle() -> None:
    time.sleep(60)


def write(path: str, megabytes: int) -> None:
    with Path(path).open("wb") as file:
        file.writelines(bytes(1024**2) for _ in range(megabytes))


def environment() -> dict[str, str]:
    import os

    return dict(os.environ)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent), *sys.path])


def test_a_result_comes_back() -> None:
    assert call(f"{HERE}:double", {"value": 21}) == 42


def test_a_refusal_comes_back_with_its_code() -> None:
    with pytest.raises(BundleError, match=r"This one is wrong; take another\.") as caught:
        call(f"{HERE}:refuse", {"code": "bundle.wrong"})
    assert caught.value.code == "bundle.wrong"


def test_a_stumbling_parser_is_a_sentence_and_no_trace() -> None:
    with pytest.raises(BundleError, match=r"could not be read \(KeyError: 'accessors'\); export it again") as caught:
        call(f"{HERE}:stumble", {})
    assert "Traceback" not in caught.value.message


def test_a_file_that_eats_memory_is_given_up() -> None:
    with pytest.raises(BundleError, match="more than 512 MB of memory"):
        call(f"{HERE}:eat", {"megabytes": 1024}, Limits(memory_bytes=512 * 1024**2))


def test_a_file_that_needs_endless_work_is_given_up() -> None:
    with pytest.raises(BundleError, match="more than 1 s of work"):
        call(f"{HERE}:spin", {}, Limits(cpu_s=1))


def test_a_file_that_stops_is_given_up() -> None:
    with pytest.raises(BundleError, match="not read within 1 s"):
        call(f"{HERE}:idle", {}, Limits(wall_s=1.0))


def test_a_result_without_end_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="larger than 2 MB"):
        call(f"{HERE}:write", {"path": str(tmp_path / "out"), "megabytes": 8}, Limits(file_bytes=2 * 1024**2))


def test_secrets_of_the_server_stay_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURIA_SECRET", "s3cret")
    assert "s3cret" not in str(call(f"{HERE}:environment", {}))


def test_limits_are_those_of_the_module() -> None:
    assert sandbox.Limits().memory_bytes <= 4 * 1024**3


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def mark(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)


def test_a_reader_that_fails_hard_is_a_sentence() -> None:
    with pytest.raises(BundleError, match=r"makes its reader fail \(SIGSEGV\)") as caught:
        call(f"{HERE}:crash", {})
    assert caught.value.code == sandbox.CRASHED


def go_on() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(os.getpid(), number)
    return 42


def test_a_stop_that_is_meant_for_the_server_is_no_fault_of_the_file() -> None:
    assert call(f"{HERE}:go_on", {}) == 42


async def test_it_runs_beside_the_event_loop_too() -> None:
    assert await run(f"{HERE}:double", {"value": 21}) == 42
    with pytest.raises(BundleError, match=r"This one is wrong; take another\."):
        await run(f"{HERE}:refuse", {"code": "bundle.wrong"})
    with pytest.raises(BundleError, match="not read within 1 s"):
        await run(f"{HERE}:idle", {}, Limits(wall_s=1.0))


async def test_whoever_is_cancelled_takes_the_child_along(tmp_path: Path) -> None:
    task = asyncio.create_task(run(f"{HERE}:mark", {"path": str(tmp_path / "pid")}))
    async with asyncio.timeout(60):
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
