"""Who may enter, as what, and from when on: the state says so at each request and connect. T2, T3, T16, T24."""

from __future__ import annotations

from typing import Any

import pytest

from turia.errors import Refused
from turia.event.configuring import SetDocument
from turia.event.entries import EVENT, person_stream
from turia.event.managing import Chosen, DeclinePeople
from turia.event.own import WithdrawMine
from turia.event.people import Registration, Status
from turia.event.register import Register
from turia.event.registering import NewRegistration
from turia.event.settings import Document
from turia.testing.entrance import ORIGIN, Entrance
from turia.testing.event_site import EventSite
from turia.web.auth import SOCKET, Pass
from turia.web.identity import COOKIE
from turia.web.sign_ins import SIGN_IN_S, describe


def refusal(event: Any, token: str) -> str:
    with pytest.raises(Refused) as caught:
        event.reception.identity.person_of_token(token)
    return caught.value.code


async def test_entering_checks_in_under_the_registered_name(event: Any) -> None:
    person = await event.person()
    cookies = await event.cookie(person)
    status, answer = await event.post("/api/enter", {"name": "Eve", "look": list(range(1, 9))}, cookies)
    assert status == 200
    assert (answer["person"], answer["name"], answer["status"]) == (person, "Ana", "checked_in")
    assert answer["look"] == [1, 2, 3, 4, 5, 6, 7, 8]
    avatar = event.reception.identity.person_of_token(answer["token"])
    assert (avatar.id, avatar.name, avatar.look.build) == (person, "Ana", 8)
    assert event.journal.state.get(person_stream(person), Registration, person).status is Status.CHECKED_IN


async def test_entering_again_keeps_the_look(event: Any) -> None:
    cookies = await event.cookie(await event.person())
    await event.post("/api/enter", {"look": [9] * 8}, cookies)
    assert (await event.post("/api/enter", {}, cookies))[1]["look"] == [9] * 8


async def test_without_registration_there_is_no_way_in(event: Any) -> None:
    status, answer = await event.post("/api/enter", {"name": "Ana"})
    assert (status, answer["code"]) == (403, "guests_closed")
    assert "Register" in answer["error"]
    assert COOKIE not in event.last.cookies


async def test_whoever_may_not_enter_yet_is_told_what_to_do(event: Any) -> None:
    form = NewRegistration(name="Ana", email="ana@example.org", category="individual", country="ES", contribute=True)
    await event.journal.do("people.register", form)
    cookies = await event.cookie(event.journal.state.view(Register).by_address("ana@example.org"))
    status, answer = await event.post("/api/enter", {}, cookies)
    assert (status, answer["code"]) == (403, "entry_submitted")
    assert "letter" in answer["error"]
    status, answer = await event.post("/api/token", {}, cookies)
    assert (status, answer["code"]) == (403, "entry_submitted")
    status, me = await event.get("/api/me", cookies)
    assert (me["status"], me["may_enter"], me["guest"]) == ("submitted", False, False)


async def test_a_token_needs_the_way_through_the_entrance(event: Any) -> None:
    """Else nobody would be checked in, and nobody would have agreed to the rules."""
    person = await event.person()
    cookies = await event.cookie(person)
    status, answer = await event.post("/api/token", {}, cookies)
    assert (status, answer["code"]) == (403, "not_entered")
    sign_in = event.reception.sign_ins.of(person)[0]
    made = event.reception.passes.socket_token(Pass(person, sign_in.id))
    assert refusal(event, made) == "may_not_enter"
    await event.post("/api/enter", {}, cookies)
    assert (await event.post("/api/token", {}, cookies))[0] == 200


