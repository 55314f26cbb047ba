"""The command: ``turia serve | venue | programme | people | ...``. Thin: it reads arguments, others do the work."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from turia import __version__
from turia.arguments import Arguments
from turia.errors import SettingsError, TuriaError
from turia.settings import CONFIG_NAME, PREFIX, Settings, load

#: Something was wrong with what the person gave; the sentence on standard error says what.
WRONG: Final = 2

_USAGE: Final = """usage: turia COMMAND ...

  turia serve            run the venue server (turia serve --help)
  turia backup FILE      save the event into one file, also while the server runs
  turia restore FILE     bring the event back from such a file
  turia doctor           look whether all is well, and say what to do
  turia venue bake       make a venue bundle from a GLB or a model folder
  turia venue check      say what is wrong with a venue bundle, and where
  turia programme ...    check, import or export a programme file
  turia recordings ...   list, finalise, export or delete recordings of sessions
  turia people link      print a link that makes whoever opens it first an organiser
  turia bots             walking bots, for demos and tests
  turia bench NAME       measure: {benches}
  turia --version
"""
_VENUE_USAGE: Final = "usage: turia venue bake FOLDER|FILE.glb --out DIR\n       turia venue check DIR\n"
_PEOPLE_USAGE: Final = """usage: turia people link [--data DIR] [--port N] [--host ADDRESS] [--config FILE]

