"""Streams as a client holds them: the same rules as client_web/src/core/streams.ts (golden vectors hold both equal)."""

from __future__ import annotations

from typing import Any

#: (offset, at, actor, value): what is known of one thing.
Held = tuple[int, int, str, Any]


class GapError(Exception):
    """Something is missing: subscribe again from :meth:`Replica.point`."""


class Replica:
    """One stream. ``things[kind][key]``, in the order of their creation; ``status``: waiting, ready or refused."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.status = "waiting"
        self.epoch = 0
        self.offset = 0
        self.things: dict[str, dict[str, Held]] = {}
        self._building: tuple[int, int, dict[str, dict[str, Held]]] | None = None

    def point(self) -> dict[str, Any]:
        """What to subscribe with."""
        return {"stream": self.stream, "epoch": self.epoch, "offset": self.offset}

    def state(self, page: dict[str, Any]) -> None:
        """Take a page of a fresh state. Raises GapError."""
        if page["first"]:
            self._building = (page["epoch"], page["top"], {})
        if self._building is None or self._building[:2] != (page["epoch"], page["top"]):
            self._building = None
            raise GapError
        for kind, key, offset, at, actor, value in page["things"]:
            self._building[2].setdefault(kind, {})[key] = (offset, at, actor, value)
        if page["last"]:
            self.epoch, self.offset, self.things = self._building
            self._building = None
            self.status = "ready"

    def entries(self, frame: dict[str, Any]) -> None:
        """Take entries; those that are known are skipped. Raises GapError."""
        if self._building is not None or frame["epoch"] != self.epoch:
            self._building = None
            raise GapError
        for offset, at, actor, kind, key, value in frame["entries"]:
            if offset <= self.offset:
                continue
            if offset != self.offset + 1:
                raise GapError
            self.offset = offset
            of = self.things.setdefault(kind, {})
            if value is None:
                of.pop(key, None)
            else:
                of[key] = (offset, at, actor, value)

    def told(self, how: str) -> None:
        """What the answer to ``sub`` says of this stream: recovered, fresh or refused."""
        self._building = None
        if how == "recovered":
            self.status = "ready"
        elif how == "refused":
            self.refused()

    def interrupted(self) -> None:
        """The line is cut: pages that came will not go on."""
        self._building = None

    def refused(self) -> None:
        """Not for this person (any more): nothing of it is kept."""
        self._building = None
        self.things = {}
        self.epoch = self.offset = 0
        self.status = "refused"


class Replicas:
    """All streams of one client, through as many connections as it takes."""

    def __init__(self) -> None:
        self.of: dict[str, Replica] = {}
        #: Streams that must be subscribed to again.
        self.gaps: set[str] = set()

    def points(self, *streams: str) -> list[dict[str, Any]]:
        """What to subscribe with; all that are held, unless some are named."""
        return [self.of.setdefault(stream, Replica(stream)).point() for stream in streams or list(self.of)]

    def told(self, answer: dict[str, Any]) -> None:
        """The answer to ``sub``."""
        for each in answer["streams"]:
            self.of[each["stream"]].told(each["how"])
            self.gaps.discard(each["stream"])

    def lost(self) -> None:
        """The line is cut; everything is subscribed to again on the next one."""
        self.gaps.clear()
        for each in self.of.values():
            each.interrupted()

    def event(self, name: str, payload: dict[str, Any]) -> bool:
        """An event of the server; whether it was one of streams."""
        if name not in ("state", "entries", "unsubscribed"):
            return False
        replica = self.of.get(payload["stream"])
        if replica is None or replica.stream in self.gaps:
            return True
        try:
            if name == "state":
                replica.state(payload)
            elif name == "entries":
                replica.entries(payload)
            else:
                replica.refused()
        except GapError:
            self.gaps.add(replica.stream)
        return True
