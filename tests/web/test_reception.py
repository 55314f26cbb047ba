"""The address by which letters name the venue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from turia.settings import Settings
from turia.web import listening
from turia.web.addresses import allowed_origins
from turia.web.reception import addresses_of


def as_started(settings: Settings) -> Settings:
    """The composition root fills in the origins."""
    return replace(settings, allowed_origins=allowed_origins(settings))


def test_an_origin_that_was_set_is_the_address_for_all() -> None:
    settings = Settings(allowed_origins=("https://venue.example.org", "https://other.example.org"))
    assert addresses_of(as_started(settings)) == ("https://venue.example.org", "https://venue.example.org")


def test_without_one_it_is_where_the_server_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    assert addresses_of(as_started(Settings())) == ("http://127.0.0.1:8000", "http://127.0.0.1:8000")
    monkeypatch.setattr(listening, "own_addresses", lambda: ["192.0.2.7"])
    settings = as_started(Settings(host="0.0.0.0"))
    assert addresses_of(settings) == ("http://localhost:8000", "http://192.0.2.7:8000")
