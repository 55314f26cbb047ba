"""Settings: three sources in order, and a sentence for everything that is wrong."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from turia import settings_page
from turia.errors import SettingsError
from turia.settings import NOT_SETTINGS, Settings, declared, load

ROOT = Path(__file__).parents[1]


def written(folder: Path, text: str) -> Path:
    path = folder / "turia.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(config: Path | None = None, environ: dict[str, str] | None = None, **overrides: object) -> str:
    with pytest.raises(SettingsError) as caught:
        load(config, environ, overrides)
    return caught.value.message


def test_defaults_need_nothing() -> None:
    assert load() == Settings()
    assert (Settings().host, Settings().port, Settings().profile) == ("127.0.0.1", 8000, "event")


def test_later_sources_win(tmp_path: Path) -> None:
    config = written(tmp_path, 'port = 1\ncapacity = 10\ntitle = "A"\n')
    environ = {"TURIA_PORT": "2", "TURIA_CAPACITY": "20", "PATH": "/bin", "OTHER": "x"}
    loaded = load(config, environ, {"port": 3})
    assert (loaded.port, loaded.capacity, loaded.title) == (3, 20, "A")


def test_every_kind_of_value_is_read_from_file_and_environment(tmp_path: Path) -> None:
    config = written(
        tmp_path,
        'guests = false\nheader_timeout_s = 5\nallowed_origins = ["https://a.example", "https://b.example:8443"]\n'
        'venue_dir = "venue"\ndata_dir = "/var/lib/turia"\n',
    )
    loaded = load(config)
    assert (loaded.guests, loaded.header_timeout_s) == (False, 5.0)
    assert loaded.allowed_origins == ("https://a.example", "https://b.example:8443")
    assert loaded.venue_dir == tmp_path / "venue", "relative to the file"
    assert loaded.data_dir == Path("/var/lib/turia")
    environ = {
        "TURIA_GUESTS": "no",
        "TURIA_HEADER_TIMEOUT_S": "5",
        "TURIA_ALLOWED_ORIGINS": "https://a.example, https://b.example:8443",
        "TURIA_VENUE_DIR": "venue",
    }
    loaded = load(None, environ)
    assert (loaded.guests, loaded.header_timeout_s) == (False, 5.0)
    assert loaded.allowed_origins == ("https://a.example", "https://b.example:8443")
    assert loaded.venue_dir == Path("venue"), "relative to the working directory"


def test_unknown_names_are_refused_with_the_nearest_one(tmp_path: Path) -> None:
    config = written(tmp_path, "prot = 1\n")
    assert complaint(config) == f"In {config}, prot is not a setting. Did you mean port?"
    message = complaint(None, {"TURIA_CAPACTIY": "5"})
    assert message == "In the variable TURIA_CAPACTIY, capactiy is not a setting. Did you mean capacity?"
    assert "docs/settings.md lists all" in complaint(None, {"TURIA_XYZZY": "5"})


def test_variables_that_are_no_settings_are_left_alone() -> None:
    assert load(None, dict.fromkeys(NOT_SETTINGS, "x")) == Settings()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('port = "8000"', "port is '8000', but it must be a whole number."),
        ("port = true", "port is True, but it must be a whole number."),
        ("port = 70000", "port is 70000, but it must lie between 0 and 65535."),
        ("capacity = 0", "capacity is 0, but it must lie between 1 and 65000."),
        ("header_timeout_s = nan", "header_timeout_s is nan, but it must lie between 1 and 120."),
        ('guests = "yes"', "guests is 'yes', but it must be true or false."),
        ("title = 5", "title is 5, but it must be text in quotes."),
        ('profile = "party"', "profile is 'party', but it must be one of: event, demo."),
        ('trusted_proxies = "10.0.0.1"', "it must be a list of texts"),
        ('venue_dir = ""', "it must be a path"),
        ("[port]\nx = 1", "it must be a whole number."),
    ],
)
def test_wrong_values_in_the_file_are_explained(tmp_path: Path, line: str, sentence: str) -> None:
    config = written(tmp_path, line + "\n")
    message = complaint(config)
    assert message.startswith(f"In {config}, ")
    assert sentence in message


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("TURIA_PORT", "eighty", "In the variable TURIA_PORT, port is 'eighty', but it must be a whole number."),
        ("TURIA_PORT", "-1", "between 0 and 65535"),
        ("TURIA_GUESTS", "perhaps", "true or false"),
        ("TURIA_HEADER_TIMEOUT_S", "soon", "a number"),
        ("TURIA_LOG_FORMAT", "xml", "one of: text, json"),
        ("TURIA_DATA_DIR", "", "a path"),
    ],
)
def test_wrong_values_in_the_environment_are_explained(variable: str, value: str, sentence: str) -> None:
    assert sentence in complaint(None, {variable: value})


@pytest.mark.parametrize(
    "origin",
    ["*", "venue.example.org", "https://venue.example.org/", "https://*.example.org", "ftp://x", "https://a b"],
)
def test_an_origin_is_scheme_host_and_port(origin: str) -> None:
    assert "Write scheme, host" in complaint(None, {"TURIA_ALLOWED_ORIGINS": origin})


@pytest.mark.parametrize("name", ["trusted_proxies", "metrics_from"])
def test_a_proxy_is_an_address_or_a_network(name: str) -> None:
    assert "Write for example 10.0.0.5" in complaint(None, {f"TURIA_{name.upper()}": "proxy.example"})
    assert getattr(load(None, {f"TURIA_{name.upper()}": "10.0.0.1,fd00::/8"}), name) == ("10.0.0.1", "fd00::/8")


def test_certificate_settings_belong_together() -> None:
    assert "belong together" in complaint(None, {"TURIA_TLS_CERT": "c.pem"})
    assert "not both" in complaint(None, {"TURIA_TLS_CERT": "c", "TURIA_TLS_KEY": "k", "TURIA_TLS_SELF_SIGNED": "1"})
    assert load(None, {"TURIA_TLS_SELF_SIGNED": "1"}).tls
    assert not Settings().tls


def test_files_that_cannot_be_read_are_explained(tmp_path: Path) -> None:
    assert "does not exist" in complaint(tmp_path / "absent.toml")
    assert "is not valid TOML" in complaint(written(tmp_path, "port = = 1"))
    assert "cannot be read" in complaint(tmp_path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in complaint(tmp_path / "binary.toml")


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_every_default_is_a_value_that_would_be_accepted() -> None:
    for name, each in declared().items():
        if each.default is not None:
            value = list(each.default) if isinstance(each.default, tuple) else each.default
            assert getattr(load(None, None, {name: value}), name) == each.default


def test_every_setting_says_what_it_means() -> None:
    for each in declared().values():
        assert each.metadata["meaning"].endswith((".", "`.")), each.name
        assert each.metadata["low"] is None or each.metadata["unit"] or each.name == "port", each.name


def test_the_page_of_settings_is_up_to_date(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert settings_page.main(["--check", str(ROOT / "docs" / "settings.md")]) == 0
    copy = tmp_path / "settings.md"
    assert settings_page.main(["--check", str(copy)]) == 1
    assert "out of date" in capsys.readouterr().err
    assert settings_page.main([str(copy)]) == 0
    assert settings_page.main(["--check", str(copy)]) == 0
    assert all(f"`{name}`" in copy.read_text() for name in declared())
