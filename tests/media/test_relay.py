"""The relay as the gateway drives it: who gets what and when, who falls behind and comes back, who is asked for
keys."""

from __future__ import annotations

import itertools

import pytest
from tests.media.hall import CAMERA, TICK_S, VOICE, Hall, frames, hall

from turia.errors import Refused
from turia.media.line import CALM_S, OWN_KEY_EVERY_S
from turia.media.relay import Audience
from turia.media.track import CATCH_UP_BYTES, NEWEST_SOUND_S
from turia.media.viewer import WAITING
from turia.protocol.media import (
    DROP_AUDIO_MS,
    DROP_GROUP_MS,
    DROP_LAYERS_MS,
    GROUP_CACHE_BYTES,
    KEY_REQUEST_EVERY_MS,
    MAX_PIECE_BYTES,
    DroppedTrack,
    Head,
)
from turia.testing.media_rig import Publisher, Viewer

# ---- tracks


def test_a_track_opens_once() -> None:
    made = hall()
    with pytest.raises(ValueError, match="track 1 is open"):
        made.open(CAMERA)


@pytest.mark.parametrize(("media", "layers"), [("video", 0), ("video", 4), ("audio", 2), ("text", 1)])
def test_there_are_no_other_tracks(media: str, layers: int) -> None:
    with pytest.raises(ValueError, match="no track has media"):
        Hall().open(CAMERA, media, layers)


def test_what_is_pushed_on_no_track_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        Hall().relay.push(CAMERA, Publisher(CAMERA).pieces()[0], 0.0)
    assert refusal.value.code == "unknown_track"


def test_a_closed_track_is_gone_at_once_and_the_others_go_on() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.1)
    made.send(CAMERA)
    made.send(VOICE)
    made.relay.close_track(CAMERA, made.now)
    assert {head.track for head in made.flush()[1]} == {VOICE}
    assert made.relay.audience(CAMERA) == Audience(0, 0)
    made.relay.close_track(CAMERA, made.now)


def test_a_number_that_is_used_again_is_another_track() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.1)
    made.relay.close_track(CAMERA, made.now)
    made.open(CAMERA)
    made.send()
    assert made.flush() == {}
    made.viewers[1] = Viewer()
    made.want(1, CAMERA)
    assert frames(made.flush()[1]) == [(0, 0)]
    assert made.relay.audience(CAMERA) == Audience(1, 0)


# ---- in step


def test_viewers_in_step_share_one_payload_and_one_list() -> None:
    made = hall(sound=True)
    for viewer in range(100):
        made.want(viewer, CAMERA, VOICE)
    made.talk(0.1)
    made.send()
    (first,) = made.relay.flush(made.now, ())
    made.send()
    (second,) = made.relay.flush(made.now, ())
    assert sorted(first.viewers) == list(range(100))
    assert first.viewers is second.viewers
    assert made.relay.figures().cohorts == 1


def test_what_somebody_gets_is_told_by_one_object_for_all_who_are_in_step() -> None:
    made = hall()
    for viewer in (1, 2, 3):
        made.want(viewer, CAMERA)
    assert made.relay.modes(9) == {}
    assert made.relay.modes(1)[CAMERA].now == WAITING
    made.talk(0.5)
    assert made.relay.modes(1)[CAMERA].now == 0
    assert made.relay.modes(1) is made.relay.modes(2)
    behind(made, 3, DROP_GROUP_MS + 100)
    assert made.relay.modes(3)[CAMERA].now == WAITING
    assert made.relay.modes(1)[CAMERA].now == 0


def test_everything_since_the_last_flush_comes_at_once_sound_first() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.1)
    for track in (CAMERA, VOICE, CAMERA):
        made.send(track)
    assert [head.track for head in made.flush()[1]] == [VOICE, CAMERA, CAMERA]
    assert made.flush() == {}


def test_a_frame_goes_on_when_its_last_piece_is_here() -> None:
    made = hall()
    made.want(1, CAMERA)
    first, second = made.publishers[CAMERA].pieces(b"abcd", most=2)
    made.relay.push(CAMERA, first, made.now)
    assert made.flush() == {}
    made.relay.push(CAMERA, second, made.now)
    assert [head.piece for head in made.flush()[1]] == [0, 1]


def test_those_who_want_other_voices_get_others() -> None:
    made = Hall()
    for track in range(10):
        made.open(track, "audio")
    for viewer in range(10):
        made.want(viewer, *range(viewer, min(viewer + 3, 10)))
    came = made.talk(0.1)
    for viewer in range(10):
        assert {head.track for head in came[viewer]} == set(range(viewer, min(viewer + 3, 10)))


