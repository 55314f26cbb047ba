"""What one viewer gets of one track: states and steps, as a table. Pure.

Temporal layers (L1T2, L1T3): a frame of layer n depends on frames of layers up to n only, and on none before the
newest frame of layer 0 other than through that one. So leaving out all of layer n and above, from any frame on, breaks
nothing, and a layer may come back with a frame of layer 0. A frame of layer 0 left out breaks the rest of its group.

=========== ============ ============ ============
state       key          base         upper layer
=========== ============ ============ ============
waiting     take, raise  leave        leave
following   take, raise  take, raise  as high as he is now
=========== ============ ============ ============

*raise*: from here on he gets the layers he may have. Sound has one layer, each packet decodes alone, and nobody waits.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from turia.media.intake import Frame

Kind = Literal["key", "base", "upper"]

#: For :attr:`Mode.now`: nothing before the next key.
WAITING: Final = -1


class Mode(NamedTuple):
    """``now``: highest temporal layer that he gets, or WAITING; ``allowed``: what that becomes with the next frame of
    layer 0; ``wanted``: what he asked for. ``allowed`` under ``wanted``: his line does not take more."""

    now: int
    allowed: int
    wanted: int

    def limited(self, cap: int) -> Mode:
        """The same where ``cap`` is the highest layer that may come: less at once, more with the next frame of layer
        0."""
        allowed = min(cap, self.wanted)
        return Mode(min(self.now, allowed), allowed, self.wanted)

    def lost(self) -> Mode:
        """The same after a frame of layer 0 was left out."""
        return self._replace(now=WAITING)


class Step(NamedTuple):
    """``take``: the frame is for him ("if_layer": when its layer is not over his); ``raised``: his layer rises with
    it."""

    take: bool | Literal["if_layer"]
    raised: bool


STEPS: Final[dict[tuple[bool, Kind], Step]] = {
    # by whether he is waiting, and by the kind of the frame
    (True, "key"): Step(take=True, raised=True),
    (True, "base"): Step(take=False, raised=False),
    (True, "upper"): Step(take=False, raised=False),
    (False, "key"): Step(take=True, raised=True),
    (False, "base"): Step(take=True, raised=True),
    (False, "upper"): Step(take="if_layer", raised=False),
}


def kind(frame: Frame) -> Kind:
    """The column of the table."""
    if frame.key:
        return "key"
    return "upper" if frame.layer else "base"


def step(mode: Mode, frame: Frame) -> tuple[bool, Mode]:
    """Whether ``frame`` is for a viewer in ``mode``, and his mode after it."""
    take, raised = STEPS[mode.now == WAITING, kind(frame)]
    if take == "if_layer":
        return frame.layer <= mode.now, mode
    if raised and mode.now != mode.allowed:
        mode = mode._replace(now=mode.allowed)
    return bool(take), mode


def reason(mode: Mode, frame: Frame) -> str:
    """Why ``frame`` was left out, as the wire says it; "" when he did not ask for it."""
    if frame.layer > mode.wanted:
        return ""
    return "waiting_key" if mode.now == WAITING else "layers"
