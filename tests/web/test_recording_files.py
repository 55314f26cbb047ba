"""Recordings over HTTP: seen by those who may look up the session, kept by organisers, in step with captions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from turia.event.all_commands import COMMANDS
from turia.event.caption_commands import WriteCaption
from turia.event.door_commands import SetDoor
from turia.event.entries import person_stream
from turia.event.programme import DoorPolicy, Room, Session
from turia.event.recording_commands import RecordingBegun, RecordingFailed, RecordingFinished
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.event.talks import OfSession
from turia.recording.folder import DRAFT, Finished, Media, Shown, Span, Spoken, keep_draft
from turia.slides.folder import DRAWN, PAGES, Drawn, DrawnPage
from turia.testing.entrance import Entrance
from turia.testing.event_site import EventSite

HOUR = 3_600_000
BODY = bytes(range(256)) * 40


class Recorded:
    """A talk in the hall, live for a minute of which ten seconds were off the record; Olga organises, Ana attends."""

    def __init__(self, event: EventSite, folder: Path) -> None:
        self.event = event
        self.folder = folder
        self.cookies: dict[str, dict[str, str]] = {"nobody": {}}
        self.people: dict[str, str] = {}

    async def set_up(self) -> None:
        for name in ("Olga", "Ana"):
            person = await (self.event.organiser(name) if name == "Olga" else self.event.person(name))
            self.people[name.lower()] = person
            self.cookies[name.lower()] = await self.event.cookie(person)
        now = self.event.journal.moment().at
        talk = Session("The talk: a/b", now, now + HOUR, room="hall")
        seed = Seed(info=Info("An event"), rooms={"hall": Room("Hall")}, sessions={"talk": talk}, speakers={})
        await self.event.journal.do("event.seed", seed)
        await self.do("recording.arm")
        await self.do("session.go_live")
        await self.event.journal.do("recording.begin", RecordingBegun("talk"))

    async def do(self, name: str) -> None:
        await self.event.journal.do(name, OfSession("talk"))

    async def caption(self, text: str, second: int) -> None:
        at = self.begins + second * 1_000
        said = WriteCaption(session="talk", text=text, at=at, end_at=at + 1_500, speaker="Ana")
        await self.event.journal.do("caption.write", said)

    @property
    def begins(self) -> int:
        return self.event.journal.moment().at // HOUR * HOUR

    async def finish(self, *, known: bool = True) -> None:
        """Recorded from second 0 to 20 and from 30 to 60 of the hour."""
        begins = self.begins
        take = self.event.entrance.recorder.folder.begin("talk")
        (take / DRAFT).mkdir()
        (take / DRAFT / "main.webm").write_bytes(BODY)
        us = [(begins + second * 1_000) * 1_000 for second in (0, 20, 30, 60)]
        spoken = (Spoken(self.people["ana"], 0, 50_000),)
        media = Media("main.webm", "main", 'video/webm; codecs="vp8, opus"', len(BODY), (self.people["ana"],), spoken)
        spans = Span(us[0], us[1], 0), Span(us[2], us[3], 20_000_000)
        pages = Shown(0, "deck", 1), Shown(25_000, "deck", 2), Shown(40_000, "", 0)
        keep_draft(take, Finished(50_000, spans, (media,), pages, 15, 0))
        drawn = self.folder / "decks" / "deck" / DRAWN
        drawn.mkdir(parents=True)
        texts = (DrawnPage(1_920, 1_080, 0, text) for text in ("\n Welcome \nall", ""))
        (drawn / PAGES).write_bytes(msgspec.json.encode(Drawn(tuple(texts))))
        (drawn / "1-1920.webp").write_bytes(b"picture")
        await self.do("session.end")
        if known:
            await self.known()

    async def known(self) -> None:
        done = RecordingFinished(session="talk", duration_ms=50_000, bytes=len(BODY), segments=15)
        await self.event.journal.do("recording.finish", done)

    async def get(self, path: str, who: str = "ana", **headers: str) -> Any:
        self.event.client.session.cookie_jar.clear()
        return await self.event.client.get(f"/api/recordings{path}", cookies=self.cookies[who], headers=headers)

    async def json(self, path: str, who: str = "ana") -> tuple[int, Any]:
        answer = await self.get(path, who)
        return answer.status, await answer.json()


@pytest.fixture
async def recorded(visit: Callable[[Entrance], Awaitable[Any]], tmp_path: Path) -> Recorded:
    entrance = Entrance({"guests": False, "data_dir": tmp_path})
    entrance.clock.advance(HOUR / 1_000 - entrance.clock.wall() % (HOUR / 1_000))
    recorded = Recorded(EventSite(entrance, await visit(entrance)), tmp_path)
    await recorded.set_up()
    return recorded


async def test_the_list_says_where_each_recording_stands(recorded: Recorded) -> None:
    status, answer = await recorded.json("")
    (now,) = answer["recordings"]
    assert (status, now["session"], now["state"], now["watchable"]) == (200, "talk", "recording", False)
    assert (now["may_arm"], now["may_download"]) == (False, False)
    await recorded.do("session.end")
    recorded.event.entrance.recorder.progress["talk"] = (3, 7)
    _, answer = await recorded.json("")
    (now,) = answer["recordings"]
    assert (now["state"], now["done"], now["steps"]) == ("processing", 3, 7)
    await recorded.event.journal.do("recording.fail", RecordingFailed("talk", "The disk is full."))
    messages = {who: (await recorded.json("", who))[1]["recordings"][0]["message"] for who in ("ana", "olga")}
    assert messages == {"ana": "", "olga": "The disk is full."}


async def test_what_is_told_of_a_recording_fits_together_at_every_moment(recorded: Recorded) -> None:
    await recorded.finish(known=False)
    for path in ("", "/talk"):  # files are there, and the event does not know yet
        _, answer = await recorded.json(path)
        now = answer["recording"] if path else answer["recordings"][0]
        assert (now["state"], now["watchable"], now["duration_ms"], now["bytes"]) == ("processing", False, 0, 0)
        assert answer.get("takes", []) == []
    await recorded.known()
    for name in ("", "recording.arm"):  # what is there can be watched while more is recorded
        if name:
            await recorded.do("session.reopen")
            await recorded.do(name)
        for path in ("", "/talk"):
            _, answer = await recorded.json(path)
            now = answer["recording"] if path else answer["recordings"][0]
            assert (now["watchable"], now["duration_ms"], now["bytes"]) == (True, 50_000, len(BODY))


async def test_one_that_failed_tells_of_what_could_be_saved(recorded: Recorded) -> None:
    await recorded.event.journal.do("recording.fail", RecordingFailed("talk", "The disk is full."))
    await recorded.finish(known=False)
    _, answer = await recorded.json("/talk")
    now = answer["recording"]
    assert (now["state"], now["watchable"], now["duration_ms"], now["bytes"]) == ("failed", True, 50_000, len(BODY))
    assert len(answer["takes"]) == 1


async def test_all_that_is_needed_to_watch_one(recorded: Recorded) -> None:
    recorded.event.entrance.clock.advance(60)
    for second, text in ((2, "Good morning."), (24, "Between us."), (31, "Back.")):
        await recorded.caption(text, second)
    await recorded.finish()
    status, answer = await recorded.json("/talk")
    assert status == 200
    assert answer["recording"]["watchable"]
    (take,) = answer["takes"]
    (media,) = take["files"]
    assert (media["address"], media["kind"], media["people"]) == ("/api/recordings/talk/1/main.webm", "main", ["Ana"])
    assert media["heard"] == [{"name": "Ana", "start": 0, "end": 50_000}]
    assert [(each["at"], each["title"]) for each in take["chapters"]] == [
        (0, "Welcome"),
        (25_000, "Page 2"),
        (40_000, "No slides"),
    ]
    assert [(each["start"], each["text"]) for each in take["cues"]] == [(2_000, "Good morning."), (21_000, "Back.")]
    captions = await (await recorded.get("/talk/1/captions.vtt")).text()
    assert captions.startswith("WEBVTT\n\n00:00:02.000 --> 00:00:03.500\n<v Ana>Good morning.\n\n")
    assert "Between us" not in captions, "what was said off the record is not kept"
    chapters = await recorded.get("/talk/1/chapters.vtt")
    assert chapters.content_type == "text/vtt"
    assert "00:00:25.000 --> 00:00:40.000\nPage 2" in await chapters.text()


async def test_a_file_comes_in_ranges(recorded: Recorded) -> None:
    await recorded.finish()
    answer = await recorded.get("/talk/1/main.webm", Range="bytes=100-299")
    assert answer.status == 206
    assert await answer.read() == BODY[100:300]
    assert answer.headers["Content-Range"] == f"bytes 100-299/{len(BODY)}"
    assert answer.content_type == "video/webm"
    assert "Content-Disposition" not in answer.headers
    whole = await recorded.get("/talk/1/main.webm")
    assert (whole.status, await whole.read()) == (200, BODY)


async def test_files_are_taken_away_by_organisers(recorded: Recorded) -> None:
    await recorded.finish()
    refused = await recorded.get("/talk/1/main.webm?download=1")
    assert (refused.status, (await refused.json())["code"]) == (403, "not_allowed")
    kept = await recorded.get("/talk/1/main.webm?download=1", "olga")
    assert kept.headers["Content-Disposition"] == 'attachment; filename="The-talk-a-b.webm"'


async def test_pages_that_were_shown_are_seen_and_no_others(recorded: Recorded) -> None:
    await recorded.finish()
    shown = await recorded.get("/talk/1/pages/deck/1.webp")
    assert (shown.status, shown.content_type, await shown.read()) == (200, "image/webp", b"picture")
    for page in ("2.webp", "3.webp", "x.webp"):  # of the second the picture is gone
        status, answer = await recorded.json(f"/talk/1/pages/deck/{page}")
        assert (status, answer["code"]) == (404, "unknown_page")


PATHS = [
    "/talk",
    "/talk/1/main.webm",
    "/talk/1/captions.vtt",
    "/talk/1/chapters.vtt",
    "/talk/1/pages/deck/1.webp",
]


@pytest.mark.parametrize("path", ["", *PATHS])
async def test_nobody_sees_anything_unknown(recorded: Recorded, path: str) -> None:
    await recorded.finish()
    status, answer = await recorded.json(path, "nobody")
    assert (status, answer["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("path", PATHS)
async def test_what_a_door_keeps_from_people_is_kept_from_them_afterwards(recorded: Recorded, path: str) -> None:
    door = COMMANDS["room.set_door"].payload(room="hall", policy=DoorPolicy.INVITATION)
    assert isinstance(door, SetDoor)
    await recorded.event.journal.do("room.set_door", door)
    status, answer = await recorded.json(path)  # while it runs, the room's door counts
    assert (status, answer["code"]) == (403, "not_allowed")
    assert (await recorded.json(""))[1] == {"recordings": []}


@pytest.mark.parametrize(
    "path", ["/other", "/talk/2/main.webm", "/talk/1/finished.json", "/talk/1/..%2Ffinished.json", "/talk/x/main.webm"]
)
async def test_what_is_not_there_is_said(recorded: Recorded, path: str) -> None:
    await recorded.finish()
    status, answer = await recorded.json(path)
    assert (status, answer["code"]) == (404, "unknown_recording")


async def test_a_deleted_recording_is_gone_at_once(recorded: Recorded) -> None:
    await recorded.finish()
    await recorded.do("recording.delete")
    assert (await recorded.json("/talk"))[0] == 404
    assert (await recorded.json("/talk/1/captions.vtt"))[0] == 404
    assert (await recorded.json(""))[1] == {"recordings": []}


async def test_who_manages_people_is_told_in_which_recordings_somebody_is(recorded: Recorded) -> None:
    await recorded.finish()
    ana, olga = recorded.people["ana"], recorded.people["olga"]
    for who, person, found in (
        ("olga", ana, ["talk"]),
        ("olga", olga, []),
        ("olga", "nobody", []),
        ("ana", ana, ["talk"]),
    ):
        status, answer = await recorded.json(f"?person={person}", who)
        assert (status, [each["session"] for each in answer["recordings"]]) == (200, found)
    status, answer = await recorded.json(f"?person={olga}", "ana")
    assert (status, answer["code"]) == (403, "not_allowed")
    await recorded.do("recording.delete")
    assert (await recorded.json(f"?person={ana}", "olga"))[1] == {"recordings": []}


async def test_somebody_who_is_erased_is_not_named_any_more(recorded: Recorded) -> None:
    await recorded.finish()
    erase = COMMANDS["people.erase"].payload(person=recorded.people["ana"])
    await recorded.event.journal.do("people.erase", erase)
    assert not recorded.event.journal.state.kinds(person_stream(recorded.people["ana"]))
    _, answer = await recorded.json("/talk", "olga")
    assert answer["takes"][0]["files"][0]["people"] == []