Prints a link that makes whoever opens it first an organiser; it works once, for a day. The server may be running; give
the same arguments and settings as it has.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = arguments[0] if arguments else "--help"
    try:
        return _run(command, arguments[1:])
    except TuriaError as error:
        print(f"turia: {error.message}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        return 130


def _run(command: str, rest: list[str]) -> int:
    if command in {"-h", "--help", "help"}:
        print(_USAGE.format(benches=", ".join(benches())), end="")
        return 0
    if command in {"-V", "--version", "version"}:
        print(f"turia {__version__}")
        return 0
    if command not in _COMMANDS:
        print(
            f"turia: there is no command {command!r}.\n\n{_USAGE.format(benches=', '.join(benches()))}",
            end="",
            file=sys.stderr,
        )
        return WRONG
    return _COMMANDS[command](rest)


# -- serve ---------------------------------------------------------------------------------------


_SERVE: Final = "Run the venue server. All settings are in docs/settings.md; these are the usual ones."


def serve_parser(name: str = "serve", text: str = _SERVE) -> argparse.ArgumentParser:
    """Arguments of ``turia serve``; what is not given here comes from the settings."""
    parser = Arguments(prog=f"turia {name}", description=text)
    none = argparse.SUPPRESS
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"settings file (default: {CONFIG_NAME} if there)")
    parser.add_argument("--host", default=none, help="address to listen on; 0.0.0.0 for all (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=none, help="TCP port (default 8000)")
    parser.add_argument(
        "--tls", nargs="+", metavar=("CERT", "KEY"), help="certificate and key files (PEM), or: --tls self-signed"
    )
    parser.add_argument("--demo", dest="profile", action="store_const", const="demo", default=none, help="demo profile")
    parser.add_argument(
        "--guests", action=argparse.BooleanOptionalAction, default=none, help="whether anybody may enter with a name"
    )
    parser.add_argument("--bots", type=int, default=none, metavar="N", help="start N walking bots, too")
    parser.add_argument("--title", default=none, help="name of the event")
    parser.add_argument("--capacity", type=int, default=none, metavar="N", help="people inside at most (default 2000)")
    parser.add_argument("--venue", dest="venue_dir", type=Path, default=none, metavar="DIR", help="baked venue")
    parser.add_argument("--client", dest="client_dir", type=Path, default=none, metavar="DIR", help="built web client")
    parser.add_argument("--data", dest="data_dir", type=Path, default=none, metavar="DIR", help="folder to write to")
    parser.add_argument("--database", default=none, metavar="ADDRESS", help="postgresql://... (default: SQLite in DIR)")
    parser.add_argument("--log-format", choices=("text", "json"), default=none)
    parser.add_argument("--check", action="store_true", help="only look whether options and settings are right")
    return parser


def serve_settings(arguments: Sequence[str], parser: argparse.ArgumentParser | None = None) -> Settings:
    """Settings from file, environment and these arguments; raises SettingsError."""
    given = vars((parser or serve_parser()).parse_args(arguments))
    config, tls = given.pop("config"), given.pop("tls")
    given.pop("check")
    return _load(config, given | _tls(tls))


def _load(config: Path | None, given: dict[str, object]) -> Settings:
    """The file that is named, or the usual one; then the environment; then ``given``."""
    if config is None and f"{PREFIX}CONFIG" in os.environ:
        config = Path(os.environ[f"{PREFIX}CONFIG"])
    if config is None and Path(CONFIG_NAME).is_file():
        config = Path(CONFIG_NAME)
    return load(config, os.environ, given)


def _tls(values: list[str] | None) -> dict[str, object]:
    if not values:
        return {}
    if values == ["self-signed"]:
        return {"tls_self_signed": True}
    if len(values) == 2:
        return {"tls_cert": Path(values[0]), "tls_key": Path(values[1])}
    raise SettingsError("--tls takes two files, the certificate and its key, or the word self-signed.")


def _serve(arguments: list[str]) -> int:
    settings = serve_settings(arguments)
    if "--check" in arguments:
        return 0
    from turia import app

    app.run(settings)
    return 0


# -- keeping the event's data --------------------------------------------------------------------


def _keeper(name: str, text: str, file: str) -> argparse.ArgumentParser:
    """Arguments of a command that handles the data of an event."""
    parser = Arguments(prog=f"turia {name}", description=text)
    none = argparse.SUPPRESS
    parser.add_argument("file", type=Path, metavar="FILE", help=file)
    parser.add_argument("--config", type=Path, metavar="FILE", help=f"settings file (default: {CONFIG_NAME} if there)")
    parser.add_argument("--data", dest="data_dir", type=Path, default=none, metavar="DIR", help="folder of the data")
    parser.add_argument("--database", default=none, metavar="ADDRESS", help="postgresql://..., if it is not in DIR")
    return parser


def _backup(arguments: list[str]) -> int:
    text = "Save the event into one file: registrations, programme, history, sign-ins, pictures and the signing key."
    given = vars(_keeper("backup", text, "file to write; an older backup there is replaced").parse_args(arguments))
    target = given.pop("file")
    settings = _load(given.pop("config"), given)
    from turia import doctor
    from turia.store.backup import make_backup

    saved = asyncio.run(make_backup(settings, target))
    print(
        f"Saved {saved.entries:,} entries in {saved.streams:,} streams to {target} "
        f"({doctor.size(target.stat().st_size)}), checked. It holds personal data and keys: keep it safe."
    )
    return 0


def _restore(arguments: list[str]) -> int:
    text = "Bring the event back to what a backup holds. Stop the server first."
    parser = _keeper("restore", text, "a file that turia backup made")
    parser.add_argument("--force", action="store_true", help="replace the event that is there; it is kept beside it")
    given = vars(parser.parse_args(arguments))
    source, force = given.pop("file"), given.pop("force")
    settings = _load(given.pop("config"), given)
    from turia import doctor
    from turia.store.restore import restore_backup

    back = asyncio.run(restore_backup(settings, source, force=force))
    print(
        f"Restored {back.entries:,} entries in {back.streams:,} streams, the last of {doctor.moment(back.last_at)}."
        + (f"\nWhat was there before is kept in {back.kept}" if back.kept else "")
        + "\nNow start the server."
    )
    return 0


def _doctor(arguments: list[str]) -> int:
    text = (
        "Look at data, database, venue, client, port, clock, disk and mail, and say what to do. "
        "Takes what serve takes. Exit status 0: all is well, 1: something is wrong."
    )
    settings = serve_settings(arguments, serve_parser("doctor", text))
    from turia import doctor
    from turia.clock import SystemClock

    found = asyncio.run(doctor.examine(settings, SystemClock()))
    print("\n".join(doctor.lines(found)))
    wrong = sum(each.level == doctor.WRONG for each in found)
    print("All is well." if not wrong else f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")
    return 1 if wrong else 0


# -- the others: their modules are loaded when asked for ------------------------------------------


def benches() -> list[str]:
    """Names that ``turia bench`` takes: the modules of turia.bench that have a ``main``."""
    folder = Path(__file__).parent / "bench"
    return sorted(
        path.stem for path in folder.glob("[a-z]*.py") if "\ndef main(argv" in path.read_text(encoding="utf-8")
    )


def _entry(module: str) -> Callable[[list[str]], int]:
    """``main`` of a module, found when called: benches and bots need packages that a server does without."""

    def call(arguments: list[str]) -> int:
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("turia"):
                raise
            raise SettingsError(
                f"This command needs the Python package {error.name}. Install the test tools: "
                "pip install --require-hashes -r tests/requirements.txt"
            ) from None
        return int(found.main(arguments) or 0)

    return call


def _venue(arguments: list[str]) -> int:
    if arguments and arguments[0] in {"bake", "check"}:
        return _entry(f"turia.venue.{arguments[0]}")(arguments[1:])
    wanted_help = bool(arguments) and arguments[0] in {"-h", "--help"}
    print(_VENUE_USAGE, end="", file=sys.stdout if wanted_help else sys.stderr)
    return 0 if wanted_help else WRONG


def _programme(arguments: list[str]) -> int:
    from turia import programme_command

    status, lines = programme_command.run(arguments, _load)
    print("\n".join(lines), file=sys.stderr if status == WRONG else sys.stdout)
    return status


def _recordings(arguments: list[str]) -> int:
    from turia import recordings_command

    status, lines = recordings_command.run(arguments, _load)
    print("\n".join(lines), file=sys.stderr if status == WRONG else sys.stdout)
    return status


def _people(arguments: list[str]) -> int:
    if arguments[:1] == ["link"]:
        settings = serve_settings(arguments[1:])
        from turia import people_command

        print(people_command.link(settings))
        return 0
    wanted_help = bool(arguments) and arguments[0] in {"-h", "--help"}
    print(_PEOPLE_USAGE, end="", file=sys.stdout if wanted_help else sys.stderr)
    return 0 if wanted_help else WRONG


def _bench(arguments: list[str]) -> int:
    if arguments and arguments[0] in benches():
        return _entry(f"turia.bench.{arguments[0]}")(arguments[1:])
    print(f"usage: turia bench NAME [--json FILE] ...\nbenches: {', '.join(benches())}", file=sys.stderr)
    return WRONG


_COMMANDS: Final[dict[str, Callable[[list[str]], int]]] = {
    "serve": _serve,
    "backup": _backup,
    "restore": _restore,
    "doctor": _doctor,
    "venue": _venue,
    "programme": _programme,
    "people": _people,
    "recordings": _recordings,
    "bots": _entry("turia.testing.bots"),
    "bench": _bench,
}
