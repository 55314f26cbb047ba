"""Captions while they are written reach whoever follows the room, five times a second, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from turia.errors import Refused
from turia.gateway.media_connection import MediaConnection
from turia.gateway.media_ports import No
from turia.protocol.media import Interim
from turia.testing.media_plane_rig import Plane

TEXT = {"room": "hall", "session": "talk", "speaker": "Spe"}


@pytest.fixture
def plane() -> Plane:
    return Plane()


def told(plane: Plane, connection: MediaConnection) -> list[Any]:
    return [each[1]["text"] for each in plane.read(connection) if each[0] == "interim"]


def test_all_who_follow_the_room_see_it_with_the_next_flush(plane: Plane) -> None:
    carl, ben, cem = (plane.join(each) for each in ("carl", "ben", "cem"))
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.ask(cem, "follow", {"rooms": ["lab"]})
    assert plane.ask(carl, "interim", {**TEXT, "text": "Good mor"}) == {"ok": True}
    plane.flush()
    frames = [each for each in plane.read(ben) if each[0] == "interim"]
    assert frames == [
        ("interim", {**TEXT, "text": "Good mor", "person": "", "source": "human"}),
    ]
    assert told(plane, cem) == []


def test_of_many_changes_the_newest_comes_five_times_a_second(plane: Plane) -> None:
    ben = plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.flush()
    plane.read(ben)
    for number in range(100):
        plane.media.interim("carl", Interim("hall", "talk", f"Word {number}"))
        plane.flush()
    plane.flush(20)
    texts = told(plane, ben)
    assert 9 <= len(texts) <= 12, "two seconds"
    assert (texts[0], texts[-1]) == ("Word 0", "Word 99")


def test_a_captioner_and_a_recogniser_do_not_wait_for_each_other(plane: Plane) -> None:
    ben = plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.media.interim("carl", Interim("hall", "talk", "By hand"))
    plane.media.interim("carl", Interim("hall", "talk", "By machine", source="recogniser"))
    plane.flush()
    assert told(plane, ben) == ["By hand", "By machine"]


def test_who_may_not_write_is_told_why_and_nobody_sees_it(plane: Plane) -> None:
    ana, ben = plane.join("ana"), plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.rights.no_captions["ana"] = No("not_allowed", "You are no captioner.")
    assert plane.ask(ana, "interim", {**TEXT, "text": "Boo"})["code"] == "not_allowed"
    with pytest.raises(Refused, match="no captioner"):
        plane.media.interim("ana", Interim("hall", "talk", "Boo"))
    plane.flush(20)
    assert told(plane, ben) == []


def test_nothing_is_kept_for_who_comes_later(plane: Plane) -> None:
    plane.media.interim("carl", Interim("hall", "talk", "Gone"))
    plane.flush()
    ben = plane.join("ben")
    plane.ask(ben, "follow", {"rooms": ["hall"]})
    plane.flush(20)
    assert told(plane, ben) == []
