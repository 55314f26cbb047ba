"""Binding the port, and the addresses that are printed."""

from __future__ import annotations

import socket
from unittest.mock import Mock

import pytest

from turia.errors import StartError
from turia.settings import Settings
from turia.web import listening


def test_a_free_port_is_bound_and_a_taken_one_is_explained() -> None:
    with listening.bind(Settings(port=0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(StartError) as caught:
            listening.bind(Settings(port=port))
        assert f"port {port}: another program listens there" in caught.value.message
        assert f"--port {port + 1}" in caught.value.message
    listening.bind(Settings(port=port)).close()


def test_an_unknown_host_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StartError, match="is not known"):
        listening.bind(Settings(host="a..b", port=0))
    monkeypatch.setattr(socket, "getaddrinfo", Mock(side_effect=socket.gaierror(-2, "Name or service not known")))
    with pytest.raises(StartError, match="is not known"):
        listening.bind(Settings(host="no-such-host", port=0))


def test_an_address_of_another_machine_is_explained() -> None:
    with pytest.raises(StartError, match="does not have that address"):
        listening.bind(Settings(host="192.0.2.1", port=0))


def test_all_addresses_are_bound_on_request() -> None:
    with listening.bind(Settings(host="0.0.0.0", port=0)) as sock:
        socket.create_connection(("127.0.0.1", sock.getsockname()[1]), timeout=5).close()


def test_only_addresses_that_are_listened_on_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "own_addresses", lambda: ["192.0.2.2", "[2001:db8::2]"])
    assert listening.urls(Settings(host="0.0.0.0")) == ["http://localhost:8000/", "http://192.0.2.2:8000/"]
    assert listening.urls(Settings(host="::"))[2:] == ["http://[2001:db8::2]:8000/"]


def test_the_address_for_this_machine_comes_first() -> None:
    assert listening.urls(Settings()) == ["http://127.0.0.1:8000/"]
    assert listening.urls(Settings(host="0.0.0.0"))[0] == "http://localhost:8000/"
    assert listening.urls(Settings(host="::1", port=80)) == ["http://[::1]/"]
    assert listening.urls(Settings(host="venue.example.org", port=443, tls_self_signed=True)) == [
        "https://venue.example.org/"
    ]
