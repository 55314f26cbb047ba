from __future__ import annotations

from typing import Any

import pytest

from turia.gateway.connection import State
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_entrance import ORPHAN_S
from turia.protocol import limits
from turia.protocol.close_codes import SENTENCES, CloseCode
from turia.protocol.messages import Auth
from turia.testing.media_plane_rig import Plane, event, piece


@pytest.fixture
def plane() -> Plane:
    return Plane()


def reason(plane: Plane, connection: MediaConnection) -> tuple[CloseCode | None, Any]:
    """How it ended, as its client was told: code and seconds after which to come back."""
    for each in plane.read(connection):
        if each[0] == "connect_error":
            return CloseCode(each[1]["data"]["code"]), each[1]["data"]["retry_after"]
        if each[0] == "closing":
            return CloseCode(each[1]["code"]), each[1]["retry_after"]
    return None, None


# -- who is let in -------------------------------------------------------------------------------


def test_somebody_who_is_not_inside_is_told_to_come_back(plane: Plane) -> None:
    connection = plane.open()
    assert not plane.media.join(connection, Auth(token="ana", protocol=1))
    code, retry = reason(plane, connection)
    assert code is CloseCode.NOT_INSIDE
    assert 1.0 <= retry <= 3.0
    assert "inside" in SENTENCES[CloseCode.NOT_INSIDE]
    assert not plane.state.viewers


@pytest.mark.parametrize(
    ("token", "protocol", "code"),
    [
        ("old", 1, CloseCode.TOKEN_EXPIRED),
        ("forged", 1, CloseCode.NOT_SIGNED_IN),
        ("", 1, CloseCode.NOT_SIGNED_IN),
        ("ana", 2, CloseCode.WRONG_PROTOCOL),
    ],
)
def test_tokens_are_those_of_the_venue(plane: Plane, token: str, protocol: int, code: CloseCode) -> None:
    plane.enter("ana")
    connection = plane.open()
    assert not plane.media.join(connection, Auth(token=token, protocol=protocol))
    assert reason(plane, connection)[0] is code
    assert plane.state.stats.turned_away[code.name] == 1


def test_without_a_token_nobody_is_let_in(plane: Plane) -> None:
    connection = plane.open()
    assert not plane.media.join(connection, None)
    assert reason(plane, connection)[0] is CloseCode.NOT_SIGNED_IN


def test_only_pages_of_allowed_origins_come_in() -> None:
    plane = Plane(allowed_origins=("https://venue.example",))
    plane.enter("ana")
    for origin, welcome in (("https://venue.example", True), ("https://evil.example", False)):
        connection = plane.open({"Origin": origin})
        assert plane.media.join(connection, Auth(token="ana", protocol=1)) is welcome
    assert reason(plane, connection)[0] is CloseCode.WRONG_ORIGIN


def test_connections_are_capped() -> None:
    plane = Plane(max_connections=2)
    plane.enter("ana")
    assert plane.media.join(plane.open(), Auth(token="ana", protocol=1))
    plane.open()
    third = plane.open()
    assert not plane.media.join(third, Auth(token="ana", protocol=1))
    assert reason(plane, third)[0] is CloseCode.FULL


def test_a_rush_is_spread() -> None:
    plane = Plane(joins_per_second=1.0)
    plane.enter("ana")
    assert plane.media.join(plane.open(), Auth(token="ana", protocol=1))
    second = plane.open()
    assert not plane.media.join(second, Auth(token="ana", protocol=1))
    assert reason(plane, second)[0] is CloseCode.OVERLOADED


def test_who_says_nothing_is_closed_after_the_deadline(plane: Plane) -> None:
    connection = plane.open()
    plane.flush(50, seconds=(limits.JOIN_DEADLINE_S - 1.0) / 50)
    assert connection.state is State.OPEN
    plane.flush(51, seconds=0.02)
    assert reason(plane, connection)[0] is CloseCode.JOIN_TIMEOUT


@pytest.mark.parametrize("name", ["publish", "m", "sync"])
def test_nothing_is_taken_before_connect(plane: Plane, name: str) -> None:
    connection = plane.open()
    plane.media.message(connection, event(name, piece(0) if name == "m" else {}))
    assert reason(plane, connection)[0] is CloseCode.MALFORMED


def test_connecting_twice_is_a_violation(plane: Plane) -> None:
    connection = plane.join("ana")
    assert not plane.media.message(connection, b"\x83\xa4type\x00\xa4data\xc0\xa3nsp\xa1/")
    assert reason(plane, connection)[0] is CloseCode.MALFORMED


# -- one for each connection to the venue --------------------------------------------------------


def test_the_newest_replaces_the_one_before(plane: Plane) -> None:
    first = plane.join("ana")
    track = plane.publish(first)
    second = plane.join("ana")
    assert reason(plane, first)[0] is CloseCode.REPLACED
    assert second.state is State.JOINED
    assert list(plane.state.viewers.values()) == [second]
    assert track not in plane.state.tracks.by_number
    assert plane.state.stats.replaced == 1


