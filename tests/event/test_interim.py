"""Who may show what he is writing."""

from __future__ import annotations

import pytest

from turia.event.interim import may_send_interim
from turia.event.scopes import Scope
from turia.testing.stage import Stage


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    for room in ("hall", "lab"):
        stage.room(room)
    stage.session("talk", "hall", 0, 60)
    stage.person("cher", "chair", Scope("hall"))
    for person in ("carl", "kate"):
        stage.person(person, "captioner", Scope("hall", "talk"))
    stage.person("ana")
    return stage


def told(stage: Stage, person: str, source: str = "human", room: str = "hall", session: str = "talk") -> str:
    no = may_send_interim(stage.state, stage.actor(person), room, session, source, stage.event_at)  # type: ignore[arg-type]
    assert no is None or no.message.endswith(".")
    return "" if no is None else no.code


def test_captioners_of_a_session_that_runs(stage: Stage) -> None:
    assert told(stage, "carl") == "not_running"
    stage.do("session.go_live", "cher", session="talk")
    assert [told(stage, each) for each in ("carl", "ana", "stranger")] == ["", "not_allowed", "not_allowed"]
    assert told(stage, "carl", room="lab") == "wrong_room"
    assert told(stage, "carl", session="gone") == "unknown_session"
    stage.do("session.end", "cher", session="talk")
    assert told(stage, "carl") == "not_running"


def test_one_writes_at_a_time_and_a_recogniser_beside_him(stage: Stage) -> None:
    stage.do("session.go_live", "cher", session="talk")
    stage.do("caption.take", "kate", session="talk")
    assert [told(stage, each) for each in ("carl", "kate")] == ["not_your_turn", ""]
    assert told(stage, "carl", "recogniser") == ""
