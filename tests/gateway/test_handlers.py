from __future__ import annotations

from typing import Any

import msgpack
import pytest

from turia.errors import Refused
from turia.gateway import handlers
from turia.protocol import codec
from turia.protocol.messages import CLIENT_EVENTS


def do(inside: Any, connection: Any, name: str, payload: Any = None, identifier: int | None = 1) -> list[Any]:
    packet: dict[str, Any] = {"type": 2, "data": [name, payload], "nsp": "/"}
    if identifier is not None:
        packet["id"] = identifier
    handlers.handle(inside.house, connection, codec.decode_packet(msgpack.packb(packet)))
    connection.outbox.flush_all()
    read: list[Any] = inside.read(connection)
    return read


def test_there_is_a_function_for_every_command() -> None:
    assert set(handlers.HANDLERS) | set(handlers.EVENT_HANDLERS) == set(CLIENT_EVENTS)
    assert not set(handlers.HANDLERS) & set(handlers.EVENT_HANDLERS)


def test_a_venue_without_an_event_says_so(inside: Any) -> None:
    ana = inside.join()
    ((kind, answer),) = do(inside, ana, "ask", {"name": "stream.read", "body": {"stream": "event"}})
    assert (kind, answer["code"]) == ("ack", "no_event")


def test_sync_tells_the_monotonic_clock(inside: Any) -> None:
    ana = inside.join()
    inside.tick(3)
    inside.read(ana)
    (answer,) = do(inside, ana, "sync", {"t": 12.5})
    assert answer == ("ack", {"t": 12.5, "server_ms": inside.clock.monotonic() * 1000, "tick": 3})


@pytest.mark.parametrize(
    ("name", "payload", "call"),
    [
        ("sit", {"seat": 4}, ("sit", (0, 4))),
        ("stand", {}, ("stand", (0,))),
        ("stand", None, ("stand", (0,))),
        ("go", {"place": "safe"}, ("go", (0, None, "safe"))),
        ("go", {"person": "ben"}, ("go", (0, "ben", None))),
        ("ride", {"lift": "lift", "stop": 1}, ("ride", (0, "lift", 1))),
    ],
)
def test_being_placed_answers_the_place_and_voids_older_poses(
    inside: Any, name: str, payload: Any, call: tuple[str, Any]
) -> None:
    ana = inside.join()
    inside.house.inbox.put(ana.slot, bytes.fromhex("0102030201002efb9600c409401101c8"))
    ((kind, answer),) = do(inside, ana, name, payload)
    assert kind == "ack"
    assert answer["seq"] == 513
    assert answer["place"]["seat"] == 65_535
    assert inside.space.calls[-1] == call
    assert len(inside.house.inbox.take(0.05)[0]) == 0


@pytest.mark.parametrize("payload", [{}, {"person": "a", "place": "b"}])
def test_go_needs_exactly_one_aim(inside: Any, payload: dict[str, str]) -> None:
    ((_, answer),) = do(inside, inside.join(), "go", payload)
    assert answer["code"] == "invalid"


def test_what_the_space_refuses_is_answered_with_its_sentence(inside: Any) -> None:
    inside.space.problem = Refused("seat_taken", "Somebody sits there.", retry=True)
    assert do(inside, inside.join(), "sit", {"seat": 1}) == [
        ("ack", {"code": "seat_taken", "error": "Somebody sits there.", "retry": True})
    ]


def test_without_an_acknowledgement_id_the_refusal_is_a_notice(inside: Any) -> None:
    inside.space.problem = Refused("seat_taken", "Somebody sits there.")
    answer = do(inside, inside.join(), "sit", {"seat": 1}, identifier=None)
    assert answer == [("notice", {"code": "seat_taken", "message": "Somebody sits there."})]


def test_a_bug_costs_only_the_command(inside: Any, caplog: pytest.LogCaptureFixture) -> None:
    inside.space.problem = RuntimeError("bug with /etc/secret in it")
    ((_, answer),) = do(inside, inside.join(), "sit", {"seat": 1})
    assert answer == {"code": "internal", "error": "Something went wrong in the venue. Try again.", "retry": True}
    assert "bug with" in caplog.text