def test_nobody_gets_layers_over_what_he_wants() -> None:
    made = hall(layers=3)
    for top in range(3):
        made.want(top, CAMERA, top=top)
    came = made.talk(0.8)
    layers = {viewer: {head.layer for head in heads} for viewer, heads in came.items()}
    assert layers == {0: {0}, 1: {0, 1}, 2: {0, 1, 2}}
    assert made.relay.drops(made.now) == {}, "nothing of that was left out against his will"


def test_more_layers_come_with_the_next_base_and_less_at_once() -> None:
    made = hall(layers=3)
    made.want(1, CAMERA, top=0)
    made.talk(2 * TICK_S)  # layers 0 2
    made.want(1, CAMERA, top=2)
    came = made.talk(4 * TICK_S)[1]  # layers 1 2 0 2
    assert [head.layer for head in came] == [0, 2]
    made.want(1, CAMERA, top=0)
    assert made.talk(2 * TICK_S) == {}


def test_who_does_not_want_it_any_more_gets_no_more() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.1)
    made.send(CAMERA)
    made.want(1, VOICE)
    assert {head.track for head in made.talk(0.1)[1]} == {VOICE}
    made.want(1)
    assert made.talk(0.1) == {}


def test_who_has_gone_is_forgotten() -> None:
    made = hall()
    for viewer in (1, 2):
        made.want(viewer, CAMERA)
    made.talk(0.1)
    made.talk(0.1, 2)
    for viewer in (1, 2, 3):
        made.relay.forget(viewer)
    assert made.talk(0.1) == {}
    figures = made.relay.figures()
    assert (figures.viewers, figures.cohorts, figures.behind) == (0, 0, 0)


# ---- arriving


def test_who_arrives_in_the_middle_begins_with_the_key_of_the_current_group() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.1)
    made.send(key=True)
    made.talk(0.1)
    made.want(2, CAMERA)
    assert frames(made.flush()[2]) == [(1, number) for number in range(6)]
    made.talk(0.1)
    assert made.relay.figures().cohorts == 1
    assert made.relay.key_requests(made.now) == []


def test_hearers_begin_with_the_newest_sound() -> None:
    made = Hall(voice=(VOICE, "audio", 1))
    made.talk(2.0)
    made.want(1, VOICE)
    came = made.flush(after=0.0)[1]
    assert len(came) == round(NEWEST_SOUND_S / TICK_S)


def test_a_hall_that_fills_shares_the_work() -> None:
    made = hall()
    made.talk(0.5)
    for viewer in range(50):
        made.want(viewer, CAMERA)
    (batch,) = made.relay.flush(made.now, ())
    assert sorted(batch.viewers) == list(range(50))


def test_a_large_group_is_handed_out_in_portions_and_what_comes_meanwhile_is_not_lost() -> None:
    made = hall()
    payload = bytes(MAX_PIECE_BYTES)
    for _ in range(30):
        made.send(payload=payload)
        made.now += 0.05
    made.want(1, CAMERA)
    sizes = [0]
    for _ in range(20):
        made.send()
        made.flush()
        sizes.append(made.relay.figures().forwarded_bytes)
    assert max(after - before for before, after in itertools.pairwise(sizes)) <= CATCH_UP_BYTES
    assert frames_heard(made, 1) == [(0, number) for number in range(50)]
    assert sizes[-1] - sizes[-2] == 25


def frames_heard(made: Hall, viewer: int, track: int = CAMERA) -> list[tuple[int, int]]:
    return made.viewers[viewer].heard[track].frames


def test_a_group_that_outgrows_the_cache_is_not_kept_and_who_arrives_waits_for_a_key() -> None:
    made = hall()
    made.want(1, CAMERA)
    payload = bytes(MAX_PIECE_BYTES)
    for _ in range(GROUP_CACHE_BYTES // MAX_PIECE_BYTES + 2):
        made.send(payload=payload)
        made.flush(after=0.04)
    assert made.relay.figures().kept_bytes < GROUP_CACHE_BYTES / 4
    made.want(2, CAMERA)
    assert made.relay.key_requests(made.now) == [CAMERA]
    assert 2 not in made.talk(0.1)
    made.send(key=True)
    assert frames(made.flush()[2]) == [(1, 0)]
    assert made.relay.drops(made.now)[2] == [DroppedTrack(CAMERA, 5, "waiting_key")]


def test_restart_begins_anew_and_asking_again_does_not() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.1)
    made.want(1, CAMERA)
    assert made.flush() == {}
    made.want(1, CAMERA, restart=[CAMERA])
    assert len(made.flush()[1]) == 5


def test_who_waits_for_a_speaker_who_has_not_begun_sees_his_first_frame() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.flush()
    assert made.relay.key_requests(made.now) == []
    made.send()
    assert frames(made.flush()[1]) == [(0, 0)]


