"""The shell scripts: they work from any folder, know what is stale, and say what to do when something is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted(path for path in [*(ROOT / "scripts").iterdir(), ROOT / ".ci" / "run"] if path.is_file())
SHELL = [path for path in SCRIPTS if path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash")]
COMMANDS = ["serve", "test", "prove", "check", "bench", "build"]
LOCKS = ["server/requirements.txt", "tests/requirements.txt", "scripts/node-requirements.txt"]


def sh(code: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` with lib.sh sourced."""
    return subprocess.run(
        ["bash", "-c", f'source "{ROOT}/scripts/lib.sh"\n{code}'],
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("path", SHELL, ids=lambda path: path.name)
def test_every_shell_script_is_valid_bash(path: Path) -> None:
    done = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_can_be_run(name: str) -> None:
    assert os.access(ROOT / "scripts" / name, os.X_OK)
    assert "lib.sh" in (ROOT / "scripts" / name).read_text(encoding="utf-8")


def test_ci_runs_the_tests_and_nothing_else() -> None:
    lines = [
        line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert lines == ['exec "$(dirname "${BASH_SOURCE[0]}")/../scripts/test"']
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_names_a_registry_or_a_folder_of_somebodys_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"pypi\.org|pythonhosted|npmjs|/home/|/root/|/work/|/opt/", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_is_pinned_and_hashed(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    for entry in entries:
        assert re.match(r"[A-Za-z0-9.-]+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", entry), entry[:60]
    assert not re.search(r"^--|https?://|file:", text, re.MULTILINE)


def test_the_lock_of_the_tests_holds_the_servers_in_the_same_versions() -> None:
    def pins(path: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("server/requirements.txt") < pins("tests/requirements.txt")
    assert not [pin for pin in pins("tests/requirements.txt") if pin.startswith("nodejs")]


def test_a_hash_follows_names_and_contents_from_any_folder(tmp_path: Path) -> None:
    copy = tmp_path / "repository"
    (copy / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "lib.sh", copy / "scripts" / "lib.sh")
    (copy / "part").mkdir()
    (copy / "part" / "a.txt").write_text("one")

    def hash_of(cwd: Path) -> str:
        code = f'source "{copy}/scripts/lib.sh"; hash_of part'
        return subprocess.run(["bash", "-c", code], cwd=cwd, capture_output=True, text=True, check=True).stdout

    first = hash_of(copy)
    assert len(first.strip()) == 32
    assert hash_of(tmp_path) == hash_of(Path("/")) == first
    for folder in ("build", "dist", "node_modules", "__pycache__"):
        (copy / "part" / folder).mkdir()
        (copy / "part" / folder / "made").write_text("made")
    assert hash_of(copy) == first, "what is made from it does not count"
    (copy / "part" / "a.txt").write_text("two")
    second = hash_of(copy)
    (copy / "part" / "a.txt").rename(copy / "part" / "b.txt")
    assert len({first, second, hash_of(copy)}) == 3


def test_a_stamp_is_fresh_only_with_the_same_hash(tmp_path: Path) -> None:
    (tmp_path / "stamp").write_text("abc\n")
    done = sh("fresh stamp abc && echo same; fresh stamp abd || echo other; fresh absent abc || echo none", tmp_path)
    assert done.stdout.split() == ["same", "other", "none"]


def test_an_old_python_is_refused_with_what_to_install(tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    done = sh("find_python", tmp_path, PATH=f"{tmp_path}:/usr/bin:/bin", PYTHON="")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_a_python_without_venv_is_refused_with_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "python").write_text('#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexit 0\n')
    (tmp_path / "python").chmod(0o755)
    done = sh(f'VENV="{tmp_path}/venv"; ensure_venv', tmp_path, PYTHON=str(tmp_path / "python"))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


def test_a_wrong_option_is_told_before_anything_is_built() -> None:
    done = subprocess.run(
        [ROOT / "scripts" / "serve", "--no-such-option"], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 2
    assert "--no-such-option" in done.stderr
    assert "Starting the demo" not in done.stderr


def test_missing_system_programs_are_named_when_they_cannot_be_installed(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "id", "cat"):
        (tools / name).symlink_to(str(shutil.which(name)))
    done = sh("has_postgres() { false; }; ensure_system_tools", tmp_path, PATH=str(tools))
    assert done.returncode == 1
    assert "please install these programs" in done.stderr
    assert "redis-server postgresql ffmpeg chromium" in done.stderr


@pytest.mark.parametrize(
    ("version", "new"),
    [("18.20.0", 1), ("20.18.3", 1), ("20.19.0", 0), ("21.7.0", 1), ("22.11.0", 1), ("22.12.0", 0), ("24.1.0", 0)],
)
def test_node_is_taken_when_vite_can_run_on_it(tmp_path: Path, version: str, new: int) -> None:
    real = shutil.which("node")
    if real is None:
        real = str(ROOT / ".venv" / "bin" / "node")
    fake = tmp_path / "node"
    fake.write_text(
        "#!/bin/sh\n"
        f"exec {real} -e \"Object.defineProperty(process, 'versions', {{value: {{node: '{version}'}}}}); $2\"\n"
    )
    fake.chmod(0o755)
    assert sh(f'node_is_new "{fake}"', tmp_path).returncode == new


def test_built_files_get_compressed_twins(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main.js").write_text("export const a = 1;\n" * 200)
    (tmp_path / "small.txt").write_text("small")
    (tmp_path / "picture.png").write_bytes(b"x" * 5_000)
    done = sh(f'ensure_node; node "{ROOT}/scripts/precompress.mjs" "{tmp_path}"', tmp_path)
    assert done.returncode == 0, done.stderr
    made = {path.name: path.stat().st_size for path in tmp_path.rglob("*") if path.suffix in {".br", ".gz"}}
    assert set(made) == {"main.js.br", "main.js.gz"}
    assert max(made.values()) < 200


def test_the_wheel_holds_the_client_and_the_venue_and_no_node_packages(tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    leave_out = shutil.ignore_patterns("__pycache__", "node_modules", "bundled")
    shutil.copytree(ROOT / "server", copy / "server", ignore=leave_out)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, copy / name)
    for name in (
        "bundled/client/index.html",
        "bundled/client/pages.html",
        "bundled/venue/venue.json",
        "bench/peers_node/node_modules/x/x.js",
    ):
        path = copy / "server" / "turia" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("made")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "dist").glob("turia-*-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "bundled/client/index.html",
        "bundled/client/pages.html",
        "bundled/venue/venue.json",
        "web/error.css",
        "py.typed",
        "app.py",
    ):
        assert f"turia/{name}" in names
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]
