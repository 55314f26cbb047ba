"""What is told to the staff, and from which figures on; and that nothing is told of a talk that goes well."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from turia.media import problems
from turia.media.health import (
    AudienceSeen,
    OnAirSeen,
    Problem,
    PublisherSeen,
    RefusedSeen,
    RoomSeen,
    ServerSeen,
    SourceSeen,
)

WELL = ServerSeen(
    flush_ms=1.0, flush_p99_ms=5.0, period_ms=20, skipped=0, bit_rate=10_000_000, lines=40, blocked=0, tracks=2
)


def source(name: str = "camera", **more: Any) -> SourceSeen:
    video = name in ("camera", "screen", "film", "interpreter")
    told: dict[str, Any] = {
        "track": 1,
        "source": name,
        "media": "video" if video else "audio",
        "codec": "vp8" if video else "opus",
        "quality": 0,
        "width": 1_280,
        "height": 720,
        "frame_rate": 30.0 if video else 50.0,
        "bit_rate": 1_000_000,
        "begun": True,
        "idle_ms": 20,
        "key_ms": 900 if video else None,
        "level": None if video else 90,
        "silent_ms": None if video else 200,
        "viewers": 40,
        "behind": 0,
        "asked_bit_rate": 0,
    }
    return SourceSeen(**{**told, **more})


def publisher(*sources: SourceSeen, name: str = "Ana", **more: Any) -> PublisherSeen:
    return PublisherSeen(name.lower(), name, more.get("round_trip_ms", 30), sources)


WATCHED = AudienceSeen(viewers=40, full=40, hears=40, wants_sound=40)


def told(
    *publishers: PublisherSeen,
    on_air: tuple[OnAirSeen, ...] = (),
    refused: tuple[RefusedSeen, ...] = (),
    audience: AudienceSeen = WATCHED,
    server: ServerSeen = WELL,
) -> tuple[Problem, ...]:
    return problems.of_room(RoomSeen(publishers, refused, audience), on_air, server)


def codes(*publishers: PublisherSeen, **more: Any) -> list[str]:
    return [each.code for each in told(*publishers, **more)]


MIC = source("microphone")


def test_nothing_is_told_of_a_talk_that_goes_well() -> None:
    air = OnAirSeen("ana", "Ana", ("camera", "microphone"), 60_000)
    ana = publisher(source(), MIC, source("screen", frame_rate=1.0))
    ben = publisher(source("microphone", silent_ms=600_000, level=0), name="Ben")
    signs = publisher(source("interpreter", frame_rate=19.5), name="Ines")
    assert told(ana, ben, signs, on_air=(air,)) == ()
    assert problems.of_server(WELL) == ()
    assert told(audience=AudienceSeen()) == (), "an empty room is none either"


def test_a_picture_that_stops_while_sound_comes_is_the_cameras() -> None:
    [problem] = told(publisher(source(idle_ms=6_100), MIC))
    assert problem == Problem(
        "bad",
        "stopped",
        "Ana’s picture has not come for 6 s.",
        "Ask Ana to turn the camera off and on.",
        "ana",
    )
    assert codes(publisher(source(idle_ms=2_900), MIC)) == []
    assert told(publisher(source("microphone", idle_ms=200_000), source(), name="Klaus"))[0].text == (
        "Klaus’ sound has not come for 3 min."
    )


def test_everything_that_stops_at_once_is_the_line() -> None:
    [problem] = told(publisher(source(idle_ms=4_000), source("microphone", idle_ms=4_500)))
    assert (problem.severity, problem.code, problem.text) == ("bad", "line_down", "Nothing has come from Ana for 4 s.")
    assert "reload the page" in problem.advice
    [alone] = told(publisher(source("microphone", idle_ms=4_000)))
    assert "the line is down: ask to reload" in alone.advice


def test_what_was_announced_and_never_came_may_wait_for_a_question_of_the_browser() -> None:
    waiting = source(begun=False, idle_ms=7_000, frame_rate=0.0, key_ms=None)
    assert codes(publisher(waiting, MIC)) == []
    [problem] = told(publisher(source(begun=False, idle_ms=9_000, frame_rate=0.0, key_ms=None), MIC))
    assert (problem.severity, problem.code) == ("bad", "not_begun")
    assert "may have to allow the camera" in problem.advice


def test_somebody_on_air_of_whom_nothing_comes_is_missed() -> None:
    def air(for_ms: int, *sources: str) -> OnAirSeen:
        return OnAirSeen("ben", "Ben", sources, for_ms)

    ana = publisher(source(), MIC)
    [problem] = told(ana, on_air=(air(9_000, "camera", "microphone"),))
    assert (problem.severity, problem.code, problem.person) == ("bad", "absent", "ben")
    assert problem.text == "Ben is on air with camera and microphone, but nothing comes."
    assert codes(ana, on_air=(air(7_000, "camera"),)) == [], "he has just begun"
    assert codes(ana, on_air=(air(90_000),)) == [], "slides alone need no line"


def test_silence_is_told_only_when_nobody_is_heard() -> None:
    quiet = source("microphone", silent_ms=24_000, level=0)
    [problem] = told(publisher(source(), quiet), publisher(quiet, name="Ben"))
    assert (problem.severity, problem.code) == ("warning", "silent")
    assert problem.text == "Nobody has been heard for 24 s. Sound comes from Ana and Ben, but it is silence."
    assert codes(publisher(quiet), publisher(MIC, name="Ben")) == []
    assert codes(publisher(quiet), publisher(source("film_audio"), source("film"), name="Ben")) == []
    assert codes(publisher(source(), source("microphone", silent_ms=19_000))) == []


def test_pictures_without_any_sound_are_told_when_they_have_been_there_for_a_while() -> None:
    def air(for_ms: int) -> tuple[OnAirSeen, ...]:
        return (OnAirSeen("ana", "Ana", ("camera",), for_ms),)

    assert codes(publisher(source()), on_air=air(9_000)) == ["no_sound"]
    assert codes(publisher(source()), on_air=air(3_000)) == []
    assert codes(publisher(source("screen"))) == [], "a screen alone is somebody's choice"


@pytest.mark.parametrize(
    ("given", "code", "severity"),
    [
        (source(frame_rate=6.0), "jerky", "warning"),
        (source(frame_rate=2.0), "paused", "note"),
        (source("interpreter", frame_rate=12.0), "too_few_for_signs", "warning"),
        (source(key_ms=16_000), "no_key", "warning"),
        (source(asked_bit_rate=200_000, behind=12), "sent_less", "note"),
    ],
)
def test_pictures_that_come_but_badly(given: SourceSeen, code: str, severity: str) -> None:
    [problem] = told(publisher(given, MIC))
    assert (problem.code, problem.severity) == (code, severity)


@pytest.mark.parametrize(
    "given",
    [
        source("screen", frame_rate=2.0),
        source("film", frame_rate=3.0),
        source(frame_rate=10.0),
        source(frame_rate=0.0),
        source(key_ms=14_000),
        source(key_ms=16_000, viewers=0),
        source(asked_bit_rate=200_000, behind=2),
    ],
)
def test_pictures_that_are_meant_so(given: SourceSeen) -> None:
    assert codes(publisher(given, MIC)) == []


def test_a_slow_line_of_a_speaker() -> None:
    [problem] = told(publisher(source(), MIC, round_trip_ms=650))
    assert (problem.severity, problem.text) == ("warning", "The line of Ana is slow: 650 ms there and back.")
    assert codes(publisher(source(), MIC, round_trip_ms=None)) == []


@pytest.mark.parametrize(
    ("code", "text", "severity"),
    [
        ("muted", "Ana is muted.", "warning"),
        ("one_focus", "Ana spoke during the talk.", "note"),
        ("too_much", "Ana sends more of the microphone than is taken.", "bad"),
        ("order", "What Ana sends from the microphone is broken and not taken (order).", "bad"),
    ],
)
def test_what_is_refused_is_told_in_the_words_of_those_who_can_do_something(
    code: str, text: str, severity: str
) -> None:
    refused = RefusedSeen("ana", "Ana", "microphone", code, "You were muted.", 500, 3)
    [problem] = told(publisher(source(), MIC), refused=(refused,))
    assert (problem.text, problem.severity, problem.code) == (text, severity, f"refused_{code}")
    assert "{" not in problem.text + problem.advice


def test_every_refusal_that_the_relay_and_the_event_know_has_its_words() -> None:
    for code in (
        "head",
        "size",
        "order",
        "time",
        "no_key",
        "ended",
        "audience_muted",
        "not_on_air",
        "not_live",
        "nobody",
    ):
        refused = RefusedSeen("ana", "Ana", "camera", code, "", 0, 1)
        [problem] = told(publisher(source(), MIC), refused=(refused,))
        assert "{" not in problem.text + problem.advice
        assert problem.text[-1] == problem.advice[-1] == "."


def test_one_who_is_stuck_has_a_line_of_his_own_and_many_have_something_in_common() -> None:
    def stuck(count: int) -> AudienceSeen:
        return AudienceSeen(viewers=44, full=40 - count, stuck=count, idle=4)

    ana = publisher(source(), MIC)
    [one] = told(ana, audience=stuck(1))
    assert (one.severity, one.text) == (
        "warning",
        "1 person gets nothing at the moment, of 40 who watch. It comes here in order.",
    )
    assert "their own lines" in one.advice
    [many] = told(ana, audience=stuck(10))
    assert (many.severity, "the line of this server is full" in many.advice) == ("bad", True)
    busy = ServerSeen(
        flush_ms=18, flush_p99_ms=30, period_ms=40, skipped=0, bit_rate=10**9, lines=44, blocked=0, tracks=2
    )
    [ours] = told(ana, audience=stuck(10), server=busy)
    assert ours.advice == "It is us: see what is said of the server."


def test_reduced_pictures_and_nobody_at_all_are_notes() -> None:
    ana = publisher(source(), MIC)
    assert codes(ana, audience=AudienceSeen(viewers=10, full=4, reduced=4, sound_only=2)) == ["reduced"]
    assert codes(ana, audience=AudienceSeen(viewers=10, full=5, reduced=5)) == []
    assert codes(ana, audience=AudienceSeen(viewers=2, idle=2)) == ["nobody"]


@pytest.mark.parametrize(
    ("more", "code", "severity"),
    [
        ({"flush_p99_ms": 15.1}, "server_busy", "warning"),
        ({"period_ms": 40}, "server_busy", "bad"),
        ({"skipped": 50}, "server_skips", "warning"),
        ({"blocked": 10}, "lines_blocked", "bad"),
    ],
)
def test_the_server_tells_of_itself(more: dict[str, Any], code: str, severity: str) -> None:
    [problem] = problems.of_server(msgspec.structs.replace(WELL, **more))
    assert (problem.code, problem.severity) == (code, severity)
    assert problems.of_server(msgspec.structs.replace(WELL, blocked=9, flush_p99_ms=15.0, skipped=49)) == ()


def test_the_worst_comes_first() -> None:
    seen = told(
        publisher(source(frame_rate=6.0), MIC),
        publisher(source(idle_ms=9_000), MIC, name="Ben"),
        audience=AudienceSeen(viewers=2, idle=2),
    )
    assert [each.severity for each in seen] == ["bad", "warning", "note"]
