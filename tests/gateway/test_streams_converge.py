"""Whatever happens to the line, the server or her rights: in the end a client holds what the server would show her."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from turia.protocol import limits
from turia.testing.stream_walk import SMALL, StreamWalk

GOLDEN = Path(__file__).parents[1] / "golden" / "streams.json"


@pytest.fixture(autouse=True)
def _small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(limits, name, value)


@pytest.mark.counted
async def test_every_client_converges(rounds: Callable[..., int]) -> None:
    seen: Counter[str] = Counter()
    for seed in range(rounds(short=40, long=2_000)):
        walk = StreamWalk(seed)
        try:
            await walk.walk(60)
            assert walk.mismatch() == "", f"StreamWalk({seed})"
            seen.update(kinds_of(walk.steps))
        finally:
            await walk.close()
    assert min(seen[each] for each in ("fresh", "recovered", "refused", "page", "unsubscribed", "lost")) > 10, seen


def kinds_of(steps: list[Any]) -> Iterator[str]:
    """What happened: so that a life in which nothing does cannot pass."""
    for step in steps:
        if step[0] == "sub":
            yield from step[1].values()
        elif step[0] == "event" and step[1] == "state":
            yield "state" if step[2]["last"] else "page"
        else:
            yield str(step[-1] if step[0] == "lost" else step[1])


async def lived(seed: int) -> dict[str, Any]:
    """What a client saw, and what it must hold after each step and in the end."""
    walk = StreamWalk(seed)
    try:
        await walk.walk(40)
        assert walk.mismatch() == ""
        return {
            "steps": walk.steps,
            "end": {
                stream: {
                    "status": replica.status,
                    "epoch": replica.epoch,
                    "offset": replica.offset,
                    "things": [
                        [kind, key, offset, value["title"] if kind == "block" else value["text"]]
                        for kind, of in sorted(replica.things.items())
                        if kind in ("block", "notice")
                        for key, (offset, _, _, value) in of.items()
                    ],
                }
                for stream, replica in walk.client.of.items()
            },
        }
    finally:
        await walk.close()


async def test_the_lives_that_the_browser_lives_again_are_up_to_date(request: pytest.FixtureRequest) -> None:
    """tests/golden/streams.json; client_web/src/core/streams.test.ts reads it. Delete it to have it written anew."""
    lives = [await lived(seed) for seed in (28, 38, 57)]
    text = json.dumps(lives, separators=(",", ":"), ensure_ascii=False).replace('["event"', '\n["event"') + "\n"
    if not GOLDEN.exists():
        GOLDEN.write_text(text, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == text, f"{request.node.name}: delete {GOLDEN.name} and run this again"
