"""An event without guests as a web site, and the people who use it, one browser after another: for tests."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from turia.event.founding import Founded, FoundOrganiser
from turia.event.granting import GrantRole
from turia.event.managing import Added, AddPerson
from turia.testing.entrance import ORIGIN, Entrance
from turia.web.identity import COOKIE

Client = TestClient[web.Request, web.Application]


class EventSite:
    """An event without guests, its site, and one browser after another."""

    def __init__(self, entrance: Entrance, client: Client) -> None:
        self.entrance = entrance
        self.client = client
        self.journal = entrance.journal
        self.reception = entrance.reception
        self.mids = 0

    async def organiser(self, name: str = "Olga") -> str:
        """A registered person who may do everything."""
        given = FoundOrganiser(name=name, email=f"{name.lower()}@example.org", again=True)
        founded = await self.journal.do("people.found_organiser", given)
        assert isinstance(founded, Founded)
        return founded.person

    async def person(self, name: str = "Ana", role: str = "") -> str:
        """A registered, approved person; ``role``: given for the whole event."""
        person = AddPerson(
            name=name,
            email=f"{name.lower()}@example.org",
            category="individual",
            country="ES",
            contribute=True,
            write=False,
        )
        added = await self.journal.do("people.add", person)
        assert isinstance(added, Added)
        if role:
            await self.journal.do("roles.grant", GrantRole(person=added.person, role=role))
        return added.person

    async def cookie(self, person: str) -> dict[str, str]:
        """A browser of this person is signed in."""
        _, cookie = await self.reception.sign_ins.start(person, "Mozilla/5.0 (X11; Linux) Firefox/140.0")
        return {COOKIE: cookie}

    async def post(self, path: str, body: Any = None, cookies: dict[str, str] | None = None, **more: Any) -> Any:
        """(status, answer) of a POST from the venue's own page, by a browser that has these cookies alone."""
        self.client.session.cookie_jar.clear()
        headers = {"Origin": ORIGIN, **more.pop("headers", {})}
        answer = await self.client.post(path, json=body, cookies=cookies or {}, headers=headers, **more)
        self.last = answer
        return answer.status, await answer.json()

    async def get(self, path: str, cookies: dict[str, str] | None = None, **more: Any) -> Any:
        """The same for a GET."""
        self.client.session.cookie_jar.clear()
        answer = await self.client.get(path, cookies=cookies or {}, **more)
        self.last = answer
        return answer.status, await answer.json()

    async def do(self, name: str, body: Any, cookies: dict[str, str] | None = None, mid: str = "") -> Any:
        """(status, answer) of a command."""
        self.mids += 1
        return await self.post(f"/api/do/{name}", {"mid": mid or f"mid-{self.mids:06}", "body": body}, cookies)
