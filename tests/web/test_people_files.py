"""Lists of people as files, and one's own data. T11, T16, T24."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from turia.event.register import Register
from turia.testing.entrance import ORIGIN

TABLE = """Name;E-Mail;Category;Country;Wishes to contribute
Ana;ana@example.org;individual;ES;yes
Ben;ben@;individual;ES;yes
"""


async def send(event: Any, path: str, data: bytes, cookies: dict[str, str]) -> Any:
    event.client.session.cookie_jar.clear()
    headers = {"Origin": ORIGIN, "Content-Type": "text/csv"}
    answer = await event.client.post(path, data=io.BytesIO(data), cookies=cookies, headers=headers)
    return answer.status, await answer.json()


async def test_a_list_is_looked_at_then_taken_in_once(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    status, seen = await send(event, "/api/people/csv/preview", TABLE.encode(), cookies)
    assert status == 200
    assert seen["separator"] == ";"
    assert seen["mapping"]["E-Mail"] == "email"
    assert (seen["counts"]["add"], seen["counts"]["problem"]) == (1, 1)
    assert not event.journal.state.view(Register).by_address("ana@example.org")
    query = f"?mid=import-0001&approve=true&write=false&mapping={json.dumps(seen['mapping'])}"
    first = await send(event, f"/api/people/csv/apply{query}", TABLE.encode(), cookies)
    again = await send(event, f"/api/people/csv/apply{query}", TABLE.encode(), cookies)
    assert first == again
    assert (first[0], first[1]["added"]) == (200, 1)
    assert event.journal.state.view(Register).by_address("ana@example.org")


async def test_what_was_exported_can_be_imported_without_a_change(event: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    await event.person("Ana")
    event.client.session.cookie_jar.clear()
    answer = await event.client.get("/api/people/csv", cookies=cookies)
    assert answer.content_type == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="registrations.csv"'
    _, seen = await send(event, "/api/people/csv/preview", await answer.read(), cookies)
    assert (seen["counts"]["add"], seen["counts"]["change"]) == (0, 0)


@pytest.mark.parametrize("role", ["", "speaker", "steward", "moderator"])
async def test_t24_lists_are_for_those_who_manage_people(event: Any, role: str) -> None:
    await event.organiser()
    cookies = await event.cookie(await event.person("Zoe", role=role))
    for jar, status in ((cookies, 403), ({}, 401)):
        assert (await send(event, "/api/people/csv/preview", TABLE.encode(), jar))[0] == status
        assert (await send(event, "/api/people/csv/apply?mid=import-0001", TABLE.encode(), jar))[0] == status
        assert (await event.get("/api/people/csv", jar))[0] == status
    assert not event.journal.state.view(Register).by_address("ana@example.org")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(b"", 400, "csv_empty"), (b"\0\1\2" * 50, 400, "csv_binary"), (b"x" * 4_100_000, 413, "too_large")],
)
async def test_t11_files_that_cannot_be_read_are_refused(event: Any, data: bytes, status: int, code: str) -> None:
    cookies = await event.cookie(await event.organiser())
    found, answer = await send(event, "/api/people/csv/preview", data, cookies)
    assert (found, answer["code"]) == (status, code)


async def test_my_data_is_a_file_with_everything_of_me_and_nothing_of_others(event: Any) -> None:
    ana, ben = await event.person("Ana"), await event.person("Ben")
    status, data = await event.get("/api/me/data", await event.cookie(ana))
    assert status == 200
    assert event.last.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert data["event"]["person"] == ana
    assert [each["agent"] for each in data["sign_ins"]] == ["Firefox on Linux"]
    text = json.dumps(data)
    assert "ana@example.org" in text
    assert ben not in text
    assert "ben@example.org" not in text
    assert (await event.get("/api/me/data"))[0] == 401
