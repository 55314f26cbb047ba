"""Commands and queries over HTTP: who acts, once only, and a clear refusal. T1, T2, T16, T24 of SECURITY.md."""

from __future__ import annotations

from typing import Any

import pytest

from turia.errors import Refused
from turia.event.entries import EVENT_MAIL, person_stream
from turia.event.mail import Mail
from turia.event.people import Registration
from turia.event.register import Register
from turia.store.ports import unavailable
from turia.testing.entrance import ORIGIN, Entrance

FORM = {"name": "Ben", "email": "ben@example.org", "category": "individual", "country": "ES", "contribute": True}


async def test_anybody_may_do_what_is_open_to_anybody(event: Any) -> None:
    status, answer = await event.do("people.register", FORM)
    assert (status, answer) == (200, {})
    assert event.journal.state.view(Register).by_address("ben@example.org")


async def test_a_command_of_the_same_id_is_done_once_and_answered_twice(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    body = {"name": "Ana", "email": "ana@example.org", "category": "individual", "country": "ES", "contribute": True}
    first = await event.do("people.add", body, cookies, mid="the-same-id")
    again = await event.do("people.add", body, cookies, mid="the-same-id")
    assert first == again
    assert first[0] == 200
    assert len(event.journal.state.all(EVENT_MAIL, Mail)) == 1


async def test_t16_an_id_of_somebody_else_gives_nobody_his_answer(event: Any) -> None:
    """People who are not signed in share one space of ids: only the very same request is the same."""
    await event.do("people.register", FORM, mid="one-and-the-same")
    other = {**FORM, "name": "Ana", "email": "ana@example.org"}
    assert await event.do("people.register", other, mid="one-and-the-same") == (200, {})
    assert event.journal.state.view(Register).by_address("ana@example.org")
    cookies = [await event.cookie(await event.organiser()), await event.cookie(await event.organiser("Paul"))]
    answers = [
        await event.do("people.add", {**FORM, "email": f"{n}@example.org"}, each, mid="one-and-the-same")
        for n, each in enumerate(cookies)
    ]
    assert answers[0][1]["person"] != answers[1][1]["person"]


async def test_an_id_of_another_command_is_a_mistake_that_is_named(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    await event.do("people.change_look", {"look": [1]}, cookies, mid="used-before")
    status, answer = await event.do("people.add", FORM, cookies, mid="used-before")
    assert (status, answer["code"]) == (409, "mid_used")
    assert not event.journal.state.view(Register).by_address("ben@example.org")


async def test_t1_who_is_not_signed_in_is_told_so_and_changes_nothing(event: Any) -> None:
    person = await event.person()
    before = event.journal.state.get(person_stream(person), Registration, person)
    for cookies in ({}, {"turia_session": "forged"}, {"turia_session": person}):
        status, answer = await event.do("people.withdraw", {}, cookies)
        assert (status, answer["code"], answer["retry"]) == (401, "not_signed_in", False)
    assert event.journal.state.get(person_stream(person), Registration, person) == before


@pytest.mark.parametrize("role", ["", "speaker", "steward", "moderator"])
async def test_t24_who_lacks_the_permission_is_refused_and_changes_nothing(event: Any, role: str) -> None:
    await event.organiser()
    cookies = await event.cookie(await event.person(role=role))
    status, answer = await event.do("people.add", FORM, cookies)
    assert (status, answer["code"]) == (403, "not_allowed")
    assert "people.manage" in answer["error"]
    assert not event.journal.state.view(Register).by_address("ben@example.org")


async def test_t24_a_role_that_was_taken_away_counts_from_the_next_request(event: Any) -> None:
    boss = await event.cookie(await event.organiser())
    person = await event.person(role="organiser")
    cookies = await event.cookie(person)
    assert (await event.do("people.add", FORM, cookies))[0] == 200
    _, roles = await event.get(f"/api/ask/people.roles?person={person}", boss)
    assert [held["role"] for held in roles["roles"]] == ["organiser"]
    for held in roles["roles"]:
        assert (await event.do("roles.revoke", {"grant": held["grant"]}, boss))[0] == 200
    assert (await event.do("people.add", {**FORM, "email": "new@example.org"}, cookies))[0] == 403


@pytest.mark.parametrize("name", ["people.found_organiser", "people.prove_address", "mail.mark", "event.seed"])
async def test_t1_commands_of_the_server_are_nobodys(event: Any, name: str) -> None:
    cookies = await event.cookie(await event.organiser())
    jars: list[dict[str, str]] = [{}, cookies]
    for jar in jars:
        status, answer = await event.do(name, {}, jar)
        assert status in (400, 403)
        assert answer["code"] in ("bad_request", "not_allowed")


async def test_an_unknown_command_or_query_says_where_the_known_ones_are(event: Any) -> None:
    assert (await event.do("people.rename", {}))[0] == 404
    status, answer = await event.get("/api/ask/people.unknown")
    assert (status, answer["code"]) == (404, "unknown_query")
    assert "/api/docs" in answer["error"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "mid"),
        ({"mid": "short"}, "mid"),
        ({"mid": "with spaces in it"}, "mid"),
        ({"mid": "a" * 65}, "mid"),
        ({"mid": "good-enough", "body": []}, "object"),
        ({"mid": "good-enough", "body": {**FORM, "status": "approved"}}, "status"),
        ({"mid": "good-enough", "body": {**FORM, "contribute": "yes"}}, "contribute"),
        ({"mid": "good-enough", "body": {**FORM, "look": [256]}}, "look"),
        ({"mid": "good-enough", "body": FORM, "by": "somebody"}, "by"),
        ([], "object"),
    ],
)
async def test_what_cannot_be_read_is_named_and_changes_nothing(event: Any, body: Any, says: str) -> None:
    status, answer = await event.post("/api/do/people.register", body)
    assert (status, answer["code"]) == (400, "bad_request")
    assert says in answer["error"]
    assert not event.journal.state.view(Register).everybody


