"""Who somebody is and where he stands: read from the journal's state each time, never from what a browser keeps.

A cookie or token leads to a sign-in, the sign-in to a person, and the state says what he may do now. So a revoked
sign-in, a withdrawn registration or a role that was taken away counts from the next request or connect on.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from turia.backbone.journal import Journal
from turia.errors import Refused
from turia.event.badges import badge_of
from turia.event.commands import NOBODY, Actor
from turia.event.entering import check_may_enter
from turia.event.entries import person_stream
from turia.event.people import Guest, Registration, Status
from turia.event.permissions import EVENT_SCOPE, Permission, permits
from turia.protocol.messages import Look
from turia.store.credentials import SignIn
from turia.web.auth import Pass, Passes, not_signed_in
from turia.web.sign_ins import SignIns
from turia.world.space import Person

COOKIE: Final = "turia_session"
_BEARER: Final = "bearer"


class Identity:
    """Implements :class:`turia.gateway.ports.Authenticator`, and answers the same questions about HTTP requests."""

    def __init__(self, journal: Journal, sign_ins: SignIns, passes: Passes, *, guests: bool) -> None:
        self._journal = journal
        self._sign_ins = sign_ins
        self._passes = passes
        self._guests = guests

    # -- requests ----------------------------------------------------------------------------------
    def sign_in(self, request: web.Request) -> SignIn | None:
        """The sign-in that a request's cookie names."""
        cookie = request.cookies.get(COOKIE)
        return self._sign_ins.find(cookie) if cookie else None

    def must_sign_in(self, request: web.Request) -> SignIn:
        """The same; raises Refused if there is none."""
        found = self.sign_in(request)
        if found is None:
            raise not_signed_in()
        return found

    def actor(self, request: web.Request) -> Actor:
        """Who a request speaks for: its bearer token, else its cookie, else nobody. Raises Refused for a bad token."""
        scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() == _BEARER:
            return self.actor_of(self._live(self._passes.open_bearer(token.strip())).person)
        found = self.sign_in(request)
        return self.actor_of(found.person) if found else NOBODY

    # -- people ------------------------------------------------------------------------------------
    def actor_of(self, person: str) -> Actor:
        """A person as the one who acts."""
        state = self._journal.state
        stream = person_stream(person)
        guest = self._guests and state.get(stream, Registration, person) is None
        return Actor(person, guest=guest and state.get(stream, Guest, person) is not None)

    def registration(self, person: str) -> Registration | None:
        """His registration."""
        return self._journal.state.get(person_stream(person), Registration, person)

    def avatar(self, person: str) -> Person:
        """How the world shows him; name and affiliation are those of his registration, the badge that of his roles."""
        stream, state = person_stream(person), self._journal.state
        known = self.registration(person) or state.get(stream, Guest, person)
        if known is None:
            return Person(person, "")
        return Person(person, known.name, known.affiliation, self.badge(person), Look(*known.look[:8]))

    def badge(self, person: str) -> str:
        """The weightiest role that is shown, "" for none."""
        return badge_of(self._journal.state, person, self._journal.moment().event_at)

    def may_enter(self, person: str) -> bool:
        """Whether he may be in the venue now."""
        by = self.actor_of(person)
        at = self._journal.moment().event_at
        return permits(self._journal.state, person, Permission.EVENT_ENTER, EVENT_SCOPE, at, guest=by.guest)

    def check_entry(self, person: str) -> None:
        """Raises Refused with what is missing, and what to do about it."""
        if self.registration(person) is None and not self.actor_of(person).guest:
            raise Refused("not_registered", "You are not registered for this event. Register first.")
        check_may_enter(self._journal.state, person)

    def check_entered(self, person: str) -> None:
        """The same, and that he came in through the entrance, where he is checked in and agrees to the rules."""
        self.check_entry(person)
        registration = self.registration(person)
        if registration is not None and registration.status is not Status.CHECKED_IN:
            raise Refused("not_entered", "Go in through the entrance first.")

    # -- passes ------------------------------------------------------------------------------------
    def pass_of(self, sign_in: SignIn) -> Pass:
        """What tokens of this sign-in say."""
        return Pass(sign_in.person, sign_in.id, self.actor_of(sign_in.person).guest)

    def person_of_token(self, token: str) -> Person:
        """See :class:`turia.gateway.ports.Authenticator`: the sign-in and the standing are those of this moment."""
        person = self._live(self._passes.open_socket_token(token)).person
        try:
            self.check_entered(person)
        except Refused as refused:
            raise Refused("may_not_enter", refused.message) from None
        return self.avatar(person)

    def _live(self, given: Pass) -> SignIn:
        """A pass is worth what its sign-in is worth."""
        found = self._sign_ins.get(given.sign_in)
        if found is None or found.person != given.person:
            raise not_signed_in()
        return found
