"""Secret addresses of calendars."""

from __future__ import annotations

import pytest

from turia.testing.decisions import Decisions
from turia.web.feeds import Feeds

KEY = b"a key of thirty-two bytes, right"


def test_a_key_opens_one_calendar_until_it_is_renewed() -> None:
    event, feeds = Decisions(), Feeds(KEY)
    ana = event.person("Ana")
    key = feeds.key_of(event.state, "ana")
    assert feeds.person_of(event.state, key) == "ana"
    event.do("programme.renew_feed", ana)
    assert feeds.person_of(event.state, key) == ""
    assert feeds.person_of(event.state, feeds.key_of(event.state, "ana")) == "ana"


def test_another_servers_key_opens_nothing() -> None:
    state = Decisions().state
    assert Feeds(b"another key of thirty-two bytes!").person_of(state, Feeds(KEY).key_of(state, "ana")) == ""


@pytest.mark.parametrize(
    "change", ["ben.1.{mac}", "ana.2.{mac}", "ana.1.", "ana.1.{mac}x", "ana.1", "", "x" * 5_000, "ana.１.{mac}"]
)
def test_a_forged_key_opens_nothing(change: str) -> None:
    state, feeds = Decisions().state, Feeds(KEY)
    mac = feeds.key_of(state, "ana").rpartition(".")[2]
    assert feeds.person_of(state, change.format(mac=mac)) == ""
