"""Signing in by link and code: twice, for a while, for one person, and telling nobody anything. T2, T16, T17."""

from __future__ import annotations

from typing import Any

import pytest

from turia.backbone.access import ALPHABET, DESK_MS, LETTER_MS, ORGANISER
from turia.event.entries import EVENT_STAFF
from turia.event.invitations import InvitationMade, InvitePerson
from turia.event.managing import Reissued
from turia.event.people import Status
from turia.event.register import Register
from turia.event.registering import NewRegistration
from turia.web.identity import COOKIE
from turia.web.sign_ins import SIGN_IN_S

FORM = {"name": "Ben", "email": "", "category": "individual", "country": "ES", "contribute": True}


async def submitted(event: Any, name: str = "Ana") -> str:
    """Somebody who registered and has not proved his address."""
    email = f"{name.lower()}@example.org"
    form = NewRegistration(name=name, email=email, category="individual", country="ES", contribute=True)
    await event.journal.do("people.register", form)
    person = event.journal.state.view(Register).by_address(email)
    assert isinstance(person, str)
    return person


async def letter(event: Any, person: str, address: str = "ana@example.org") -> Any:
    """Link and code, as a letter brings them."""
    return await event.reception.access.mint(person, address, "sign_in")


def signed_in(event: Any) -> dict[str, str]:
    return {COOKIE: event.last.cookies[COOKIE].value}


async def test_a_link_signs_in_and_proves_the_address(event: Any) -> None:
    person = await submitted(event)
    minted = await letter(event, person)
    status, answer = await event.post("/api/sign-in/link", {"token": minted.token})
    assert status == 200
    assert (answer["person"], answer["name"], answer["guest"]) == (person, "Ana", False)
    assert answer["status"] == Status.CONFIRMED
    morsel = event.last.cookies[COOKIE]
    assert morsel["httponly"]
    assert morsel["secure"]
    assert morsel["samesite"] == "Lax"
    assert int(morsel["max-age"]) == SIGN_IN_S
    assert (await event.get("/api/me", signed_in(event)))[1]["person"] == person


async def test_looking_at_a_link_uses_nothing_up(event: Any) -> None:
    """What a mail scanner does, even one that runs the page."""
    minted = await letter(event, await submitted(event))
    for _ in range(5):
        status, answer = await event.post("/api/sign-in/look", {"token": minted.token})
        assert (status, answer["kind"], answer["works"], answer["needs"]) == (200, "sign_in", True, "")
        assert COOKIE not in event.last.cookies
    assert (await event.post("/api/sign-in/link", {"token": minted.token}))[0] == 200


async def test_opening_a_link_with_get_does_nothing(event: Any) -> None:
    minted = await letter(event, await submitted(event))
    assert (await event.get(f"/api/sign-in/link?token={minted.token}"))[0] in (404, 405)
    assert (await event.post("/api/sign-in/link", {"token": minted.token}))[0] == 200


async def test_a_link_works_twice_and_then_says_what_to_do(event: Any) -> None:
    minted = await letter(event, await submitted(event))
    for _ in range(2):
        assert (await event.post("/api/sign-in/link", {"token": minted.token}))[0] == 200
    status, answer = await event.post("/api/sign-in/link", {"token": minted.token})
    assert (status, answer["code"]) == (410, "link_used")
    assert "new one" in answer["error"]
    assert COOKIE not in event.last.cookies
    assert not (await event.post("/api/sign-in/look", {"token": minted.token}))[1]["works"]


async def test_a_double_click_takes_no_second_use_where_one_is_signed_in(event: Any) -> None:
    minted = await letter(event, await submitted(event))
    assert (await event.post("/api/sign-in/link", {"token": minted.token}))[0] == 200
    here = signed_in(event)
    for _ in range(3):
        assert (await event.post("/api/sign-in/link", {"token": minted.token}, here))[0] == 200
        assert COOKIE not in event.last.cookies
    assert (await event.post("/api/sign-in/link", {"token": minted.token}))[0] == 200, "elsewhere it still works once"
    assert (await event.post("/api/sign-in/link", {"token": minted.token}, here))[0] == 200, "and here for ever"


