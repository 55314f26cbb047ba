from __future__ import annotations

from typing import Any

import pytest

from turia.errors import Refused
from turia.gateway import media_tracks
from turia.gateway.media_tracks import REST_S, Track, Tracks
from turia.protocol.media import Publish, TrackInfo


def add(tracks: Tracks, now: float, person: str = "ana", source: str = "camera", room: str = "hall") -> Track:
    connection: Any = None
    published = Publish(source=source, media="video", codec="vp8", room=room)
    info = TrackInfo(
        track=tracks.number(now), person=person, name=person, source=source, media="video", codec="vp8", room=room
    )
    track = Track(connection, person, published, info, 0.0)
    tracks.add(track)
    return track


def test_tracks_are_found_by_number_person_room_and_kind() -> None:
    tracks = Tracks()
    camera, screen, other = add(tracks, 0), add(tracks, 0, source="screen", room="foyer"), add(tracks, 0, "ben")
    assert tracks.of_person("ana") == [camera, screen]
    assert tracks.of_room("hall") == [camera, other]
    assert tracks.same(("ana", "screen", "video", 0)) is screen
    tracks.remove(camera, 0)
    tracks.remove(other, 0)
    assert tracks.of_room("hall") == []
    assert tracks.same(camera.key) is None
    assert list(tracks.by_number.values()) == tracks.of_person("ana") == [screen]


def test_a_number_rests_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_tracks, "_NUMBERS", 4)
    tracks = Tracks()
    first = [add(tracks, 0, f"p{index}") for index in range(4)]
    assert [each.number for each in first] == [0, 1, 2, 3]
    with pytest.raises(Refused, match="too many tracks"):
        tracks.number(0)
    tracks.remove(first[2], 10)
    with pytest.raises(Refused):
        tracks.number(10 + REST_S)
    assert tracks.number(10 + REST_S + 0.1) == 2
