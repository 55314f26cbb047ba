"""What every request passes: headers, own-page checks, limits, errors without stack traces. T2, T4, T20, T21."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from turia.testing.entrance import ORIGIN, Entrance
from turia.web import guards
from turia.web.context import CONTEXT
from turia.web.identity import COOKIE

OURS = {"Origin": ORIGIN}


@pytest.mark.parametrize("path", ["/", "/api/venue", "/api/nothing", "/nothing", "/healthz", "/error.css", "/api/me"])
async def test_every_answer_carries_the_security_headers(visit: Any, path: str) -> None:
    answer = await (await visit(Entrance())).get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Server"] == "turia"


@pytest.mark.parametrize("path", ["/api/enter", "/api/token", "/api/leave"])
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://venue.example.org", f"{ORIGIN}.evil.example", f"{ORIGIN}:8443"],
)
async def test_t2_csrf_writes_from_other_pages_are_refused(visit: Any, path: str, origin: str) -> None:
    client = await visit(Entrance())
    good = await client.post("/api/enter", json={"name": "Ada"}, headers=OURS)
    cookies = {COOKIE: good.cookies[COOKIE].value}
    answer = await client.post(path, json={"name": "Eve"}, headers={"Origin": origin}, cookies=cookies)
    assert answer.status == 403
    assert (await answer.json())["code"] == "wrong_origin"
    assert not answer.cookies


async def test_t2_csrf_a_cookie_without_an_origin_is_refused(visit: Any) -> None:
    entrance = Entrance()
    client = await visit(entrance)
    cookie = (await client.post("/api/enter", json={"name": "Ada"}, headers=OURS)).cookies[COOKIE].value
    client.session.cookie_jar.clear()
    assert (await client.post("/api/token", cookies={COOKIE: cookie})).status == 403


async def test_t2_csrf_a_browser_that_says_cross_site_is_refused(visit: Any) -> None:
    client = await visit(Entrance())
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)):
        headers = {**OURS, "Sec-Fetch-Site": site}
        assert (await client.post("/api/enter", json={"name": "Ada"}, headers=headers)).status == status


async def test_programs_without_origin_and_cookie_may_enter(visit: Any) -> None:
    assert (await (await visit(Entrance())).post("/api/enter", json={"name": "Bot"})).status == 200


async def test_t2_csrf_form_posts_are_refused(visit: Any) -> None:
    answer = await (await visit(Entrance())).post("/api/enter", data={"name": "Ada"}, headers=OURS)
    assert (answer.status, (await answer.json())["code"]) == (400, "not_json")


async def test_no_page_of_another_origin_may_read_answers(visit: Any) -> None:
    answer = await (await visit(Entrance())).get("/api/venue", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_t20_an_address_that_calls_too_often_waits_and_others_do_not(visit: Any) -> None:
    entrance = Entrance({"api_per_minute": 3, "trusted_proxies": ("127.0.0.1",)})
    client = await visit(entrance)

    async def enter(address: str) -> tuple[int, Any]:
        headers = {**OURS, "X-Forwarded-For": address}
        answer = await client.post("/api/enter", json={"name": "Ada"}, headers=headers)
        return answer.status, await answer.json()

    for _ in range(3):
        assert (await enter("203.0.113.5"))[0] == 200
    status, data = await enter("203.0.113.5")
    assert (status, data["code"], data["retry"]) == (429, "too_many_requests", True)
    assert data["error"] == "Too many requests. Please wait 20 seconds."
    assert (await enter("203.0.113.6"))[0] == 200
    entrance.clock.advance(20)
    assert (await enter("203.0.113.5"))[0] == 200


async def test_this_machine_itself_is_not_limited(visit: Any) -> None:
    client = await visit(Entrance({"api_per_minute": 1}))
    for _ in range(4):
        assert (await client.post("/api/enter", json={"name": "Bot"})).status == 200


async def test_a_proxy_that_is_not_listed_is_limited_as_one(visit: Any) -> None:
    client = await visit(Entrance({"api_per_minute": 2}))
    headers = {**OURS, "X-Forwarded-For": "203.0.113.5"}
    statuses = [(await client.post("/api/enter", json={"name": "A"}, headers=headers)).status for _ in range(3)]
    assert statuses == [200, 200, 429]


async def test_t20_requests_under_way_of_one_address_are_capped() -> None:
    entrance = Entrance({"max_connections_per_address": 2, "trusted_proxies": ("127.0.0.1",)})
    go, inside = asyncio.Event(), asyncio.Semaphore(0)

    async def wait(_request: web.Request) -> web.Response:
        inside.release()
        await go.wait()
        return web.Response(text="done")

    site = web.Application(middlewares=[guards.errors, guards.concurrency()])
    site[CONTEXT] = entrance.context
    site.add_routes([web.get("/slow", wait)])
    async with TestClient(TestServer(site)) as client:
        one, other = {"X-Forwarded-For": "203.0.113.5"}, {"X-Forwarded-For": "203.0.113.6"}
        waiting = [asyncio.ensure_future(client.get("/slow", headers=one)) for _ in range(2)]
        for _ in waiting:
            await inside.acquire()
        assert (await client.get("/slow", headers=one)).status == 429
        go.set()
        assert (await client.get("/slow", headers=other)).status == 200
        assert [(await each).status for each in waiting] == [200, 200]
        assert (await client.get("/slow", headers=one)).status == 200


async def test_t21_an_unexpected_error_shows_a_number_and_no_stack_trace(
    visit: Any, caplog: pytest.LogCaptureFixture
) -> None:
    entrance = Entrance()

    def broken() -> int:
        raise RuntimeError("secret detail")

    object.__setattr__(entrance.context, "population", broken)
    answer = await (await visit(entrance)).get("/api/venue")
    data = await answer.json()
    assert (answer.status, data["code"], data["retry"]) == (500, "internal", True)
    assert "secret" not in data["error"]
    record = next(each for each in caplog.records if each.message == "request failed")
    assert vars(record)["number"] in data["error"]


async def test_unknown_paths_and_methods_are_explained_in_kind(visit: Any) -> None:
    client = await visit(Entrance())
    api = await client.get("/api/nothing")
    assert (api.status, (await api.json())["code"]) == (404, "http_404")
    page = await client.get("/nothing")
    assert page.status == 404
    assert "Page not found" in await page.text()
    wrong = await client.delete("/api/venue")
    assert wrong.status == 405
    assert "GET" in wrong.headers["Allow"]


async def test_t18_the_page_of_an_error_shows_no_markup_of_the_caller(visit: Any) -> None:
    answer = await (await visit(Entrance())).get("/<script>alert(1)</script>")
    assert "<script>" not in await answer.text()


@pytest.mark.parametrize(
    "path", ["/./%2fevil.example/", "/%2f%2fevil.example", "/sign-in?next=https://evil.example", "/\\evil.example"]
)
async def test_no_address_leads_to_another_site(visit: Any, path: str) -> None:
    client = await visit(Entrance())
    answer = await client.get(path, allow_redirects=False)
    assert "Location" not in answer.headers
    assert answer.status in (200, 404, 503)


async def test_t17_tokens_codes_and_cookies_stand_in_no_log(event: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    person = await event.person()
    minted = await event.reception.access.mint(person, "ana@example.org", "sign_in")
    await event.post("/api/sign-in/look", {"token": minted.token})
    await event.post("/api/sign-in/link", {"token": minted.token})
    cookie = event.last.cookies[COOKIE].value
    await event.post("/api/sign-in/code", {"email": "ana@example.org", "code": minted.code})
    _, entered = await event.post("/api/enter", {}, {COOKIE: cookie})
    _, bearer = await event.post("/api/bearer", {}, {COOKIE: cookie})
    await event.get("/api/ask/people.me", headers={"Authorization": f"Bearer {bearer['token']}x"})
    await event.post("/api/token", {}, {COOKIE: cookie}, headers={"Origin": "https://evil.example"})
    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for secret in (minted.token, minted.code, cookie, entered["token"], bearer["token"], "ana@example.org"):
        assert secret not in said