async def test_what_is_refused_as_things_stand_is_a_conflict(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    status, answer = await event.do("people.withdraw", {}, cookies)
    assert (status, answer["code"]) == (409, "last_organiser")


async def test_a_database_that_is_busy_says_try_again(event: Any) -> None:
    event.entrance.store.failing = unavailable("the disk is full")
    status, answer = await event.do("people.register", FORM)
    assert (status, answer["code"], answer["retry"]) == (503, "try_again", True)
    event.entrance.store.failing = None
    assert (await event.do("people.register", FORM))[0] == 200


async def test_long_texts_pass_and_longer_ones_are_refused_unread(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    block = {"block": "long", "value": {"title": "Long", "text": "ñ" * 20_000}}
    assert (await event.do("settings.set_block", block, cookies))[0] == 200
    status, answer = await event.do("settings.set_block", {"block": "x" * 200_000}, cookies)
    assert (status, answer["code"]) == (413, "too_large")
    assert "131,072" in answer["error"]


# -- queries ---------------------------------------------------------------------------------------


async def test_a_query_reads_its_fields_from_the_address(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    for name in ("Ana", "Ben", "Cleo"):
        await event.person(name)
    status, answer = await event.get("/api/ask/people.list?size=2&search=e", cookies)
    assert status == 200
    assert 1 <= len(answer["people"]) <= 2
    _, approved = await event.get("/api/ask/people.export?statuses=approved&statuses=confirmed", cookies)
    assert approved["people"] == 4


@pytest.mark.parametrize(
    "fields", ["?unknown=1", "?size=many", "?size=1&size=2", "?statuses=gone", "?size=1e999", "?size=0"]
)
async def test_fields_that_are_wrong_are_named(event: Any, fields: str) -> None:
    cookies = await event.cookie(await event.organiser())
    status, answer = await event.get(f"/api/ask/people.list{fields}", cookies)
    assert (status, answer["code"]) == (400, "bad_request")


async def test_t16_a_query_needs_its_permission(event: Any) -> None:
    cookies = await event.cookie(await event.person())
    assert (await event.get("/api/ask/people.list"))[0] == 401
    status, answer = await event.get("/api/ask/people.list", cookies)
    assert (status, answer["code"]) == (403, "not_allowed")
    assert "people" not in answer


async def test_answers_are_kept_by_no_cache(event: Any) -> None:
    await event.get("/api/ask/event.public")
    assert event.last.headers["Cache-Control"] == "no-store"
    assert event.last.content_type == "application/json"


# -- bearer tokens ---------------------------------------------------------------------------------


async def test_a_program_acts_by_a_bearer_token_without_a_cookie(event: Any) -> None:
    _, bearer = await event.post("/api/bearer", {}, await event.cookie(await event.organiser()))
    headers = {"Authorization": f"Bearer {bearer['token']}"}
    event.client.session.cookie_jar.clear()
    answer = await event.client.get("/api/ask/people.list", headers=headers)
    assert answer.status == 200
    order = {"mid": "from-a-program", "body": FORM}
    answer = await event.client.post("/api/do/people.add", json=order, headers=headers)
    assert answer.status == 200


async def test_t2_a_bearer_token_ends_after_five_minutes_and_with_its_sign_in(event: Any) -> None:
    person = await event.organiser()
    cookies = await event.cookie(person)
    _, bearer = await event.post("/api/bearer", {}, cookies)
    headers = {"Authorization": f"bearer {bearer['token']}"}
    assert (await event.get("/api/ask/people.list", headers=headers))[0] == 200
    event.entrance.clock.advance(bearer["expires_in"])
    status, answer = await event.get("/api/ask/people.list", headers=headers)
    assert (status, answer["code"], answer["retry"]) == (401, "token_expired", True)
    _, bearer = await event.post("/api/bearer", {}, cookies)
    await event.reception.sign_ins.revoke_all(person)
    headers = {"Authorization": f"Bearer {bearer['token']}"}
    status, answer = await event.get("/api/ask/people.list", headers=headers)
    assert (status, answer["code"]) == (401, "not_signed_in")


async def test_t6_a_socket_token_is_no_bearer_token_and_the_other_way_round(event: Any) -> None:
    cookies = await event.cookie(await event.person())
    _, entered = await event.post("/api/enter", {}, cookies)
    headers = {"Authorization": f"Bearer {entered['token']}"}
    assert (await event.get("/api/ask/people.me", headers=headers))[0] == 401
    _, bearer = await event.post("/api/bearer", {}, cookies)
    with pytest.raises(Refused):
        event.reception.identity.person_of_token(bearer["token"])


async def test_a_bad_bearer_token_is_refused_even_beside_a_good_cookie(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    for text in ("Bearer forged", "Bearer ", "bearer a.b.c"):
        assert (await event.get("/api/ask/people.me", cookies, headers={"Authorization": text}))[0] == 401


# -- other pages, and too often ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", ORIGIN + ".evil.example", "http://venue.example.org"]
)
async def test_t2_another_page_cannot_use_the_cookie(event: Any, origin: str) -> None:
    cookies = await event.cookie(await event.organiser())
    order = {"mid": "from-elsewhere", "body": FORM}
    status, answer = await event.post("/api/do/people.add", order, cookies, headers={"Origin": origin})
    assert (status, answer["code"]) == (403, "wrong_origin")
    event.client.session.cookie_jar.clear()
    without = await event.client.post("/api/do/people.add", json=order, cookies=cookies)
    assert without.status == 403, "a browser names the origin; without it, a cookie counts for nothing"
    assert not event.journal.state.view(Register).by_address("ben@example.org")


async def test_one_person_cannot_ask_for_ever(event: Any) -> None:
    cookies = await event.cookie(await event.person())
    others = await event.cookie(await event.person("Ben"))
    statuses = [(await event.get("/api/ask/my.permissions", cookies))[0] for _ in range(302)]
    assert statuses.count(200) == 300
    assert statuses[-1] == 429
    assert (await event.get("/api/ask/my.permissions", others))[0] == 200
    event.entrance.clock.advance(1)
    assert (await event.get("/api/ask/my.permissions", cookies))[0] == 200


async def test_strangers_set_only_so_much_in_motion(visit: Any) -> None:
    """Each registration writes a letter to somebody."""
    entrance = Entrance({"trusted_proxies": ("127.0.0.1",)})
    client = await visit(entrance)
    statuses = []
    for n in range(62):
        order = {"mid": f"stranger-{n}", "body": {**FORM, "email": f"p{n}@example.org"}}
        headers = {"X-Forwarded-For": "203.0.113.5"}
        statuses.append((await client.post("/api/do/people.register", json=order, headers=headers)).status)
    assert statuses == [200] * 60 + [429] * 2
    other = {"X-Forwarded-For": "203.0.113.6"}
    order = {"mid": "stranger-other", "body": {**FORM, "email": "other@example.org"}}
    assert (await client.post("/api/do/people.register", json=order, headers=other)).status == 200
