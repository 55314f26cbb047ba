"""Slides over HTTP: handed in by those who may, seen by those who may, and nothing left of what was refused."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import FormData
from PIL import Image

from turia.errors import BundleError, Refused
from turia.event.all_commands import COMMANDS
from turia.event.commands import Actor
from turia.event.decks import Deck, DeckNotes, DeckState, deck_of, decks_of
from turia.event.door_commands import SetDoor
from turia.event.entries import person_stream, talk_stream
from turia.event.programme import DoorPolicy, Room, Session, Speaker
from turia.event.seeding import Seed
from turia.event.settings import Info
from turia.slides import render
from turia.slides.folder import PAGES, Drawn, DrawnPage, picture_name
from turia.testing.entrance import ORIGIN, Entrance
from turia.testing.event_site import EventSite
from turia.testing.pdf_file import Sheet, locked, pdf
from turia.web import deck_upload

HOUR = 3_600_000
PDF = pdf(Sheet(lines=["One"]), Sheet(lines=["Two"]))


class Painter:
    """Draws in this process, when it is let."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.tell: Callable[[int, int], None] = lambda done, pages: None

    async def __call__(self, source: Path, draft: Path, tell: Callable[[int, int], None]) -> None:
        self.tell = tell
        for page in (1, 2):
            for side in (1_920, 640):
                out = io.BytesIO()
                Image.new("RGB", (side, side * 9 // 16), (page, 0, 0)).save(out, "WEBP", lossless=True)
                (draft / picture_name(page, side)).write_bytes(out.getvalue())
        tell(1, 2)
        await self.go.wait()
        if b"/Encrypt" in await asyncio.to_thread(source.read_bytes):
            raise BundleError("The file is protected by a password. Save it without one, and upload that.")
        pages = tuple(DrawnPage(1_920, 1_080, 0, text) for text in ("One", "Two"))
        (draft / PAGES).write_bytes(msgspec.json.encode(Drawn(pages)))


class Slides:
    """An event with a talk of Spe in the hall; ``cookies`` of everybody, ``send`` hands in a file."""

    def __init__(self, event: EventSite, painter: Painter, folder: Path) -> None:
        self.event = event
        self.painter = painter
        self.folder = folder
        self.cookies: dict[str, dict[str, str]] = {"nobody": {}}
        self.people: dict[str, str] = {}

    async def set_up(self) -> None:
        for name in ("Olga", "Spe", "Ana"):
            person = await (self.event.organiser(name) if name == "Olga" else self.event.person(name))
            self.people[name.lower()] = person
            self.cookies[name.lower()] = await self.event.cookie(person)
        now = self.event.journal.moment().at
        talk = Session("Talk", now + HOUR, now + 2 * HOUR, room="hall", speakers=("s",))
        seed = Seed(
            info=Info("An event"),
            rooms={"hall": Room("Hall")},
            sessions={"talk": talk},
            speakers={"s": self._speaker()},
        )
        await self.event.journal.do("event.seed", seed)

    def _speaker(self) -> Speaker:
        return Speaker("Spe", person=self.people["spe"])

    async def send(
        self,
        who: str = "spe",
        data: bytes = PDF,
        session: str = "talk",
        form: FormData | None = None,
        mid: str = "",
        **headers: str,
    ) -> tuple[int, Any]:
        if form is None:
            form = FormData()
            form.add_field("session", session)
            form.add_field("title", "My slides")
            if mid:
                form.add_field("mid", mid)
            form.add_field("file", io.BytesIO(data), filename="talk.pdf", content_type="application/pdf")
        self.event.client.session.cookie_jar.clear()
        given = {"Origin": ORIGIN, **headers}
        answer = await self.event.client.post("/api/decks", data=form, cookies=self.cookies[who], headers=given)
        return answer.status, await answer.json()

    async def get(self, path: str, who: str = "spe", **headers: str) -> Any:
        self.event.client.session.cookie_jar.clear()
        return await self.event.client.get(path, cookies=self.cookies[who], headers=headers)

    def deck(self, key: str) -> Deck | None:
        return deck_of(self.event.journal.state, key)

    def keys(self) -> list[str]:
        return sorted(decks_of(self.event.journal.state, "talk"))

    async def drawn(self, key: str) -> Deck:
        async with asyncio.timeout(60):
            while True:
                deck = self.deck(key)
                assert deck is not None
                if deck.state is not DeckState.RENDERING:
                    return deck
                await asyncio.sleep(0.001)

    async def handed_in(self) -> str:
        _, answer = await self.send()
        assert (await self.drawn(answer["deck"])).state is DeckState.READY
        return str(answer["deck"])

    async def live(self) -> None:
        self.event.entrance.clock.advance(3_600)
        await self.event.journal.do("session.go_live", COMMANDS["session.go_live"].payload("talk"))

    def left(self) -> list[str]:
        return [path.name for path in self.folder.iterdir()] if self.folder.exists() else []


@pytest.fixture
async def slides(visit: Callable[[Entrance], Awaitable[Any]], tmp_path: Path) -> Slides:
    painter = Painter()
    entrance = Entrance({"guests": False, "data_dir": tmp_path}, draw=painter)
    slides = Slides(EventSite(entrance, await visit(entrance)), painter, tmp_path / "decks")
    await slides.set_up()
    return slides


# -- handing in ------------------------------------------------------------------------------------


async def test_a_speaker_hands_in_slides_and_sees_them_being_drawn(slides: Slides) -> None:
    slides.painter.go.clear()
    status, answer = await slides.send()
    assert (status, answer["before"]) == (200, 0)
    key = answer["deck"]
    async with asyncio.timeout(60):
        while not (deck := slides.deck(key)) or deck.done_pages < 1:  # noqa: ASYNC110 - files are written in threads
            await asyncio.sleep(0.001)
    assert deck == Deck("talk", "My slides", slides.people["spe"], DeckState.RENDERING, 2, done_pages=1, bytes=len(PDF))
    assert (await slides.get(f"/api/decks/{key}/pages/1.webp")).status == 200, "pages are seen as they are drawn"
    early = await slides.get(f"/api/decks/{key}/pages/2.webp")
    assert (early.status, (await early.json())["code"]) == (409, "deck_not_ready")
    second = (await slides.send())[1]
    assert second["before"] == 1
    now = await (await slides.get(f"/api/decks/{second['deck']}")).json()
    assert now == {
        "deck": second["deck"],
        "state": "rendering",
        "pages": 0,
        "done_pages": 0,
        "message": "",
        "before": 1,
    }
    slides.painter.go.set()
    assert (await slides.drawn(second["deck"])).state is DeckState.READY
    assert sorted(slides.left()) == sorted([key, second["deck"]])


async def test_a_title_comes_from_the_name_of_the_file(slides: Slides) -> None:
    form = FormData(quote_fields=False)
    form.add_field("session", "talk")
    form.add_field("file", io.BytesIO(PDF), filename="../../Presence at scale.pdf", content_type="application/pdf")
    _, answer = await slides.send(form=form)
    assert (await slides.drawn(answer["deck"])).title == "Presence at scale"


async def test_slides_that_are_sent_again_are_handed_in_once(slides: Slides) -> None:
    first = await slides.send(mid="mid-000001")
    drawn = await slides.drawn(first[1]["deck"])
    assert drawn.state is DeckState.READY
    assert await slides.send(mid="mid-000001") == first
    both = await asyncio.gather(*(slides.send(mid="mid-000002") for _ in range(2)))
    assert both[0][1]["deck"] == both[1][1]["deck"] != first[1]["deck"]
    await slides.drawn(both[0][1]["deck"])
    other = (await slides.send("olga", mid="mid-000001"))[1]["deck"]
    assert other != first[1]["deck"], "a mid is its person's"
    await slides.drawn(other)
    assert len(slides.keys()) == 3
    assert sorted(each for each in slides.left() if not each.startswith(".")) == slides.keys()
    assert slides.deck(first[1]["deck"]) == drawn, "what was drawn is not drawn again"


async def test_slides_are_kept_when_the_answer_was_lost(slides: Slides, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = slides.event.journal
    do = journal.do

    async def lost(*given: Any) -> Any:
        monkeypatch.undo()
        await do(*given)
        raise Refused("try_again", "The venue is very busy.", retry=True)

    monkeypatch.setattr(journal, "do", lost)
    assert (await slides.send(mid="mid-000001"))[0] == 503
    status, answer = await slides.send(mid="mid-000001")
    assert status == 200
    assert (await slides.drawn(answer["deck"])).state is DeckState.READY
    assert slides.keys() == [answer["deck"]]


async def test_slides_that_were_deleted_do_not_come_back_by_the_same_mid(slides: Slides) -> None:
    _, first = await slides.send(mid="mid-000001")
    await slides.drawn(first["deck"])
    spe = Actor(slides.people["spe"])
    await slides.event.journal.do("deck.delete", COMMANDS["deck.delete"].payload(first["deck"]), spe)
    status, answer = await slides.send(mid="mid-000001")
    assert (status, answer["code"]) == (404, "unknown_deck")
    assert slides.keys() == []


async def test_a_mid_that_is_none_is_refused_before_the_file_is_taken(slides: Slides) -> None:
    status, answer = await slides.send(mid="short")
    assert (status, answer["code"]) == (400, "bad_request")
    assert "8 to 64" in answer["error"]
    assert slides.left() == []


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("ana", 403)])
async def test_t24_nobody_else_hands_in(slides: Slides, who: str, status: int) -> None:
    assert (await slides.send(who))[0] == status
    assert slides.left() == []


async def test_an_organiser_hands_in_for_others(slides: Slides) -> None:
    assert (await slides.send("olga"))[0] == 200


async def test_a_page_of_another_origin_hands_in_nothing(slides: Slides) -> None:
    assert (await slides.send(Origin="https://evil.example"))[0] == 403
    assert slides.left() == []


def form_of(*names: str) -> FormData:
    form = FormData(default_to_multipart=True)
    for name in names:
        if name == "file":
            form.add_field("file", io.BytesIO(PDF), filename="x.pdf")
        else:
            form.add_field(name, "talk" if name == "session" else "x")
    return form


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (form_of("file", "session"), "no field “session” before the file"),
        (form_of("session", "title", "other"), "no field “file”"),
        (form_of("session", *"abcdefghij", "file"), "too many fields"),
    ],
)
async def test_broken_forms_are_refused_with_what_is_missing(slides: Slides, form: FormData, sentence: str) -> None:
    status, answer = await slides.send(form=form)
    assert (status, answer["code"]) == (400, "bad_request")
    assert sentence in answer["error"]
    assert slides.left() == []


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"PK\x03\x04" + bytes(5_000), 400, "not_a_pdf"),
        (b"", 400, "not_a_pdf"),
        (b"%PDF-1.7" + bytes(60_000), 413, "too_large"),
    ],
)
async def test_what_is_no_pdf_or_too_large_is_refused_and_leaves_nothing(
    slides: Slides, monkeypatch: pytest.MonkeyPatch, data: bytes, status: int, code: str
) -> None:
    monkeypatch.setattr(deck_upload, "MOST_BYTES", 50_000)
    got, answer = await slides.send(data=data)
    assert (got, answer["code"]) == (status, code)
    assert slides.left() == []
    assert not slides.event.journal.state.all(talk_stream("talk"), Deck)


