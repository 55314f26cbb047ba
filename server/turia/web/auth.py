"""Signed passes: socket and bearer tokens (5 minutes) and resume tickets. The only importer of ``jwt``.

All are JSON Web Tokens, HS256 and nothing else, under the key of the data folder; each kind has its own audience, and
``exp, sub, aud, iss, jti, iat`` are required. Expiry is judged by the clock given, so that tests own the time.
"""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Callable
from typing import Any, Final

import jwt
import msgspec

from turia.clock import Clock
from turia.errors import Refused
from turia.protocol import limits
from turia.protocol.messages import Place

ISSUER: Final = "turia"
SOCKET: Final = "turia.socket"
BEARER: Final = "turia.bearer"
TICKET: Final = "turia.ticket"
#: A server that was down for this long still brings people back to their places.
RESTART_GRACE_S: Final = 600.0
TICKET_S: Final = limits.KEEP_PLACE_S + RESTART_GRACE_S

_ALGORITHM: Final = "HS256"
_REQUIRED: Final = ["exp", "sub", "aud", "iss", "jti", "iat"]
_MAX_TOKEN_CHARS: Final = 2_048


class ExpiredPassError(Exception):
    """The pass was genuine, but its time is over."""


class ForgedPassError(Exception):
    """The pass is not one of ours, or not of this kind."""


def new_id() -> str:
    """128 random bits in 22 characters of ``[A-Za-z0-9_-]``: ids of people and of passes."""
    return secrets.token_urlsafe(16)


class _Utf8(json.JSONEncoder):
    """Keeps text as UTF-8: escaped, a name of 48 emoji would make the token longer than the protocol lets in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class Signer:
    """Writes and opens passes of any kind. ``key``: 32 bytes."""

    def __init__(self, key: bytes, clock: Clock, ids: Callable[[], str] = new_id) -> None:
        if len(key) < 32:
            raise ValueError("a signing key has 32 bytes or more")
        self._key = key
        self._clock = clock
        self._ids = ids

    def sign(self, audience: str, subject: str, seconds: float, **claims: Any) -> str:
        """A pass about ``subject`` for ``audience``, valid for ``seconds`` from now."""
        now = self._clock.wall()
        head = {"iss": ISSUER, "aud": audience, "sub": subject, "iat": now, "exp": now + seconds, "jti": self._ids()}
        return jwt.encode({**claims, **head}, self._key, algorithm=_ALGORITHM, json_encoder=_Utf8)

    def open(self, token: str, audience: str) -> dict[str, Any]:
        """The claims; raises ExpiredPassError or ForgedPassError."""
        if len(token) > _MAX_TOKEN_CHARS:
            raise ForgedPassError
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=audience,
                issuer=ISSUER,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise ForgedPassError from None
        if type(claims["exp"]) not in (int, float) or not math.isfinite(claims["exp"]):
            raise ForgedPassError
        if claims["exp"] <= self._clock.wall():
            raise ExpiredPassError
        return claims


class Pass(msgspec.Struct, frozen=True):
    """What a pass says: who, and by which sign-in. Everything else about a person is looked up when it is needed."""

    person: str
    sign_in: str
    guest: bool = False


class Passes:
    """Short-lived passes of one sign-in: for the socket, and for programs that use the HTTP API."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def socket_token(self, of: Pass) -> str:
        """What the client passes in Socket.IO's ``auth``; lives limits.SOCKET_TOKEN_S."""
        return self._sign(SOCKET, of)

    def bearer(self, of: Pass) -> str:
        """What a program sends as ``Authorization: Bearer``; lives limits.SOCKET_TOKEN_S."""
        return self._sign(BEARER, of)

    def open_socket_token(self, token: str) -> Pass:
        """Raises Refused: ``token_expired`` (get a new one) or ``not_signed_in``."""
        return self._open(token, SOCKET)

    def open_bearer(self, token: str) -> Pass:
        """The same for bearer tokens."""
        return self._open(token, BEARER)

    def _sign(self, audience: str, of: Pass) -> str:
        claims = {"sign_in": of.sign_in, "guest": of.guest}
        return self._signer.sign(audience, of.person, limits.SOCKET_TOKEN_S, **claims)

    def _open(self, token: str, audience: str) -> Pass:
        try:
            claims = self._signer.open(token, audience)
            return msgspec.convert({**claims, "person": claims["sub"]}, Pass)
        except ExpiredPassError:
            raise Refused("token_expired", "Your pass is out of date. Getting a new one.", retry=True) from None
        except (ForgedPassError, msgspec.ValidationError):
            raise not_signed_in() from None


def not_signed_in() -> Refused:
    """Nobody knows who this is."""
    return Refused("not_signed_in", "You are not signed in. Enter again.")


class ResumeTickets:
    """Implements :class:`turia.gateway.ports.Tickets`. Once a ticket was opened, older ones of that person are void."""

    def __init__(self, signer: Signer, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock
        self._newest: dict[str, float] = {}
        self._started_at = self._pruned_at = clock.wall()

    def issue(self, person: str, place: Place) -> str:
        """See :class:`turia.gateway.ports.Tickets`."""
        return self._signer.sign(TICKET, person, TICKET_S, place=msgspec.to_builtins(place))

    def open(self, ticket: str, person: str) -> Place | None:
        """See :class:`turia.gateway.ports.Tickets`."""
        try:
            claims = self._signer.open(ticket, TICKET)
            place = msgspec.convert(claims.get("place"), Place)
            issued = float(claims["iat"])
        except (ExpiredPassError, ForgedPassError, msgspec.ValidationError, TypeError, ValueError):
            return None
        if claims["sub"] != person or issued < self._newest.get(person, 0.0):
            return None
        self._prune()
        self._newest[person] = issued
        return place

    def was_kept(self, ticket: str, person: str) -> bool:
        """See :class:`turia.gateway.ports.Tickets`: dated at most KEEP_PLACE_S before this server began."""
        if person in self._newest:
            return False
        try:
            claims = self._signer.open(ticket, TICKET)
            before = self._started_at - float(claims["iat"])
        except (ExpiredPassError, ForgedPassError, TypeError, ValueError):
            return False
        return claims["sub"] == person and 0 < before <= limits.KEEP_PLACE_S

    def _prune(self) -> None:
        """Forget what has expired by itself; at most once a ticket's life, so that opening stays cheap."""
        now = self._clock.wall()
        if abs(now - self._pruned_at) > TICKET_S:
            self._newest = {person: issued for person, issued in self._newest.items() if now - issued < TICKET_S}
            self._pruned_at = now
