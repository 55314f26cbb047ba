"""Every setting of the server: one frozen object, read once, from turia.toml, then TURIA_* variables, then the command.

A setting is declared once, in :class:`Settings`, with its default, unit, range and meaning; ``docs/settings.md`` is
generated from that (:mod:`turia.settings_page`). Reading refuses unknown names and wrong values with a sentence that
names where the value came from and what to write instead.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from turia.errors import SettingsError

#: Prefix of the environment variables: ``port`` is ``TURIA_PORT``.
PREFIX: Final = "TURIA_"
#: Variables of that prefix that are not settings: TURIA_CONFIG names the file, TURIA_COUNTS belongs to the tests.
NOT_SETTINGS: Final = frozenset({"TURIA_CONFIG", "TURIA_COUNTS"})
CONFIG_NAME: Final = "turia.toml"

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off"})
_DATABASE: Final = re.compile(r"postgres(ql)?://\S*/[^/\s]+")
_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ORIGIN: Final = re.compile(r"https?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?")


def _setting(
    default: Any,
    kind: str,
    meaning: str,
    *,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    shown: str | None = None,
) -> Any:
    """Declare a setting; ``shown`` replaces the default in the documentation where None means something."""
    metadata = {
        "kind": kind,
        "meaning": meaning,
        "unit": unit,
        "low": low,
        "high": high,
        "choices": choices,
        "shown": shown,
    }
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings. The meaning, unit and default of each stand beside it."""

    title: str = _setting("", "text", "Name of the event on the entry page.", shown="the venue's title")
    subtitle: str = _setting(
        "", "text", "Line under it: place and day, and what the building is.", shown="the venue's subtitle"
    )
    profile: str = _setting(
        "event",
        "text",
        "`event` runs the event as set; `demo` is for trying out and rehearsing: a banner says so.",
        choices=("event", "demo"),
    )
    guests: bool = _setting(
        False,
        "bool",
        "Whether people may enter without registration, with a name of their own choosing.",
        shown="true in the demo profile, else false",
    )
    capacity: int = _setting(2_000, "int", "How many people may be inside at once.", unit="people", low=1, high=65_000)
    bots: int = _setting(
        0, "int", "Walking bots to start beside the server, for a demo.", unit="bots", low=0, high=5_000
    )

    host: str = _setting(
        "127.0.0.1",
        "text",
        "Address to listen on; `0.0.0.0` for all IPv4 addresses of the machine, `::` for IPv6.",
    )
    port: int = _setting(8_000, "int", "TCP port to listen on; 0 takes a free one.", low=0, high=65_535)
    allowed_origins: tuple[str, ...] = _setting(
        (),
        "list",
        "Origins (scheme, host and port) whose pages may use this server. Set it when people reach the server by "
        "another name than this machine's, for example behind a proxy: `https://venue.example.org`.",
        shown="this machine's own names and addresses",
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (), "list", "Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed.", shown="none"
    )
    tls_cert: Path | None = _setting(None, "path", "Certificate chain (PEM); turns TLS on.", shown="no TLS")
    tls_key: Path | None = _setting(None, "path", "Private key (PEM) of `tls_cert`.", shown="none")
    tls_self_signed: bool = _setting(
        False, "bool", "TLS with a certificate made by the server itself; browsers warn about it once."
    )

    data_dir: Path = _setting(
        Path("data"), "path", "Folder the server writes to: the database, its signing key and certificates."
    )
    database: str = _setting(
        "",
        "text",
        "Where the event is kept: empty for SQLite in `data_dir`, or the address of a PostgreSQL database, "
        "`postgresql://user:password@host:5432/name`.",
        shown="SQLite in `data_dir`",
    )
    venue_dir: Path | None = _setting(
        None, "path", "Folder of the baked venue (`turia venue bake`).", shown="the venue in the package"
    )
    event_file: Path | None = _setting(
        None,
        "path",
        "File that an empty event is filled from at the first start (`event.toml`, docs/event-file.md).",
        shown="`event.toml` beside the settings file, else in the venue's folder",
    )
    captions_model: Path | None = _setting(
        None,
        "path",
        "Folder of a Vosk model: what people on air say is written as captions here (docs/captions.md; install "
        "`turia[captions]`).",
        shown="no captions by this machine",
    )
    client_dir: Path | None = _setting(
        None, "path", "Folder of the built web client.", shown="the client in the package"
    )

    max_connections: int = _setting(
        8_192, "int", "Open TCP connections, all together.", unit="connections", low=16, high=200_000
    )
    max_connections_per_address: int = _setting(
        500,
        "int",
        "Open TCP connections of one address; connections from this machine itself are not counted.",
        unit="connections",
        low=1,
        high=200_000,
    )
    header_timeout_s: float = _setting(
        10.0, "float", "Time a client has to send a request's headers.", unit="seconds", low=1, high=120
    )
    api_per_minute: int = _setting(
        600,
        "int",
        "Calls that change something (entering, new tokens) of one address; this machine itself is not limited.",
        unit="calls a minute",
        low=1,
        high=100_000,
    )

    smtp_host: str = _setting(
        "",
        "text",
        "Mail server for letters. Without one they are kept in the folder `mail` of `data_dir`.",
        shown="none",
    )
    smtp_port: int = _setting(
        587, "int", "Its TCP port; usually 587, or 465 with `smtp_tls = tls`.", unit="TCP port", low=1, high=65_535
    )
    smtp_user: str = _setting("", "text", "Name to sign in to it with.", shown="none")
    smtp_password: str = _setting("", "text", "The password; best given as TURIA_SMTP_PASSWORD.", shown="none")
    smtp_from: str = _setting(
        "", "text", "Sender of letters, an address the mail server may send from.", shown="the event's contact address"
    )
    smtp_tls: str = _setting(
        "starttls",
        "text",
        "How the way to the mail server is encrypted: `starttls`, `tls`, or `none` on this machine alone.",
        choices=("starttls", "tls", "none"),
    )

    metrics_from: tuple[str, ...] = _setting(
        (), "list", "Addresses or networks that may read `/metrics`, besides this machine itself.", shown="none"
    )
    log_format: str = _setting(
        "text", "text", "`text` for people, `json` for log collectors (one object a line).", choices=("text", "json")
    )
    log_level: str = _setting(
        "info", "text", "Least important level that is logged.", choices=("debug", "info", "warning", "error")
    )

    def __post_init__(self) -> None:
        for origin in self.allowed_origins:
            if not _ORIGIN.fullmatch(origin):
                raise SettingsError(
                    f"allowed_origins holds {origin!r}, which is no origin. "
                    "Write scheme, host and, if it is not the usual one, port, without a path: https://venue.example.org"
                )
        for name in ("trusted_proxies", "metrics_from"):
            for network in getattr(self, name):
                _check_network(name, network)
        if self.database and not _DATABASE.fullmatch(self.database):
            raise SettingsError(
                "database is not the address of a PostgreSQL database. Write postgresql://user:password@host:5432/name "
                "(special characters in the password as %XX), or leave it empty for SQLite in data_dir."
            )
        if (self.tls_cert is None) != (self.tls_key is None):
            raise SettingsError("tls_cert and tls_key belong together: give both, or neither.")
        if self.tls_self_signed and self.tls_cert is not None:
            raise SettingsError("Give either tls_cert and tls_key, or tls_self_signed, not both.")

        if self.smtp_tls == "none" and self.smtp_user and self.smtp_host not in _THIS_MACHINE:
            raise SettingsError(
                "smtp_tls is none, but smtp_user is set: the password would cross the network unencrypted. "
                "Write starttls or tls."
            )

    @property
    def tls(self) -> bool:
        """Whether the server itself speaks TLS."""
        return self.tls_self_signed or self.tls_cert is not None


