"""The programme as files over HTTP: to download, to subscribe to, to import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from aiohttp import FormData

from turia.event.commands import Actor
from turia.event.programme import Room, Session
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.event.starring import StarSession
from turia.testing.decisions import NOW
from turia.testing.entrance import ORIGIN
from turia.testing.event_site import EventSite as Event
from turia.web import programme_files

HOUR = 3_600_000
FILES = Path(__file__).parents[1] / "programme" / "files"


@pytest.fixture
async def programme(event: Event) -> Event:
    sessions = {f"s{n}": Session(f"Talk {n}", NOW + n * HOUR, NOW + (n + 1) * HOUR, room="hall") for n in range(3)}
    seed = Seed(info=Info("An event", zone="Europe/Madrid"), rooms={"hall": Room("Hall")}, sessions=sessions)
    await event.journal.do("event.seed", seed)
    return event


async def fetch(event: Event, path: str, cookies: dict[str, str] | None = None, **headers: str) -> tuple[Any, bytes]:
    event.client.session.cookie_jar.clear()
    answer = await event.client.get(path, cookies=cookies or {}, headers=headers)
    return answer, await answer.read()


def titles(body: bytes) -> list[str]:
    return [str(each["SUMMARY"]) for each in icalendar.Calendar.from_ical(body).walk("VEVENT")]


async def test_anybody_may_download_the_whole_programme(programme: Event) -> None:
    answer, body = await fetch(programme, "/programme.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert titles(body) == ["Talk 0", "Talk 1", "Talk 2"]
    answer, body = await fetch(programme, "/programme.xml")
    assert len(ElementTree.fromstring(body).findall("day/room/event")) == 3
    answer, body = await fetch(programme, "/programme.json")
    assert json.loads(body)["schedule"]["conference"]["title"] == "An event"
    answer, body = await fetch(programme, "/programme.csv")
    assert body.decode("utf-8-sig").splitlines()[1].startswith("Talk 0,2025-11-03 09:00+01:00")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="programme.csv"'


@pytest.mark.parametrize("ending", ["ics", "xml", "json", "csv"])
async def test_who_has_the_file_is_told_so(programme: Event, ending: str) -> None:
    answer, _ = await fetch(programme, f"/programme.{ending}")
    etag, modified = answer.headers["ETag"], answer.headers["Last-Modified"]
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        again, body = await fetch(programme, f"/programme.{ending}", **headers)
        assert (again.status, body) == (304, b"")
    organiser = await programme.cookie(await programme.organiser())
    programme.entrance.clock.advance(60)
    status, _ = await programme.do("programme.cancel_session", {"session": "s1"}, organiser)
    assert status == 200
    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        again, body = await fetch(programme, f"/programme.{ending}", **headers)
        assert again.status == 200
        assert again.headers["ETag"] != etag


async def test_one_session_is_a_file(programme: Event) -> None:
    _, body = await fetch(programme, "/sessions/s1.ics")
    assert titles(body) == ["Talk 1"]
    answer, _ = await fetch(programme, "/sessions/nothing.ics")
    assert answer.status == 404


async def test_ones_own_calendar_holds_ones_stars(programme: Event) -> None:
    person = await programme.person()
    cookie = await programme.cookie(person)
    answer, _ = await fetch(programme, "/my/programme.ics")
    assert answer.status == 401
    await programme.journal.do("programme.star", StarSession("s2"), Actor(person))
    answer, body = await fetch(programme, "/my/programme.ics", cookie)
    assert titles(body) == ["Talk 2"]
    assert answer.headers["Cache-Control"].startswith("private")
    await programme.journal.do("programme.star", StarSession("s0"), Actor(person))
    answer, body = await fetch(programme, "/my/programme.ics", cookie, **{"If-None-Match": answer.headers["ETag"]})
    assert titles(body) == ["Talk 0", "Talk 2"]


async def test_a_calendar_program_reads_it_by_a_secret_address(programme: Event) -> None:
    cookie = await programme.cookie(person := await programme.person())
    await programme.journal.do("programme.star", StarSession("s2"), Actor(person))
    assert (await programme.get("/api/me/feed"))[0] == 401
    _, feed = await programme.get("/api/me/feed", cookie)
    path = feed["url"].removeprefix(programme.reception.base)
    answer, body = await fetch(programme, path)
    assert (answer.status, titles(body)) == (200, ["Talk 2"])
    assert (await programme.do("programme.renew_feed", {}, cookie))[0] == 200
    answer, _ = await fetch(programme, path)
    assert answer.status == 404
    answer, _ = await fetch(programme, "/my/programme.ics?key=forged")
    assert answer.status == 404


async def send(event: Event, cookie: dict[str, str], data: Any, query: str = "") -> tuple[int, Any]:
    event.client.session.cookie_jar.clear()
    path = f"/api/programme/import{query}"
    answer = await event.client.post(path, data=data, cookies=cookie, headers={"Origin": ORIGIN})
    return answer.status, await answer.json()


async def test_a_form_or_a_bare_file_is_previewed_and_applied(programme: Event) -> None:
    cookie = await programme.cookie(await programme.organiser())
    form = FormData()
    form.add_field("zone", "Europe/Berlin")
    form.add_field("missing", "keep")
    form.add_field("file", (FILES / "frab.xml").read_bytes(), filename="frab.xml", content_type="text/xml")
    status, preview = await send(programme, cookie, form)
    assert status == 200
    assert [each["title"] for each in preview["added"]] == ["Opening & welcome", "Night of music"]
    assert preview["name"] == "frab.xml"
    status, bare = await send(programme, cookie, (FILES / "frab.xml").read_bytes(), "?name=frab.xml&missing=keep")
    assert (status, bare["added"]) == (200, preview["added"])
    body = {"upload": preview["upload"], "version": preview["version"], "missing": "keep"}
    status, edited = await programme.do("programme.apply_import", body, cookie)
    assert (status, edited["version"]) == (200, 2)
    _, calendar = await fetch(programme, "/programme.ics")
    assert len(titles(calendar)) == 5


async def test_only_editors_import(programme: Event) -> None:
    data = (FILES / "frab.xml").read_bytes()
    assert (await send(programme, {}, data))[0] == 401
    status, answer = await send(programme, await programme.cookie(await programme.person()), data)
    assert (status, answer["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("data", "query", "says"),
    [
        (b"<schedule>", "?name=x.xml", "x.xml is not well-formed XML: line 1"),
        (b"PK\x03\x04", "", "is a zip file"),
        (b"a,b\n1,2", "?mapping=%7B", "cannot be read"),
        (b"a,b\n1,2", "?zone=Nowhere", "is no time zone"),
        (b"a,b\n1,2", "?missing=burn", "remove, cancel, keep"),
    ],
)
async def test_what_is_wrong_is_said(programme: Event, data: bytes, query: str, says: str) -> None:
    cookie = await programme.cookie(await programme.organiser())
    status, answer = await send(programme, cookie, data, query)
    assert status in {400, 404}
    assert says in answer["error"]
    form = FormData()
    form.add_field("text", "no file", content_type="text/plain", filename="x")
    status, answer = await send(programme, cookie, form)
    assert "no field “file”" in answer["error"]


async def test_files_that_are_read_at_the_same_time_are_few(programme: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programme_files, "_MOST_READERS", 0)
    cookie = await programme.cookie(await programme.organiser())
    status, answer = await send(programme, cookie, b"x")
    assert (status, answer["code"]) == (503, "try_again")
