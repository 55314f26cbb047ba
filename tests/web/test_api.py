"""The entrance over HTTP: entering, tokens, the cookie, and what is refused. T2, T18 of SECURITY.md."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

from turia.protocol import limits
from turia.testing.entrance import ORIGIN, Entrance
from turia.web.guards import MAX_BODY_BYTES
from turia.web.identity import COOKIE
from turia.web.sign_ins import SIGN_IN_S

OURS = {"Origin": ORIGIN}
LOOK = [1, 2, 3, 4, 5, 6, 7, 8]


async def enter(client: TestClient[web.Request, web.Application], name: str = "Ada", **more: Any) -> ClientResponse:
    return await client.post("/api/enter", json={"name": name, "look": LOOK, **more}, headers=OURS)


async def cookie_of(answer: ClientResponse) -> dict[str, str]:
    return {COOKIE: answer.cookies[COOKIE].value}


async def test_the_venue_is_described_for_the_entry_page(visit: Any) -> None:
    client = await visit(Entrance({"capacity": 40, "title": "Assembly", "profile": "demo"}))
    answer = await client.get("/api/venue")
    data = await answer.json()
    assert data["title"] == "Assembly"
    assert data["subtitle"] == "A model"
    assert (data["people"], data["capacity"], data["guests"], data["profile"]) == (3, 40, True, "demo")
    assert "Demonstration" in data["banner"]
    assert data["venue"] == "0123456789abcdef"
    assert data["files"]["venue.glb"] == {"url": "/venue/0123456789abcdef/venue.glb", "bytes": 200_000}
    assert set(data["files"]) == {"venue.glb", "venue.json", "walk.npz"}


async def test_the_organiser_says_the_second_line_too(visit: Any) -> None:
    data = await (await (await visit(Entrance({"subtitle": "Geneva, 1 May"}))).get("/api/venue")).json()
    assert data["subtitle"] == "Geneva, 1 May"


async def test_an_event_has_no_banner_and_the_venues_title_by_default(visit: Any) -> None:
    data = await (await (await visit(Entrance())).get("/api/venue")).json()
    assert (data["title"], data["banner"], data["profile"]) == ("Reference hall", "", "event")


async def test_entering_gives_a_token_and_a_cookie(visit: Any) -> None:
    entrance = Entrance()
    client = await visit(entrance)
    answer = await enter(client, "  Ada   Lovelace ", affiliation="Analytical Society")
    data = await answer.json()
    assert answer.status == 200
    assert (data["name"], data["affiliation"], data["look"]) == ("Ada Lovelace", "Analytical Society", LOOK)
    assert data["expires_in"] == limits.SOCKET_TOKEN_S
    person = entrance.identity.person_of_token(data["token"])
    assert (person.id, person.name, person.badge) == (data["person"], "Ada Lovelace", "")
    assert len(person.id) == 22
    morsel = answer.cookies[COOKIE]
    assert morsel["httponly"]
    assert morsel["secure"]
    assert morsel["samesite"] == "Lax"
    assert int(morsel["max-age"]) == SIGN_IN_S
    assert answer.headers["Cache-Control"] == "no-store"


async def test_without_tls_the_cookie_works_on_plain_http(visit: Any) -> None:
    client = await visit(Entrance({"allowed_origins": ("http://localhost:8000",)}))
    answer = await client.post("/api/enter", json={"name": "Ada"}, headers={"Origin": "http://localhost:8000"})
    assert not answer.cookies[COOKIE]["secure"]


async def test_the_cookie_mints_new_tokens_and_says_who_i_am(visit: Any) -> None:
    entrance = Entrance()
    client = await visit(entrance)
    first = await enter(client)
    cookies = await cookie_of(first)
    data = await (await client.post("/api/token", headers=OURS, cookies=cookies)).json()
    assert data["person"] == (await first.json())["person"]
    assert entrance.identity.person_of_token(data["token"]).name == "Ada"
    me = await (await client.get("/api/me", cookies=cookies)).json()
    assert (me["person"], me["name"], me["look"]) == (data["person"], "Ada", LOOK)
    assert "token" not in me


async def test_entering_again_keeps_the_person_and_changes_the_name(visit: Any) -> None:
    client = await visit(Entrance())
    first = await enter(client)
    again = await client.post("/api/enter", json={"name": "Augusta"}, headers=OURS, cookies=await cookie_of(first))
    assert (await again.json())["person"] == (await first.json())["person"]
    assert (await again.json())["name"] == "Augusta"


async def test_leaving_forgets_the_cookie(visit: Any) -> None:
    client = await visit(Entrance())
    answer = await client.post("/api/leave", headers=OURS, cookies=await cookie_of(await enter(client)))
    assert answer.status == 200
    assert answer.cookies[COOKIE]["max-age"] == "0"


@pytest.mark.parametrize("cookie", [None, "", "forged", "a.b.c"])
async def test_nobody_gets_a_token_without_a_good_cookie(visit: Any, cookie: str | None) -> None:
    client = await visit(Entrance())
    cookies = {} if cookie is None else {COOKIE: cookie}
    for answer in (
        await client.post("/api/token", headers=OURS, cookies=cookies),
        await client.get("/api/me", cookies=cookies),
    ):
        assert answer.status == 401
        assert await answer.json() == {
            "code": "not_signed_in",
            "error": "You are not signed in. Enter again.",
            "retry": False,
        }


async def test_t2_a_cookie_that_is_not_used_ends(visit: Any) -> None:
    entrance = Entrance()
    client = await visit(entrance)
    cookies = await cookie_of(await enter(client))
    entrance.clock.advance(SIGN_IN_S)
    assert (await client.post("/api/token", headers=OURS, cookies=cookies)).status == 401


async def test_t2_a_socket_token_is_no_cookie(visit: Any) -> None:
    client = await visit(Entrance())
    token = (await (await enter(client)).json())["token"]
    assert (await client.post("/api/token", headers=OURS, cookies={COOKIE: token})).status == 401


async def test_closed_to_guests_says_so(visit: Any) -> None:
    client = await visit(Entrance({"guests": False}))
    answer = await enter(client)
    assert answer.status == 403
    assert (await answer.json())["code"] == "guests_closed"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_request"),
        (b"{", "bad_request"),
        (b"[]", "bad_request"),
        (b'{"look":[0,0,0,0,0,0,0,0]}', "name_empty"),
        (b'{"name":7}', "bad_request"),
        (b'{"name":"Ada","look":[0,0,0,0,0,0,0,0,0]}', "bad_request"),
        (b'{"name":"Ada","look":[256,0,0,0,0,0,0,0]}', "bad_request"),
        (b'{"name":"Ada","look":[0,0,0,0,0,0,0,-1]}', "bad_request"),
        (b'{"name":"Ada","badge":"staff"}', "bad_request"),
        (b"\xff\xfe", "bad_request"),
        (b"[" * 10_000, "bad_request"),
        (b'{"name":"   "}', "name_empty"),
        (b'{"name":"' + b"x" * 10_000 + b'"}', "name_too_long"),
        (b'{"name":"Ada","affiliation":"' + b"x" * 81 + b'"}', "affiliation_too_long"),
    ],
)
async def test_bad_bodies_get_a_sentence(visit: Any, body: bytes, code: str) -> None:
    client = await visit(Entrance())
    answer = await client.post("/api/enter", data=body, headers={**OURS, "Content-Type": "application/json"})
    data = await answer.json()
    assert answer.status == 400
    assert data["code"] == code
    assert data["error"].endswith((".", "fewer.")) or code == "name_empty"
    assert "Traceback" not in data["error"]
    assert COOKIE not in answer.cookies


async def test_a_body_over_the_limit_is_refused_unread(visit: Any) -> None:
    client = await visit(Entrance())
    body = b'{"name":"' + b"x" * (MAX_BODY_BYTES + 1) + b'"}'
    answer = await client.post("/api/enter", data=body, headers={**OURS, "Content-Type": "application/json"})
    assert answer.status == 413
    assert f"{MAX_BODY_BYTES:,} bytes" in (await answer.json())["error"]


async def test_t18_markup_and_right_to_left_names_stay_text(visit: Any) -> None:
    client = await visit(Entrance())
    for name in ("<img src=x onerror=alert(1)>", "محمد", "👩‍🚀 Ada"):
        answer = await enter(client, name)
        assert (await answer.json())["name"] == name
        assert answer.content_type == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_people_get_ids_nobody_can_guess(visit: Any) -> None:
    client = await visit(Entrance())
    ids = {(await (await enter(client)).json())["person"] for _ in range(20)}
    client.session.cookie_jar.clear()
    assert len(ids | {(await (await enter(client)).json())["person"]}) >= 2
    assert all(len(each) == 22 for each in ids)
