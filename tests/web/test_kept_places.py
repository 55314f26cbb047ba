"""A place that was kept when the server stopped: the one case in which a ticket passes a closed door."""

from __future__ import annotations

from turia.protocol import limits
from turia.protocol.messages import Place
from turia.testing.manual_clock import ManualClock
from turia.web.auth import ResumeTickets, Signer

KEY = b"k" * 32
PLACE = Place(1.0, 0.0, 2.0, 0, 0)


def tickets(clock: ManualClock) -> ResumeTickets:
    return ResumeTickets(Signer(KEY, clock), clock)


def test_a_place_is_kept_over_a_restart_for_a_minute() -> None:
    clock = ManualClock()
    before = tickets(clock).issue("ana", PLACE)
    clock.advance(limits.KEEP_PLACE_S)
    restarted = tickets(clock)
    assert restarted.was_kept(before, "ana")
    assert not restarted.was_kept(before, "ben")
    clock.advance(1)
    assert not tickets(clock).was_kept(before, "ana"), "restarted too late"
    assert restarted.was_kept(before, "ana"), "coming back may take longer than a minute"


def test_it_is_good_for_one_return() -> None:
    """Whoever came back and went out again does not get in by the same ticket."""
    clock = ManualClock()
    before = tickets(clock).issue("ana", PLACE)
    clock.advance(5)
    restarted = tickets(clock)
    assert restarted.was_kept(before, "ana")
    assert restarted.open(before, "ana") == PLACE
    assert not restarted.was_kept(before, "ana")


def test_tickets_of_this_server_are_no_kept_places() -> None:
    clock = ManualClock()
    now = tickets(clock)
    ticket = now.issue("ana", PLACE)
    clock.advance(5)
    assert not now.was_kept(ticket, "ana")


def test_what_is_no_ticket_is_no_kept_place() -> None:
    clock = ManualClock()
    other = ResumeTickets(Signer(b"x" * 32, clock), clock).issue("ana", PLACE)
    session = Signer(KEY, clock).sign("turia.session", "ana", 60.0)
    clock.advance(1)
    for wrong in ("", "nonsense", other, session):
        assert not tickets(clock).was_kept(wrong, "ana")
