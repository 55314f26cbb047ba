"""The relay under random days, beside a naive twin, with strict viewers at its end.

Each viewer checks the promises (:class:`turia.testing.media_rig.Heard`); the twin says exactly what he should have got.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.media.naive_relay import NaiveRelay

from turia.errors import Refused
from turia.media.relay import Relay
from turia.protocol.media import ASK_KEY_AFTER_S, GROUP_CACHE_BYTES, KEY_REQUEST_EVERY_MS, Head, read_head, write_head
from turia.testing.media_rig import Publisher, Viewer, framed

#: track -> media, temporal layers
TRACKS = {1: ("video", 1), 2: ("video", 2), 3: ("video", 3), 4: ("audio", 1), 5: ("audio", 1)}
VIEWERS = range(1, 6)

tracks = st.sampled_from(list(TRACKS))
viewers = st.sampled_from(list(VIEWERS))


class RelayDays(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000.0
        self.relay = Relay(framed)
        self.naive = NaiveRelay()
        self.publishers: dict[int, Publisher] = {}
        self.viewers: dict[int, Viewer] = {}
        self.blocked: set[int] = set()
        self.asked: dict[int, float] = {}
        #: When the current group of each track began.
        self.group_at: dict[int, float] = {}
        for track in TRACKS:
            self.open(track)

    def open(self, track: int) -> None:
        media, layers = TRACKS[track]
        self.publishers[track] = Publisher(track, media, layers)
        self.relay.open_track(track, media, layers, self.now)
        self.naive.open_track(track, media, layers)

    # ---- publishers

    @rule(track=tracks, count=st.integers(1, 8), key=st.sampled_from([False, False, True]), pieces=st.integers(1, 3))
    def frames(self, track: int, count: int, key: bool, pieces: int) -> None:
        if track not in self.publishers:
            self.open(track)
        publisher = self.publishers[track]
        for number in range(count):
            self.now += 1 / publisher.rate
            too_long = publisher.frame >= 50 or self.now - self.group_at.get(track, self.now) > ASK_KEY_AFTER_S
            key_now = (key and number == 0) or too_long
            if key_now or publisher.group < 0:
                self.group_at[track] = self.now
            made = publisher.pieces(bytes(2 * pieces), key=key_now, most=2)
            for piece in made:
                self.relay.push(track, piece, self.now)
            self.naive.frame(track, [read_head(piece) for piece in made], self.now)

    @precondition(lambda self: any(publisher.group >= 0 for publisher in self.publishers.values()))
    @rule(
        data=st.data(),
        change=st.sampled_from(
            ["track", "piece", "pieces", "level", "group", "frame", "time", "flags", "short", "long"]
        ),
    )
    def bad_frame(self, data: st.DataObject, change: str) -> None:
        begun = [track for track, publisher in self.publishers.items() if publisher.group >= 0]
        track = data.draw(st.sampled_from(begun))
        publisher = self.publishers[track]
        good = Head(track, 0, 0, 1, 0, 0, publisher.group, publisher.frame, publisher.time)
        wrong: dict[str, Head] = {
            "track": good._replace(track=track + 1),
            "piece": good._replace(piece=1, pieces=2),
            "pieces": good._replace(pieces=65),
            "level": good._replace(level=200),
            "group": good._replace(group=publisher.group + 1),
            "frame": good._replace(frame=publisher.frame - 1),
            "time": good._replace(time=0),
            "flags": good._replace(flags=1),
        }
        piece = write_head(wrong.get(change, good)) + {"short": b"", "long": bytes(16_001)}.get(change, b"x")
        with pytest.raises(Refused) as refusal:
            self.relay.push(track, piece, self.now)
        assert refusal.value.code in {"head", "order", "size", "time"}
        assert refusal.value.message

    @rule(track=tracks)
    def half_a_frame(self, track: int) -> None:
        """Its publisher breaks off, and begins a new group; nobody sees the half."""
        if track not in self.publishers:
            return
        publisher = self.publishers[track]
        self.frames(track, 1, key=True, pieces=1)
        first, _ = publisher.pieces(b"half", most=2)
        self.relay.push(track, first, self.now)
        self.frames(track, 1, key=True, pieces=1)

    @rule(track=tracks)
    def close(self, track: int) -> None:
        self.relay.close_track(track, self.now)
        if track not in self.publishers:
            return
        self.naive.close_track(track)
        del self.publishers[track]
        self.asked.pop(track, None)
        self.group_at.pop(track, None)
        for viewer in self.viewers.values():
            viewer.heard.pop(track, None)

    # ---- viewers

    @rule(viewer=viewers, wants=st.dictionaries(tracks, st.integers(0, 3)), restart=st.sets(tracks, max_size=2))
    def subscribe(self, viewer: int, wants: dict[int, int], restart: set[int]) -> None:
        self.relay.subscribe(viewer, wants, self.now, restart)
        known = {track: top for track, top in wants.items() if track in self.publishers}
        self.naive.subscribe(viewer, known, self.now, restart)
        self.viewers.setdefault(viewer, Viewer()).subscribe([self.publishers[track] for track in known], restart)

    @rule(viewer=viewers)
    def forget(self, viewer: int) -> None:
        self.relay.forget(viewer)
        self.naive.forget(viewer)
        self.viewers.pop(viewer, None)

    @rule(viewer=viewers)
    def block(self, viewer: int) -> None:
        self.blocked ^= {viewer}

    # ---- time

    @rule(seconds=st.sampled_from([0.0, 0.02, 0.02, 0.1, 0.2, 0.5, 1.0, 6.0]))
    def wait_and_flush(self, seconds: float) -> None:
        self.now += seconds
        got: dict[int, list[Head]] = {}
        for payload, who in self.relay.flush(self.now, self.blocked):
            assert payload
            for viewer in who:
                assert viewer not in self.blocked
                assert viewer not in got, "two batches for one viewer"
                got[viewer] = self.viewers[viewer].take(payload)
        assert got == self.naive.flush(self.now, self.blocked)

    @rule(track=tracks, frames=st.integers(1, 3), flushes=st.integers(1, 30))
    def a_while(self, track: int, frames: int, flushes: int) -> None:
        """Frames and flushes in turn, as in real life."""
        for _ in range(flushes):
            self.frames(track, frames, key=False, pieces=1)
            self.wait_and_flush(0.02)

    @rule(track=tracks)
    def ask_key(self, track: int) -> None:
        self.relay.ask_key(track, self.now)

    @rule()
    def key_requests(self) -> None:
        for track in self.relay.key_requests(self.now):
            assert TRACKS[track][0] == "video"
            assert self.now - self.asked.get(track, -1.0) >= KEY_REQUEST_EVERY_MS / 1_000
            self.asked[track] = self.now

    @rule()
    def drops(self) -> None:
        for viewer, dropped in self.relay.drops(self.now).items():
            assert viewer in self.viewers
            assert dropped
            assert all(each.frames > 0 for each in dropped)
            assert {each.reason for each in dropped} <= {"layers", "group", "audio", "waiting_key"}

    # ---- always

    @invariant()
    def figures_agree(self) -> None:
        figures = self.relay.figures()
        assert figures.tracks == len(self.publishers)
        assert figures.viewers == len(self.viewers)
        assert figures.cohorts <= figures.viewers
        assert figures.kept_bytes <= GROUP_CACHE_BYTES * len(TRACKS)
        for track in self.publishers:
            wanting = [viewer for viewer in self.naive.viewers.values() if track in viewer.wishes]
            behind = [viewer for viewer in wanting if viewer.late]
            audience = self.relay.audience(track)
            assert (audience.viewers, audience.behind) == (len(wanting), len(behind))

    def teardown(self) -> None:
        """Whoever's line is free gets a picture again, once a key has come."""
        for track in TRACKS:
            self.frames(track, 1, key=False, pieces=1)
        self.blocked = set()
        self.wait_and_flush(0.02)
        self.now += 1.5
        for track in TRACKS:
            self.frames(track, 1, key=False, pieces=1)  # whoever was asked before is asked again
        for track in self.relay.key_requests(self.now):
            self.frames(track, 1, key=True, pieces=1)
        self.wait_and_flush(0.02)
        for viewer in self.viewers.values():
            for track, heard in viewer.heard.items():
                publisher = self.publishers[track]
                assert heard.frames, f"nothing of track {track}"
                assert heard.frames[-1][0] == publisher.group


