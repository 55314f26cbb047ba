"""The command: arguments become settings, and what is wrong becomes a sentence."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest

from turia import __version__, cli
from turia.errors import SettingsError

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TURIA_CONFIG", raising=False)


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"turia {__version__}\n"
    for arguments in (["--help"], []):
        assert cli.main(arguments) == 0
        assert "turia serve" in capsys.readouterr().out


def test_the_version_is_the_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


@pytest.mark.parametrize(
    "arguments", [["swim"], ["venue"], ["venue", "burn"], ["bench"], ["bench", "report"], ["bench", "../x"]]
)
def test_unknown_commands_say_what_there_is(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == cli.WRONG
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "usage" in captured.err


def test_serve_reads_its_arguments() -> None:
    settings = cli.serve_settings(
        ["--host", "0.0.0.0", "--port", "9000", "--demo", "--bots", "5", "--no-guests", "--venue", "v", "--data", "d"]
    )
    assert (settings.host, settings.port, settings.profile, settings.bots) == ("0.0.0.0", 9000, "demo", 5)
    assert (settings.guests, settings.venue_dir, settings.data_dir) == (False, Path("v"), Path("d"))


def test_arguments_win_over_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "turia.toml").write_text('port = 1\ncapacity = 5\ntitle = "Here"\n')
    monkeypatch.setenv("TURIA_PORT", "2")
    monkeypatch.setenv("TURIA_CAPACITY", "6")
    settings = cli.serve_settings(["--port", "3"])
    assert (settings.port, settings.capacity, settings.title) == (3, 6, "Here")


def test_another_file_is_named_by_argument_or_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.toml"
    other.write_text("port = 7\n")
    assert cli.serve_settings(["--config", str(other)]).port == 7
    monkeypatch.setenv("TURIA_CONFIG", str(other))
    assert cli.serve_settings([]).port == 7


def test_tls_takes_two_files_or_a_word() -> None:
    files = cli.serve_settings(["--tls", "c.pem", "k.pem"])
    assert (files.tls_cert, files.tls_key) == (Path("c.pem"), Path("k.pem"))
    assert cli.serve_settings(["--tls", "self-signed"]).tls_self_signed
    for wrong in (["--tls", "c.pem"], ["--tls", "a", "b", "c"]):
        with pytest.raises(SettingsError, match="two files"):
            cli.serve_settings(wrong)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve", "--port", "70000"], "In the command, port is 70000, but it must lie between 0 and 65535."),
        (["serve", "--config", "absent.toml"], "absent.toml does not exist"),
        (["serve", "--venue", "absent"], "There is no baked venue in absent: venue.json is missing."),
        (["serve", "--tls", "absent.pem", "absent.key"], "The certificate absent.pem does not exist."),
    ],
)
def test_serve_explains_what_is_wrong_without_a_stack_trace(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if arguments[2] != "70000":
        monkeypatch.setenv("TURIA_PORT", "0")
    assert cli.main(arguments) == cli.WRONG
    captured = capsys.readouterr()
    assert captured.err.startswith("turia: ")
    assert sentence in captured.err
    assert "Traceback" not in captured.err


def test_a_command_whose_packages_are_missing_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError("No module named 'scipy'", name="scipy")

    monkeypatch.setattr(importlib, "import_module", missing)
    assert cli.main(["bots", "--count", "1"]) == cli.WRONG
    assert "scipy" in capsys.readouterr().err


def test_venue_commands_pass_their_arguments_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["venue", "check", "absent"]) == 1
    assert "absent is not there" in capsys.readouterr().err
    assert cli.main(["venue", "--help"]) == 0


def test_every_bench_is_listed() -> None:
    assert {"crowd", "peers"} <= set(cli.benches())
    assert "report" not in cli.benches()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve", "--bots", "many"], "--bots takes a whole number such as 20, not 'many'."),
        (["serve", "--port", "8000x"], "--port takes a whole number such as 20, not '8000x'."),
        (["serve", "--port"], "--port needs a value."),
        (["serve", "--log-format", "xml"], "--log-format does not take 'xml'; it takes 'text', 'json'."),
        (["serve", "--botz", "5"], "--botz is not known. Did you mean --bots?"),
        (["venue", "bake", "x.glb"], "--out is missing."),
        (["bots", "--arrivals", "fast"], "--arrivals takes a number such as 20 or 2.5, not 'fast'."),
        (["bench", "tick", "--sizes", "big"], "--sizes takes a whole number such as 20, not 'big'."),
    ],
)
def test_wrong_values_are_told_in_plain_words(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == cli.WRONG
    told = capsys.readouterr().err
    assert sentence in told
    assert "usage:" not in told
    assert "invalid" not in told
    assert "--help" in told