async def test_fifty_megabytes_and_more_are_refused_before_they_are_read(slides: Slides) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "60000000", "Origin": ORIGIN}
    slides.event.client.session.cookie_jar.clear()

    async def nothing() -> Any:
        yield b"--x\r\n"

    answer = await slides.event.client.post(
        "/api/decks", data=nothing(), cookies=slides.cookies["spe"], headers=headers
    )
    assert answer.status == 413
    assert "60 MB or more; at most 50 MB are taken" in (await answer.json())["error"]


async def test_a_full_disk_is_said_before_the_file_is_taken(slides: Slides, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck_upload, "KEPT_FREE_BYTES", 2**62)
    status, answer = await slides.send()
    assert (status, answer["retry"]) == (503, True)
    assert "no room left" in answer["error"]


async def test_whoever_sends_too_many_waits(slides: Slides) -> None:
    codes = [(await slides.send(data=b"no PDF"))[0] for _ in range(13)]
    assert codes == [400] * 12 + [429]


async def test_an_unknown_session_is_said(slides: Slides) -> None:
    status, answer = await slides.send(session="gone")
    assert (status, answer["code"]) == (404, "unknown_session")


async def test_what_cannot_be_drawn_says_so_where_it_is_looked_at(slides: Slides) -> None:
    _, answer = await slides.send(data=locked())
    deck = await slides.drawn(answer["deck"])
    assert (deck.state, deck.message[:38]) == (DeckState.FAILED, "The file is protected by a password. S")
    page = await slides.get(f"/api/decks/{answer['deck']}/pages/2.webp")
    assert "password" in (await page.json())["error"]


