"""People of an event without guests, each with a browser of his own, and the letters that the venue writes to them."""

from __future__ import annotations

import email
import email.policy
import itertools
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page
from tests.e2e.schedules import MINUTE_MS, minutes_from_now
from tests.e2e.visitor import PATIENCE_S, State, Visitor

from turia.testing.server_process import ServerProcess

Contexts = Callable[..., BrowserContext]

#: What a start says as long as nobody organises the event.
FOUNDERS_LINK = r"Whoever opens this link first does: (\S+)"
_LOOK_EVERY_MS = 100
_TRY_AGAIN = 503
_CODE = re.compile(r"^Code: (\S+)", re.MULTILINE)
_LINK = re.compile(r"(http://\S+/sign-in#\S+)")
_MIDS = itertools.count(1)


class Letter:
    """A letter as a person reads it."""

    def __init__(self, content: bytes) -> None:
        self.message = email.message_from_bytes(content, policy=email.policy.default)
        body = self.message.get_body(("plain",))
        assert body is not None
        self.text: str = body.get_content()
        self.subject = str(self.message["Subject"])
        self.to = str(self.message["To"])

    @property
    def code(self) -> str:
        """The code in it."""
        found = _CODE.search(self.text)
        assert found, f"no code in the letter:\n{self.text}"
        return found[1]

    @property
    def link(self) -> str:
        """The link in it."""
        found = _LINK.search(self.text)
        assert found, f"no link in the letter:\n{self.text}"
        return found[1]

    def attachment(self, ending: str) -> bytes:
        """Content of the attached file whose name ends so."""
        for part in self.message.iter_attachments():
            if (part.get_filename() or "").endswith(ending):
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                return content
        raise AssertionError(f"nothing that ends with {ending} is attached to “{self.subject}”")


