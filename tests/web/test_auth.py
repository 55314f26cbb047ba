"""Passes: genuine ones open, everything else does not. T2, T6 of SECURITY.md."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.errors import Refused
from turia.protocol import limits
from turia.protocol.messages import Auth, Place
from turia.testing.manual_clock import ManualClock
from turia.web.auth import (
    BEARER,
    SOCKET,
    TICKET_S,
    ExpiredPassError,
    ForgedPassError,
    Pass,
    Passes,
    ResumeTickets,
    Signer,
)

KEY = b"k" * 32
ADA = Pass("ada-1", "sign-in-1")
PLACE = Place(x=1.25, y=0.0, z=-7.5, yaw=64, layer=1, seat=12)


def good_claims(clock: ManualClock) -> dict[str, Any]:
    now = clock.wall()
    head = {"iss": "turia", "aud": SOCKET, "sub": "ada-1", "iat": now, "exp": now + 60, "jti": "one"}
    return {**head, "sign_in": "sign-in-1", "guest": False}


def refusal(passes: Passes, token: str) -> str:
    with pytest.raises(Refused) as caught:
        passes.open_socket_token(token)
    return caught.value.code


def test_a_socket_token_names_the_person_for_five_minutes() -> None:
    clock = ManualClock()
    passes = Passes(Signer(KEY, clock))
    token = passes.socket_token(ADA)
    assert passes.open_socket_token(token) == ADA
    clock.advance(limits.SOCKET_TOKEN_S - 1)
    assert passes.open_socket_token(token) == ADA
    clock.advance(1)
    assert refusal(passes, token) == "token_expired"


def test_an_expired_token_may_be_renewed_and_a_forged_one_not() -> None:
    clock = ManualClock()
    passes = Passes(Signer(KEY, clock))
    token = passes.socket_token(ADA)
    clock.advance(3600)
    with pytest.raises(Refused) as caught:
        passes.open_socket_token(token)
    assert caught.value.retry
    with pytest.raises(Refused) as caught:
        passes.open_socket_token(token[:-2])
    assert not caught.value.retry


def test_a_token_fits_the_protocol_and_says_nothing_but_ids() -> None:
    passes = Passes(Signer(KEY, ManualClock()))
    token = passes.socket_token(Pass("p" * 64, "s" * 64, guest=True))
    assert passes.open_socket_token(token) == Pass("p" * 64, "s" * 64, guest=True)
    Auth(token=token, protocol=1)
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert set(claims) == {"iss", "aud", "sub", "iat", "exp", "jti", "sign_in", "guest"}


def test_each_kind_of_pass_opens_only_its_own_door() -> None:
    clock = ManualClock()
    signer = Signer(KEY, clock)
    passes, tickets = Passes(signer), ResumeTickets(signer, clock)
    token, bearer, ticket = passes.socket_token(ADA), passes.bearer(ADA), tickets.issue(ADA.person, PLACE)
    assert passes.open_bearer(bearer) == ADA
    assert refusal(passes, bearer) == refusal(passes, ticket) == "not_signed_in"
    for other in (token, ticket):
        with pytest.raises(Refused) as caught:
            passes.open_bearer(other)
        assert caught.value.code == "not_signed_in"
    assert tickets.open(token, ADA.person) is tickets.open(bearer, ADA.person) is None


def test_t6_the_control_token_is_good() -> None:
    clock = ManualClock()
    token = jwt.encode(good_claims(clock), KEY, algorithm="HS256")
    assert Passes(Signer(KEY, clock)).open_socket_token(token) == ADA


@pytest.mark.parametrize("claim", ["exp", "sub", "aud", "iss", "jti", "iat", "sign_in"])
def test_t6_a_token_without_a_claim_is_refused(claim: str) -> None:
    clock = ManualClock()
    claims = good_claims(clock)
    del claims[claim]
    assert refusal(Passes(Signer(KEY, clock)), jwt.encode(claims, KEY, algorithm="HS256")) == "not_signed_in"


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("aud", BEARER),
        ("aud", "other"),
        ("iss", "other"),
        ("exp", "never"),
        ("exp", None),
        ("exp", True),
        ("exp", float("nan")),
        ("exp", float("inf")),
        ("sub", 7),
        ("sign_in", ["one"]),
        ("sign_in", None),
        ("guest", "yes"),
        ("guest", 1),
    ],
)
def test_t6_a_token_with_a_wrong_claim_is_refused(claim: str, value: object) -> None:
    clock = ManualClock()
    token = _signed({**good_claims(clock), claim: value}, {"alg": "HS256", "typ": "JWT"}, "HS256")
    assert refusal(Passes(Signer(KEY, clock)), token) == "not_signed_in"


def _signed(claims: dict[str, Any], head: dict[str, str], algorithm: str) -> str:
    """Signed with the real key, whatever the claims: PyJWT itself refuses to write some of them."""
    message = f"{_b64(json.dumps(head))}.{_b64(json.dumps(claims))}".encode()
    signature = jwt.get_algorithm_by_name(algorithm).sign(message, KEY)
    return f"{message.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def test_t6_other_algorithms_are_refused_even_with_the_right_key() -> None:
    clock = ManualClock()
    passes = Passes(Signer(KEY, clock))
    claims = good_claims(clock)
    unsigned = f"{_b64(json.dumps({'alg': 'none', 'typ': 'JWT'}))}.{_b64(json.dumps(claims))}."
    assert refusal(passes, unsigned) == "not_signed_in"
    for algorithm in ("HS384", "HS512"):
        token = _signed(claims, {"alg": algorithm, "typ": "JWT"}, algorithm)
        assert refusal(passes, token) == "not_signed_in"


def test_t6_another_key_is_refused() -> None:
    clock = ManualClock()
    assert refusal(Passes(Signer(KEY, clock)), Passes(Signer(b"j" * 32, clock)).socket_token(ADA)) == "not_signed_in"


def test_t6_a_short_key_is_not_taken() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Signer(b"four", ManualClock())


@given(st.text(max_size=300))
def test_any_other_text_is_forged(text: str) -> None:
    with pytest.raises((ForgedPassError, ExpiredPassError)):
        Signer(KEY, ManualClock()).open(text, SOCKET)


def test_a_token_of_megabytes_is_refused_unread() -> None:
    with pytest.raises(ForgedPassError):
        Signer(KEY, ManualClock()).open("a." * 1_000_000, SOCKET)


def test_two_tokens_of_a_person_differ() -> None:
    passes = Passes(Signer(KEY, ManualClock()))
    assert passes.socket_token(ADA) != passes.socket_token(ADA)


# -- tickets ---------------------------------------------------------------------------------------


def test_a_ticket_brings_back_the_place_after_a_restart() -> None:
    clock = ManualClock()
    ticket = ResumeTickets(Signer(KEY, clock), clock).issue(ADA.person, PLACE)
    clock.advance(30)
    assert ResumeTickets(Signer(KEY, clock), clock).open(ticket, ADA.person) == PLACE


def test_a_ticket_is_good_for_a_minute_and_the_grace_of_a_restart() -> None:
    clock = ManualClock()
    tickets = ResumeTickets(Signer(KEY, clock), clock)
    ticket = tickets.issue(ADA.person, PLACE)
    assert TICKET_S == limits.KEEP_PLACE_S + 600
    clock.advance(TICKET_S - 1)
    assert tickets.open(ticket, ADA.person) == PLACE
    clock.advance(1)
    assert tickets.open(ticket, ADA.person) is None


def test_a_ticket_of_somebody_else_or_forged_is_none() -> None:
    clock = ManualClock()
    tickets = ResumeTickets(Signer(KEY, clock), clock)
    ticket = tickets.issue(ADA.person, PLACE)
    assert tickets.open(ticket, "bob") is None
    assert tickets.open(ticket[:-3] + "AAA", ADA.person) is None
    assert tickets.open("", ADA.person) is None
    assert tickets.open(Signer(KEY, clock).sign("turia.ticket", ADA.person, 60), ADA.person) is None
    assert tickets.open(Signer(KEY, clock).sign("turia.ticket", ADA.person, 60, place={"x": "far"}), ADA.person) is None


def test_the_newest_ticket_wins() -> None:
    clock = ManualClock()
    tickets = ResumeTickets(Signer(KEY, clock), clock)
    old = tickets.issue(ADA.person, PLACE)
    clock.advance(5)
    new = tickets.issue(ADA.person, PLACE)
    assert tickets.open(old, ADA.person) == PLACE, "issuing voids nothing: the newest may be lost on the way"
    assert tickets.open(new, ADA.person) == PLACE
    assert tickets.open(old, ADA.person) is None
    assert tickets.open(new, ADA.person) == PLACE, "opening does not use it up"


def test_what_is_remembered_of_tickets_is_forgotten_with_them() -> None:
    clock = ManualClock()
    tickets = ResumeTickets(Signer(KEY, clock), clock)
    for n in range(50):
        assert tickets.open(tickets.issue(f"p{n}", PLACE), f"p{n}") == PLACE
    clock.advance(2 * TICKET_S)
    assert tickets.open(tickets.issue("last", PLACE), "last") == PLACE
    assert list(tickets._newest) == ["last"]
