"""The logo: uploaded by those who may, served as a picture and nothing else. T11, T16, T24."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from turia.event.entries import EVENT
from turia.event.settings import Info
from turia.testing.entrance import ORIGIN, Entrance
from turia.testing.event_site import EventSite


@pytest.fixture
async def event(visit: Any, tmp_path: Path) -> EventSite:
    entrance = Entrance({"guests": False, "data_dir": tmp_path})
    return EventSite(entrance, await visit(entrance))


@pytest.fixture
def upload(event: EventSite) -> Callable[..., Awaitable[Any]]:
    async def upload(data: bytes, cookies: dict[str, str] | None = None, **headers: str) -> Any:
        event.client.session.cookie_jar.clear()
        given = {"Origin": ORIGIN, "Content-Type": "image/png", **headers}
        answer = await event.client.post("/api/event/logo", data=io.BytesIO(data), cookies=cookies or {}, headers=given)
        return answer.status, await answer.json()

    return upload


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(out, "PNG")
    return out.getvalue()


async def test_an_organiser_changes_the_logo(event: EventSite, upload: Any, tmp_path: Path) -> None:
    assert (await event.client.get("/event/logo")).status == 404
    status, answer = await upload(png(), await event.cookie(await event.organiser()))
    assert status == 200
    assert answer["logo"].endswith(".png")
    info = event.journal.state.get(EVENT, Info, "info")
    assert info is not None
    assert info.logo == answer["logo"]
    served = await event.client.get(f"/api/files/{answer['logo']}")
    assert served.content_type == "image/png"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in served.headers["Cache-Control"]
    assert Image.open(io.BytesIO(await served.read())).size == (20, 10)
    now = await event.client.get("/event/logo")
    assert (now.status, now.headers["Cache-Control"]) == (200, "no-cache")
    assert [path.name for path in (tmp_path / "files").iterdir()] == [answer["logo"]], "no draft is left behind"


async def test_another_logo_takes_its_place_at_once(event: EventSite, upload: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    first, second = (await upload(png(), cookies))[1], (await upload(png("blue"), cookies))[1]
    assert first["logo"] != second["logo"]
    assert second["seen"] > first["seen"]
    assert (await (await event.client.get("/event/logo")).read()) != png()


@pytest.mark.parametrize("role", ["", "speaker", "steward", "moderator"])
async def test_t24_nobody_else_does(event: EventSite, upload: Any, tmp_path: Path, role: str) -> None:
    await event.organiser()
    assert (await upload(png()))[0] == 401
    status, answer = await upload(png(), await event.cookie(await event.person(role=role)))
    assert (status, answer["code"]) == (403, "not_allowed")
    assert not (tmp_path / "files").exists()


async def test_a_page_of_another_origin_does_not_either(event: EventSite, upload: Any) -> None:
    cookies = await event.cookie(await event.organiser())
    assert (await upload(png(), cookies, Origin="https://evil.example"))[0] == 403


@pytest.mark.parametrize("data", [b"<svg/>", b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", png()[:-20]])
async def test_t11_what_is_no_picture_is_refused_and_leaves_nothing(
    event: EventSite, upload: Any, tmp_path: Path, data: bytes
) -> None:
    status, answer = await upload(data, await event.cookie(await event.organiser()))
    assert (status, answer["code"]) == (400, "picture")
    assert list((tmp_path / "files").iterdir()) == []


async def test_a_picture_of_megabytes_is_refused_unread(event: EventSite, upload: Any) -> None:
    status, answer = await upload(b"\0" * 1_100_000, await event.cookie(await event.organiser()))
    assert (status, answer["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fsigning.key",
        "%2e%2e/signing.key",
        "signing.key",
        "a.png",
        f"{'0' * 32}.svg",
        f"{'0' * 32}.png",
        "x%00",
    ],
)
async def test_t16_nothing_else_of_the_data_folder_is_served(event: EventSite, tmp_path: Path, name: str) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "signing.key").write_bytes(b"secret")
    answer = await event.client.get(f"/api/files/{name}")
    assert answer.status == 404
    assert b"secret" not in await answer.read()