def declared() -> dict[str, Field[Any]]:
    """The settings by name, in the order of declaration."""
    return {each.name: each for each in fields(Settings)}


def load(
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Settings:
    """Settings from ``config`` (a TOML file or None), TURIA_* in ``environ``, and ``overrides``; later ones win.

    Relative paths in the file count from the file's folder, others from the working directory. Raises SettingsError.
    """
    values: dict[str, object] = {}
    if config is not None:
        values.update(_from_file(config))
    values.update(_from_environment(environ or {}))
    values.update({name: _convert(name, value, "the command") for name, value in (overrides or {}).items()})
    values.setdefault("guests", values.get("profile") == "demo")
    return replace(Settings(), **values)  # type: ignore[arg-type]


def _from_file(path: Path) -> dict[str, object]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"The settings file {path} does not exist. Check the path, or leave it out.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}.") from None
    values = {name: _convert(name, value, str(path)) for name, value in table.items()}
    for name, value in values.items():
        if isinstance(value, Path):
            values[name] = path.parent / value
    beside = path.parent / "event.toml"
    if beside.is_file():
        values.setdefault("event_file", beside)
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for variable, text in environ.items():
        if variable.startswith(PREFIX) and variable not in NOT_SETTINGS:
            values[variable.removeprefix(PREFIX).lower()] = _convert(
                variable.removeprefix(PREFIX).lower(), text, f"the variable {variable}", text=True
            )
    return values