async def test_the_code_of_conduct_comes_first(event: Any) -> None:
    boss = event.reception.identity.actor_of(await event.organiser())
    person = await event.person()
    cookies = await event.cookie(person)
    text = SetDocument(document="conduct", title="Conduct", text="Be kind.", seen=0)
    await event.journal.do("settings.set_document", text, boss)
    status, answer = await event.post("/api/enter", {}, cookies)
    assert (status, answer["code"]) == (403, "consent_needed")
    version = event.journal.state.get(EVENT, Document, "conduct").version
    assert (await event.do("people.consent", {"document": "conduct", "version": version}, cookies))[0] == 200
    assert (await event.post("/api/enter", {}, cookies))[0] == 200


# -- standing, at each connect -----------------------------------------------------------------------


async def test_t2_a_token_is_worth_what_its_sign_in_is_worth(event: Any) -> None:
    person = await event.person()
    cookies = await event.cookie(person)
    _, answer = await event.post("/api/enter", {}, cookies)
    assert event.reception.identity.person_of_token(answer["token"]).id == person
    await event.post("/api/leave", {}, cookies)
    assert refusal(event, answer["token"]) == "not_signed_in"
    assert (await event.get("/api/me", cookies))[0] == 401


async def test_t2_a_pass_for_somebody_elses_sign_in_opens_nothing(event: Any) -> None:
    ana, ben = await event.person(), await event.person("Ben")
    await event.post("/api/enter", {}, await event.cookie(ana))
    await event.cookie(ben)
    theirs = event.reception.sign_ins.of(ben)[0]
    assert refusal(event, event.reception.passes.socket_token(Pass(ana, theirs.id))) == "not_signed_in"
    assert refusal(event, event.reception.passes.socket_token(Pass(ana, "unknown"))) == "not_signed_in"


async def test_t24_a_token_lets_nobody_in_whose_registration_ended_meanwhile(event: Any) -> None:
    boss = event.reception.identity.actor_of(await event.organiser())
    ana, ben = await event.person(), await event.person("Ben")
    tokens = []
    for person in (ana, ben):
        _, answer = await event.post("/api/enter", {}, await event.cookie(person))
        tokens.append(answer["token"])
    await event.journal.do("people.withdraw", WithdrawMine(), event.reception.identity.actor_of(ana))
    await event.journal.do("people.decline", DeclinePeople(people=(Chosen(ben),)), boss)
    assert [refusal(event, token) for token in tokens] == ["not_signed_in"] * 2


async def test_withdrawing_signs_out_everywhere_and_voids_links(event: Any) -> None:
    person = await event.person()
    jars = [await event.cookie(person) for _ in range(3)]
    minted = await event.reception.access.mint(person, "ana@example.org", "sign_in")
    assert (await event.do("people.withdraw", {}, jars[0]))[0] == 200
    assert [(await event.get("/api/me", jar))[0] for jar in jars] == [401] * 3
    await event.reception.close()
    assert all(each.revoked for each in event.entrance.credentials.sign_ins.values())
    assert (await event.post("/api/sign-in/link", {"token": minted.token}))[0] == 404


async def test_erasing_leaves_nothing_of_a_person_among_credentials(event: Any) -> None:
    person = await event.person()
    cookies = await event.cookie(person)
    await event.reception.access.mint(person, "ana@example.org", "sign_in")
    assert (await event.do("people.erase_mine", {"sure": True}, cookies))[0] == 200
    await event.reception.close()
    assert not event.entrance.credentials.credentials
    assert not event.entrance.credentials.sign_ins


async def test_what_was_not_written_down_before_a_crash_is_at_the_next_start(event: Any) -> None:
    person = await event.person()
    cookies = await event.cookie(person)
    row = next(iter(event.entrance.credentials.sign_ins.values()))
    assert (await event.do("people.withdraw", {}, cookies))[0] == 200
    await event.reception.close()
    event.entrance.credentials.sign_ins[row.id] = row
    await event.reception.sign_ins.open()
    assert event.reception.sign_ins.find(cookies[COOKIE]) is not None
    await event.reception._sign_outs.open()
    assert event.reception.sign_ins.find(cookies[COOKIE]) is None


