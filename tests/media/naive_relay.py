"""The relay as one would write it first: a queue of frames for every viewer and track, and each viewer by himself.

Same rules, told from the viewer's side; neither cohorts, nor cursors, nor a shared ring. For small frames only: it
knows no limit of bytes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from turia.protocol.media import Head

LAYERS_S, GROUP_S, AUDIO_S, NEWEST_SOUND_S, CALM_S = 0.15, 0.4, 0.8, 0.1, 5.0


@dataclass
class Frame:
    heads: list[Head]
    arrived: float

    @property
    def layer(self) -> int:
        return self.heads[0].layer

    @property
    def key(self) -> bool:
        return self.heads[0].key


@dataclass
class Track:
    video: bool
    layers: int
    #: The current group; of sound all there was.
    newest: list[Frame] = field(default_factory=list)
    #: Whether something came since the last flush.
    fresh: bool = False


@dataclass
class Wish:
    wanted: int
    now: int
    allowed: int
    since: float
    queue: list[Frame]


@dataclass
class Viewer:
    wishes: dict[int, Wish] = field(default_factory=dict)
    alone: bool = False
    late: bool = False
    cap: int = 2
    calm_since: float = float("-inf")


class NaiveRelay:
    def __init__(self) -> None:
        self.tracks: dict[int, Track] = {}
        self.viewers: dict[int, Viewer] = {}

    def open_track(self, track: int, media: str, layers: int) -> None:
        self.tracks[track] = Track(media == "video", layers)

    def close_track(self, track: int) -> None:
        del self.tracks[track]
        for viewer in self.viewers.values():
            viewer.wishes.pop(track, None)

    def frame(self, track: int, heads: list[Head], now: float) -> None:
        """A whole frame has come."""
        frame = Frame(heads, now)
        known = self.tracks[track]
        known.fresh = True
        if frame.key and known.video:
            known.newest = []
        known.newest.append(frame)
        for viewer in self.viewers.values():
            if track in viewer.wishes:
                viewer.wishes[track].queue.append(frame)

    def subscribe(self, viewer: int, wants: dict[int, int], now: float, restart: Collection[int]) -> None:
        known = self.viewers.setdefault(viewer, Viewer())
        wants = {track: min(top, self.tracks[track].layers - 1) for track, top in wants.items()}
        before = known.wishes
        same = {track: wish.wanted for track, wish in before.items()} == wants
        if same and not set(restart) & set(wants):
            return
        known.alone = True
        known.wishes = {}
        for track, wanted in wants.items():
            wish = before.get(track)
            if wish is None or track in restart:
                wish = self.begin(self.tracks[track], wanted, now)
            wish.wanted, wish.allowed = wanted, min(wanted, known.cap)
            wish.now = min(wish.now, wish.allowed)
            known.wishes[track] = wish

    def begin(self, track: Track, wanted: int, now: float) -> Wish:
        if track.video:
            return Wish(wanted, -1, wanted, now, list(track.newest))
        return Wish(wanted, 0, 0, now, [frame for frame in track.newest if now - frame.arrived < NEWEST_SOUND_S])

    def forget(self, viewer: int) -> None:
        self.viewers.pop(viewer, None)

    def flush(self, now: float, blocked: Collection[int]) -> dict[int, list[Head]]:
        """viewer -> heads of what he gets."""
        sent = {}
        for number, viewer in self.viewers.items():
            fresh = any(self.tracks[track].fresh for track in viewer.wishes)
            if number in blocked:
                viewer.alone = viewer.alone or fresh
                if viewer.alone:
                    self.fall_behind(viewer, now)
                    viewer.late = True
            else:
                if viewer.late:
                    self.fall_behind(viewer, now)
                sent[number] = self.deliver(viewer)
                viewer.alone = viewer.late = False
            self.recover(viewer, now)
        for track in self.tracks.values():
            track.fresh = False
        return {number: heads for number, heads in sent.items() if heads}

    def fall_behind(self, viewer: Viewer, now: float) -> None:
        latest = 0.0
        for number, wish in viewer.wishes.items():
            if not wish.queue:
                continue
            age = now - wish.queue[0].arrived
            late = min(age, now - wish.since)
            latest = max(latest, late)
            video = self.tracks[number].video
            if video and late > GROUP_S:
                key = newest_key(wish.queue)
                young = key is not None and key > 0 and now - wish.queue[key].arrived <= GROUP_S
                wish.queue = wish.queue[key:] if young else []
                wish.now = -1
            elif not video and age > AUDIO_S:
                wish.queue = [frame for frame in wish.queue if now - frame.arrived < NEWEST_SOUND_S]
        if latest > LAYERS_S / 2:
            viewer.calm_since = now
        if latest > LAYERS_S:
            viewer.cap = 0
            for wish in viewer.wishes.values():
                wish.allowed = 0
                wish.now = min(wish.now, 0)

    def recover(self, viewer: Viewer, now: float) -> None:
        if viewer.cap < 2 and now - viewer.calm_since >= CALM_S:
            viewer.calm_since = now
            viewer.cap += 1
            for wish in viewer.wishes.values():
                wish.allowed = min(wish.wanted, viewer.cap)

    def deliver(self, viewer: Viewer) -> list[Head]:
        found: list[Head] = []
        for track, wish in sorted(viewer.wishes.items(), key=lambda item: (self.tracks[item[0]].video, item[0])):
            if wish.now < 0:
                key = newest_key(wish.queue)
                wish.queue = [] if key is None else wish.queue[key:]
            for frame in wish.queue:
                if frame.layer == 0:
                    wish.now = wish.allowed
                if frame.layer <= wish.now:
                    found += frame.heads
            wish.queue = []
            assert track in self.tracks
        return found


def newest_key(queue: list[Frame]) -> int | None:
    return max((at for at, frame in enumerate(queue) if frame.key), default=None)
