"""``turia people link``: a new organiser's link, for whoever has access to the machine and lost every other way in."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from turia.backbone.access import DAY_MS, ORGANISER_AGAIN, Access
from turia.clock import SystemClock
from turia.errors import Refused, StartError
from turia.settings import Settings
from turia.store.migrate import head, revision
from turia.store.open import open_database
from turia.store.sql_credentials import SqlCredentials
from turia.web.addresses import allowed_origins
from turia.web.keys import signing_key
from turia.web.reception import addresses_of


def link(settings: Settings) -> str:
    """A link that makes whoever opens it first an organiser. The server may be running. Raises TuriaError."""
    settings = replace(settings, allowed_origins=allowed_origins(settings))
    token = asyncio.run(_mint(settings))
    return f"{addresses_of(settings)[0]}/sign-in#{token}"


async def _mint(settings: Settings) -> str:
    database = open_database(settings)
    try:
        if await database.read(revision) != head():
            raise StartError(
                f"There is no event of this version in {settings.data_dir} yet. Start the server with: turia serve"
            )
        access = Access(SqlCredentials(database), signing_key(settings.data_dir), SystemClock())
        await access.void("", ORGANISER_AGAIN)
        return (await access.mint("", "", ORGANISER_AGAIN, DAY_MS, uses=1)).token
    except Refused as refused:
        raise StartError(refused.message) from None
    finally:
        await database.close()
