"""Recordings: the table, agreeing to be recorded, and keeping."""

from __future__ import annotations

import itertools

import pytest

from turia.errors import Refused
from turia.event import recordings
from turia.event.entries import EVENT, person_stream, put, room_stream
from turia.event.microphones import MicGrant
from turia.event.people import Consent, Notice
from turia.event.recordings import ARMED, MOVES, Recording, RecordingState
from turia.event.scopes import Scope
from turia.event.settings import Document, Policies
from turia.testing.stage import TEN, Stage

HALL = room_stream("hall")
DAY = 24 * 3_600_000
FIELDS: dict[str, dict[str, object]] = {
    "finish": {"duration_ms": 60_000, "bytes": 1_000, "segments": 15},
    "fail": {"message": "The disk is full. Free some space."},
}
#: Those that no command makes.
BY_SESSION = {"end", "drop"}


@pytest.fixture
def stage() -> Stage:
    """A talk is live."""
    stage = Stage()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.person("mo", "moderator", Scope("hall"))
    stage.person("cher", "chair", Scope("hall", "talk"))
    stage.person("spe", "speaker", Scope("hall", "talk"))
    stage.person("ana")
    stage.do("session.go_live", "cher", session="talk")
    return stage


def do(stage: Stage, name: str, by: str = "") -> RecordingState:
    who = by or {"chair": "cher", "keeper": "mo"}.get(MOVES[name].by, "system")
    answer: RecordingState = stage.do(f"recording.{name}", who, session="talk", **FIELDS.get(name, {})).state
    return answer


def refused(stage: Stage, name: str, by: str, **fields: object) -> str:
    top = len(stage.entries)
    with pytest.raises(Refused) as why:
        stage.do(name, by, **{"session": "talk", **fields})
    assert len(stage.entries) == top
    assert why.value.message.endswith(".")
    return why.value.code


def now(stage: Stage) -> Recording:
    return recordings.recording_of(stage.state, "talk")


def agree(stage: Stage, person: str = "spe", **fields: object) -> None:
    version = recordings.text_of(stage.state).version
    stage.do("recording.consent", person, **{"session": "talk", "version": version, **fields})


@pytest.mark.parametrize(("name", "before"), list(itertools.product(MOVES.keys() - BY_SESSION, RecordingState)))
def test_a_command_moves_as_the_table_says_or_changes_nothing(stage: Stage, name: str, before: RecordingState) -> None:
    stage.set(HALL, "talk", Recording(before, "cher", TEN))
    top = len(stage.entries)
    if before in MOVES[name].before:
        assert do(stage, name) is MOVES[name].after
        assert now(stage).state is MOVES[name].after
        return
    if before is MOVES[name].after:
        assert do(stage, name) is before
    else:
        with pytest.raises(Refused) as why:
            do(stage, name)
        assert why.value.code == "not_now"
    assert len(stage.entries) == top


@pytest.mark.parametrize("before", RecordingState)
def test_the_end_of_the_session_moves_as_the_table_says(stage: Stage, before: RecordingState) -> None:
    stage.set(HALL, "talk", Recording(before, "cher", TEN))
    stage.do("session.end", "cher", session="talk")
    moves = [MOVES[name].after for name in BY_SESSION if before in MOVES[name].before]
    assert now(stage).state is (moves[0] if moves else before)
    assert now(stage).state not in ARMED


def test_every_state_can_be_reached_and_left() -> None:
    assert {move.after for move in MOVES.values()} == set(RecordingState)
    assert {each for move in MOVES.values() for each in move.before} == set(RecordingState)


def test_from_arming_to_watching(stage: Stage) -> None:
    for name in ("arm", "begin", "pause", "resume", "stop", "finish"):
        do(stage, name)
    assert now(stage) == Recording(
        RecordingState.READY, "system", TEN, 0, "", 60_000, 1_000, stage.at + 30 * DAY, segments=15
    )
    stage.set(EVENT, "policies", Policies(recording_days=0))
    do(stage, "arm")
    do(stage, "begin")
    do(stage, "stop")
    do(stage, "finish")
    assert now(stage).keep_until == 0
    do(stage, "delete")
    assert (now(stage).state, now(stage).bytes) == (RecordingState.DELETED, 0)


@pytest.mark.parametrize("over", ["disarm", "drop"])
@pytest.mark.parametrize("earlier", [RecordingState.READY, RecordingState.FAILED])
def test_what_was_recorded_earlier_outlives_arming_it_again(stage: Stage, earlier: RecordingState, over: str) -> None:
    before = Recording(earlier, "system", TEN, 0, "The disk is full.", 60_000, 1_000, TEN + DAY, 15, server="a")
    stage.set(HALL, "talk", before)
    do(stage, "arm")
    assert now(stage).keep_until == TEN + DAY
    for _ in range(2):  # two chairs press at once
        if over == "disarm":
            do(stage, over)
        else:
            stage.do("session.end", "cher", session="talk")
            stage.do("session.reopen", "cher", session="talk")
        then = now(stage)
        assert (then.state, then.message) == (earlier, before.message)
        assert (then.duration_ms, then.bytes, then.keep_until, then.segments, then.server) == (
            60_000, 1_000, TEN + DAY, 15, "a",
        )  # fmt: skip


def test_what_is_recorded_again_is_over_for_itself(stage: Stage) -> None:
    stage.set(HALL, "talk", Recording(RecordingState.READY, "system", TEN))
    for name in ("arm", "begin", "fail", "arm", "disarm"):
        do(stage, name)
    assert (now(stage).state, now(stage).message) == (RecordingState.FAILED, FIELDS["fail"]["message"])
    do(stage, "delete")
    do(stage, "arm")
    do(stage, "disarm")
    assert now(stage).state is RecordingState.OFF