class Letters:
    """The folder where a venue without a mail server keeps its letters."""

    def __init__(self, server: ServerProcess) -> None:
        self._folder: Path = server.folder / "data" / "mail"

    def to(self, address: str, subject: str = "") -> list[Letter]:
        """All letters to an address, the oldest first; ``subject``: words that stand in it."""
        files = sorted(self._folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        letters = [Letter(path.read_bytes()) for path in files]
        return [letter for letter in letters if address in letter.to and subject in letter.subject]

    def wait(self, address: str, subject: str = "") -> Letter:
        """The newest letter to an address, as soon as there is one."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := self.to(address, subject)):
            assert time.monotonic() < deadline, f"no letter “{subject}” came to {address} within {PATIENCE_S:.0f} s"
            time.sleep(_LOOK_EVERY_MS / 1000)
        return found[-1]


class Person(Visitor):
    """Somebody at a browser: on the pages, in the venue, and (for what a test only prepares) by the HTTP API."""

    def __init__(self, context: BrowserContext, server: ServerProcess) -> None:
        super().__init__(context, server.url)
        self.letters = Letters(server)
        #: His id, once an organiser has registered him by hand.
        self.person = ""

    # -- by the HTTP API, as this browser ------------------------------------------------------------
    def post(self, path: str, body: Any) -> Any:
        """Answer of a POST, repeated as long as the venue asks for that; fails when it is refused."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self.context.request.post(f"{self.url}{path}", data=body, headers={"Origin": self.url})
            if answer.ok:
                return answer.json()
            # A disk that is slow at the moment.
            again = answer.status == _TRY_AGAIN and time.monotonic() < deadline
            assert again, f"{path} was refused: {answer.text()}"
            time.sleep(_LOOK_EVERY_MS / 1000)

    def do(self, command: str, **body: Any) -> Any:
        """Answer of a command."""
        return self.post(f"/api/do/{command}", {"mid": f"e2e-{next(_MIDS):08}", "body": body})

    def ask(self, query: str, **fields: str) -> Any:
        """Answer of a query."""
        answer = self.context.request.get(f"{self.url}/api/ask/{query}", params=dict(fields))
        assert answer.ok, f"{query} was refused: {answer.text()}"
        return answer.json()

    def things(self, kind: str) -> dict[str, tuple[int, Any]]:
        """(offset, value) of everything of a kind in the stream of the event, by key."""
        things = self.ask("stream.read", stream="event")["things"]
        return {key: (offset, value) for found, key, offset, _at, _actor, value in things if found == kind}

    def sign_in(self, address: str) -> Person:
        """With the code of the newest letter, without the page."""
        self.post("/api/sign-in/code", {"email": address, "code": self.letters.wait(address).code})
        return self

    # -- what organisers prepare, without the pages --------------------------------------------------
    def set_policies(self, **change: Any) -> None:
        """Rules of the event; the others stay."""
        seen, policies = self.things("policies")["policies"]
        self.do("settings.set_policies", policies={**policies, **change}, seen=seen)

    def edit_room(self, room: str, **change: Any) -> None:
        """A room of the programme; what is not named stays."""
        seen, there = self.things("room")[room]
        self.do("programme.edit_room", **{**there, **change}, room=room, seen=seen)

    def add_session(self, title: str, room: str, start: int, end: int, *, by_timetable: bool = True) -> str:
        """A session from ``start`` to ``end``, milliseconds UTC; its key."""
        fields = {"title": title, "start": start, "end": end, "room": room, "by_timetable": by_timetable}
        return str(self.do("programme.add_session", **fields)["key"])

    def run_session(self, title: str, room: str, *, live: bool = True) -> str:
        """A session of two hours that began five minutes ago and that only its chair opens and ends; its key."""
        begin = minutes_from_now(-5)
        session = self.add_session(title, room, begin, begin + 120 * MINUTE_MS, by_timetable=False)
        if live:
            self.do("session.go_live", session=session)
        return session

    def row(self, name: str) -> Any:
        """The registration of the person of that name."""
        rows = self.ask("people.list", search=name)["people"]
        return next(row for row in rows if row["registration"]["name"] == name)

    def decide(self, command: str, name: str, **more: Any) -> None:
        """Approve or decline somebody."""
        answer = self.do(command, people=[{"person": self.row(name)["person"]}], **more)
        assert all(each["done"] for each in answer["people"]), answer

    def taken(self) -> int:
        """Places of the event that are taken."""
        counts = self.ask("people.list")["counts"]
        return sum(counts.get(status, 0) for status in ("approved", "confirmed", "checked_in"))

    def admit(self, somebody: Person, name: str) -> Person:
        """Register and approve somebody by hand; his browser is signed in with the code of his letter."""
        address = f"{name.lower()}@example.org"
        fields = {"category": "member_state", "country": "ES", "affiliation": "City of Somewhere"}
        somebody.person = str(self.do("people.add", name=name, email=address, **fields)["person"])
        return somebody.sign_in(address)

    # -- on the pages --------------------------------------------------------------------------------
    def at(self, path: str, heading: str) -> Person:
        """On a page whose main heading is there."""
        self.page.goto(f"{self.url}{path}")
        self.page.get_by_role("heading", name=heading, level=1).wait_for()
        return self

    def button(self, name: str, within: Locator | Page | None = None) -> Locator:
        """A button by its exact name."""
        return (within or self.page).get_by_role("button", name=name, exact=True)

    def reads(self, words: str) -> None:
        """Wait until the page says so somewhere."""
        self.page.get_by_text(words).first.wait_for()

    def star(self, title: str, within: Locator | None = None) -> None:
        """Star a session, in the programme's page or panel."""
        self.button(f"Star “{title}”", within).click()
        (within or self.page).get_by_role("button", name=f"Star “{title}”", exact=True, pressed=True).wait_for()

    # -- in the venue --------------------------------------------------------------------------------
    def enter_registered(self, *, flat: bool = False) -> Person:
        """Through the entry page as whoever this browser is signed in as, past the guide; agrees to what is asked."""
        self.page.goto(f"{self.url}/enter")
        self.page.get_by_role("heading", name="Welcome, ").wait_for()
        consent = self.page.get_by_role("checkbox", name="I have read and agree to")
        if consent.is_visible():
            consent.check()
        self.button("Enter the flat view" if flat else "Enter").click()
        self.until(lambda state: state["route"] == "hall" and state["self"] is not None)
        skip = self.button("Skip")
        if skip.is_visible():
            skip.click()
        return self

    def panel(self, title: str, button: str = "") -> Locator:
        """A panel of the hall by its title, opened from the bar if it is not open; ``button``: else the same words."""
        sheet = self.page.locator("section.sheet").filter(has=self.page.get_by_role("heading", name=title, level=2))
        if sheet.is_visible():
            return sheet
        # On a phone a panel lies over the bar.
        other = self.page.locator("section.sheet").get_by_role("button", name="Close ")
        if other.is_visible():
            other.click()
        self.bar(button or title)
        sheet.wait_for()
        return sheet

    def bar(self, name: str) -> None:
        """A button of the bar of the hall, or of its menu."""
        button = self.button(name, self.page.get_by_role("navigation", name="Actions"))
        if not button.is_visible():
            self.button("More").click()
        button.click()

    def notices(self) -> Locator:
        """The panel of notices, opened from the top bar."""
        self.page.get_by_role("button", name="Open them.").click()
        return self.page.locator("section.sheet").filter(has=self.page.get_by_role("heading", name="Notices", level=2))

    def room_card(self, title: str) -> Locator:
        """A room in the panel of rooms."""
        heading = self.page.get_by_role("heading", name=title, exact=True)
        return self.panel("Rooms").get_by_role("listitem").filter(has=heading)

    def way(self, title: str) -> Locator:
        """The button of a room's card that goes there, or to its door."""
        return self.room_card(title).get_by_role("button", name=f"Go to {title}", exact=True)

    def go_from_card(self, title: str) -> None:
        """Go there, or to the door, from the room's card."""
        self.way(title).click()

    def is_in(self, room: str) -> State:
        """Wait until he is in that room."""
        return self.until(lambda state: state["self"] is not None and state["self"]["room"] == room)


def organiser(olga: Person, server: ServerProcess) -> Person:
    """Makes her the organiser of a venue that has none, by the link that its start printed; later her browser is."""
    kept = server.folder / "organiser.json"
    if kept.exists():
        olga.context.add_cookies(json.loads(kept.read_text()))
        return olga
    token = server.said(FOUNDERS_LINK).rpartition("#")[2]
    privacy = olga.post("/api/sign-in/look", {"token": token}).get("privacy", 0)
    founder = {"name": "Olga", "email": "olga@example.org", "affiliation": ""}
    olga.post("/api/sign-in/link", {"token": token, "founder": founder, "privacy": privacy})
    kept.write_text(json.dumps(olga.context.cookies()))
    return olga
