"""How much a publisher should send, from how his viewers get on: down by a third at once, up again slowly. Pure."""

from __future__ import annotations

from typing import Final

#: Seconds between two pieces of advice.
EVERY_S: Final = 2.0
#: From this share of viewers in trouble the publisher sends less; under the other one he may send more. In between,
#: those few lose layers, for which nobody else has to pay.
_MANY: Final = 0.25
_FEW: Final = 0.05
_DOWN: Final = 0.7
_UP: Final = 1.2
#: Calm looks before more is tried.
_CALM: Final = 3
#: Never less than this, bits a second: sound is kept at all cost.
LEAST: Final = {"video": 100_000, "audio": 24_000}


class Advice:
    """Of one track. ``bit_rate``: bits a second, 0 while no limit is known."""

    __slots__ = ("_calm", "_least", "_most", "_told", "bit_rate")

    def __init__(self, media: str, bit_rate: int) -> None:
        self._least = LEAST[media]
        self._most = bit_rate
        self._calm = 0
        self._told: tuple[int, int, int] = (0, 0, 0)
        self.bit_rate = 0

    def look(self, sent: float, viewers: int, behind: int) -> bool:
        """``sent``: bits a second since the last look; True when there is something new to tell."""
        share = behind / viewers if viewers else 0.0
        if share >= _MANY:
            self._calm = 0
            base = min(sent, self.bit_rate or sent) if sent else self.bit_rate
            if base:
                self.bit_rate = max(self._least, round(base * _DOWN))
        elif share <= _FEW:
            self._calm += 1
            if self._calm >= _CALM and self.bit_rate:
                self._calm = 0
                self.bit_rate = round(self.bit_rate * _UP)
        else:
            self._calm = 0
        if self._most and self.bit_rate >= self._most:
            self.bit_rate = 0
        now = (self.bit_rate, viewers, behind)
        news, self._told = now != self._told, now
        return news
