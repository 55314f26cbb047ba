"""Who is calling, and which pages may use the server."""

from __future__ import annotations

import pytest

from turia.settings import Settings
from turia.web.addresses import Proxies, allowed_origins, group_of, is_local

PROXIES = Proxies(["10.0.0.0/24", "::1"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "real"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # no proxy of ours: what it says does not count
        ("10.0.0.5", "", "10.0.0.5"),
        ("10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # what the client itself wrote does not count
        ("10.0.0.5", "1.2.3.4, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("::1", "[2001:db8::5]:4711", "2001:db8::5"),
        ("::1", "198.51.100.1:4711", "198.51.100.1"),
        ("::ffff:10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.5", "rubbish", "rubbish"),
    ],
)
def test_forwarded_headers_count_only_from_listed_proxies(peer: str, forwarded: str, real: str) -> None:
    assert PROXIES.client_address(peer, {"X-Forwarded-For": forwarded}) == real


def test_nobody_is_believed_by_default() -> None:
    assert (
        Proxies(Settings().trusted_proxies).client_address("127.0.0.1", {"X-Forwarded-For": "1.2.3.4"}) == "127.0.0.1"
    )


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True),
        ("127.5.5.5", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_this_machine_is_recognised(address: str, local: bool) -> None:
    assert is_local(address) is local


def test_an_ipv6_customer_counts_as_one_and_mapped_addresses_as_ipv4() -> None:
    assert group_of("2001:db8::1") == group_of("2001:db8::ffff") != group_of("2001:db8:0:1::1")
    assert group_of("::ffff:203.0.113.5") == group_of("203.0.113.5") == "203.0.113.5"
    assert group_of("rubbish") == "rubbish"


def test_origins_are_this_machines_own_by_default() -> None:
    assert allowed_origins(Settings(port=8000)) == (
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
    )
    assert "https://localhost" in allowed_origins(Settings(port=443, tls_self_signed=True))
    assert "http://localhost:443" in allowed_origins(Settings(port=443))
    assert "http://Venue.Example:80".lower().removesuffix(":80") in allowed_origins(
        Settings(host="Venue.Example", port=80)
    )


def test_listening_on_all_addresses_lists_each_of_them_and_never_everything() -> None:
    origins = allowed_origins(Settings(host="0.0.0.0"))
    assert "http://localhost:8000" in origins
    assert len(origins) >= 5
    assert not any("*" in origin or "0.0.0.0" in origin for origin in origins)


def test_a_set_list_stands_alone() -> None:
    assert allowed_origins(Settings(allowed_origins=("https://Venue.example.org",))) == ("https://venue.example.org",)
