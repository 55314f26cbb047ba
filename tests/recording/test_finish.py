"""From segments to files that play: every packet is read back, pictures are looked at and sound is listened to."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from tests.recording.encoded import Encoded, Take, greys, info, loudness, pictures, read_whole, tone

from turia.errors import BundleError
from turia.recording.finish import finish
from turia.recording.folder import FINISHED, SEGMENTS, Finished, read_finished, segments_of
from turia.recording.records import Begun, ClockSet, Paused, Picture, Slide

CODECS = ["vp8", "vp09.00.10.08", "avc1.42001F", "av01.0.01M.08"]


def done(take: Take) -> Finished:
    path = take.close()
    told: list[tuple[int, int]] = []
    finished = finish(path, lambda *each: told.append(each))
    assert told[-1][0] == told[-1][1] > 0
    assert read_finished(path) == finished
    assert not (path / SEGMENTS).exists()
    for media in finished.files:
        read_whole(path / media.name)
        assert (path / media.name).stat().st_size == media.bytes
    return finished


@pytest.mark.parametrize("codec", CODECS)
def test_a_talk_in_any_codec(tmp_path: Path, codec: str) -> None:
    take = Take(tmp_path)
    take.whole(3)
    take.track(info(1, codec=codec), pictures(75, codec))
    take.track(info(2, source="microphone", codec="opus", channels=1), tone(150), level=100)
    finished = done(take)
    (main,) = finished.files
    assert main.name == ("main.mp4" if codec.startswith("avc1") else "main.webm")
    assert main.mime == f'video/{main.name[5:]}; codecs="{codec}, opus"'
    assert main.people == ("ana",)
    seen = greys(take.path / main.name)
    assert len(seen) >= 70
    assert seen[-1][1] > seen[0][1] + 40, "the pictures are those that were sent"
    assert finished.duration_ms == 2_980, "from the first frame on"
    heard = loudness(take.path / main.name)
    assert min(heard[2:27]) > 1_000
    assert len(heard) in range(28, 31)


def test_lips_and_voice_stay_together_though_the_picture_comes_late(tmp_path: Path) -> None:
    """A flash and a beep at the same moment of the publisher's clock; the picture was held up for half a second."""
    take = Take(tmp_path)
    take.whole(4)
    dark, bright = pictures(50, grey=0), pictures(25, grey=200)
    flash = [*dark, *(Encoded(2_000 + each.ms, each.key, each.data) for each in bright)]
    beep = [Encoded(2_000 + each.ms, True, each.data) for each in tone(40)]
    take.track(info(1), flash, late=500)
    take.track(info(2, source="microphone", codec="opus"), beep, begins=0, late=20, level=100)
    done(take)
    flashed = next(ms for ms, grey, _ in greys(take.path / "main.webm") if grey > 150)
    beeped = 10 * next(at for at, level in enumerate(loudness(take.path / "main.webm", 10)) if level > 1_000)
    assert abs(flashed - beeped) <= 80
    assert flashed in range(1_900, 2_150)


