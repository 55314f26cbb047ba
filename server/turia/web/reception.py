"""Everything between a person and the venue, put together: sign-ins, links and codes, identity, sign-outs."""

from __future__ import annotations

from turia.backbone.access import Access
from turia.backbone.journal import Journal
from turia.clock import Clock
from turia.settings import Settings
from turia.store.credentials import Credentials
from turia.web.auth import Passes
from turia.web.identity import Identity
from turia.web.sign_ins import SignIns
from turia.web.sign_outs import SignOuts


class Reception:
    """``await open()`` once the journal is, ``await close()`` before it. ``key``: 32 bytes apart from the database."""

    def __init__(
        self, journal: Journal, credentials: Credentials, passes: Passes, settings: Settings, key: bytes, clock: Clock
    ) -> None:
        self.passes = passes
        self.access = Access(credentials, key, clock)
        self.sign_ins = SignIns(credentials, clock)
        self.identity = Identity(journal, self.sign_ins, passes, guests=settings.guests)
        self._sign_outs = SignOuts(journal, self.sign_ins, self.access)

    async def open(self) -> None:
        """Load who is signed in, and listen to who leaves."""
        await self.sign_ins.open()
        await self._sign_outs.open()

    async def close(self) -> None:
        """Let what is under way end."""
        await self._sign_outs.close()