def _convert(name: str, value: object, where: str, *, text: bool = False) -> object:
    """``value`` as the type of setting ``name``, in range; ``where`` is named when it is wrong."""
    known = declared()
    if name not in known:
        raise SettingsError(_unknown(name, where, list(known)))
    meta = known[name].metadata
    try:
        converted = (_PARSE if text else _TAKE)[meta["kind"]](value)
    except ValueError as error:
        raise SettingsError(f"In {where}, {name} is {value!r}, but {error}.") from None
    _check_range(name, converted, where, meta)
    return converted


def _unknown(name: str, where: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else "docs/settings.md lists all settings."
    return f"In {where}, {name} is not a setting. {hint}"


def _check_range(name: str, value: object, where: str, meta: Mapping[str, Any]) -> None:
    if meta["choices"] and value not in meta["choices"]:
        raise SettingsError(f"In {where}, {name} is {value!r}, but it must be one of: {', '.join(meta['choices'])}.")
    low, high = meta["low"], meta["high"]
    if low is not None and isinstance(value, int | float) and not low <= value <= high:
        raise SettingsError(f"In {where}, {name} is {value}, but it must lie between {low} and {high}.")


def _check_network(name: str, text: str) -> None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise SettingsError(
            f"{name} holds {text!r}, which is no IP address or network. Write for example 10.0.0.5 or 10.0.0.0/24."
        ) from None


# -- taking values as TOML gives them, and parsing the text of variables --------------------------


def _take_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be text in quotes")
    return value


def _take_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("it must be true or false")
    return value


def _take_int(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("it must be a whole number")
    return value


def _take_float(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("it must be a number")
    return float(value)


def _take_list(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise ValueError('it must be a list of texts, for example ["one", "two"]')
    return tuple(value)


def _take_path(value: object) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise ValueError("it must be a path")
    return Path(value).expanduser()


def _parse_bool(value: object) -> bool:
    word = str(value).strip().lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError("it must be true or false")


def _parse_int(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise ValueError("it must be a whole number") from None


def _parse_float(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise ValueError("it must be a number") from None


def _parse_list(value: object) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(value).split(",") if part.strip())


_TAKE: Final[dict[str, Callable[[object], object]]] = {
    "text": _take_text,
    "bool": _take_bool,
    "int": _take_int,
    "float": _take_float,
    "list": _take_list,
    "path": _take_path,
}
_PARSE: Final[dict[str, Callable[[object], object]]] = {
    "text": _take_text,
    "bool": _parse_bool,
    "int": _parse_int,
    "float": _parse_float,
    "list": _parse_list,
    "path": _take_path,
}
