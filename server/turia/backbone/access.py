"""Links and codes: made when a letter is sent or the staff gives one out, and what they open.

A link carries 256 random bits, of which only the hash is kept. A code is eight characters that nobody mixes up; as it
can be guessed offline by whoever reads the database, its hash is keyed, and guessing online is rated by its callers.
Both work twice: a letter is opened on the phone and once more on the desk.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Final

import msgspec

from turia.backbone.journal import new_id
from turia.clock import Clock
from turia.store.credentials import Credential, Credentials

#: Without characters that look like others: 0 O, 1 I L, U V.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_CHARS: Final = 8
USES: Final = 2
DAY_MS: Final = 24 * 3600 * 1000
#: How long a link or code of a letter works, and one that the staff gives out at the desk.
LETTER_MS: Final = 14 * DAY_MS
DESK_MS: Final = DAY_MS
#: The first organiser's link; each start makes a new one until there is an organiser.
ORGANISER_MS: Final = 7 * DAY_MS
#: Purposes of links that belong to nobody yet. An invitation's key follows its own, after a colon.
INVITATION: Final = "invitation"
ORGANISER: Final = "organiser"
#: The same, where there are organisers already: made by ``turia people link`` on the machine itself.
ORGANISER_AGAIN: Final = "organiser_again"
#: Length of the longest token that is looked at.
_MAX_TOKEN: Final = 100


class Minted(msgspec.Struct, frozen=True):
    """A fresh link and code: to be written into a letter or shown, and nowhere else. ``expires``: ms UTC."""

    token: str
    code: str
    expires: int


class Access:
    """``key``: 32 bytes that are kept apart from the database."""

    def __init__(
        self,
        kept: Credentials,
        key: bytes,
        clock: Clock,
        *,
        ids: Callable[[], str] = new_id,
        secret: Callable[[], str] = lambda: secrets.token_urlsafe(32),
        choice: Callable[[str], str] = secrets.choice,
    ) -> None:
        self._kept = kept
        self._key = hashlib.blake2b(b"turia codes", key=key, digest_size=32).digest()
        self._clock = clock
        self._ids = ids
        self._secret = secret
        self._choice = choice

    async def mint(self, person: str, address: str, purpose: str, life_ms: int = LETTER_MS, uses: int = USES) -> Minted:
        """A link and a code for one person. ``address``: where they are sent, and what using them proves; "" at the
        desk."""
        now = self._now()
        made = Minted(self._secret(), self._code(), now + life_ms)
        secrets_of = [("link", hash_of(made.token)), ("code", self._hash_of_code(person, made.code))]
        await self._kept.add(
            [
                Credential(self._ids(), secret, person, form, purpose, now, made.expires, uses, address)
                for form, secret in secrets_of
                if person or form == "link"
            ]
        )
        return made

    async def of_link(self, token: str) -> Credential | None:
        """What a link's token belongs to, used up, expired or not; None if it is none of ours."""
        return await self._kept.by_secret(hash_of(token)) if 0 < len(token) <= _MAX_TOKEN else None

    async def of_code(self, person: str, code: str) -> Credential | None:
        """The same for a code; only such as still open something. Takes as long for people that do not exist."""
        wanted = self._hash_of_code(person, normal(code))
        found = None
        for each in await self._kept.codes_of(person or "-", self._now()):
            if hmac.compare_digest(each.secret, wanted):
                found = each
        return found

    def alive(self, credential: Credential) -> bool:
        """Whether it still opens something."""
        return credential.uses > 0 and credential.expires > self._now()

    async def use(self, credential: Credential) -> bool:
        """Take one use; False if somebody else took the last one meanwhile."""
        return await self._kept.use(credential.id, self._now())

    async def void(self, person: str, *purposes: str) -> None:
        """Links and codes of a person, of these purposes or all, open nothing any more."""
        await self._kept.void(person, purposes)

    async def blank(self, purpose: str) -> None:
        """Where links of this purpose were sent is not kept any more."""
        await self._kept.blank(purpose)

    async def erase(self, person: str) -> None:
        """Nothing about this person is left here, sign-ins included."""
        await self._kept.erase(person)

    def _code(self) -> str:
        return "".join(self._choice(ALPHABET) for _ in range(CODE_CHARS))

    def _hash_of_code(self, person: str, code: str) -> bytes:
        return hmac.digest(self._key, f"{person}\n{code}".encode("utf-8", "surrogatepass"), "sha256")

    def _now(self) -> int:
        return int(self._clock.wall() * 1_000)


def hash_of(secret: str) -> bytes:
    """What is kept of a random secret: nobody who reads the database can sign in with it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def normal(code: str) -> str:
    """A code as it was made, however it was typed: small letters, spaces and hyphens do not matter."""
    return "".join(char for char in code[:_MAX_TOKEN].upper() if char.isalnum())


def spaced(code: str) -> str:
    """A code as it is shown: in two groups of four."""
    return f"{code[:4]}-{code[4:]}"