async def test_a_link_ends_with_its_time(event: Any) -> None:
    minted = await letter(event, await submitted(event))
    event.entrance.clock.advance(LETTER_MS / 1_000)
    status, answer = await event.post("/api/sign-in/link", {"token": minted.token})
    assert (status, answer["code"]) == (410, "link_expired")


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 5_000, "\u0000", "../../etc"])
async def test_t16_a_guessed_link_opens_nothing(event: Any, token: str) -> None:
    await letter(event, await submitted(event))
    status, answer = await event.post("/api/sign-in/link", {"token": token})
    assert (status, answer["code"]) == (404, "unknown_organiser_link")


async def test_what_is_kept_of_links_and_codes_opens_nothing(event: Any) -> None:
    minted = await letter(event, await submitted(event))
    kept = event.entrance.credentials.credentials.values()
    assert len(kept) == 2
    for each in kept:
        assert minted.token.encode() not in each.secret
        assert minted.code.encode() not in each.secret
        assert (await event.post("/api/sign-in/link", {"token": each.secret.hex()}))[0] == 404
    for each in event.entrance.credentials.sign_ins.values():
        assert each.secret.hex() != each.id


async def test_a_link_of_an_old_address_proves_nothing(event: Any) -> None:
    minted = await letter(event, await submitted(event), "other@example.org")
    status, answer = await event.post("/api/sign-in/link", {"token": minted.token})
    assert (status, answer["code"]) == (400, "address_old")
    assert COOKIE not in event.last.cookies


# -- codes -----------------------------------------------------------------------------------------


