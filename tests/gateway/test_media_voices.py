from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from turia.gateway.media_connection import MediaConnection
from turia.testing.halls import two_rooms
from turia.testing.media_plane_rig import Plane, piece
from turia.world.audibility import SPEAKING_LEVEL, Audibility
from turia.world.avatars import Avatars
from turia.world.earshot import Earshot
from turia.world.portals import Regions


class Near:
    """An Audibility that a test decides: listener's slot -> speakers' slots."""

    def __init__(self) -> None:
        self.heard: dict[int, list[int]] = {}
        self.asked: list[tuple[list[int], list[int], list[int], list[int]]] = []

    def heard_by(self, listeners: Any, most: Any, speaking: Any, levels: Any, now: float) -> list[list[int]]:
        self.asked.append((listeners.tolist(), most.tolist(), speaking.tolist(), levels.tolist()))
        return [self.heard.get(slot, []) for slot in listeners.tolist()]


@pytest.fixture
def near() -> Near:
    return Near()


@pytest.fixture
def plane(near: Near) -> Plane:
    return Plane(audibility=near)


def told(plane: Plane, connection: MediaConnection) -> list[Any]:
    return [each[1]["voices"] for each in plane.read(connection) if each[0] == "voices"]


class Talk:
    """Ana (slot 0) speaks; Ben (slot 1) and Eva (slot 2) want to hear six voices."""

    def __init__(self, plane: Plane) -> None:
        self.plane = plane
        self.ana, self.ben, self.eva = plane.join("ana"), plane.join("ben"), plane.join("eva")
        self.track = plane.publish(self.ana, "voice")
        for each in (self.ben, self.eva):
            plane.ask(each, "hear", {})
        self._frame = 0

    def speak(self, frames: int = 1, level: int = 100) -> None:
        for _ in range(frames):
            self.plane.send(self.ana, piece(self.track, frame=self._frame, level=level))
            self._frame += 1
            self.plane.flush()


