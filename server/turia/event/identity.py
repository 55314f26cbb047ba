"""What identifies a session in files: a guid, and a number where a format wants one. Pure.

A session that was made here has no guid of its own: it is derived from its key, so that every export says the same.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
import zlib
from collections.abc import Callable
from typing import Final

_NAMESPACE: Final = uuid.UUID("5f6d2d0e-5c39-5a1c-9d43-0d2f1e7a9b10")
_NOT_IN_SLUGS: Final = re.compile(r"[^a-z0-9]+")
_KEY: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_LONGEST_SLUG: Final = 40


def guid_of(key: str, own: str = "") -> str:
    """The guid of a thing: its own, or the one that its key gives."""
    return own or str(uuid.uuid5(_NAMESPACE, key))


def number_of(guid: str) -> str:
    """A positive number of 31 bits for formats whose ids are numbers; the same guid gives the same one."""
    return str(zlib.crc32(guid.encode()) & 0x7FFFFFFF or 1)


def slug(text: str) -> str:
    """``text`` in lower-case letters, digits and single underscores; "" if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_SLUGS.sub("_", plain).strip("_")[:_LONGEST_SLUG].strip("_")


def is_key(text: str) -> bool:
    """Whether ``text`` may be the key of a thing."""
    return _KEY.fullmatch(text) is not None


def fresh_key(text: str, taken: Callable[[str], bool], new_id: Callable[[], str]) -> str:
    """A key that says what the thing is called; a random one where that is taken or nothing is left of it."""
    wanted = slug(text)
    return wanted if wanted and not taken(wanted) else new_id()
