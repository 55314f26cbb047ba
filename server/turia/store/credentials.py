"""What people sign in with: links and codes that were sent out, and browsers that are signed in. Only hashes are kept.

A credential opens the way in for one person, a few times, for a while. A sign-in is one browser of one person until it
is revoked. Neither is part of a stream: streams are read, exported and replayed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Credential(msgspec.Struct, frozen=True):
    """A link or code. ``form``: link or code; ``purpose``: what it was sent for; times: ms UTC; ``uses``: left.

    ``address``: where it was sent, so that using it proves that address; "" when it was given out at the desk.
    """

    id: str
    secret: bytes
    person: str
    form: str
    purpose: str
    created: int
    expires: int
    uses: int
    address: str = ""


class SignIn(msgspec.Struct, frozen=True):
    """A browser that is signed in. ``id`` may be shown to its person; ``secret`` is the hash of its cookie."""

    id: str
    secret: bytes
    person: str
    created: int
    seen: int
    #: Browser and system, as they say themselves.
    agent: str = ""
    revoked: int = 0


class Credentials(Protocol):
    """Where they are kept. Everything is on disk when a call returns. Raises Refused with code ``try_again``."""

    async def add(self, credentials: Sequence[Credential]) -> None:
        """Keep new ones."""
        ...

    async def by_secret(self, secret: bytes) -> Credential | None:
        """The link with this hash, used up or not."""
        ...

    async def codes_of(self, person: str, now: int) -> list[Credential]:
        """Codes of a person that still open something."""
        ...

    async def use(self, credential: str, now: int) -> bool:
        """Take one use; False if there is none left or its time is over. Two at once never take the same one."""
        ...

    async def void(self, person: str, purposes: Sequence[str] = ()) -> None:
        """Forget the links and codes of a person, of these purposes or all."""
        ...

    async def blank(self, purpose: str) -> None:
        """Forget where links and codes of this purpose were sent."""
        ...

    async def erase(self, person: str) -> None:
        """Forget everything about a person."""
        ...

    async def signed_in(self) -> list[SignIn]:
        """Every sign-in that was not revoked."""
        ...

    async def changed_since(self, at: int) -> list[SignIn]:
        """Sign-ins that were made, used or revoked at that time (ms UTC) or later."""
        ...

    async def add_sign_in(self, sign_in: SignIn) -> None:
        """Keep a new one."""
        ...

    async def seen(self, sign_in: str, at: int) -> None:
        """It was used."""
        ...

    async def revoke(self, sign_ins: Sequence[str], at: int) -> None:
        """They open nothing any more."""
        ...

    async def ever_signed_in(self, people: Sequence[str]) -> bool:
        """Whether one of these people has ever signed in, revoked or not."""
        ...

    async def forget(self, before: int) -> None:
        """Drop what ended, expired or was not used since before then (ms UTC)."""
        ...


class MemoryCredentials:
    """Implements :class:`Credentials` without a database, for tests."""

    def __init__(self) -> None:
        self.credentials: dict[str, Credential] = {}
        self.sign_ins: dict[str, SignIn] = {}

    async def add(self, credentials: Sequence[Credential]) -> None:
        """See :class:`Credentials`."""
        self.credentials |= {each.id: each for each in credentials}

    async def by_secret(self, secret: bytes) -> Credential | None:
        """See :class:`Credentials`."""
        return next((c for c in self.credentials.values() if c.secret == secret and c.form == "link"), None)

    async def codes_of(self, person: str, now: int) -> list[Credential]:
        """See :class:`Credentials`."""
        return [
            each
            for each in self.credentials.values()
            if each.person == person and each.form == "code" and each.uses > 0 and each.expires > now
        ]

    async def use(self, credential: str, now: int) -> bool:
        """See :class:`Credentials`."""
        found = self.credentials.get(credential)
        if found is None or found.uses <= 0 or found.expires <= now:
            return False
        self.credentials[credential] = msgspec.structs.replace(found, uses=found.uses - 1)
        return True

    async def void(self, person: str, purposes: Sequence[str] = ()) -> None:
        """See :class:`Credentials`."""
        for each in list(self.credentials.values()):
            if each.person == person and (not purposes or each.purpose in purposes):
                del self.credentials[each.id]

    async def blank(self, purpose: str) -> None:
        """See :class:`Credentials`."""
        for each in list(self.credentials.values()):
            if each.purpose == purpose:
                self.credentials[each.id] = msgspec.structs.replace(each, address="")

    async def erase(self, person: str) -> None:
        """See :class:`Credentials`."""
        await self.void(person)
        self.sign_ins = {key: each for key, each in self.sign_ins.items() if each.person != person}

    async def signed_in(self) -> list[SignIn]:
        """See :class:`Credentials`."""
        return [each for each in self.sign_ins.values() if not each.revoked]

    async def changed_since(self, at: int) -> list[SignIn]:
        """See :class:`Credentials`."""
        return [each for each in self.sign_ins.values() if max(each.created, each.seen, each.revoked) >= at]

    async def add_sign_in(self, sign_in: SignIn) -> None:
        """See :class:`Credentials`."""
        self.sign_ins[sign_in.id] = sign_in

    async def seen(self, sign_in: str, at: int) -> None:
        """See :class:`Credentials`."""
        if sign_in in self.sign_ins:
            self.sign_ins[sign_in] = msgspec.structs.replace(self.sign_ins[sign_in], seen=at)

    async def revoke(self, sign_ins: Sequence[str], at: int) -> None:
        """See :class:`Credentials`."""
        for each in sign_ins:
            if each in self.sign_ins and not self.sign_ins[each].revoked:
                self.sign_ins[each] = msgspec.structs.replace(self.sign_ins[each], revoked=at)

    async def ever_signed_in(self, people: Sequence[str]) -> bool:
        """See :class:`Credentials`."""
        return any(each.person in people for each in self.sign_ins.values())

    async def forget(self, before: int) -> None:
        """See :class:`Credentials`."""
        self.credentials = {key: each for key, each in self.credentials.items() if each.expires >= before}
        self.sign_ins = {key: each for key, each in self.sign_ins.items() if each.seen >= before}