async def test_t2_the_cookie_of_the_first_version_opens_nothing(event: Any) -> None:
    person = await event.organiser()
    for audience in ("turia.session", SOCKET, "turia.bearer"):
        claims = {"name": "Olga", "affiliation": "", "badge": "", "look": [0] * 8, "sign_in": "x", "guest": False}
        old = event.entrance.signer.sign(audience, person, 3600, **claims)
        assert (await event.get("/api/me", {COOKIE: old}))[0] == 401
        assert (await event.post("/api/token", {}, {COOKIE: old}))[0] == 401
        assert (await event.do("people.withdraw", {}, {COOKIE: old}))[0] == 401


async def test_a_sign_in_ends_without_use_and_its_use_begins_its_time_again(event: Any) -> None:
    cookies = await event.cookie(await event.person())
    await event.post("/api/enter", {}, cookies)
    for _ in range(3):
        event.entrance.clock.advance(SIGN_IN_S - 1)
        assert (await event.post("/api/token", {}, cookies))[0] == 200
        assert int(event.last.cookies[COOKIE]["max-age"]) == SIGN_IN_S
        assert event.last.cookies[COOKIE].value == cookies[COOKIE]
        assert (await event.get("/api/me", cookies))[0] == 200
        assert COOKIE not in event.last.cookies, "not at every request"
    event.entrance.clock.advance(SIGN_IN_S)
    assert (await event.post("/api/token", {}, cookies))[0] == 401


async def test_of_one_person_only_so_many_browsers_stay_signed_in(event: Any) -> None:
    person = await event.person()
    jars = []
    for _ in range(22):
        event.entrance.clock.advance(1)
        jars.append(await event.cookie(person))
    assert [(await event.get("/api/me", jar))[0] for jar in jars] == [401] * 2 + [200] * 20


# -- guests ------------------------------------------------------------------------------------------


async def test_guests_are_guests_only_where_the_settings_say_so(visit: Any) -> None:
    entrance = Entrance({"profile": "demo"})
    client = await visit(entrance)
    answer = await client.post("/api/enter", json={"name": "Ada"}, headers={"Origin": ORIGIN})
    data = await answer.json()
    assert (data["guest"], data["status"], data["badge"], data["may_enter"]) == (True, "", "", True)
    assert entrance.identity.actor_of(data["person"]).guest
    entrance.identity._guests = False
    assert not entrance.identity.may_enter(data["person"])
    with pytest.raises(Refused):
        entrance.identity.person_of_token(data["token"])
    mine = {COOKIE: answer.cookies[COOKIE].value}
    refused = await client.post("/api/token", headers={"Origin": ORIGIN}, cookies=mine)
    assert (refused.status, (await refused.json())["code"]) == (403, "not_registered")


@pytest.mark.parametrize("name", ["Olga", "OLGA", "0lga", "Оlga", "Ólga"])
async def test_t3_no_guest_takes_the_name_of_the_staff(visit: Any, name: str) -> None:
    entrance = Entrance({"profile": "demo"})
    event = EventSite(entrance, await visit(entrance))
    await event.organiser()
    status, answer = await event.post("/api/enter", {"name": name})
    assert status == 400
    assert answer["code"] in {"name_taken", "name_confusable"}
    assert COOKIE not in event.last.cookies


@pytest.mark.parametrize("role", ["organiser", "moderator", "chair", "speaker", "steward", "captioner"])
async def test_t3_badges_come_from_roles_alone(event: Any, role: str) -> None:
    await event.organiser()
    person = await event.person(role=role)
    _, answer = await event.post("/api/enter", {}, await event.cookie(person))
    assert answer["badge"] == role
    assert event.reception.identity.person_of_token(answer["token"]).badge == role
    _, plain = await event.post("/api/enter", {}, await event.cookie(await event.person("Ben")))
    assert plain["badge"] == ""


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "A program"),
        ("", "A program"),
        ("<script>alert(1)</script> Linux", "A browser on Linux"),
    ],
)
def test_browsers_are_described_in_words_of_ours(agent: str, said: str) -> None:
    assert describe(agent) == said