# ---- falling behind


def behind(made: Hall, viewer: int, milliseconds: float) -> list[Head]:
    """``viewer`` is blocked for so long while everybody talks; what he gets when his line is free again."""
    made.talk(milliseconds / 1_000, viewer)
    return made.flush(after=0.0).get(viewer, [])


def test_a_short_wait_costs_nothing() -> None:
    made = hall(layers=3, sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.8)
    assert len(behind(made, 1, DROP_LAYERS_MS - 10)) == 14
    assert made.relay.drops(made.now) == {}


def test_nobody_else_waits() -> None:
    made = hall()
    for viewer in (1, 2):
        made.want(viewer, CAMERA)
    made.talk(0.1)
    came = made.talk(5.0, 1)
    assert set(came) == {2}
    assert len(came[2]) == 250


def test_later_upper_layers_are_left_out_and_come_back_one_by_one_in_quiet_times() -> None:
    made = hall(layers=3)
    made.want(1, CAMERA)
    made.want(2, CAMERA)
    made.talk(0.8)
    came = behind(made, 1, DROP_LAYERS_MS + 100)
    assert came
    assert {head.layer for head in came} == {0}
    (dropped,) = made.relay.drops(made.now)[1]
    assert (dropped.track, dropped.reason) == (CAMERA, "layers")
    assert dropped.frames > 3
    assert {head.layer for head in made.talk(CALM_S - 0.2)[1]} == {0}
    made.talk(0.4)
    assert {head.layer for head in made.talk(CALM_S - 0.4)[1]} == {0, 1}
    made.talk(0.4)
    assert {head.layer for head in made.talk(1.0)[1]} == {0, 1, 2}
    assert made.relay.figures().cohorts == 1


def test_layers_do_not_come_back_while_the_line_waits_now_and_then() -> None:
    made = hall(layers=3)
    made.want(1, CAMERA)
    made.talk(0.8)
    behind(made, 1, DROP_LAYERS_MS + 50)
    for _ in range(6):
        assert {head.layer for head in made.talk(2.0)[1]} == {0}
        behind(made, 1, DROP_LAYERS_MS - 40)


def test_later_still_pictures_wait_for_a_key_and_sound_does_not() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.8)
    came = behind(made, 1, DROP_GROUP_MS + 50)
    assert frames(came) == []
    assert len(frames(came, VOICE)) == 22
    dropped = {each.reason: each for each in made.relay.drops(made.now)[1]}
    assert set(dropped) == {"group", "waiting_key"}
    assert {each.track for each in dropped.values()} == {CAMERA}
    assert dropped["group"].frames + dropped["waiting_key"].frames == 22
    assert {head.track for head in made.talk(0.1)[1]} == {VOICE}
    assert made.relay.key_requests(made.now) == [CAMERA]
    made.send(key=True)
    assert frames(made.flush()[1]) == [(1, 0)]


def test_who_comes_back_after_a_new_group_has_begun_gets_that() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.2)
    made.talk(0.5, 1)
    made.send(key=True)
    made.talk(0.1, 1)
    assert frames(made.flush()[1])[0] == (1, 0)
    assert made.relay.key_requests(made.now) == []


def test_who_was_late_and_is_free_again_gets_nothing_that_is_too_old() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.2)
    made.talk(0.3, 1)
    made.now += 0.2
    assert {head.track for head in made.flush()[1]} == {VOICE}
    assert made.relay.key_requests(made.now) == [CAMERA]


def test_at_last_sound_jumps_to_now() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.2)
    came = behind(made, 1, DROP_AUDIO_MS + 50)
    assert 0 < len(frames(came, VOICE)) <= 10
    newest = made.publishers[VOICE]
    assert frames(came, VOICE)[-1] == (newest.group, newest.frame - 1)
    assert "audio" in {dropped.reason for dropped in made.relay.drops(made.now)[1]}


def test_who_never_reads_costs_no_memory() -> None:
    made = hall(sound=True)
    for viewer in range(50):
        made.want(viewer, CAMERA, VOICE)
    made.talk(0.1)
    kept = 0
    for _ in range(10):
        made.send(key=True)
        made.talk(2.0, *range(50), payload=bytes(300))
        kept = max(kept, made.relay.figures().kept_bytes)
        made.relay.drops(made.now)
    assert kept < 300 * 50 * 4
    assert made.relay.figures().behind == 50
    assert made.relay.audience(CAMERA) == Audience(50, 50)


def test_a_late_flush_is_nobodys_fault() -> None:
    made = hall(sound=True)
    made.want(1, CAMERA, VOICE)
    made.talk(0.2)
    for _ in range(100):
        made.send(CAMERA)
        made.send(VOICE)
        made.now += TICK_S
    assert len(made.flush()[1]) == 200


