"""The state byte of an avatar, as it stands in poses and in updates.

====  =========================================================================
bits  meaning
====  =========================================================================
0-1   motion: 0 standing, 1 walking, 2 running, 3 seated (server sets 3)
2     hand raised
3     speaking (server sets it; ignored in poses)
4-6   emote: 0 none, 1 wave, 2 clap, 3 thumbs up, 4 nod, 5 heart; 6 and 7 are reserved
7     away: no contact for :data:`turia.protocol.limits.HIDE_AFTER_S` or tab in background (server sets it)
====  =========================================================================
"""

from __future__ import annotations

from typing import Final

MOTION_MASK: Final = 0b0000_0011
STANDING: Final = 0
WALKING: Final = 1
RUNNING: Final = 2
SEATED: Final = 3
HAND_UP: Final = 0b0000_0100
SPEAKING: Final = 0b0000_1000
EMOTE_MASK: Final = 0b0111_0000
EMOTE_SHIFT: Final = 4
AWAY: Final = 0b1000_0000

EMOTES: Final = ("none", "wave", "clap", "thumbs_up", "nod", "heart")

#: Bits a client may set in its own pose; the server keeps the others.
CLIENT_MASK: Final = EMOTE_MASK | HAND_UP | MOTION_MASK
