"""Who writes captions, what may be corrected, and the transcript."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.event.caption_commands import AHEAD_MS, LATE_MS, OLDEST_MS, PAGE_LINES
from turia.event.captions import CORRECTABLE, Caption, Captioner, keys_of
from turia.event.entries import person_stream, room_stream, talk_stream
from turia.event.people import Notice
from turia.event.programme import DoorPolicy
from turia.event.rooms import Door
from turia.event.scopes import Scope
from turia.testing.stage import MINUTE, TEN, Stage

HALL, TALK = room_stream("hall"), talk_stream("talk")


@pytest.fixture
def stage() -> Stage:
    """A talk is live; carl and kate are captioners."""
    stage = Stage()
    stage.room("hall")
    stage.session("talk", "hall", 0, 60)
    stage.person("cher", "chair", Scope("hall"))
    for person in ("carl", "kate"):
        stage.person(person, "captioner", Scope("hall", "talk"))
    stage.person("spe", "speaker", Scope("hall", "talk"))
    stage.person("ana")
    stage.do("session.go_live", "cher", session="talk")
    return stage


def refused(stage: Stage, name: str, by: str, **fields: object) -> str:
    top = len(stage.entries)
    with pytest.raises(Refused) as why:
        stage.do(f"caption.{name}", by, **{"session": "talk", **fields})
    assert len(stage.entries) == top
    assert why.value.message.endswith(".")
    return why.value.code


def write(stage: Stage, text: str, by: str = "carl", **fields: object) -> str:
    return str(stage.do("caption.write", by, session="talk", text=text, **fields).caption)


def line(stage: Stage, key: str) -> Caption:
    found = stage.state.get(TALK, Caption, key)
    assert found is not None
    return found


def captioner(stage: Stage) -> Captioner | None:
    return stage.state.get(HALL, Captioner, "talk")


def transcript(stage: Stage, by: str = "ana", **fields: object) -> str:
    return str(stage.ask("captions.transcript", by, session="talk", **fields).text)


def test_a_line_has_its_speaker_and_its_time(stage: Stage) -> None:
    stage.minutes(1)
    key = write(stage, " Good\n morning. ", person="spe", at=TEN + 50_000)
    assert line(stage, key) == Caption("talk", "Good morning.", TEN + 50_000, TEN + MINUTE, "Spe", "spe", "carl")
    assert captioner(stage) == Captioner("carl", TEN + MINUTE)
    other = write(stage, "Applause", speaker="(audience)")
    assert (line(stage, other).speaker, line(stage, other).at) == ("(audience)", TEN + MINUTE)


def test_what_is_no_line(stage: Stage) -> None:
    assert refused(stage, "write", "carl", text=" \n") == "text_empty"
    assert refused(stage, "write", "carl", text="x" * 501) == "caption_too_long"
    assert refused(stage, "write", "ana", text="x") == "not_allowed"
    for at, end_at in ((TEN - OLDEST_MS - 1, TEN), (TEN, TEN - 1), (TEN, TEN + AHEAD_MS + 1)):
        assert refused(stage, "write", "carl", text="x", at=at, end_at=end_at) == "bad_time"


def test_the_last_words_come_after_the_end(stage: Stage) -> None:
    stage.do("session.end", "cher", session="talk")
    stage.minutes((LATE_MS - 1) / MINUTE)
    write(stage, "Goodbye.")
    assert captioner(stage) is None
    stage.at += 1
    assert refused(stage, "write", "carl", text="x") == "not_running"


def test_one_writes_at_a_time_and_a_recogniser_at_any(stage: Stage) -> None:
    write(stage, "One")
    assert refused(stage, "write", "kate", text="x") == "not_your_turn"
    assert line(stage, write(stage, "two", by="kate", source="recogniser")).source == "recogniser"
    stage.do("caption.take", "kate", session="talk")
    assert refused(stage, "write", "carl", text="x") == "not_your_turn"
    write(stage, "Three", by="kate")


def test_a_hand_over_is_offered_and_accepted(stage: Stage) -> None:
    assert refused(stage, "offer", "carl", person="kate") == "not_your_turn"
    write(stage, "One")
    for nobody in ("ana", "carl"):
        assert refused(stage, "offer", "carl", person=nobody) == "no_captioner"
    assert refused(stage, "accept", "kate") == "not_offered"
    stage.do("caption.offer", "carl", session="talk", person="kate")
    stage.do("caption.offer", "carl", session="talk", person="kate")
    assert [each.code for each in stage.state.all(person_stream("kate"), Notice).values()] == ["captions_offered"]
    write(stage, "He writes on until it is accepted.")
    stage.minutes(1)
    stage.do("caption.accept", "kate", session="talk")
    stage.do("caption.accept", "kate", session="talk")
    assert captioner(stage) == Captioner("kate", TEN + MINUTE)
    stage.do("caption.offer", "kate", session="talk", person="carl")
    stage.do("caption.offer", "kate", session="talk", person="")
    assert refused(stage, "accept", "carl") == "not_offered"
    stage.do("caption.stop", "carl", session="talk")
    assert captioner(stage) is not None
    stage.do("caption.stop", "kate", session="talk")
    assert captioner(stage) is None


def test_only_the_last_lines_are_corrected(stage: Stage) -> None:
    keys = [write(stage, f"Line {number}") for number in range(CORRECTABLE + 1)]
    assert refused(stage, "correct", "kate", caption=keys[0], text="x") == "too_late"
    stage.do("caption.correct", "kate", session="talk", caption=keys[1], text="Better")
    stage.do("caption.correct", "kate", session="talk", caption=keys[1], text="Better", speaker="Spe")
    found = line(stage, keys[1])
    assert (found.text, found.speaker, found.edited, found.by) == ("Better", "Spe", True, "carl")
    top = len(stage.entries)
    stage.do("caption.correct", "kate", session="talk", caption=keys[1], text="Better")
    assert len(stage.entries) == top
    stage.do("caption.correct", "kate", session="talk", caption=keys[2], text="")
    assert refused(stage, "correct", "kate", caption=keys[2], text="x") == "unknown_caption"
    stage.do("caption.correct", "kate", session="talk", caption=keys[0], text="Now it is among the last")
    assert keys[2] not in keys_of(stage.state, "talk")


def test_the_transcript_begins_when_it_went_live(stage: Stage) -> None:
    stage.minutes(60)
    write(stage, "Second <b>", at=TEN + 60 * MINUTE - 1_500, end_at=TEN + 60 * MINUTE, person="spe")
    write(stage, "Third", person="spe")
    write(stage, "First, told late", at=TEN + 60 * MINUTE - 9_000, end_at=TEN + 60 * MINUTE - 8_000)
    assert transcript(stage) == (
        "WEBVTT\n\n"
        "00:59:51.000 --> 00:59:52.000\nFirst, told late\n\n"
        "00:59:58.500 --> 01:00:00.000\n<v Spe>Second &lt;b&gt;\n\n"
        "01:00:00.000 --> 01:00:01.000\n<v Spe>Third\n\n"
    )
    assert transcript(stage, format="text") == "First, told late\n\nSpe: Second <b> Third"


def test_a_long_transcript_comes_in_pages_that_make_one_file(stage: Stage) -> None:
    many = PAGE_LINES * 2 + 1
    for number in range(many):
        speaker = ("Ana", "Ben", "")[number // 7 % 3]
        stage.set(TALK, f"c{number}", Caption("talk", f"Line {number}", TEN + number, TEN + number, speaker))
    for kind in ("vtt", "text"):
        pages, first = [], 0
        while True:
            page = stage.ask("captions.transcript", "ana", session="talk", format=kind, first=first)
            assert page.lines == many
            pages.append(page.text)
            if not (first := page.next):
                break
        whole = "".join(pages)
        assert len(pages) == 3
        assert whole.count("Line ") == many
        assert whole.count("WEBVTT") == (kind == "vtt")
        assert whole.count("Ana: ") == (0 if kind == "vtt" else -(-many // 21))
    assert transcript(stage, first=many + 5) == ""


def test_no_transcript_of_nothing(stage: Stage) -> None:
    assert transcript(stage) == "WEBVTT\n\n"
    assert stage.ask("captions.transcript", "ana", session="gone", format="text").text == ""


def test_whom_the_door_keeps_out_has_no_transcript_of_the_talk(stage: Stage) -> None:
    write(stage, "For us alone")
    stage.set(HALL, "hall", Door(DoorPolicy.LOCKED))
    with pytest.raises(Refused, match="for people whom the door") as why:
        transcript(stage)
    assert why.value.code == "not_allowed"
    assert transcript(stage, by="carl") != "WEBVTT\n\n", "who works there has it"


def test_a_captioner_sees_to_whom_he_can_hand_over(stage: Stage) -> None:
    stage.person("lab", "captioner", Scope("lab"))
    found = stage.ask("captions.captioners", "carl", session="talk").captioners
    assert [(each.person, each.name) for each in found] == [("carl", "Carl"), ("kate", "Kate")]
    with pytest.raises(Refused):
        stage.ask("captions.captioners", "ana", session="talk")