def test_even_a_very_late_flush_keeps_the_bound_and_the_viewer_comes_back_with_a_key() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.2)
    for _ in range(215):  # too few for a key to be asked for because of the group's length
        made.send(payload=bytes(20_000))
        made.now += 0.04
    assert made.relay.figures().kept_bytes <= GROUP_CACHE_BYTES
    assert made.flush() == {}
    assert made.relay.drops(made.now)[1][0].reason == "group"
    assert made.relay.key_requests(made.now) == [CAMERA]
    made.send(key=True)
    assert frames(made.flush()[1]) == [(1, 0)]


def test_drops_are_told_once_a_second() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.1)
    behind(made, 1, 600)
    assert set(made.relay.drops(made.now)) == {1}
    behind(made, 1, 600)
    assert made.relay.drops(made.now) == {}
    made.now += 0.5
    assert set(made.relay.drops(made.now)) == {1}
    assert made.relay.drops(made.now + 1) == {}


# ---- keys


def test_many_who_ask_are_one_request_and_one_each_half_second() -> None:
    made = hall()
    made.send()
    asked = []
    for tick in range(100):
        made.relay.ask_key(CAMERA, made.now)
        if made.relay.key_requests(made.now):
            asked.append(tick * TICK_S)
        made.now += TICK_S
    every_s = KEY_REQUEST_EVERY_MS / 1_000
    assert len(asked) == 4
    assert all(every_s <= later - sooner < every_s + 2 * TICK_S for sooner, later in itertools.pairwise(asked))


def test_a_publisher_who_goes_on_without_is_asked_again_and_one_who_pauses_is_not() -> None:
    made = hall()
    made.send()
    made.relay.ask_key(CAMERA, made.now)
    assert made.relay.key_requests(made.now) == [CAMERA]
    made.now += 5.0
    assert made.relay.key_requests(made.now) == []
    made.send()
    assert made.relay.key_requests(made.now) == [CAMERA]
    made.send(key=True)
    made.now += 5.0
    made.send()
    assert made.relay.key_requests(made.now) == []


def test_a_key_that_comes_meanwhile_is_not_asked_for() -> None:
    made = hall()
    made.send()
    made.relay.ask_key(CAMERA, made.now)
    made.send(key=True)
    assert made.relay.key_requests(made.now) == []


def test_no_key_is_asked_of_sound_of_nobody_and_after_the_end() -> None:
    made = hall(sound=True)
    made.talk(0.1)
    for piece in made.publishers[CAMERA].last():
        made.relay.push(CAMERA, piece, made.now)
    for track in (CAMERA, VOICE, 99):
        made.relay.ask_key(track, made.now)
    assert made.relay.key_requests(made.now) == []


def test_a_line_that_loses_every_group_does_not_ask_for_one_all_the_time() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.2)
    asked = 0
    for _ in range(20):
        behind(made, 1, 600)
        if made.relay.key_requests(made.now):
            asked += 1
            made.send(key=True)
            made.flush()
    assert 5 <= asked <= 20 * 0.62 / OWN_KEY_EVERY_S + 1


def test_a_line_that_comes_and_goes_is_not_put_off_for_ever() -> None:
    made = hall()
    made.want(1, CAMERA)
    made.talk(0.2)
    asked = [made.now]
    for _ in range(10):
        behind(made, 1, 500)
        for _ in range(10):
            made.talk(0.04, 1)
            made.flush()
            if made.relay.key_requests(made.now):
                asked.append(made.now)
                made.send(key=True)
    longest = max(later - sooner for sooner, later in itertools.pairwise([*asked, made.now]))
    assert longest < OWN_KEY_EVERY_S + 1.5


def test_a_publisher_whose_frames_are_refused_is_asked_for_a_key() -> None:
    made = hall()
    made.send()
    made.publishers[CAMERA].pieces()
    with pytest.raises(Refused, match="begin a new group"):
        made.send()
    assert made.relay.key_requests(made.now) == [CAMERA]


# ---- figures


def test_figures() -> None:
    made = hall()
    for viewer in (1, 2):
        made.want(viewer, CAMERA)
    made.talk(0.2)
    with pytest.raises(Refused):
        made.relay.push(CAMERA, b"", made.now)
    made.talk(0.6, 2)
    figures = made.relay.figures()
    assert (figures.pushed, figures.refused) == (40, 1)
    assert (figures.tracks, figures.viewers, figures.cohorts, figures.behind) == (1, 2, 1, 1)
    assert figures.forwarded == 50
    assert figures.forwarded_bytes == 50 * 25
    assert 20 <= figures.left_out <= 30
    assert figures.kept_bytes == 40 * 25
