"""Entering is checking in: what a registered person's way through the entrance changes."""

from __future__ import annotations

import msgspec

from turia.event.entering import CheckIn
from turia.protocol.messages import Look
from turia.web.context import Context


async def check_in(ctx: Context, person: str, look: Look | None) -> None:
    """Check somebody in. Raises Refused with what is missing, and what to do about it."""
    ctx.identity.check_entry(person)
    choices = msgspec.structs.astuple(look) if look else ()
    await ctx.journal.do("people.check_in", CheckIn(choices), ctx.identity.actor_of(person))
