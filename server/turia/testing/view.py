"""What a client makes of its snapshots: the reference decoder, strict about the rules of protocol/frames.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from turia.protocol.frames import CROWD, CROWD_HEAD, SNAPSHOT_HEAD, UPDATE
from turia.protocol.messages import Introduction


class WrongFrameError(ValueError):
    """A frame that breaks the rules of the protocol."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A decoded snapshot body: ``updates`` (UPDATE (n,)), ``left`` and ``back`` uint16 slots; views into the body."""

    tick: int
    seq: int
    updates: NDArray[np.void]
    left: NDArray[np.uint16]
    back: NDArray[np.uint16]


def decode_snapshot(body: bytes | memoryview) -> Snapshot:
    """Raises WrongFrameError unless the body is exactly as long as its counts say."""
    if len(body) < SNAPSHOT_HEAD.itemsize:
        raise WrongFrameError(f"a snapshot of {len(body)} bytes has no header")
    head = np.frombuffer(body, SNAPSHOT_HEAD, 1)[0]
    updates, left, back = int(head["updates"]), int(head["left"]), int(head["back"])
    at = SNAPSHOT_HEAD.itemsize
    end = at + updates * UPDATE.itemsize
    if len(body) != end + 2 * (left + back):
        raise WrongFrameError(
            f"a snapshot of {len(body)} bytes cannot hold {updates} updates, {left} left, {back} back"
        )
    slots = np.frombuffer(body, "<u2", left + back, end)
    return Snapshot(
        int(head["tick"]), int(head["seq"]), np.frombuffer(body, UPDATE, updates, at), slots[:left], slots[left:]
    )


def decode_crowd(body: bytes) -> tuple[int, NDArray[np.void]]:
    """Tick and entries (CROWD (n,)) of a crowd frame; raises WrongFrameError for another length than the count says."""
    head = np.frombuffer(body, CROWD_HEAD, 1)[0]
    if len(body) != CROWD_HEAD.itemsize + int(head["n"]) * CROWD.itemsize:
        raise WrongFrameError(f"a crowd frame of {len(body)} bytes cannot hold {int(head['n'])} entries")
    return int(head["tick"]), np.frombuffer(body, CROWD, offset=CROWD_HEAD.itemsize)


Row = tuple[int, int, int, int, int]


@dataclass(slots=True)
class ClientView:
    """One client's picture of the others.

    ``shown``: (x, z, y, yaw, state) by slot, whom it displays now; ``kept``: last update of every slot it ever heard
    of; ``people``: introductions by slot. ``tick`` and ``seq`` are those of the last snapshot.
    """

    shown: dict[int, Row] = field(default_factory=dict)
    kept: dict[int, Row] = field(default_factory=dict)
    people: dict[int, Introduction] = field(default_factory=dict)
    tick: int = 0
    seq: int = 0

    def introduce(self, people: Iterable[Introduction]) -> None:
        """A ``who`` event."""
        for person in people:
            known = self.people.get(person.slot)
            if known is not None and known.person != person.person:
                self.kept.pop(person.slot, None)
            self.people[person.slot] = person

    def apply(self, body: bytes | memoryview) -> Snapshot:
        """A snapshot; raises WrongFrameError when it speaks of somebody the client cannot know."""
        frame = decode_snapshot(body)
        self.tick, self.seq = frame.tick, frame.seq
        for slot in frame.left.tolist():
            if self.shown.pop(slot, None) is None:
                raise WrongFrameError(f"slot {slot} left, but was not shown")
        for slot in frame.back.tolist():
            if slot not in self.kept:
                raise WrongFrameError(f"slot {slot} is back unchanged, but nothing of it is kept")
            self.shown[slot] = self.kept[slot]
        for slot, *row in frame.updates.tolist():
            if slot not in self.people:
                raise WrongFrameError(f"slot {slot} was never introduced")
            self.shown[slot] = self.kept[slot] = (row[0], row[1], row[2], row[3], row[4])
        return frame