async def test_a_real_file_goes_all_the_way(slides: Slides, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn in this process: what the child adds is in tests/slides."""

    async def draw(source: Path, draft: Path, tell: Callable[[int, int], None]) -> None:
        await asyncio.to_thread(render.draw, source, draft, lambda done, pages: None)

    monkeypatch.setattr(slides.event.entrance.drawing, "_draw", draw)
    key = await slides.handed_in()
    page = await slides.get(f"/api/decks/{key}/pages/2.webp")
    assert Image.open(io.BytesIO(await page.read())).size == (1_920, 1_080)
    text = await (await slides.get(f"/api/decks/{key}/text")).json()
    assert [each["text"] for each in text["pages"]] == ["One", "Two"]


# -- looking at them -------------------------------------------------------------------------------


async def test_pages_come_in_two_sizes_and_are_kept_by_the_browser_alone(slides: Slides) -> None:
    key = await slides.handed_in()
    for query, width in (
        ("", 1_920),
        ("?width=640", 640),
        ("?width=300", 640),
        ("?width=641", 1_920),
        ("?width=9999", 1_920),
    ):
        answer = await slides.get(f"/api/decks/{key}/pages/2.webp{query}")
        assert Image.open(io.BytesIO(await answer.read())).size[0] == width
        assert answer.content_type == "image/webp"
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = await slides.get(f"/api/decks/{key}/pages/2.webp", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize("page", ["0", "3", "-1", "01x", "x", "99999", "1%00", "²"])
async def test_there_are_no_other_pages(slides: Slides, page: str) -> None:
    key = await slides.handed_in()
    assert (await slides.get(f"/api/decks/{key}/pages/{page}.webp")).status == 404


async def test_widths_are_numbers(slides: Slides) -> None:
    key = await slides.handed_in()
    assert (await slides.get(f"/api/decks/{key}/pages/1.webp?width=wide")).status == 400


async def test_the_text_is_there_for_reading(slides: Slides) -> None:
    key = await slides.handed_in()
    answer = await slides.get(f"/api/decks/{key}/text")
    page = {"width": 1_920, "height": 1_080, "rotation": 0}
    assert await answer.json() == {"deck": key, "pages": [{**page, "text": "One"}, {**page, "text": "Two"}]}
    assert (await slides.get(f"/api/decks/{key}/text", **{"If-None-Match": answer.headers["ETag"]})).status == 304


async def test_before_the_session_only_its_people_look_then_everybody(slides: Slides) -> None:
    key = await slides.handed_in()
    paths = (f"/api/decks/{key}", f"/api/decks/{key}/pages/1.webp", f"/api/decks/{key}/text")
    for path in paths:
        assert [(await slides.get(path, who)).status for who in ("spe", "olga", "ana", "nobody")] == [
            200,
            200,
            403,
            401,
        ]
    await slides.live()
    for path in paths:
        assert [(await slides.get(path, who)).status for who in ("ana", "nobody")] == [200, 401]


async def test_a_locked_room_keeps_its_own_people_only(slides: Slides) -> None:
    key = await slides.handed_in()
    await slides.live()
    lock = SetDoor(room="hall", policy=DoorPolicy.LOCKED)
    await slides.event.journal.do("room.set_door", lock, Actor(slides.people["olga"]))
    path = f"/api/decks/{key}/pages/1.webp"
    assert (await slides.get(path, "ana")).status == 403
    slides.event.entrance.standing[slides.people["ana"]] = "hall"
    assert (await slides.get(path, "ana")).status == 200


async def test_the_file_is_given_to_others_when_it_is_shared(slides: Slides) -> None:
    key = await slides.handed_in()
    await slides.live()
    mine = await slides.get(f"/api/decks/{key}/file")
    assert await mine.read() == PDF
    assert mine.headers["Content-Disposition"].startswith("attachment")
    assert mine.headers["Content-Security-Policy"] == "sandbox"
    assert (await slides.get(f"/api/decks/{key}/file", "ana")).status == 403
    assert (await slides.event.do("deck.share", {"deck": key, "shared": True}, slides.cookies["spe"]))[0] == 200
    assert await (await slides.get(f"/api/decks/{key}/file", "ana")).read() == PDF


async def test_what_is_deleted_is_gone_at_once(slides: Slides) -> None:
    key = await slides.handed_in()
    assert (await slides.get(f"/api/decks/{key}/pages/1.webp")).status == 200
    assert (await slides.event.do("deck.delete", {"deck": key}, slides.cookies["spe"]))[0] == 200
    assert (await slides.get(f"/api/decks/{key}/pages/1.webp")).status == 404
    async with asyncio.timeout(60):
        while slides.left():  # noqa: ASYNC110 - a thread removes it
            await asyncio.sleep(0.001)


async def test_files_that_are_lost_are_said(slides: Slides) -> None:
    key = await slides.handed_in()
    slides.event.entrance.drawing.folder.remove(key)
    for path in ("pages/1.webp", "text", "file"):
        answer = await slides.get(f"/api/decks/{key}/{path}")
        assert (answer.status, (await answer.json())["code"]) == (404, "unknown_file"), path


@pytest.mark.parametrize("deck", ["..", "%2e%2e", "..%2f..", "gone", ".upload-x", "%00"])
async def test_t16_nothing_else_of_the_data_folder_is_served(slides: Slides, deck: str) -> None:
    await slides.handed_in()
    for path in ("/file", "/text", "/pages/1.webp", ""):
        assert (await slides.get(f"/api/decks/{deck}{path}")).status == 404


async def test_looking_is_limited_by_person_and_generous(slides: Slides) -> None:
    key = await slides.handed_in()
    path = f"/api/decks/{key}/pages/1.webp?width=640"
    codes = [(await slides.get(path)).status for _ in range(400)]
    assert codes == [200] * 400


# -- notes -----------------------------------------------------------------------------------------


async def note(slides: Slides, key: str, data: bytes, who: str = "spe") -> tuple[int, Any]:
    slides.event.client.session.cookie_jar.clear()
    headers = {"Origin": ORIGIN, "Content-Type": "text/markdown"}
    path = f"/api/decks/{key}/notes"
    answer = await slides.event.client.post(path, data=data, cookies=slides.cookies[who], headers=headers)
    return answer.status, await answer.json()


async def test_notes_are_taken_from_a_file_for_oneself(slides: Slides) -> None:
    key = await slides.handed_in()
    assert await note(slides, key, b"# 2\nSlowly.\n# 1\nHello.") == (200, {"pages": [1, 2]})
    stream = person_stream(slides.people["spe"])
    kept = slides.event.journal.state.all(stream, DeckNotes)
    assert kept == {f"{key}.1": DeckNotes("Hello."), f"{key}.2": DeckNotes("Slowly.")}
    assert await note(slides, key, b"---\nOnly the second.") == (200, {"pages": [2]})
    assert slides.event.journal.state.all(stream, DeckNotes) == {f"{key}.2": DeckNotes("Only the second.")}


async def test_notes_that_are_wrong_change_nothing(slides: Slides) -> None:
    key = await slides.handed_in()
    await note(slides, key, b"# 1\nHello.")
    status, answer = await note(slides, key, b"# 1\nOther.\n# 3\nNo such page.")
    assert (status, answer["code"]) == (400, "bad_notes")
    assert "Line 3: there is no page 3; the slides have 2." in answer["error"]
    stream = person_stream(slides.people["spe"])
    assert slides.event.journal.state.all(stream, DeckNotes) == {f"{key}.1": DeckNotes("Hello.")}


async def test_notes_are_for_the_sessions_people(slides: Slides) -> None:
    key = await slides.handed_in()
    await slides.live()
    assert (await note(slides, key, b"# 1\nHello.", "nobody"))[0] == 401
    assert (await note(slides, key, b"# 1\nHello.", "ana"))[0] in (400, 403, 409)
    assert not slides.event.journal.state.all(person_stream(slides.people["ana"]), DeckNotes)
