"""Bots that issue commands over HTTP and repeat them until they are answered, as a browser's outbox does.

Each has one command under way and remembers what was acknowledged, in order. Whatever happens to the server meanwhile,
the log must hold exactly that, in that order: :func:`left_in_log` reads the same list from the entries.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable, Generator, Iterable
from typing import Any, Final

import aiohttp

from turia.errors import TuriaError
from turia.event.entries import Entry

#: Between two commands; before an unanswered one is sent again, the first time and at most; seconds.
_PAUSE_S: Final = (0.05, 0.7)
_AGAIN_S: Final = (0.05, 1.0)
_ANSWER_S: Final = 10.0

#: One step: (kind, key, whether it was put there) as an entry shows it.
Step = tuple[str, str, bool]


class Commander:
    """One bot. ``steps``: makes the next command as (name, body), and how it shows in the log once answered."""

    def __init__(self, http: aiohttp.ClientSession, url: str, cookie: str, person: str, rng: random.Random) -> None:
        self.person = person
        self.acknowledged: list[Step] = []
        self.repeated = 0
        self._http = http
        self._url = url
        self._headers = {"Cookie": cookie, "Origin": url}
        self._rng = rng

    async def live(self, going_on: Callable[[], bool], acknowledged: Callable[[], None]) -> None:
        """Command after command while ``going_on``; the last one is seen through."""
        commands = self.commands()
        name, body = next(commands)
        while going_on():
            answer = await self._until_answered(name, body)
            name, body = commands.send(answer)
            acknowledged()
            await asyncio.sleep(self._rng.uniform(*_PAUSE_S))

    def commands(self) -> Generator[Any, Any, None]:
        """A generator: yields (name, body), is sent the answer, and appends to ``acknowledged``."""
        raise NotImplementedError

    async def _until_answered(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        mid = secrets.token_urlsafe(16)
        pause, most = _AGAIN_S
        while True:
            answer = await self._once(name, {"mid": mid, "body": body})
            if answer is not None:
                return answer
            self.repeated += 1
            await asyncio.sleep(self._rng.uniform(pause / 2, pause))
            pause = min(2 * pause, most)

    async def _once(self, name: str, order: dict[str, Any]) -> dict[str, Any] | None:
        """The answer; None if it is to be tried again. Raises TuriaError when the server does not want it at all."""
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
        try:
            async with self._http.post(
                f"{self._url}/api/do/{name}", json=order, headers=self._headers, timeout=timeout
            ) as got:
                answer: dict[str, Any] = await got.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
            return None
        if got.status == 200:
            return answer
        if got.status >= 500 or got.status == 429 or answer.get("retry"):
            return None
        raise TuriaError(f"{name} was refused: {got.status} {answer}")


class Stargazer(Commander):
    """A guest who stars and unstars sessions: entries of his own stream."""

    def __init__(self, *more: Any, sessions: list[str]) -> None:
        super().__init__(*more)
        self._sessions = sessions

    def commands(self) -> Generator[Any, Any, None]:
        """Star one after the other, and take the stars away again in another order."""
        while True:
            for sessions, there in ((self._sessions, True), (self._sessions[::-1], False)):
                for session in sessions:
                    yield "programme.star" if there else "programme.unstar", {"session": session}
                    self.acknowledged.append(("star", session, there))


class Granter(Commander):
    """An organiser who gives and takes roles: all of them write to one stream. ``number``: which of them."""

    def __init__(self, *more: Any, number: int) -> None:
        super().__init__(*more)
        self.number = number

    def commands(self) -> Generator[Any, Any, None]:
        """The time from which a role holds tells the grants apart."""
        since = 0
        while True:
            since += 1_000
            answer = yield "roles.grant", {"person": self.person, "role": "speaker", "since": since + self.number}
            self.acknowledged.append(("grant", answer["grant"], True))
            yield "roles.revoke", {"grant": answer["grant"]}
            self.acknowledged.append(("grant", answer["grant"], False))


def left_in_log(entries: Iterable[Entry], of: Callable[[Entry], bool]) -> list[Step]:
    """What the log says was done: ``of`` picks the entries."""
    return [(entry.kind, entry.key, entry.value is not None) for entry in entries if of(entry)]