@pytest.mark.parametrize(
    ("name", "payload", "field"),
    [
        ("sit", {"seat": -1}, "seat"),
        ("sit", {"seat": "x"}, "seat"),
        ("sit", {}, "seat"),
        ("sit", {"seat": 1, "more": 2}, "more"),
        ("find", {"query": "x" * 81}, "query"),
        ("go", {"person": "no spaces"}, "person"),
        ("look", {"look": [300]}, "look"),
        ("tier", {"tier": "everything"}, "tier"),
    ],
)
def test_a_payload_that_does_not_fit_names_the_field(inside: Any, name: str, payload: Any, field: str) -> None:
    ((_, answer),) = do(inside, inside.join(), name, payload)
    assert answer["code"] == "invalid"
    assert field in answer["error"]


def test_commands_are_rationed_by_kind(inside: Any) -> None:
    ana = inside.join()
    answers = [do(inside, ana, "ride", {"lift": "a", "stop": 0})[0][1] for _ in range(7)]
    assert [answer.get("code") for answer in answers] == [None] * 6 + ["too_often"]
    assert do(inside, ana, "sync", {"t": 0})[0][1]["t"] == 0
    inside.clock.advance(1.0)
    assert "place" in do(inside, ana, "ride", {"lift": "a", "stop": 0})[0][1]


def test_ten_refusals_within_ten_seconds_end_the_connection(inside: Any) -> None:
    ana = inside.join()
    inside.space.problem = Refused("seat_taken", "Somebody sits there.")
    for _ in range(9):
        assert [name for name, _ in do(inside, ana, "sit", {"seat": 1})] == ["ack"]
    last = do(inside, ana, "sit", {"seat": 1})
    assert [name for name, _ in last] == ["ack", "closing", "close"]
    assert last[1][1]["reason"] == "TOO_MANY_REFUSED"
    assert last[1][1]["retry_after"] > 0


def test_refusals_over_a_longer_time_do_not(inside: Any) -> None:
    ana = inside.join()
    inside.space.problem = Refused("seat_taken", "Somebody sits there.")
    for _ in range(30):
        do(inside, ana, "sit", {"seat": 1})
        inside.clock.advance(1.5)
    assert not ana.link.hung_up


def test_look_and_tier(inside: Any) -> None:
    ana = inside.join()
    assert do(inside, ana, "look", {"look": [1, 2]}) == [("ack", {"ok": True})]
    assert do(inside, ana, "tier", {"tier": "flat"}) == [("ack", {"ok": True})]
    assert inside.space.tiers[ana.slot] == "flat"
    ((_, answer),) = do(inside, ana, "tier", {"tier": "companion"})
    assert answer["code"] == "no_companion"


def test_find_pages_the_directory(inside: Any) -> None:
    ana = inside.join()
    ((_, answer),) = do(inside, ana, "find", {"limit": 1})
    assert answer["total"] == 1
    assert answer["rows"][0]["name"] == "ana"


def test_bye_frees_everything_and_closes_after_the_answer(inside: Any) -> None:
    ana = inside.join()
    read = do(inside, ana, "bye")
    assert [name for name, _ in read] == ["ack", "closing", "disconnect", "close"]
    assert ("leave", 0) in inside.space.calls
    assert not any(name == "detach" for name, _ in inside.space.calls)


def test_a_companion_may_ask_but_not_act(inside: Any) -> None:
    phone = inside.join("ana", tier="companion")
    ((_, answer),) = do(inside, phone, "sit", {"seat": 1})
    assert answer["code"] == "no_avatar"
    ((_, answer),) = do(inside, phone, "find", {})
    assert answer["code"] == "no_avatar"
    inside.join("ana")
    ((_, answer),) = do(inside, phone, "find", {})
    assert answer["total"] == 1
    assert do(inside, phone, "sync", {"t": 1})[0][1]["t"] == 1
    ((_, answer),) = do(inside, phone, "p", b"x" * 16)
    assert answer["code"] == "no_avatar"
    assert [name for name, _ in do(inside, phone, "bye")][-1] == "close"
    assert not any(name == "leave" for name, _ in inside.space.calls)


@pytest.mark.parametrize("body", [b"x" * 15, b"x" * 17, b"", "text", None, 5])
def test_a_pose_of_another_size_is_refused(inside: Any, body: Any) -> None:
    ((_, answer),) = do(inside, inside.join(), "p", body)
    assert answer["code"] == "invalid"


def test_a_pose_with_an_acknowledgement_id_is_taken_the_slow_way(inside: Any) -> None:
    ana = inside.join()
    assert do(inside, ana, "p", bytes.fromhex("0102030201002efb9600c409401101c8")) == [("ack", {"ok": True})]
    inside.tick()
    assert ("ingest", ([0], [513])) in inside.space.calls
