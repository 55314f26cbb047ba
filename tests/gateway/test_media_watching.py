from __future__ import annotations

from turia.testing.media_plane_rig import Plane, piece


def test_frames_of_a_publisher_reach_those_who_want_them_and_nobody_else() -> None:
    plane = Plane()
    ana, ben, eva = plane.join("ana"), plane.join("ben"), plane.join("eva")
    track = plane.publish(ana)
    assert plane.watch(ben, track) == {"tracks": [track], "refused": []}
    plane.ask(eva, "follow", {"rooms": ["hall"]})
    plane.send(ana, piece(track, payload=b"p" * 300))
    plane.send(ana, piece(track, frame=1))
    plane.flush()
    assert plane.frames(ben) == [(track, 0, 0), (track, 0, 1)]
    assert plane.frames(eva) == plane.frames(ana) == []
