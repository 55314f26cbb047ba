"""Recognisers over HTTP: what they hear is shown, lines are kept once, at the speed of speech."""

from __future__ import annotations

from typing import Any

import pytest

from turia.event.all_commands import COMMANDS
from turia.event.captions import Caption
from turia.event.entries import talk_stream
from turia.event.programme import Room, Session
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.protocol.media import Interim
from turia.testing.entrance import Entrance
from turia.testing.event_site import EventSite

MINUTE = 60_000
LINE = {"session": "talk", "text": "Good morning.", "final": True, "mid": "line-0001", "speaker": "Spe"}


@pytest.fixture
async def event(visit: Any) -> EventSite:
    """A talk is live in the hall."""
    entrance = Entrance({"guests": False})
    site = EventSite(entrance, await visit(entrance))
    now = site.journal.moment().at
    seed = Seed(
        info=Info("An event"),
        rooms={"hall": Room("Hall")},
        sessions={"talk": Session("Talk", now + MINUTE, now + 60 * MINUTE, room="hall")},
        speakers={},
    )
    await site.journal.do("event.seed", seed)
    entrance.clock.advance(60)
    await site.journal.do("session.go_live", COMMANDS["session.go_live"].payload("talk"))
    return site


@pytest.fixture
async def token(event: EventSite) -> str:
    """Of a program of a captioner's."""
    _, bearer = await event.post("/api/bearer", {}, await event.cookie(await event.person("Rec", "captioner")))
    return str(bearer["token"])


async def heard(event: EventSite, token: str, **fields: Any) -> tuple[int, Any]:
    event.client.session.cookie_jar.clear()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = await event.client.post("/api/captions", json={**LINE, **fields}, headers=headers)
    return answer.status, await answer.json()


def lines(event: EventSite) -> dict[str, Caption]:
    return dict(event.journal.state.all(talk_stream("talk"), Caption))


async def test_a_final_line_is_kept_once_however_often_it_is_sent(event: EventSite, token: str) -> None:
    answers = [await heard(event, token) for _ in range(2)]
    assert answers[0] == answers[1]
    status, answer = answers[0]
    assert status == 200
    assert list(lines(event)) == [answer["caption"]]
    line = lines(event)[answer["caption"]]
    assert (line.text, line.speaker, line.source) == ("Good morning.", "Spe", "recogniser")


async def test_what_is_not_final_is_shown_and_not_kept(event: EventSite, token: str) -> None:
    assert await heard(event, token, text="Good mor", final=False) == (200, {"caption": ""})
    [(_, text)] = event.entrance.interims
    assert text == Interim("hall", "talk", "Good mor", "Spe", "", "recogniser")
    assert lines(event) == {}


async def test_a_final_line_needs_an_id(event: EventSite, token: str) -> None:
    status, answer = await heard(event, token, mid=None)
    assert (status, answer["code"]) == (400, "mid_missing")
    assert lines(event) == {}


async def test_only_captioners_and_only_with_a_token(event: EventSite) -> None:
    assert (await heard(event, ""))[0] == 401
    _, bearer = await event.post("/api/bearer", {}, await event.cookie(await event.person("Ana")))
    status, answer = await heard(event, bearer["token"])
    assert (status, answer["code"]) == (403, "not_allowed")
    assert lines(event) == {}


async def test_the_fastest_speaker_and_ten_updates_a_second_are_not_too_often(event: EventSite, token: str) -> None:
    """170 words a minute are about 20 lines of 8 words and a half."""
    for second in range(6):
        for _ in range(10):
            assert (await heard(event, token, text="Good", final=False))[0] == 200
        if second % 3 == 0:
            assert (await heard(event, token, mid=f"line-{second:04}"))[0] == 200
        event.entrance.clock.advance(1)
    assert len(lines(event)) == 2
    statuses = [(await heard(event, token, text="Good", final=False))[0] for _ in range(70)]
    assert statuses[-1] == 429