def test_companions_have_one_each_and_no_more_than_there_are_companions(plane: Plane) -> None:
    main = plane.join("ana")
    no_companion = plane.open()
    assert not plane.media.join(no_companion, Auth(token="ana", protocol=1, tier="companion"))
    assert reason(plane, no_companion)[0] is CloseCode.NOT_INSIDE
    for _ in range(2):
        plane.enter("ana", "companion")
    first, second, third = (plane.join("ana", tier="companion") for _ in range(3))
    assert main.state is first.state is third.state is State.JOINED
    assert reason(plane, second)[0] is CloseCode.REPLACED
    assert len(plane.state.viewers) == 3


# -- it ends with the visit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [CloseCode.LEFT, CloseCode.NOT_ADMITTED, CloseCode.TOKEN_EXPIRED, CloseCode.SERVER_RESTART, CloseCode.REPLACED],
)
def test_it_ends_at_once_when_the_visit_does(plane: Plane, code: CloseCode) -> None:
    venue = plane.enter("ana")
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.house.close(venue, code)
    assert reason(plane, ana)[0] is code
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == []
    assert plane.state.by_person.keys() == {"ben"}


def test_entering_in_another_tab_ends_the_media_of_the_first_one_only(plane: Plane) -> None:
    first = plane.join("ana")
    newer = plane.enter("ana")
    assert reason(plane, first)[0] is CloseCode.REPLACED
    second = plane.join("ana")
    plane.house.release(newer)  # told a second time when the transport of the older one closes
    assert second.venue is None
    older = next(each for each in plane.transports if each is not newer and not isinstance(each, MediaConnection))
    plane.house.release(older)
    assert second.state is State.JOINED


def test_a_blink_of_the_venues_line_does_not_interrupt(plane: Plane) -> None:
    venue = plane.enter("ana")
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.house.abort(venue, CloseCode.SLOW_CONSUMER)
    plane.flush(100)
    back = plane.enter("ana")
    plane.flush(51)
    assert plane.state.by_venue[back] is ana
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0)]
    plane.house.close(back, CloseCode.LEFT)
    assert reason(plane, ana)[0] is CloseCode.LEFT


def test_who_does_not_come_back_is_not_inside_any_more(plane: Plane) -> None:
    venue = plane.enter("ana")
    ana = plane.join("ana")
    plane.house.depart(venue)
    plane.flush(50, seconds=(ORPHAN_S - 1) / 50)
    assert ana.state is State.JOINED
    plane.flush(101)
    assert reason(plane, ana)[0] is CloseCode.NOT_INSIDE


def test_who_comes_back_with_a_new_page_does_not_keep_the_old_line(plane: Plane) -> None:
    venue = plane.enter("ana")
    first = plane.join("ana")
    plane.house.abort(venue, CloseCode.PING_TIMEOUT)
    plane.enter("ana")
    second = plane.join("ana")
    assert reason(plane, first)[0] is CloseCode.REPLACED
    assert second.state is State.JOINED


def test_a_goodbye_ends_it_without_a_word(plane: Plane) -> None:
    for goodbye in (b"\x82\xa4type\x01\xa3nsp\xa1/", "1"):
        ana = plane.join("ana")
        if isinstance(goodbye, bytes):
            plane.media.message(ana, goodbye)
        else:
            plane.media.text(ana, goodbye)
        assert ana.state is State.CLOSING
        assert reason(plane, ana) == (None, None)
        assert not plane.state.viewers


# -- heartbeat -----------------------------------------------------------------------------------


def test_a_line_without_a_sign_of_life_is_closed(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    pings = 0
    for _ in range(16):
        plane.flush(50)
        if not ben.ponged:
            pings += 1
            plane.media.text(ben, "3")
    assert pings in (2, 3)
    assert reason(plane, ana)[0] is CloseCode.PING_TIMEOUT
    assert ben.state is State.JOINED


def test_pongs_that_nobody_asked_for_are_strikes(plane: Plane) -> None:
    ana = plane.join("ana")
    for _ in range(limits.STRIKES_PER_10_S):
        plane.media.text(ana, "3")
    assert reason(plane, ana)[0] is CloseCode.TOO_MANY_REFUSED


def test_text_is_a_violation(plane: Plane) -> None:
    ana = plane.join("ana")
    plane.media.text(ana, '42["publish"]')
    assert reason(plane, ana)[0] is CloseCode.MALFORMED


def test_nothing_is_left_of_people_who_are_gone(plane: Plane) -> None:
    for _ in range(3):
        people = [plane.join(f"p{index}") for index in range(5)]
        for each in people:
            plane.watch(each, plane.publish(each))
            plane.ask(each, "hear", {"voices": 6})
        plane.flush(5)
        for each in people:
            plane.media.gone(each)
        for venue in list(plane.house.by_person.values()):
            plane.house.close(venue, CloseCode.LEFT)
        plane.flush(2)
        state = plane.state
        left = [state.connections, state.viewers, state.by_person, state.by_venue, state.followers]
        assert not any(left)
        assert not state.tracks.by_number
        assert plane.relay_figures().viewers == plane.relay_figures().tracks == 0
