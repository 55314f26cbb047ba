"""What the gateway asks of others: small interfaces, so that it runs in tests without web pages or files."""

from __future__ import annotations

from typing import Protocol

from turia.event.commands import Actor
from turia.protocol.messages import Place
from turia.world.space import Person


class Authenticator(Protocol):
    """Turns a socket token into a person."""

    def person_of_token(self, token: str) -> Person:
        """Raises Refused with code ``token_expired`` (come back with a new one), ``not_signed_in`` (stop), or
        ``may_not_enter`` and ``not_entered`` (a person, but not one who is let in now)."""
        ...

    def avatar(self, person: str) -> Person:
        """How the world is to show somebody, as the event has him now."""
        ...

    def actor_of(self, person: str) -> Actor:
        """Somebody who is inside as the one who acts; asked each time, because what he is may change."""
        ...


class Tickets(Protocol):
    """Signed resume tickets: they outlive the process, because the key lies in the data folder."""

    def issue(self, person: str, place: Place) -> str:
        """A ticket for this person and place, dated now."""
        ...

    def open(self, ticket: str, person: str) -> Place | None:
        """The place in it, or None if it is forged, too old (KEEP_PLACE_S plus restart grace) or another person's."""
        ...

    def was_kept(self, ticket: str, person: str) -> bool:
        """Whether this place was still kept for him when the server was restarted: doors that are closed by now did not
        close on him. True once a person; asked before :meth:`open`."""
        ...