def test_one_that_failed_is_prepared_again_by_organisers_and_its_error_is_gone(stage: Stage) -> None:
    stage.set(HALL, "talk", Recording(RecordingState.FAILED, "system", TEN, message="The disk is full."))
    assert refused(stage, "recording.prepare", "cher") == "not_allowed"
    do(stage, "prepare")
    assert (now(stage).state, now(stage).message) == (RecordingState.PROCESSING, "")
    do(stage, "finish")
    assert now(stage).keep_until == stage.at + 30 * DAY


def test_the_first_server_that_begins_records(stage: Stage) -> None:
    do(stage, "arm")
    for server in ("a", "b"):
        stage.do("recording.begin", session="talk", server=server)
        assert now(stage).server == "a"
    do(stage, "stop")
    do(stage, "finish")
    do(stage, "arm")
    stage.do("recording.begin", session="talk", server="b")
    assert now(stage).server == "b"


def test_nothing_begins_unless_it_is_live(stage: Stage) -> None:
    stage.do("session.pause", "cher", session="talk")
    do(stage, "arm")
    assert refused(stage, "recording.begin", "system") == "not_live"
    stage.do("session.end", "cher", session="talk")
    assert refused(stage, "recording.arm", "cher") == "not_now"


def test_a_chair_does_not_delete_and_a_speaker_does_not_arm(stage: Stage) -> None:
    assert refused(stage, "recording.delete", "cher") == "not_allowed"
    assert refused(stage, "recording.arm", "spe") == "not_allowed"


def test_who_goes_on_air_while_it_is_recorded_agrees_first(stage: Stage) -> None:
    do(stage, "arm")
    for name in ("", "begin", "pause"):
        if name:
            do(stage, name)
        assert refused(stage, "stage.go_on_air", "spe", sources=[]) == "consent_needed"
    agree(stage)
    stage.do("stage.go_on_air", "spe", session="talk", sources=["camera"])
    assert recordings.may_record(stage.state, "spe", "talk")
    assert not recordings.may_record(stage.state, "spe", "other"), "for each session"
    do(stage, "stop")
    stage.do("stage.go_on_air", "cher", session="talk", sources=[])


def test_who_is_on_air_already_is_asked_and_left_out(stage: Stage) -> None:
    for person in ("spe", "cher"):
        stage.do("stage.go_on_air", person, session="talk", sources=[])
    agree(stage, "cher")
    do(stage, "arm")
    do(stage, "arm")
    asked = {
        person: [each.code for each in stage.state.all(person_stream(person), Notice).values()]
        for person in ("spe", "cher")
    }
    assert asked == {"spe": ["recording_consent"], "cher": []}
    assert not recordings.may_record(stage.state, "spe", "talk")
    agree(stage)
    assert recordings.may_record(stage.state, "spe", "talk")
    agree(stage, given=False)
    assert not recordings.may_record(stage.state, "spe", "talk")


def test_of_whoever_has_the_microphone_everybody_sees_whether_he_is_recorded(stage: Stage) -> None:
    stage.do("microphone.grant", "cher", session="talk", person="ana", minutes=2)
    do(stage, "arm")
    assert [each.code for each in stage.state.all(person_stream("ana"), Notice).values()][1:] == ["recording_consent"]

    def recorded() -> bool:
        microphone = stage.state.get(HALL, MicGrant, "ana")
        assert microphone is not None
        return microphone.recorded

    for given in (True, False, True):
        agree(stage, "ana", given=given)
        assert recorded() is given
        assert recordings.may_record(stage.state, "ana", "talk") is given
    stage.do("microphone.end", "cher", session="talk", person="ana")
    agree(stage, "ana", given=False)
    assert stage.state.get(HALL, MicGrant, "ana") is None, "agreeing gives nobody the microphone"
    agree(stage, "ana")
    stage.do("microphone.grant", "cher", session="talk", person="ana", minutes=2)
    assert recorded(), "who agreed once is not asked again"


def test_agreements_are_logged_by_version(stage: Stage) -> None:
    told = stage.ask("recording.text", "spe", session="talk")
    assert (told.version, told.agreed, told.days) == (0, False, 30)
    assert "deleted" in told.text
    agree(stage)
    agree(stage)
    assert stage.state.all(person_stream("spe"), Consent) == {
        "recording.0.talk": Consent("recording", 0, given=True, session="talk")
    }
    assert stage.ask("recording.text", "spe", session="talk").agreed
    stage.put(put(EVENT, "recording", Document("Recording", "Other words.", 1)))
    assert not stage.ask("recording.text", "spe", session="talk").agreed, "the text changed"
    assert refused(stage, "recording.consent", "spe", version=0) == "consent_stale"
    agree(stage)
    assert stage.ask("recording.text", "spe", session="talk").agreed
    assert refused(stage, "recording.consent", "spe", session="gone", version=1) == "unknown_session"


def test_organisers_write_the_text_and_the_days(stage: Stage) -> None:
    stage.person("head", "organiser")
    stage.do("settings.set_document", "head", document="recording", title="Recording", text="We do.", seen=0)
    assert recordings.text_of(stage.state).version == 1
    wanted = {"recording_days": 7, "stage_rule": "chair"}
    stage.do("settings.set_policies", "head", policies=wanted, seen=0)
    assert stage.ask("recording.text", "spe", session="talk").days == 7
    seen = stage.state.item(EVENT, Policies, "policies")
    assert seen is not None
    with pytest.raises(Refused, match="recording days"):
        stage.do("settings.set_policies", "head", policies={"recording_days": 4_000}, seen=seen.offset)
