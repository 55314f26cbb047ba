"""Secret addresses of personal calendars: what a calendar program shows instead of a cookie. Kept in no stream.

A key says whose it is and which serial it has, and proves both by a MAC under the key of the data folder. Renewing
raises the serial in the person's stream. It opens the starred sessions of one person, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from typing import Final

from turia.event.starring import feed_serial
from turia.event.state import State

_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9]{1,9})\.([A-Za-z0-9_-]{32})")
_PURPOSE: Final = b"turia calendar feed\0"
_MAC_BYTES: Final = 24


class Feeds:
    """``key``: 32 bytes that are kept apart from the database."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, _PURPOSE, hashlib.sha256)

    def key_of(self, state: State, person: str) -> str:
        """The key that opens the person's calendar now."""
        serial = feed_serial(state, person)
        return f"{person}.{serial}.{self._mac(person, serial)}"

    def person_of(self, state: State, key: str) -> str:
        """Whose calendar a key opens, "" for one that is forged or was renewed."""
        found = _SHAPE.fullmatch(key)
        if found is None:
            return ""
        person, serial, mac = found[1], int(found[2]), found[3]
        genuine = hmac.compare_digest(mac, self._mac(person, serial))
        return person if genuine and serial == feed_serial(state, person) else ""

    def _mac(self, person: str, serial: int) -> str:
        whole = hmac.digest(self._key, f"{person}.{serial}".encode(), hashlib.sha256)
        return urlsafe_b64encode(whole[:_MAC_BYTES]).decode()
