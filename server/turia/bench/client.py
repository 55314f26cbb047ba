"""Bench ``client``: headless Chromium in the default venue with 500 bots in view.

``script_ms_per_frame_p95`` adds up, for each animation frame, the main thread's script time since the frame before:
animation callbacks, messages of the socket, timers. The picture is small, because software rendering would otherwise
be what is measured; draw calls do not depend on it.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import uvloop
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from turia.bench import report
from turia.testing.chromium import FLAGS, executable
from turia.testing.server_process import ServerProcess
from turia.testing.swarm import Swarm, SwarmOptions

_FLAGS: Final = [*FLAGS, "--enable-precise-memory-info"]
_VIEWPORT: Final[ViewportSize] = {"width": 480, "height": 300}

#: Counts script time by frame: wraps what calls back into script.
_METER: Final = """
(() => {
  const meter = (window.__meter = { spent: 0, frames: [], on: false });
  const timed = (callback) => function (...given) {
    const begin = performance.now();
    try { return callback.apply(this, given); } finally { meter.spent += performance.now() - begin; }
  };
  const frame = window.requestAnimationFrame;
  window.requestAnimationFrame = (callback) => frame((now) => {
    timed(callback)(now);
    if (meter.on) meter.frames.push(meter.spent);
    meter.spent = 0;
  });
  for (const name of ["setTimeout", "setInterval"]) {
    const plain = window[name];
    window[name] = (callback, ...rest) => plain(typeof callback === "function" ? timed(callback) : callback, ...rest);
  }
  const handler = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    ...handler,
    set(callback) { handler.set.call(this, callback && timed(callback)); },
  });
})();
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench client``."""
    parse = report.parser("client", "What the browser spends with 500 people in view.")
    parse.add_argument("--bots", type=int, help="how many bots (default 500)")
    parse.add_argument("--minutes", type=float, help="when memory is read (default 5)")
    parse.add_argument("--client", type=Path, default=Path("client_web/dist"), help="folder of the built client")
    parse.add_argument("--venue", type=Path, default=Path("world_assets/valencia/build"), help="folder of the venue")
    chosen = parse.parse_args(argv)
    bots = chosen.bots or (50 if chosen.quick else 500)
    minutes = chosen.minutes if chosen.minutes is not None else (0.2 if chosen.quick else 5.0)
    core, load_core = report.cores()
    with tempfile.TemporaryDirectory(prefix="turia-client-") as name:
        settings = {"client_dir": chosen.client.resolve(), "venue_dir": chosen.venue.resolve(), "log_level": "warning"}
        with ServerProcess(Path(name), settings, core=core) as server:
            os.sched_setaffinity(0, {core, load_core})
            figures = uvloop.run(_measure(server.url, bots, minutes))
    report.finish("client", figures, chosen.json)
    return 0


async def _measure(url: str, bots: int, minutes: float) -> dict[str, Any]:
    async with Swarm(SwarmOptions(count=bots, url=url, arrivals_per_s=60, gather="foyer")) as swarm:
        walking = asyncio.ensure_future(swarm.run(float("inf")))
        await swarm.arrive()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=executable(), args=_FLAGS)
                entries = [await _enter(browser, url) for _ in range(2)]
                page = await browser.new_page(viewport=_VIEWPORT)
                await page.add_init_script(_METER)
                last = await _walk_in(page, url)
                return _figures([*entries, last], await _watch(page, minutes), bots)
        finally:
            walking.cancel()


async def _enter(browser: Browser, url: str) -> dict[str, float]:
    page = await browser.new_page(viewport=_VIEWPORT)
    entry = await _walk_in(page, url)
    await page.close()
    return entry


async def _walk_in(page: Page, url: str) -> dict[str, float]:
    """Open, fill in, enter; bytes over the wire and seconds until the first picture of the hall."""
    received = 0
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.enable")

    def count(event: dict[str, Any]) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    devtools.on("Network.loadingFinished", count)
    begin = time.monotonic()
    await page.goto(f"{url}/enter")
    await page.get_by_label("Your name").fill("Bench")
    form = time.monotonic()
    await page.get_by_role("button", name="Enter", exact=True).click()
    for _ in range(2_000):
        if await page.evaluate("() => { const s = window.__turia.getState(); return s.drawCalls > 0 && !!s.self }"):
            break
        await asyncio.sleep(0.05)
    return {"bytes": received, "form_s": form - begin, "hall_s": time.monotonic() - form}


async def _watch(page: Page, minutes: float) -> dict[str, Any]:
    await page.evaluate("() => document.querySelector('canvas#scene').focus()")
    await page.keyboard.press("Escape")
    state: dict[str, Any] = {}
    draw_calls, avatars = [], []
    await asyncio.sleep(5)
    await page.evaluate("() => { window.__meter.on = true }")
    for _ in range(20):
        await asyncio.sleep(1)
        state = await page.evaluate("() => window.__turia.getState()")
        draw_calls.append(state["drawCalls"])
        avatars.append(state["avatars"])
    frames = await page.evaluate("() => { window.__meter.on = false; return window.__meter.frames }")
    await asyncio.sleep(max(0.0, minutes * 60 - 25))
    memory = await page.evaluate("() => performance.memory.usedJSHeapSize / 1e6")
    return {"state": state, "draw_calls": draw_calls, "avatars": avatars, "frames": frames, "memory": memory}


def _figures(entries: list[dict[str, float]], seen: dict[str, Any], bots: int) -> dict[str, Any]:
    frames = sorted(seen["frames"])
    return {
        "bots": bots,
        "avatars_drawn": statistics.median(seen["avatars"]),
        "draw_calls": max(seen["draw_calls"]),
        "script_ms_per_frame_p50": round(statistics.median(frames), 2),
        "script_ms_per_frame_p95": round(frames[int(0.95 * len(frames))], 2),
        "frames_measured": len(frames),
        "frames_per_s": round(seen["state"]["fps"], 1),
        "triangles": seen["state"]["triangles"],
        "transfer_bytes": int(statistics.median(entry["bytes"] for entry in entries)),
        "seconds_to_first_picture": round(statistics.median(e["form_s"] + e["hall_s"] for e in entries), 2),
        "memory_mb": round(seen["memory"], 1),
        "state": json.dumps({k: v for k, v in seen["state"].items() if k != "others"}),
    }
