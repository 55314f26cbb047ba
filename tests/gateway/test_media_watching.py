from __future__ import annotations

from typing import Any

import pytest

from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_ports import No
from turia.protocol.close_codes import CloseCode
from turia.protocol.media import MAX_FOLLOWED_ROOMS, MAX_WANTS
from turia.testing.media_plane_rig import Plane, piece


@pytest.fixture
def plane() -> Plane:
    return Plane()


def told(plane: Plane, connection: MediaConnection, name: str) -> list[Any]:
    return [each[1] for each in plane.read(connection) if each[0] == name]


LOCKED = No("locked", "This room is locked.")


def test_frames_of_a_publisher_reach_those_who_want_them_and_nobody_else(plane: Plane) -> None:
    ana, ben, eva = plane.join("ana"), plane.join("ben"), plane.join("eva")
    track = plane.publish(ana)
    assert plane.watch(ben, track) == {"tracks": [track], "refused": []}
    plane.ask(eva, "follow", {"rooms": ["hall"]})
    plane.send(ana, piece(track, payload=b"p" * 300))
    plane.send(ana, piece(track, frame=1))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0), (track, 0, 1)]
    assert plane.frames(eva) == plane.frames(ana) == []


def test_following_answers_with_the_tracks_that_are_there_and_says_of_other_rooms_why_not(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.rights.no_watching["ben", "vault"] = LOCKED
    answer = plane.ask(ben, "follow", {"rooms": ["hall", "vault"]})
    (hall,) = answer["rooms"]
    assert (hall["room"], [each["track"] for each in hall["tracks"]]) == ("hall", [track])
    assert answer["refused"] == {"vault": "This room is locked."}
    assert ben.following == {"hall"}


def test_following_other_rooms_ends_what_came_from_the_ones_before(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.ask(ben, "follow", {"rooms": ["foyer"]})
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == []
    assert ben.wants == {}


def test_only_a_few_rooms_and_tracks_can_be_asked_for(plane: Plane) -> None:
    ben = plane.join("ben")
    rooms = [f"r{index}" for index in range(MAX_FOLLOWED_ROOMS + 1)]
    assert plane.ask(ben, "follow", {"rooms": rooms})["code"] == "invalid"
    tracks = [[index, 0] for index in range(MAX_WANTS + 1)]
    assert plane.ask(ben, "want", {"tracks": tracks})["code"] == "invalid"


def test_a_track_that_is_not_there_and_one_that_is_not_for_him_look_the_same(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    answer = plane.ask(ben, "want", {"tracks": [[track, 3], [999, 3]]})
    assert answer["tracks"] == []
    assert [(each["track"], each["code"]) for each in answer["refused"]] == [
        (track, "unknown_track"),
        (999, "unknown_track"),
    ]
    assert answer["refused"][0]["message"] == answer["refused"][1]["message"]
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == []


def test_the_wishes_are_the_whole_list_each_time(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    camera, screen = plane.publish(ana), plane.publish(ana, "screen")
    plane.watch(ben, camera, screen)
    assert plane.ask(ben, "want", {"tracks": [[screen, 3]]}) == {"tracks": [screen], "refused": []}
    plane.send(ana, piece(camera))
    plane.send(ana, piece(screen))
    plane.flush()
    assert plane.frames(ben) == [(screen, 0, 0)]


def test_asking_again_heals_from_the_cached_group(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.send(ana, piece(track))
    plane.send(ana, piece(track, frame=1))
    plane.flush()
    assert len(plane.frames(ben)) == 2
    plane.ask(ben, "want", {"tracks": [[track, 3]], "restart": [track]})
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0), (track, 0, 1)]


def test_who_comes_in_the_middle_begins_with_the_groups_first_frame(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    for frame in range(3):
        plane.send(ana, piece(track, frame=frame))
    plane.flush(10)
    plane.watch(ben, track)
    plane.send(ana, piece(track, frame=3))
    plane.flush(2)
    assert plane.frames(ben) == [(track, 0, frame) for frame in range(4)]


def test_upper_layers_stay_away_from_who_wants_the_base_alone(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana, layers=2)
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.ask(ben, "want", {"tracks": [[track, 0]]})
    plane.send(ana, piece(track))
    plane.send(ana, piece(track, frame=1, flags=1 << 4))
    plane.send(ana, piece(track, frame=2))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0), (track, 0, 2)]


def test_an_echo_comes_to_its_owner_only(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana, "echo")
    assert plane.ask(ana, "want", {"tracks": [[track, 3]]})["tracks"] == [track]
    assert plane.watch(ben, track)["tracks"] == []
    assert plane.watch(ben, track, room="")["tracks"] == []
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ana) == [(track, 0, 0)]
    assert plane.frames(ben) == []


def test_voices_cannot_be_asked_for(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana, "voice")
    assert plane.watch(ben, track)["tracks"] == []
    plane.send(ana, piece(track))
    plane.flush(20)
    assert plane.frames(ben) == []


# -- T9: rights ----------------------------------------------------------------------------------


def test_who_may_not_watch_any_more_gets_an_empty_list_and_not_one_more_frame(plane: Plane) -> None:
    ana, ben, eva = plane.join("ana"), plane.join("ben"), plane.join("eva")
    track = plane.publish(ana)
    for each in (ben, eva):
        plane.watch(each, track)
    plane.send(ana, piece(track))
    plane.flush()
    plane.read(ben)
    plane.send(ana, piece(track, frame=1))
    plane.rights.keep_out("ben", "hall")
    plane.flush()
    plane.send(ana, piece(track, frame=2))
    plane.flush()
    assert plane.read(ben) == [("tracks", {"room": "hall", "tracks": []})]
    assert plane.frames(eva) == [(track, 0, frame) for frame in range(3)]
    assert plane.watch(ben, track)["tracks"] == []


def test_he_keeps_what_he_may_still_watch(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    hall, foyer = plane.publish(ana), plane.publish(ana, "screen", room="foyer")
    plane.ask(ben, "follow", {"rooms": ["hall", "foyer"]})
    plane.ask(ben, "want", {"tracks": [[hall, 3], [foyer, 3]]})
    plane.rights.keep_out("ben", "hall")
    plane.send(ana, piece(hall))
    plane.send(ana, piece(foyer))
    plane.flush()
    assert plane.frames(ben) == [(foyer, 0, 0)]


def test_a_right_that_ends_by_time_alone_is_noticed_within_a_second(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.rights.change_in = 2.0
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.clock.advance(2.0)
    plane.rights.no_watching["ben", "hall"] = LOCKED
    plane.flush(51)
    plane.read(ben)
    plane.send(ana, piece(track))
    plane.flush()
    assert plane.frames(ben) == []
    assert ben.following == set()


def test_who_walks_out_of_a_room_is_judged_from_where_he_is(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.standing["ben"] = "hall"
    plane.rights.only_inside.add("hall")
    track = plane.publish(ana)
    assert plane.watch(ben, track)["tracks"] == [track]
    plane.standing["ben"] = ""
    plane.flush(51)
    assert ben.following == set()


def test_a_change_of_the_whole_event_is_heard_by_all_who_follow_something(plane: Plane) -> None:
    viewers = [plane.join(f"p{index}") for index in range(30)]
    for each in viewers:
        plane.ask(each, "follow", {"rooms": ["hall"]})
        assert each.person is not None
        plane.rights.no_watching[each.person.id, "hall"] = LOCKED
    plane.rights.tell(everything=True)
    plane.flush()
    assert plane.state.followers == {}


def test_a_voice_that_reaches_the_room_ends_with_the_right_to_watch_it(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.standing["ana"] = "hall"
    plane.rights.loud.add(("ana", "hall"))
    track = plane.publish(ana, "voice")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.ask(ben, "hear", {"voices": 6})
    for frame in range(15):
        plane.send(ana, piece(track, frame=frame, level=100))
        plane.flush()
    assert plane.frames(ben)
    plane.rights.keep_out("ben", "hall")
    for frame in range(15, 40):
        plane.send(ana, piece(track, frame=frame, level=100))
        plane.flush()
    seen = plane.read(ben)
    assert [each for each in seen if each[0] == "m"] == []
    assert ("voices", {"voices": []}) in seen


# -- lines ---------------------------------------------------------------------------------------


def test_who_never_reads_costs_the_others_nothing_and_memory_no_end(plane: Plane) -> None:
    ana, ben, eva = plane.join("ana"), plane.join("ben"), plane.join("eva")
    track = plane.publish(ana)
    for each in (ben, eva):
        plane.watch(each, track)
    transport = plane.transports[ben]
    plane.flush()
    plane.read(ben)
    transport.block()
    plane.state.held.add(ben.outbox)
    frames = []
    for second in range(12):
        for frame in range(50):
            plane.send(ana, piece(track, group=second, frame=frame, payload=bytes(5_000)))
            plane.flush()
            plane.media.text(ana, "3") if not ana.ponged else None
            plane.media.text(eva, "3") if not eva.ponged else None
            frames += plane.frames(eva)
    assert frames == [(track, second, frame) for second in range(12) for frame in range(50)]
    assert sum(map(len, transport.written)) < 20_000
    assert transport.aborted
    assert plane.state.stats.closed == {CloseCode.SLOW_CONSUMER.name: 1}


def test_a_line_that_was_blocked_is_told_what_was_left_out(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    track = plane.publish(ana)
    plane.watch(ben, track)
    plane.flush()
    transport = plane.transports[ben]
    transport.block()
    plane.state.held.add(ben.outbox)
    for frame in range(60):
        plane.send(ana, piece(track, frame=frame))
        plane.flush()
    transport.free()
    plane.flush(60)
    dropped = told(plane, ben, "dropped")
    assert {each["track"] for one in dropped for each in one["tracks"]} == {track}
    assert plane.state.stats.frames_left_out > 0
