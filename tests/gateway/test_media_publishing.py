from __future__ import annotations

from typing import Any

import pytest

from turia.gateway.media_connection import MediaConnection
from turia.protocol import limits
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import END, MAX_TRACKS_PER_PERSON, MEDIA_CLIENT_EVENTS
from turia.testing.media_plane_rig import Plane, event, piece
from turia.world.space import Person


@pytest.fixture
def plane() -> Plane:
    return Plane()


def told(plane: Plane, connection: MediaConnection, name: str) -> list[Any]:
    return [each[1] for each in plane.read(connection) if each[0] == name]


def asked(source: str = "camera", **more: Any) -> dict[str, Any]:
    return {"source": source, "media": "video", "codec": "vp8", "room": "hall", "session": "s-1", **more}


# -- publish -------------------------------------------------------------------------------------


def test_followers_are_told_of_a_track_with_who_sends_it(plane: Plane) -> None:
    ben, ana = plane.join("ben"), plane.join("ana")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    track = plane.publish(ana, width=1280, height=720, frame_rate=30.0, layers=3, bit_rate=900_000)
    plane.flush()
    (tracks,) = told(plane, ben, "tracks")
    (info,) = tracks["tracks"]
    assert tracks["room"] == "hall"
    assert (info["track"], info["person"], info["name"], info["slot"]) == (track, "ana", "Ana", 1)
    assert (info["source"], info["width"], info["layers"], info["bit_rate"]) == ("camera", 1280, 3, 900_000)
    plane.ask(ana, "unpublish", {"track": track})
    plane.flush()
    assert [each["tracks"] for each in told(plane, ben, "tracks")] == [[]]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"media": "audio", "codec": "opus"}, "is video, not audio"),
        ({"codec": "opus"}, "does not fit video"),
        ({"room": ""}, "which room"),
        ({"source": "voice", "media": "audio", "codec": "opus"}, "goes to no room"),
        ({"source": "microphone", "media": "audio", "codec": "opus", "quality": 1}, "one quality"),
        ({"source": "microphone", "media": "audio", "codec": "opus", "layers": 2}, "one layer"),
        ({"codec": "h263"}, "codec"),
        ({"source": "satellite"}, "source"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_published(
    plane: Plane, wrong: dict[str, Any], words: str
) -> None:
    answer = plane.ask(plane.join("ana"), "publish", asked() | wrong)
    assert answer["code"] == "invalid"
    assert words in answer["error"]
    assert not plane.state.tracks.by_number


def test_the_event_decides_who_may_publish_and_says_why_not(plane: Plane) -> None:
    ana = plane.join("ana")
    plane.rights.mute("ana", "camera")
    answer = plane.ask(ana, "publish", asked())
    assert (answer["code"], answer["error"]) == ("muted", "You were muted.")
    assert not plane.state.tracks.by_number


def test_one_person_has_only_so_many_tracks(plane: Plane) -> None:
    ana = plane.join("ana")
    sources = ["camera", "screen", "film", "interpreter"]
    keys = [(source, quality) for source in sources for quality in (0, 1)]
    for source, quality in keys:
        plane.publish(ana, source, media="video", quality=quality)
    plane.publish(ana, "microphone")
    plane.publish(ana, "voice")
    plane.clock.advance(5)
    assert len(plane.state.tracks.by_number) == MAX_TRACKS_PER_PERSON
    assert plane.ask(ana, "publish", {"source": "echo", "media": "audio", "codec": "opus"})["code"] == "too_many_tracks"


def test_the_same_track_again_begins_anew_under_another_number(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    first = plane.publish(ana)
    plane.watch(ben, first)
    second = plane.publish(ana)
    assert second != first
    plane.send(ana, piece(first))
    plane.flush()
    assert plane.frames(ben) == []
    assert list(plane.state.tracks.by_number) == [second]


def test_the_same_track_from_another_device_is_refused_until_the_first_one_stops(plane: Plane) -> None:
    ana = plane.join("ana")
    plane.enter("ana", "companion")
    second = plane.join("ana", tier="companion")
    track = plane.publish(ana)
    assert plane.ask(second, "publish", asked())["code"] == "already"
    assert list(plane.state.tracks.by_number) == [track]
    plane.ask(ana, "unpublish", {"track": track})
    assert "track" in plane.ask(second, "publish", asked())


def test_a_number_rests_for_a_minute_before_it_is_given_again(plane: Plane) -> None:
    ana = plane.join("ana")
    numbers = []
    for _ in range(5):
        numbers.append(plane.publish(ana))
        plane.clock.advance(1)
    assert len(set(numbers)) == 5


def test_a_changed_name_is_told_within_a_second(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.publish(ana)
    plane.flush()
    plane.read(ben)
    plane.space.set_person(0, Person(id="ana", name="Dr Ana"))
    plane.flush(51)
    assert [each["tracks"][0]["name"] for each in told(plane, ben, "tracks")] == ["Dr Ana"]


# -- frames --------------------------------------------------------------------------------------


def test_frames_of_somebody_elses_track_go_nowhere(plane: Plane) -> None:
    ana, eva, ben = plane.join("ana"), plane.join("eva"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.send(eva, piece(track))
    plane.flush()
    assert plane.frames(ben) == []
    assert told(plane, eva, "refused") == [
        {"track": track, "code": "unknown_track", "message": "This track is not open: publish it first."}
    ]


def test_a_mute_in_the_middle_reaches_everybody_with_the_next_frame(plane: Plane) -> None:
    """Also what came before it and is still on its way out: nobody hears another word."""
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana, "microphone")
    plane.watch(ben, track)
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0)]
    plane.send(ana, piece(track, frame=1))
    plane.rights.mute("ana", "microphone")
    plane.send(ana, piece(track, frame=2))
    plane.flush(5)
    assert plane.frames(ben) == []
    assert told(plane, ana, "refused") == [{"track": track, "code": "muted", "message": "You were muted."}]
    assert not plane.state.tracks.by_number


def test_a_mute_ends_a_track_of_which_no_frame_comes(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    track = plane.publish(ana, "microphone")
    plane.flush()
    plane.read(ben)
    plane.rights.mute("ana", "microphone")
    plane.flush()
    assert told(plane, ana, "refused")[0]["track"] == track
    assert [each["tracks"] for each in told(plane, ben, "tracks")] == [[]]


def test_who_gets_the_right_back_publishes_again(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    first = plane.publish(ana, "microphone")
    plane.rights.mute("ana", "microphone")
    plane.flush()
    plane.rights.no_sending.clear()
    plane.rights.tell(people=["ana"])
    second = plane.publish(ana, "microphone")
    assert second != first
    plane.watch(ben, second)
    plane.send(ana, piece(second))
    plane.flush()
    assert plane.frames(ben) == [(second, 0, 0)]


def test_a_right_that_ends_by_time_alone_ends_the_track_then(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.rights.change_in = 1.0
    track = plane.publish(ana, "microphone")
    plane.watch(ben, track)
    plane.rights.no_sending["ana", "microphone"] = plane.rights.MUTED
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0)], "the answer was good for a second"
    plane.clock.advance(1.0)
    plane.send(ana, piece(track, frame=1))
    plane.flush()
    assert plane.frames(ben) == []
    assert told(plane, ana, "refused")[0]["code"] == "muted"


def test_rights_are_not_asked_for_every_frame(plane: Plane) -> None:
    ana = plane.join("ana")
    track = plane.publish(ana)
    before = plane.rights.asked
    for frame in range(50):
        plane.send(ana, piece(track, frame=frame))
        plane.flush()
    assert plane.rights.asked == before


def test_a_voice_is_judged_by_the_room_that_its_owner_stands_in_now(plane: Plane) -> None:
    ana = plane.join("ana")
    plane.publish(ana, "voice")
    plane.standing["ana"] = "hall"
    plane.rights.no_sending["ana", "voice"] = plane.rights.MUTED
    plane.flush(51)
    assert told(plane, ana, "refused")[0]["code"] == "muted"


def test_a_frame_that_is_out_of_order_is_refused_once_a_second_and_the_track_goes_on(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.send(ana, piece(track))
    plane.send(ana, piece(track, frame=5))
    plane.send(ana, piece(track, frame=6))
    plane.flush()
    assert [each["code"] for each in told(plane, ana, "refused")] == ["order"]
    assert plane.frames(ben) == [(track, 0, 0)]
    plane.send(ana, piece(track, group=1))
    plane.flush()
    assert plane.frames(ben) == [(track, 1, 0)]


def test_refused_frames_that_keep_coming_for_seconds_close_the_connection(plane: Plane) -> None:
    ana = plane.join("ana")
    answers = []
    for _ in range(400):
        plane.clock.advance(0.02)
        plane.send(ana, piece(7))
        plane.flush(1, seconds=0.0)
        answers += plane.read(ana)
        if any(each[0] == "close" for each in answers):
            break
    assert len([each for each in answers if each[0] == "refused"]) == 2, "once a second, then the strikes"
    assert ("close", CloseCode.TOO_MANY_REFUSED) in answers
    assert not plane.state.viewers


def test_what_is_on_its_way_when_a_track_ends_costs_nothing(plane: Plane) -> None:
    ana = plane.join("ana")
    track = plane.publish(ana)
    plane.ask(ana, "unpublish", {"track": track})
    for frame in range(50):
        plane.send(ana, piece(track, frame=frame))
        plane.flush()
    assert told(plane, ana, "closing") == []


def test_a_flood_is_refused_and_then_ends_the_connection_but_nobody_else(plane: Plane) -> None:
    ana, ben, eva = plane.join("ana"), plane.join("ben"), plane.join("eva")
    track, other = plane.publish(ana), plane.publish(eva)
    plane.watch(ben, track, other)
    for second in range(8):
        for frame in range(200):
            plane.send(ana, piece(track, group=200 * second + frame, payload=bytes(15_000)))
        plane.send(eva, piece(other, group=second))
        plane.flush(50)
    codes = [each["code"] for each in told(plane, ana, "refused")]
    assert codes
    assert set(codes) <= {"too_much", "order", "unknown_track"}
    assert "ana" not in plane.state.by_person
    frames = plane.frames(ben)
    assert [each for each in frames if each[0] == other] == [(other, second, 0) for second in range(8)]
    assert sum(each[0] == track for each in frames) < 100


def test_the_last_frame_reaches_viewers_before_the_track_ends(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana, "microphone")
    plane.watch(ben, track)
    plane.flush()
    plane.read(ben)
    plane.send(ana, piece(track))
    plane.send(ana, piece(track, frame=1, flags=END))
    plane.flush(2)
    seen = plane.read(ben)
    assert [each[1].frame for each in seen if each[0] == "m"] == [0, 1]
    assert [each[1]["tracks"] for each in seen if each[0] == "tracks"] == [[]]


@pytest.mark.parametrize("data", [b"", b"x" * 19])
def test_a_frame_without_a_head_is_no_frame(plane: Plane, data: bytes) -> None:
    ana = plane.join("ana")
    plane.send(ana, data)
    assert ("close", CloseCode.MALFORMED) in plane.read(ana)


@pytest.mark.parametrize("payload", ["text", 7, {"track": 1}, [1, 2]])
def test_a_frame_that_is_no_bytes_is_a_violation(plane: Plane, payload: Any) -> None:
    ana = plane.join("ana")
    plane.media.message(ana, event("m", payload))
    assert ("close", CloseCode.MALFORMED) in plane.read(ana)


def test_a_frame_of_an_unusual_client_is_taken_as_well(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.media.message(ana, event("m", piece(track), identifier=7))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0)]


# -- the end of a publisher ----------------------------------------------------------------------


def test_a_publisher_who_vanishes_takes_his_tracks_with_him_and_viewers_are_told(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.send(ana, piece(track))
    plane.flush()
    plane.read(ben)
    plane.media.gone(ana)
    plane.flush()
    assert [each["tracks"] for each in told(plane, ben, "tracks")] == [[]]
    assert plane.state.tracks.of_person("ana") == []
    assert ben.wants == {}


# -- what publishers are told --------------------------------------------------------------------


def test_a_publisher_whose_frames_cannot_be_used_is_asked_for_a_key_frame(plane: Plane) -> None:
    ana = plane.join("ana")
    track = plane.publish(ana)
    plane.send(ana, piece(track))
    plane.send(ana, piece(track, frame=4))
    plane.flush()
    seen = plane.read(ana)
    assert ("keyframe", {"track": track}) in seen
    assert [each[1]["code"] for each in seen if each[0] == "refused"] == ["order"]


def test_a_key_frame_is_asked_for_by_viewers_of_a_track_only(plane: Plane) -> None:
    ana, ben, eva = plane.join("ana"), plane.join("ben"), plane.join("eva")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.send(ana, piece(track))
    plane.flush(50)
    plane.read(ana)
    assert plane.ask(eva, "keyframe", {"track": track}) == {"ok": True}
    plane.flush(50)
    assert told(plane, ana, "keyframe") == []
    plane.ask(ben, "keyframe", {"track": track})
    plane.flush(50)
    assert told(plane, ana, "keyframe") == [{"track": track}]


# -- taps ----------------------------------------------------------------------------------------


class Recorder:
    def __init__(self) -> None:
        self.seen: list[tuple[str, int, int]] = []
        self.broken = False

    def push(self, info: Any, data: bytes, now: float) -> None:
        if self.broken:
            raise OSError("disk full")
        self.seen.append(("push", info.track, len(data)))

    def ended(self, info: Any, now: float) -> None:
        if self.broken:
            raise OSError("disk full")
        self.seen.append(("ended", info.track, 0))


def test_a_tap_gets_what_goes_to_its_room_and_nothing_that_was_refused(plane: Plane) -> None:
    ana, tap = plane.join("ana"), Recorder()
    end = plane.media.tap("hall", tap)
    track = plane.publish(ana)
    other = plane.publish(ana, "screen", room="foyer")
    plane.send(ana, piece(other))
    plane.send(ana, piece(track, payload=b"x" * 30))
    plane.send(ana, piece(track, frame=9))
    plane.rights.mute("ana", "camera")
    plane.send(ana, piece(track, frame=1))
    assert tap.seen == [("push", track, 50), ("ended", track, 0)]
    end()
    end()
    plane.rights.no_sending.clear()
    plane.send(ana, piece(plane.publish(ana)))
    assert len(tap.seen) == 2


def test_a_tap_gets_the_voices_of_those_who_stand_in_its_room(plane: Plane) -> None:
    """Which of them carry through the whole room is its own question."""
    ana, ben, tap = plane.join("ana"), plane.join("ben"), Recorder()
    plane.standing |= {"ana": "hall", "ben": "foyer"}
    plane.media.tap("hall", tap)
    mine, other = (plane.publish(each, "voice") for each in (ana, ben))
    plane.send(ana, piece(mine, payload=b"x" * 30))
    plane.send(ben, piece(other))
    assert tap.seen == [("push", mine, 50)]
    plane.ask(ana, "unpublish", {"track": mine})
    assert tap.seen[1:] == [("ended", mine, 0)]


def test_whoever_begins_to_look_gets_whole_pictures_soon(plane: Plane) -> None:
    ana = plane.join("ana")
    camera, elsewhere = plane.publish(ana), plane.publish(ana, "screen", room="foyer")
    for track in (camera, elsewhere):
        plane.send(ana, piece(track))
    plane.clock.advance(2)
    plane.media.ask_keys("hall")
    plane.flush()
    assert told(plane, ana, "keyframe") == [{"track": camera}]


def test_a_tap_that_fails_disturbs_nobody(plane: Plane) -> None:
    ana, ben, tap = plane.join("ana"), plane.join("ben"), Recorder()
    tap.broken = True
    plane.media.tap("hall", tap)
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0)]
    assert plane.ask(ana, "unpublish", {"track": track}) == {"ok": True}


# -- rates ---------------------------------------------------------------------------------------


def test_commands_are_taken_at_their_rate_and_then_refused(plane: Plane) -> None:
    ana = plane.join("ana")
    burst = MEDIA_CLIENT_EVENTS["unpublish"].burst
    answers = [plane.ask(ana, "unpublish", {"track": 1}) for _ in range(burst + 1)]
    assert answers[:-1] == [{"ok": True}] * burst
    assert (answers[-1]["code"], answers[-1]["retry"]) == ("too_often", True)


def test_too_many_refused_commands_close_the_connection(plane: Plane) -> None:
    ana = plane.join("ana")
    for _ in range(limits.STRIKES_PER_10_S):
        plane.media.message(ana, event("want", {"tracks": 7}, 1))
    assert ("close", CloseCode.TOO_MANY_REFUSED) in plane.read(ana)
