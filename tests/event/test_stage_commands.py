"""Going on air and off, being called, and what the big screen shows."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.entries import EVENT, EVENT_STAFF, delete, person_stream, room_stream
from turia.event.grants import Grant, Grants
from turia.event.people import Notice
from turia.event.programme import Speaker
from turia.event.scopes import Scope
from turia.event.settings import Policies, StageRule
from turia.event.stage import MOST_ON_AIR, Airs, Layout, OnAir, ScreenLayout, StageCall
from turia.testing.stage import TEN, Stage

HALL = room_stream("hall")


@pytest.fixture
def stage() -> Stage:
    """A talk is live."""
    stage = Stage()
    stage.room("hall")
    stage.room("lab")
    stage.session("talk", "hall", 0, 60)
    stage.session("other", "lab", 0, 60)
    stage.person("cher", "chair", Scope("hall", "talk"))
    for person in ("spe", "pia"):
        stage.person(person, "speaker", Scope("hall", "talk"))
        stage.grant(person, "speaker", Scope("lab", "other"))
    stage.person("ana")
    stage.do("session.go_live", "cher", session="talk")
    return stage


def refused(stage: Stage, name: str, by: str, **fields: object) -> str:
    top = len(stage.entries)
    with pytest.raises(Refused) as why:
        stage.do(name, by, **fields)
    assert len(stage.entries) == top
    assert why.value.message.endswith(".")
    return why.value.code


def on_air(stage: Stage) -> dict[str, OnAir]:
    return stage.state.all(HALL, OnAir)


def notices(stage: Stage, person: str) -> list[str]:
    return [each.code for each in stage.state.all(person_stream(person), Notice).values()]


def test_on_air_by_the_timetable(stage: Stage) -> None:
    answer = stage.do("stage.go_on_air", "spe", session="talk", sources=["microphone", "camera", "camera"])
    assert (answer.since, answer.sources) == (TEN, ("camera", "microphone"))
    assert on_air(stage) == {"spe": OnAir("talk", TEN, ("camera", "microphone"), "Spe")}
    stage.minutes(1)
    assert stage.do("stage.change_sources", "spe", session="talk", sources=["screen"]).since == TEN
    stage.do("stage.go_on_air", "spe", session="talk", sources=["camera"])
    assert on_air(stage)["spe"] == OnAir("talk", TEN, ("camera",), "Spe")
    top = len(stage.entries)
    stage.do("stage.go_on_air", "spe", session="talk", sources=["camera"])
    stage.do("stage.change_sources", "spe", session="talk", sources=["camera"])
    assert len(stage.entries) == top
    stage.do("stage.leave_air", "spe", session="talk")
    stage.do("stage.leave_air", "spe", session="talk")
    assert not on_air(stage)
    assert refused(stage, "stage.change_sources", "spe", session="talk", sources=[]) == "not_on_air"


@pytest.mark.parametrize("move", ["", "open", "pause", "end"])
def test_only_a_live_session_has_people_on_air(stage: Stage, move: str) -> None:
    stage.person("mo", "moderator")
    session = "talk" if move in ("pause", "end") else "other"
    if move:
        stage.do(f"session.{move}", "mo", session=session)
    assert refused(stage, "stage.go_on_air", "spe", session=session, sources=[]) == "not_live"


def test_one_is_on_air_in_one_place(stage: Stage) -> None:
    stage.person("mo", "moderator")
    stage.do("session.go_live", "mo", session="other")
    stage.do("stage.go_on_air", "spe", session="talk", sources=[])
    assert refused(stage, "stage.go_on_air", "spe", session="other", sources=[]) == "on_air_elsewhere"
    assert stage.state.view(Airs).of("spe").keys() == {"hall"}
    stage.do("stage.leave_air", "spe", session="talk")
    stage.do("stage.go_on_air", "spe", session="other", sources=[])
    assert stage.state.view(Airs).in_room("lab").keys() == {"spe"}
    assert stage.state.view(Airs).in_room("hall") == {}


def test_a_stage_has_its_places(stage: Stage) -> None:
    for number in range(MOST_ON_AIR):
        stage.set(HALL, f"s{number}", OnAir("talk", TEN))
    assert refused(stage, "stage.go_on_air", "spe", session="talk", sources=[]) == "stage_full"


def by_the_chair(stage: Stage) -> None:
    stage.set(EVENT, "policies", Policies(stage_rule=StageRule.CHAIR))


def test_where_the_chair_calls_only_who_is_called_goes_on_air(stage: Stage) -> None:
    by_the_chair(stage)
    assert refused(stage, "stage.go_on_air", "spe", session="talk", sources=[]) == "not_called"
    stage.do("stage.go_on_air", "cher", session="talk", sources=[])
    stage.do("stage.call", "cher", session="talk", person="spe")
    stage.do("stage.call", "cher", session="talk", person="spe")
    assert notices(stage, "spe") == ["stage_call"]
    assert refused(stage, "stage.go_on_air", "pia", session="talk", sources=[]) == "not_called"
    stage.do("stage.go_on_air", "spe", session="talk", sources=["microphone"])
    stage.do("stage.forget", room="hall", people=["spe", "spe", "ana"])
    assert on_air(stage).keys() == {"cher"}, "his line broke"
    stage.do("stage.go_on_air", "spe", session="talk", sources=["microphone"])
    stage.do("stage.leave_air", "spe", session="talk")
    assert refused(stage, "stage.go_on_air", "spe", session="talk", sources=[]) == "not_called"


def test_a_call_that_is_declined_is_no_call(stage: Stage) -> None:
    by_the_chair(stage)
    stage.do("stage.call", "cher", session="talk", person="spe")
    stage.do("stage.decline", "spe", session="talk")
    stage.do("stage.decline", "spe", session="talk")
    call = stage.state.get(HALL, StageCall, "spe")
    assert call is not None
    assert call.declined
    assert refused(stage, "stage.go_on_air", "spe", session="talk", sources=[]) == "not_called"
    stage.do("stage.call", "cher", session="talk", person="spe")
    stage.do("stage.go_on_air", "spe", session="talk", sources=[])


def test_only_speakers_are_called(stage: Stage) -> None:
    assert refused(stage, "stage.call", "cher", session="talk", person="ana") == "no_speaker"
    assert refused(stage, "stage.call", "cher", session="talk", person="nobody") == "unknown_person"
    stage.do("session.end", "cher", session="talk")
    assert refused(stage, "stage.call", "cher", session="talk", person="spe") == "not_running"


def test_the_chair_takes_people_off_and_says_why(stage: Stage) -> None:
    stage.do("stage.go_on_air", "spe", session="talk", sources=[])
    stage.do("stage.take_off", "cher", session="talk", person="spe", reason="Time is over.")
    assert not on_air(stage)
    (notice,) = stage.state.all(person_stream("spe"), Notice).values()
    assert (notice.code, "Time is over." in notice.text) == ("taken_off_air", True)
    assert refused(stage, "stage.take_off", "cher", session="talk", person="spe") == "not_on_air"
    stage.do("stage.call", "cher", session="talk", person="pia")
    stage.do("stage.take_off", "cher", session="talk", person="pia")
    assert stage.state.get(HALL, StageCall, "pia") is None
    assert notices(stage, "pia") == ["stage_call"]


def test_who_lost_the_right_can_still_leave(stage: Stage) -> None:
    stage.do("stage.go_on_air", "spe", session="talk", sources=[])
    for key in stage.state.view(Grants).keyed("spe"):
        stage.put(delete(EVENT_STAFF, Grant, key))
    assert refused(stage, "stage.change_sources", "spe", session="talk", sources=[]) == "not_allowed"
    stage.do("stage.leave_air", "spe", session="talk")
    assert not on_air(stage)


def test_what_the_big_screen_shows(stage: Stage) -> None:
    assert refused(stage, "stage.layout", "cher", session="talk", layout="speaker", focus="spe") == "not_on_air"
    stage.do("stage.go_on_air", "spe", session="talk", sources=["camera"])
    stage.do("stage.layout", "cher", session="talk", layout="speaker", focus="spe")
    assert stage.state.get(HALL, ScreenLayout, "hall") == ScreenLayout("talk", Layout.SPEAKER, "spe")
    stage.do("stage.layout", "cher", session="talk", layout=None)
    stage.do("stage.layout", "cher", session="talk", layout=None)
    assert stage.state.get(HALL, ScreenLayout, "hall") is None


def test_whoever_may_go_on_air_can_be_called_and_is_listed_those_of_the_session_first(stage: Stage) -> None:
    """A speaker by invitation or grant is none of the programme's, and has no room in his role."""
    stage.person("ines", "speaker", Scope(session="talk"))
    stage.person("olga", "organiser")
    stage.person("bea", "speaker", Scope("lab", "other"))
    listed = stage.ask("stage.speakers", "cher", session="talk").speakers
    assert [(each.person, each.own) for each in listed] == [
        ("cher", True), ("ines", True), ("pia", True), ("spe", True), ("olga", False),
    ]  # fmt: skip
    assert listed[1].name == "Ines"
    stage.set(EVENT, "policies", Policies(stage_rule=StageRule.CHAIR))
    assert refused(stage, "stage.go_on_air", "ines", session="talk", sources=["camera"]) == "not_called"
    stage.do("stage.call", "cher", session="talk", person="ines")
    assert notices(stage, "ines") == ["stage_call"]
    stage.do("stage.go_on_air", "ines", session="talk", sources=["camera"])
    assert list(on_air(stage)) == ["ines"]


def test_speakers_of_the_programme_are_listed_with_their_session(stage: Stage) -> None:
    stage.person("dan")
    stage.set(EVENT, "s1", Speaker("Dan", person="dan"))
    stage.session("talk", "hall", 0, 60, speakers=("s1",))
    listed = stage.ask("stage.speakers", "cher", session="talk").speakers
    assert ("dan", "Dan", True) in [(each.person, each.name, each.own) for each in listed]
    assert "ana" not in {each.person for each in listed}