def day(*steps: Callable[[RelayDays], None]) -> None:
    """One day that was found: these steps, and all that holds always, as hypothesis does it."""
    states = RelayDays()
    for step in steps:
        step(states)
        states.figures_agree()
    states.teardown()


def test_who_came_just_before_the_server_was_late_hears_what_he_was_to_begin_with() -> None:
    """Found: sound that comes while no flush does must not push out what he begins with."""
    day(
        lambda states: states.a_while(track=4, frames=2, flushes=2),
        lambda states: states.subscribe(1, {1: 0, 4: 0}, set()),
        *[lambda states: states.frames(1, 7, key=False, pieces=1)] * 3,
    )


def test_who_came_while_his_line_was_full_hears_nothing_over_800_ms_old() -> None:
    """Found: he came less than 800 ms ago, but what he was to begin with is older."""
    day(
        lambda states: states.a_while(track=4, frames=2, flushes=2),
        lambda states: states.block(1),
        lambda states: states.subscribe(1, {4: 0}, set()),
        *[lambda states: states.a_while(track=4, frames=1, flushes=20)] * 2,
    )


@pytest.mark.counted
def test_random_days_beside_a_naive_twin(rounds: Callable[..., int]) -> None:
    run_state_machine_as_test(
        RelayDays,
        settings=settings(
            max_examples=rounds(short=60, long=25_000),
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