async def test_a_code_does_the_same_however_it_is_typed(event: Any) -> None:
    person = await submitted(event)
    minted = await letter(event, person)
    typed = f" {minted.code[:4].lower()} - {minted.code[4:].lower()} "
    status, answer = await event.post("/api/sign-in/code", {"email": " Ana@Example.org ", "code": typed})
    assert (status, answer["person"], answer["status"]) == (200, person, "confirmed")
    assert (await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": minted.code}))[0] == 200
    status, answer = await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": minted.code})
    assert (status, answer["code"]) == (403, "code_wrong")


def test_codes_have_no_letters_that_look_alike() -> None:
    assert not set("01OILU") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 30


async def test_a_wrong_code_and_an_unknown_address_get_the_same_answer(event: Any) -> None:
    await letter(event, await submitted(event))
    wrong = await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": "AAAA-AAAA"})
    unknown = await event.post("/api/sign-in/code", {"email": "zoe@example.org", "code": "AAAA-AAAA"})
    assert wrong == unknown
    assert wrong[0] == 403


async def test_t16_a_code_of_somebody_else_opens_nothing(event: Any) -> None:
    await submitted(event)
    minted = await letter(event, await submitted(event, "Ben"), "ben@example.org")
    assert (await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": minted.code}))[0] == 403
    assert (await event.post("/api/sign-in/code", {"email": "ben@example.org", "code": minted.code}))[0] == 200


async def test_codes_cannot_be_tried_one_after_the_other(event: Any) -> None:
    minted = await letter(event, await submitted(event))
    statuses = [
        (await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": f"AAAAAA{n:02}"}))[0]
        for n in range(12)
    ]
    assert statuses == [403] * 10 + [429] * 2
    status, answer = await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": minted.code})
    assert (status, answer["retry"]) == (429, True)
    event.entrance.clock.advance(60)
    assert (await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": minted.code}))[0] == 200


# -- at the desk -----------------------------------------------------------------------------------


async def test_a_steward_gives_out_a_code_that_does_what_a_letter_does(event: Any) -> None:
    await event.organiser()
    steward = await event.person("Stella", role="steward")
    person = await submitted(event)
    cookies = await event.cookie(steward)
    status, answer = await event.post("/api/people/reissue", {"person": person}, cookies)
    assert status == 200
    assert (answer["name"], answer["email"]) == ("Ana", "ana@example.org")
    assert len(answer["code"]) == 9
    given = {"email": "ana@example.org", "code": answer["code"]}
    assert (await event.post("/api/sign-in/code", given))[1]["status"] == "confirmed"
    item = event.journal.state.item(EVENT_STAFF, Reissued, person)
    assert item.actor == steward
    event.entrance.clock.advance(DESK_MS / 1_000)
    assert (await event.post("/api/sign-in/code", given))[0] == 403


async def test_t24_a_steward_cannot_sign_in_as_an_organiser(event: Any) -> None:
    organiser = await event.organiser()
    cookies = await event.cookie(await event.person("Stella", role="steward"))
    status, answer = await event.post("/api/people/reissue", {"person": organiser}, cookies)
    assert (status, answer["code"]) == (403, "above_you")
    assert "code" not in answer or answer["code"] == "above_you"
    assert not event.entrance.credentials.credentials


@pytest.mark.parametrize("role", ["", "speaker", "captioner"])
async def test_t24_nobody_else_gives_out_codes(event: Any, role: str) -> None:
    await event.organiser()
    person = await submitted(event, "Zoe")
    cookies = await event.cookie(await event.person("Ana", role=role))
    assert (await event.post("/api/people/reissue", {"person": person}, cookies))[0] == 403
    assert (await event.post("/api/people/reissue", {"person": person}))[0] == 401
    assert not event.entrance.credentials.credentials


# -- the first organiser, and invitations ------------------------------------------------------------


async def test_the_first_link_makes_an_organiser_once(event: Any) -> None:
    link = await event.reception.organiser_link()
    head, _, token = link.partition("#")
    assert head.endswith("/sign-in")
    assert (await event.post("/api/sign-in/look", {"token": token}))[1]["needs"] == "founder"
    status, answer = await event.post("/api/sign-in/link", {"token": token})
    assert (status, answer["code"]) == (400, "founder_needed")
    founder = {"name": "Olga", "email": "olga@example.org"}
    status, answer = await event.post("/api/sign-in/link", {"token": token, "founder": founder})
    assert (status, answer["badge"], answer["may_enter"]) == (200, "organiser", True)
    other = {"name": "Eve", "email": "eve@example.org"}
    assert (await event.post("/api/sign-in/link", {"token": token, "founder": other}))[0] == 410
    assert not event.journal.state.view(Register).by_address("eve@example.org")
    assert await event.reception.organiser_link() == ""


async def test_each_start_voids_the_link_of_the_one_before(event: Any) -> None:
    first = (await event.reception.organiser_link()).partition("#")[2]
    second = (await event.reception.organiser_link()).partition("#")[2]
    founder = {"name": "Olga", "email": "olga@example.org"}
    status, answer = await event.post("/api/sign-in/link", {"token": first, "founder": founder})
    assert (status, answer["code"]) == (404, "unknown_organiser_link")
    assert "Every start" in str(answer)
    assert (await event.post("/api/sign-in/link", {"token": second, "founder": founder}))[0] == 200
    status, answer = await event.post("/api/sign-in/look", {"token": first})
    assert (status, answer["code"]) == (404, "unknown_link")


async def test_two_who_race_for_the_first_link_make_one_organiser(event: Any) -> None:
    minted = await event.reception.access.mint("", "", ORGANISER, uses=1)
    again = await event.reception.access.mint("", "", ORGANISER, uses=1)
    one = {"token": minted.token, "founder": {"name": "Olga", "email": "olga@example.org"}}
    two = {"token": again.token, "founder": {"name": "Eve", "email": "eve@example.org"}}
    assert (await event.post("/api/sign-in/link", one))[0] == 200
    status, answer = await event.post("/api/sign-in/link", two)
    assert (status, answer["code"]) == (400, "has_organiser")


async def test_an_invitation_asks_for_the_form_and_gives_the_role(event: Any) -> None:
    by = event.reception.identity.actor_of(await event.organiser())
    invite = InvitePerson(address="ben@example.org", name="Ben", role="speaker", note="Please come.")
    made = await event.journal.do("people.invite", invite, by)
    assert isinstance(made, InvitationMade)
    minted = await event.reception.access.mint("", "ben@example.org", f"invitation:{made.invitation}")
    _, leaf = await event.post("/api/sign-in/look", {"token": minted.token})
    assert (leaf["kind"], leaf["needs"], leaf["works"]) == ("invitation", "form", True)
    assert (leaf["address"], leaf["role"], leaf["note"]) == ("ben@example.org", "speaker", "Please come.")
    status, answer = await event.post("/api/sign-in/link", {"token": minted.token})
    assert answer["code"] == "form_needed"
    order = {"token": minted.token, "form": {**FORM, "email": "eve@example.org"}}
    status, answer = await event.post("/api/sign-in/link", order)
    assert (status, answer["badge"], answer["status"]) == (200, "speaker", "confirmed")
    assert not event.journal.state.view(Register).by_address("eve@example.org"), "the invitation's address counts"
    here = signed_in(event)
    assert (await event.post("/api/sign-in/link", {"token": minted.token}))[1]["person"] == answer["person"]
    assert (await event.post("/api/sign-in/link", {"token": minted.token}, here))[0] == 410


async def test_an_invitation_that_was_taken_back_leads_nowhere(event: Any) -> None:
    by = event.reception.identity.actor_of(await event.organiser())
    made = await event.journal.do("people.invite", InvitePerson(address="ben@example.org"), by)
    minted = await event.reception.access.mint("", "ben@example.org", f"invitation:{made.invitation}")
    cookies = await event.cookie(by.person)
    assert (await event.do("people.revoke_invitation", {"invitation": made.invitation}, cookies))[0] == 200
    assert not (await event.post("/api/sign-in/look", {"token": minted.token}))[1]["works"]
    _, answer = await event.post("/api/sign-in/link", {"token": minted.token, "form": FORM})
    assert answer["code"] == "invitation_gone"
    assert COOKIE not in event.last.cookies


async def test_asking_for_a_new_link_says_nothing_about_addresses(event: Any) -> None:
    await event.person()
    known = await event.do("people.send_link", {"email": "ana@example.org"})
    unknown = await event.do("people.send_link", {"email": "zoe@example.org"})
    assert known == unknown == (200, {})


# -- browsers --------------------------------------------------------------------------------------


async def test_my_browsers_are_listed_and_signed_out_one_by_one(event: Any) -> None:
    person = await event.person()
    here, there = await event.cookie(person), await event.cookie(person)
    _, listed = await event.get("/api/sign-ins", here)
    assert [each["agent"] for each in listed["sign_ins"]] == ["Firefox on Linux"] * 2
    assert sum(each["here"] for each in listed["sign_ins"]) == 1
    other = next(each["id"] for each in listed["sign_ins"] if not each["here"])
    assert (await event.post("/api/sign-ins/revoke", {"id": other}, here))[0] == 200
    assert (await event.get("/api/me", there))[0] == 401
    assert (await event.get("/api/me", here))[0] == 200
    assert (await event.post("/api/sign-ins/revoke", {"id": other}, here))[0] == 404


async def test_all_other_browsers_are_signed_out_at_once(event: Any) -> None:
    person = await event.person()
    jars = [await event.cookie(person) for _ in range(4)]
    assert (await event.post("/api/sign-ins/revoke", {}, jars[0]))[0] == 200
    assert [(await event.get("/api/me", jar))[0] for jar in jars] == [200, 401, 401, 401]


async def test_t16_nobody_signs_out_somebody_else(event: Any) -> None:
    mine, theirs = await event.cookie(await event.person()), await event.cookie(await event.person("Ben"))
    _, listed = await event.get("/api/sign-ins", theirs)
    assert (await event.post("/api/sign-ins/revoke", {"id": listed["sign_ins"][0]["id"]}, mine))[0] == 404
    assert (await event.get("/api/me", theirs))[0] == 200
