"""Browsers that are signed in: known by the hash of their cookie, held in memory, kept in the database.

The cookie is 256 random bits and nothing else: what its owner may do is looked up each time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final

import msgspec

from turia.backbone.access import hash_of
from turia.clock import Clock
from turia.errors import Refused
from turia.store.credentials import Credentials, SignIn
from turia.web.auth import new_id

#: Without use for this long it ends.
SIGN_IN_S: Final = 30 * 24 * 3600.0
#: When it was seen last is written this often at most.
_NOTE_MS: Final = 600_000
#: Clocks of two machines may differ by so much.
_CLOCKS_MS: Final = 60_000
#: Of one person at most; the oldest ends.
MOST_EACH: Final = 20


class SignIns:
    """``await open()`` first. Reading is quick and never waits; changes are on disk when a call returns."""

    def __init__(
        self, kept: Credentials, clock: Clock, secret: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    ) -> None:
        self._kept = kept
        self._clock = clock
        self._secret = secret
        #: Called with the person when one of his sign-ins was ended.
        self.ended: Callable[[str], None] = lambda _person: None
        self._by_secret: dict[bytes, SignIn] = {}
        self._by_id: dict[str, SignIn] = {}
        self._of: dict[str, dict[str, SignIn]] = {}
        #: Ended here, whatever the database still says: until it says so, too.
        self._over: set[str] = set()
        self._followed = 0
        #: Forgotten, but not yet on disk.
        self._ending: dict[str, dict[str, SignIn]] = {}

    async def open(self) -> None:
        """Load those that are not revoked; what ended by itself is forgotten."""
        await self._kept.forget(self._now() - int(SIGN_IN_S * 1_000))
        self._followed = self._now()
        for each in await self._kept.signed_in():
            self._take(each)

    async def follow(self) -> None:
        """Take in what other processes on the same database wrote: who signed in there opens something here, too, and
        what was revoked there opens nothing any more. Raises Refused; the next call takes in all of it."""
        now = self._now()
        ending: set[str] = set()
        for each in await self._kept.changed_since(min(now, self._followed) - _CLOCKS_MS):
            if each.revoked:
                if each.id in self._by_id:
                    ending.add(each.person)
                    self._drop(each.id)
                self._over.discard(each.id)
            elif each.id not in self._over:
                known = self._by_id.get(each.id)
                if known is None or known.seen < each.seen:
                    self._take(each)
        self._followed = now
        for person in ending:
            self.ended(person)

    async def start(self, person: str, agent: str = "") -> tuple[SignIn, str]:
        """A new sign-in and the value of its cookie."""
        cookie = self._secret()
        now = self._now()
        made = SignIn(new_id(), hash_of(cookie), person, now, now, agent=describe(agent))
        await self._kept.add_sign_in(made)
        self._take(made)
        of = self.of(person)
        await self._revoke([each.id for each in of[MOST_EACH:]])
        return made, cookie

    def find(self, cookie: str) -> SignIn | None:
        """The sign-in of a cookie, if it is one of ours, not revoked and not too old."""
        return self._alive(self._by_secret.get(hash_of(cookie)))

    def get(self, sign_in: str) -> SignIn | None:
        """The sign-in of this id, likewise."""
        return self._alive(self._by_id.get(sign_in))

    def of(self, person: str) -> list[SignIn]:
        """Those of a person, the one seen last first."""
        alive = [each for each in self._of.get(person, {}).values() if self._alive(each)]
        return sorted(alive, key=lambda each: (each.seen, each.created), reverse=True)

    def people(self) -> list[str]:
        """Everybody who is signed in somewhere."""
        return list(self._of)

    async def note_use(self, sign_in: SignIn) -> bool:
        """It was used just now: its time begins again. Whether that was worth writing down."""
        now = self._now()
        if now - sign_in.seen < _NOTE_MS:
            return False
        noted = msgspec.structs.replace(sign_in, seen=now)
        self._take(noted)
        try:
            await self._kept.seen(sign_in.id, now)
        except Refused:  # its next use writes it down
            if self._by_id.get(sign_in.id) is noted:
                self._take(sign_in)
            raise
        return True

    async def revoke(self, person: str, sign_in: str) -> bool:
        """End one sign-in of this person; False if he has none of this id."""
        if sign_in not in self._of.get(person, {}):
            return False
        await self._revoke([sign_in])
        return True

    async def revoke_all(self, person: str, but: str = "") -> int:
        """End all sign-ins of a person (but one); how many."""
        ids = [each for each in {**self._ending.get(person, {}), **self._of.get(person, {})} if each != but]
        await self._revoke(ids)
        self._ending.pop(person, None)
        return len(ids)

    def forget(self, person: str) -> None:
        """His sign-ins open nothing from this moment on; :meth:`revoke_all` then writes it down."""
        for each in list(self._of.get(person, {}).values()):
            self._ending.setdefault(person, {})[each.id] = each
            self._drop(each.id)

    async def _revoke(self, ids: list[str]) -> None:
        """From here on they open nothing, even while the disk is still busy."""
        if not ids:
            return
        ending = {found.person for each in ids if (found := self._by_id.get(each))}
        for each in ids:
            self._drop(each)
        for person in ending:
            self.ended(person)
        await self._kept.revoke(ids, self._now())

    def _alive(self, found: SignIn | None) -> SignIn | None:
        return found if found is not None and self._now() - found.seen < SIGN_IN_S * 1_000 else None

    def _take(self, sign_in: SignIn) -> None:
        self._by_secret[sign_in.secret] = sign_in
        self._by_id[sign_in.id] = sign_in
        self._of.setdefault(sign_in.person, {})[sign_in.id] = sign_in

    def _drop(self, sign_in: str) -> None:
        gone = self._by_id.pop(sign_in, None)
        if gone is None:
            return
        self._over.add(sign_in)
        del self._by_secret[gone.secret]
        of = self._of[gone.person]
        del of[sign_in]
        if not of:
            del self._of[gone.person]

    def _now(self) -> int:
        return int(self._clock.wall() * 1_000)


_BROWSERS: Final = (
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Edge", r"Edg[A-Za-z]*/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X|Macintosh"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)


def describe(agent: str) -> str:
    """``Firefox on Linux`` from a User-Agent header: enough to recognise one's own browsers, and no more is kept."""
    browser = next((name for name, pattern in _BROWSERS if re.search(pattern, agent)), "")
    system = next((name for name, pattern in _SYSTEMS if re.search(pattern, agent)), "")
    return f"{browser or 'A browser'} on {system}" if system else browser or "A program"