def test_who_speaks_at_once_is_in_files_of_their_own(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.whole(3)
    for number, person in enumerate(("ana", "ben", "eva")):
        begins = 0 if person != "eva" else 2_000
        length = 150 if person == "ana" else 40
        about = info(number, person, "microphone", "opus")
        take.track(about, tone(length), begins=begins, clock_us=number * 10**9, level=100)
    finished = done(take)
    assert [(each.name, each.people) for each in finished.files] == [
        ("main.webm", ("ana",)),
        ("sound-1.webm", ("ben", "eva")),
    ]
    assert [(each.person, each.start // 100, each.end // 100) for each in finished.files[1].spoken] == [
        ("ben", 0, 8),
        ("eva", 20, 28),
    ]
    heard = [level > 1_000 for level in loudness(take.path / "sound-1.webm")]
    assert heard[2:7] == [True] * 5
    assert heard[10:19] == [False] * 9
    assert heard[22:27] == [True] * 5
    assert len(heard) in (28, 29, 30), "silent to the end, so that players keep it in step"


def test_off_the_record_nothing_is_kept_and_the_time_is_cut_out(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.mark(0, Begun())
    take.mark(1_000, Paused())
    take.mark(61_000, Begun())
    take.mark(62_000, Paused())
    take.track(info(1), pictures(24), late=0)
    take.track(info(2), pictures(25, grey=200), begins=61_000, late=0)
    finished = done(take)
    assert finished.duration_ms == 2_000
    assert [(each.begins - take.us(0), each.at) for each in finished.spans] == [(0, 0), (61_000_000, 1_000_000)]
    seen = greys(take.path / "main.webm")
    assert max(b[0] - a[0] for a, b in pairwise(seen)) <= 120
    assert [grey > 150 for ms, grey, _ in seen if ms < 900 or ms > 1_100] == [False] * 23 + [True] * (len(seen) - 25)


def test_what_was_on_the_record_before_the_first_frame_and_after_the_last_is_known(tmp_path: Path) -> None:
    take = Take(tmp_path)
    for begins, ends in ((0, 500), (1_000, 4_000), (5_000, 6_000)):
        take.mark(begins, Begun())
        take.mark(ends, Paused())
    take.track(info(1), pictures(25), begins=2_000, late=0)
    finished = done(take)
    assert [(each.begins - take.us(0), each.at) for each in finished.spans] == [(2_000_000, 0)]
    assert [(each.begins - take.us(0), each.ends - take.us(0), each.at) for each in finished.kept] == [
        (0, 500_000, -1_500_000),
        (1_000_000, 4_000_000, -1_000_000),
        (5_000_000, 6_000_000, 2_000_000),
    ]


def test_captions_are_told_by_the_events_clock_as_it_was_when_they_were_said(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.mark(0, ClockSet(0))
    take.whole(3)
    take.mark(1_000, ClockSet(60_000))
    take.mark(2_000, ClockSet(-60_000))
    take.track(info(1), pictures(75), late=0)
    finished = done(take)
    assert finished.duration_ms in range(2_900, 3_001)
    assert [
        ((each.begins - take.us(0)) // 1_000, (each.ends - take.us(0)) // 1_000, each.at) for each in finished.kept
    ] == [
        (0, 1_000, 0),
        (61_000, 62_000, 1_000_000),
        (-58_000, -57_000, 2_000_000),
    ]


def test_the_screen_comes_first_and_the_chair_may_choose(tmp_path: Path) -> None:
    """Switches happen where a picture begins anew, also to another size."""
    take = Take(tmp_path)
    take.whole(6)
    take.mark(3_500, Picture("speaker"))
    take.track(info(1), pictures(150, grey=0))
    take.track(info(2, source="screen", width=320, height=180), pictures(125, size=(320, 180)), begins=1_000)
    done(take)
    sizes = [(ms, size) for ms, _, size in greys(take.path / "main.webm")]
    assert {size for ms, size in sizes if ms < 900} == {(160, 90)}
    assert {size for ms, size in sizes if 1_200 < ms < 3_400} == {(320, 180)}
    assert {size for ms, size in sizes if ms > 4_600} == {(160, 90)}


def test_who_speaks_is_seen(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.whole(8)
    for number, (person, at) in enumerate((("ana", 0), ("ben", 4_000))):
        take.track(info(number, person), pictures(200, size=(160, 90 + 10 * number)), clock_us=number * 10**9)
        microphone = info(10 + number, person, "microphone", "opus")
        loud = [Encoded(at + each.ms, True, each.data) for each in tone(200)]
        take.track(microphone, loud, clock_us=number * 10**9, level=110)
    done(take)
    sizes = [(ms, size[1]) for ms, _, size in greys(take.path / "main.webm")]
    assert {height for ms, height in sizes if 1_100 < ms < 3_900} == {90}
    assert {height for ms, height in sizes if ms > 6_600} == {100}


def test_another_codec_and_the_interpreter_have_files_of_their_own(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.whole(2)
    take.track(info(1), pictures(50))
    take.track(info(2, "ben", codec="avc1.42001F"), pictures(25, "avc1.42001F"), clock_us=0)
    take.track(info(3, "eva", "interpreter"), pictures(50, grey=100), clock_us=1)
    finished = done(take)
    assert [(each.name, each.kind, each.people) for each in finished.files] == [
        ("main.webm", "main", ("ana",)),
        ("interpreter.webm", "interpreter", ("eva",)),
        ("picture-1.mp4", "picture", ("ben",)),
    ]


def test_it_begins_with_the_first_frame_and_ends_with_the_last(tmp_path: Path) -> None:
    """Nobody waits for somebody to go on air; what was on the screen meanwhile is its beginning."""
    take = Take(tmp_path)
    take.whole(60)
    take.mark(1_000, Slide("d", 1))
    take.track(info(1), pictures(50), begins=20_000)
    finished = done(take)
    assert finished.duration_ms in range(1_950, 2_050)
    assert [(each.at, each.page) for each in finished.slides] == [(0, 1)]
    assert greys(take.path / "main.webm")[0][0] < 50


def test_slides_are_chapters_and_pages_that_were_only_turned_over_are_none(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.whole(6)
    for ms, page in ((0, 1), (2_000, 2), (2_200, 3), (2_400, 4), (5_000, 0)):
        take.mark(ms, Slide("d" if page else "", page))
    take.track(info(2, source="microphone", codec="opus"), tone(300), level=100)
    finished = done(take)
    assert [(each.at, each.page) for each in finished.slides] == [(0, 1), (1_980, 4), (4_980, 0)]
    av = pytest.importorskip("av")
    with av.open(str(take.path / "main.webm")) as container:
        assert [each["metadata"]["title"] for each in container.chapters()] == ["Page 1", "Page 4"]


def test_frames_that_lack_what_they_build_on_are_left_out(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.whole(3)
    frames = pictures(75)
    take.track(info(1), frames)
    take._records = [each for each in take._records if each[0] != (30 * 40 + 20) * 1_000]  # the 31st is lost
    done(take)
    at = [ms for ms, _, _ in greys(take.path / "main.webm")]
    assert [ms for ms in at if 1_250 < ms < 1_980] == [], "nothing until the next key"
    assert any(ms > 2_000 for ms in at)


@pytest.mark.parametrize("codec", CODECS)
def test_whoever_sends_nonsense_spoils_nothing(tmp_path: Path, codec: str) -> None:
    """Pictures that are none, then good ones; sound that is none; a size that is not true."""
    take = Take(tmp_path)
    take.whole(4)
    bad = [Encoded(each.ms, each.key, b"\xff" * 40) for each in pictures(25, codec)]
    good = [Encoded(1_000 + each.ms, each.key, each.data) for each in pictures(50, codec)]
    take.track(info(1, codec=codec, width=3_840, height=1), [*bad, *good])
    noise = [Encoded(each.ms, True, b"\x03\xff") for each in tone(50)]
    take.track(info(2, "ben", "microphone", "opus"), noise, clock_us=1, level=100)
    take.track(info(3, "eva", "interpreter", codec), bad, clock_us=2)
    take.track(info(4, source="microphone", codec="opus"), tone(150), level=100)
    finished = done(take)
    assert [each.kind for each in finished.files] == ["main", "sound"]
    (main,) = [take.path / each.name for each in finished.files if each.kind == "main"]
    seen = greys(main)
    assert len(seen) >= 45
    assert {size for _, _, size in seen} == {(160, 90)}


def test_what_a_killed_server_left_is_finished_but_for_its_torn_end(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.mark(0, Begun())  # nobody said that it stopped
    take.track(info(1), pictures(250))
    take.track(info(2, source="microphone", codec="opus"), tone(500), level=100)
    path = take.close()
    last = segments_of(path)[-1]
    last.write_bytes(last.read_bytes()[:-700])
    again = Take(tmp_path)
    assert again.path == path, "the next server goes on with the same take"
    again.START_US = take.START_US + 15_000_000
    again.mark(0, Begun())
    again.mark(2_000, Paused())
    again.track(info(1), pictures(50, grey=200), run=1)
    finished = done(again)
    assert finished.torn == 1
    assert finished.duration_ms in range(11_500, 12_021)
    assert [round(each.at / 1e6) for each in finished.spans] == [0, 10]
    assert greys(path / "main.webm")[-1][1] > 150


def test_nothing_recorded_is_said_and_the_segments_stay(tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.whole(3)
    path = take.close()
    with pytest.raises(BundleError, match="nobody who agreed"):
        finish(path, lambda *_: None)
    assert segments_of(path)
    assert not (path / FINISHED).exists()