def test_a_voice_reaches_those_who_stand_near_and_nobody_else(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    near.heard = {1: [0]}
    talk.speak(12)
    talk.plane.read(talk.ben)
    talk.speak(2)
    assert plane.frames(talk.ben) == [(talk.track, 0, 12), (talk.track, 0, 13)]
    assert plane.frames(talk.eva) == []


def test_a_listener_is_told_whose_voices_he_hears_and_when_that_changes(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    near.heard = {1: [0]}
    talk.speak(20)
    ((info,),) = told(plane, talk.ben)
    assert (info["track"], info["person"], info["slot"], info["whole_room"]) == (talk.track, "ana", 0, False)
    near.heard = {}
    talk.speak(20)
    assert told(plane, talk.ben) == [[]]
    assert told(plane, talk.eva) == []
    talk.speak(2)
    assert plane.frames(talk.ben) == []


def test_it_is_asked_five_times_a_second_with_levels_and_limits(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    plane.ask(talk.eva, "hear", {"voices": 2})
    near.asked.clear()
    talk.speak(50, level=90)
    assert 4 <= len(near.asked) <= 6
    assert near.asked[-1] == ([1, 2], [6, 2], [0], [90])


def test_who_asks_for_few_gets_no_more_whatever_the_building_says(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    others = [plane.join(f"p{index}") for index in range(3)]
    tracks = [plane.publish(each, "voice") for each in others]
    plane.ask(talk.ben, "hear", {"voices": 2})
    near.heard = {1: [0, 3, 4, 5]}
    for frame in range(12):
        for each, track in zip(others, tracks, strict=True):
            plane.send(each, piece(track, frame=frame, level=90))
        talk.speak()
    assert len(told(plane, talk.ben)[-1]) == 2


def test_nobody_hears_himself(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    plane.ask(talk.ana, "hear", {"voices": 6})
    near.heard = {0: [0]}
    talk.speak(30)
    assert told(plane, talk.ana) == []


def test_who_wants_no_voices_any_more_gets_none_at_once(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    near.heard = {1: [0]}
    talk.speak(15)
    plane.ask(talk.ben, "hear", {"voices": 0})
    plane.flush()
    plane.read(talk.ben)
    talk.speak(30)
    assert plane.frames(talk.ben) == []


def test_somebody_with_the_microphone_is_heard_by_the_whole_room_and_by_those_who_watch_it(
    plane: Plane, near: Near
) -> None:
    talk = Talk(plane)
    plane.standing |= {"ana": "hall", "ben": "hall"}
    plane.ask(talk.eva, "follow", {"rooms": ["hall"]})
    outside = plane.join("max")
    plane.ask(outside, "hear", {"voices": 6})
    plane.rights.loud.add(("ana", "hall"))
    plane.flush(51)
    talk.speak(15)
    for each in (talk.ben, talk.eva):
        ((info,),) = told(plane, each)
        assert (info["person"], info["whole_room"]) == ("ana", True)
    assert told(plane, outside) == []
    plane.rights.loud.clear()
    talk.speak(15)
    assert told(plane, talk.ben) == told(plane, talk.eva) == [[]]
    assert all(asked[2] == [0] for asked in near.asked), "then he is one of many again"


def test_a_muted_voice_reaches_nobody_from_that_moment(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    near.heard = {1: [0]}
    talk.speak(15)
    plane.read(talk.ben)
    plane.rights.mute("ana", "voice")
    for frame in range(15, 30):
        plane.send(talk.ana, piece(talk.track, frame=frame, level=100))
        plane.flush()
    seen = plane.read(talk.ben)
    assert not [each for each in seen if each[0] == "m"]
    assert ("voices", {"voices": []}) in seen


def test_without_an_answer_from_the_building_only_whole_rooms_are_heard() -> None:
    talk = Talk(Plane())
    talk.speak(30)
    assert told(talk.plane, talk.ben) == []


def test_everybody_sees_who_speaks(plane: Plane) -> None:
    talk = Talk(plane)

    def shown() -> list[Any]:
        return [each[1] for each in plane.space.calls if each[0] == "speaking"]

    talk.speak(20, level=SPEAKING_LEVEL - 1)
    assert shown() == []
    talk.speak(20, level=SPEAKING_LEVEL)
    talk.speak(10, level=0)
    assert shown() == [(0, True)]
    talk.speak(40, level=0)
    assert shown() == [(0, True), (0, False)]
    talk.speak(15, level=127)
    plane.ask(talk.ana, "unpublish", {"track": talk.track})
    assert shown()[-1] == (0, False)


def test_a_companion_hears_what_his_avatar_hears(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    plane.enter("ben", "companion")
    second = plane.join("ben", tier="companion")
    plane.ask(second, "hear", {"voices": 6})
    near.heard = {1: [0]}
    talk.speak(20)
    assert len(told(plane, second)) == 1


def test_whoever_speaks_up_is_heard_at_once_and_not_with_the_next_look(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    near.heard = {1: [0]}
    talk.speak()
    looks = len(near.asked)
    plane.flush(seconds=6.0)
    plane.flush(seconds=0.1)
    plane.read(talk.ben)
    talk.speak(2)
    assert len(near.asked) == looks + 1
    assert plane.frames(talk.ben) == [(talk.track, 0, 1), (talk.track, 0, 2)]


def test_whoever_pauses_stays_with_his_listeners_and_loses_no_word(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    near.heard = {1: [0]}
    talk.speak(12)
    plane.read(talk.ben)
    for _ in range(150):
        plane.flush()
    talk.speak()
    assert plane.frames(talk.ben) == [(talk.track, 0, 12)]
    assert told(plane, talk.ben) == []


def test_whoever_walks_into_a_room_is_asked_again_before_he_is_heard_there(plane: Plane, near: Near) -> None:
    talk = Talk(plane)
    near.heard = {1: [0]}
    talk.speak(12)
    plane.standing["ana"] = "hall"
    plane.rights.no_sending["ana", "voice"] = plane.rights.MUTED  # in this room; nothing in the event changes
    plane.read(talk.ben)
    talk.speak(12)
    assert [each for each in plane.read(talk.ana) if each[0] == "refused"]
    assert plane.frames(talk.ben)[-1][2] < 23


def test_a_second_microphone_that_ends_does_not_hide_that_one_speaks(plane: Plane) -> None:
    talk = Talk(plane)
    other = plane.publish(talk.ana, "microphone", room="hall", session="s-1")
    for frame in range(12):
        plane.send(talk.ana, piece(other, frame=frame, level=100))
        talk.speak()
    plane.ask(talk.ana, "unpublish", {"track": other})
    assert [each[1] for each in plane.space.calls if each[0] == "speaking"][-1] == (0, True)


def test_in_a_building_those_near_hear_and_a_wall_keeps_others_out() -> None:
    layout, avatars = two_rooms().layout, Avatars(64)
    plane = Plane(audibility=Audibility(Earshot(layout, avatars, Regions(layout)), 64))
    talk = Talk(plane)
    for x, room in ((-2.0, 1), (-6.0, 1), (10.5, 2)):
        place(avatars, avatars.allocate(), x, room)
    talk.speak(2)
    assert [[each["person"] for each in heard] for heard in told(plane, talk.ben)] == [["ana"]]
    assert told(plane, talk.eva) == []
    place(avatars, 1, -18.0, 1)
    talk.speak(12)
    assert told(plane, talk.ben) == [[]]


def place(avatars: Avatars, slot: int, x: float, room: int) -> None:
    row = np.zeros(1, avatars.row.dtype)
    row["x"] = round(100 * x)
    avatars.write(np.array([slot]), row)
    avatars.room[slot] = room
