"""Bench ``glass``: from a real Chromium to a real Chromium through a real server, on good lines and bad ones.

One page speaks on air: its camera is a clock that it draws itself, its microphone a tone with a burst each second. The
other page, behind :class:`turia.testing.chaos_proxy.ChaosProxy`, reads the clock in each picture when it is drawn, and
listens to what goes to its loudspeaker. Both pages are on one machine, so their clocks are one: the bench measures by
how much they differ.

- ``glass_to_glass_ms``: from drawing a picture to drawing the decoded one. A camera before and a screen after it take
  one picture's time each, which no page can see.
- ``mouth_to_ear_ms``: from rendering a burst to when it leaves the loudspeaker, as far as the browser knows its delay
  (``output_latency_ms``). The delay of a microphone comes on top.
- ``lip_sync_ms``: how much sooner sound comes than the picture of the same moment (ITU-R BT.1359: -125 to +45 are not
  noticed; our goal is +/-80).
- ``longest_freeze_s``: longest time without a new picture.

The picture is small because two browsers encode, decode and draw in software here. ``own_cores`` are the cores that the
bench used with both browsers and the server, ``machine_busy`` the share of all cores that was in use by anybody: when
the machine is full, the figures are those of the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import uvloop
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from turia.bench import report
from turia.bench.glass_figures import Phase, Shown, Wire, figures
from turia.bench.glass_pages import SPEAK, WATCH, WIRE
from turia.errors import StartError
from turia.testing.chaos_line import CLEAN, Conditions
from turia.testing.chaos_proxy import ChaosProxy
from turia.testing.chromium import FLAGS, executable
from turia.testing.server_process import ServerProcess, free_port

ROOM: Final = "plenary"
WIDTH: Final = 640
HEIGHT: Final = 360
FRAME_RATE: Final = 15
_FLAGS: Final = [*FLAGS, "--autoplay-policy=no-user-gesture-required"]
_VIEWPORT: Final[ViewportSize] = {"width": 480, "height": 300}
_FOUNDERS_LINK: Final = r"Whoever opens this link first does: (\S+)"
_MINUTE_MS: Final = 60_000
#: Before each phase the player gets used to the line: until its delay is about the same as some seconds ago.
_SETTLE_S: Final = 4.0
_MOST_SETTLE_S: Final = 24.0
_SAME_MS: Final = 20.0
_PATIENCE_S: Final = 60.0

#: Name -> how the viewer's line is, in both directions. The delay is each way: a round trip is twice as long.
LINES: Final[Mapping[str, Conditions]] = {
    "clean": CLEAN,
    "loss_1": Conditions(delay_s=0.05, loss=0.01),
    "loss_3": Conditions(delay_s=0.05, loss=0.03),
    "narrow": Conditions(delay_s=0.02, bytes_per_s=250_000 / 8, buffer_bytes=16 * 1_024),
}
#: Only sound, as people have it who choose low bandwidth.
_WITHOUT_PICTURES: Final = "narrow"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of ``scripts/bench glass``."""
    parse = report.parser("glass", "From camera to screen and from mouth to ear, on good lines and bad ones.")
    parse.add_argument("--client", type=Path, default=Path("client_web/dist"), help="folder of the built client")
    parse.add_argument("--venue", type=Path, default=Path("world_assets/valencia/build"), help="folder of the venue")
    parse.add_argument("--seconds", type=float, help="length of each line's phase (default 15)")
    parse.add_argument("--seed", type=int, default=5, help="luck of the bad lines (default 5)")
    parse.add_argument("--lines", default=",".join(LINES), help=f"which of {', '.join(LINES)} (default: all)")
    chosen = parse.parse_args(argv)
    seconds = chosen.seconds or (5.0 if chosen.quick else 15.0)
    lines = [each for each in chosen.lines.split(",") if each]
    unknown = [each for each in lines if each not in LINES]
    if unknown:
        parse.error(f"there is no line {unknown[0]!r}: choose of {', '.join(LINES)}")
    with tempfile.TemporaryDirectory(prefix="turia-glass-") as name:
        port, proxy_port = free_port(), free_port()
        settings = {
            "port": port,
            "profile": "event",
            "guests": True,
            "client_dir": chosen.client.resolve(),
            "venue_dir": chosen.venue.resolve(),
            "allowed_origins": f"http://127.0.0.1:{port},http://127.0.0.1:{proxy_port}",
        }
        with ServerProcess(Path(name), settings) as server:
            print(f"seed {chosen.seed}")
            measured = uvloop.run(_measure(server, proxy_port, lines, seconds, chosen.seed))
    report.finish("glass", {**measured, "seed": chosen.seed}, chosen.json)
    return 0


async def _measure(
    server: ServerProcess, proxy_port: int, lines: Sequence[str], seconds: float, seed: int
) -> dict[str, Any]:
    proxy = ChaosProxy("127.0.0.1", server.port, seed=seed, listen_port=proxy_port)
    async with proxy, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(), args=_FLAGS)
        speaker = await _page(browser)
        session = await _prepare(speaker.context, server)
        await _enter(speaker, server.url, "")
        viewer = await _page(browser)
        await _enter(viewer, f"http://127.0.0.1:{proxy_port}", "Viewer")
        await _speak(speaker, session)
        await viewer.evaluate(WATCH, {"room": ROOM, "width": WIDTH})
        await _until(
            viewer, "a picture is seen", "() => window.__turia.getMedia().tracks.some(t => t.framesDecoded > 9)"
        )
        clocks = await _clocks(speaker) - await _clocks(viewer)
        found: dict[str, Any] = {"width": WIDTH, "height": HEIGHT, "frame_rate": FRAME_RATE}
        found["clocks_differ_ms"] = round(clocks, 1)
        rows = []
        for line in lines:
            row = await _phase(proxy, speaker, viewer, line, seconds)
            rows.append((line, row))
            found |= {f"{line}_{key}": value for key, value in row.items()}
        keys = list(rows[0][1])
        print(report.table(["", *(line for line, _ in rows)], [[key, *(row[key] for _, row in rows)] for key in keys]))
        await browser.close()
        return found


# -- getting there -------------------------------------------------------------------------------------


async def _page(browser: Browser) -> Page:
    context = await browser.new_context(viewport=_VIEWPORT, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE_S * 1_000)
    page = await context.new_page()
    await page.add_init_script(WIRE)
    return page


async def _prepare(context: BrowserContext, server: ServerProcess) -> str:
    """Makes this browser the organiser's, who is on air in a live session of his; its key."""

    async def post(path: str, body: Any) -> Any:
        answer = await context.request.post(f"{server.url}{path}", data=body, headers={"Origin": server.url})
        if not answer.ok:
            raise StartError(f"{path} was refused: {await answer.text()}")
        return await answer.json()

    token = server.said(_FOUNDERS_LINK).rpartition("#")[2]
    privacy = (await post("/api/sign-in/look", {"token": token})).get("privacy", 0)
    founder = {"name": "Speaker", "email": "speaker@example.org", "affiliation": ""}
    await post("/api/sign-in/link", {"token": token, "founder": founder, "privacy": privacy})
    begin = round(time.time() * 1_000) // _MINUTE_MS * _MINUTE_MS
    plan = {"title": "A talk", "start": begin, "end": begin + 120 * _MINUTE_MS, "room": ROOM, "by_timetable": False}
    added = await post("/api/do/programme.add_session", {"mid": "bench-00000001", "body": plan})
    session = str(added["key"])
    await post("/api/do/session.go_live", {"mid": "bench-00000002", "body": {"session": session}})
    on_air = {"session": session, "sources": ["camera", "microphone"]}
    await post("/api/do/stage.go_on_air", {"mid": "bench-00000003", "body": on_air})
    return session


async def _enter(page: Page, url: str, name: str) -> None:
    """Into the flat view; ``name``: as a guest."""
    await page.goto(f"{url}/enter")
    if name:
        await page.get_by_label("Your name").fill(name)
    else:
        await page.get_by_role("heading", name="Welcome, ").wait_for()
        consent = page.get_by_role("checkbox", name="I have read and agree to")
        if await consent.is_visible():
            await consent.check()
    await page.get_by_role("button", name="Enter the flat view", exact=True).click()
    await _until(
        page, f"{name or 'the speaker'} is inside", "() => { const s = window.__turia.getState(); return !!s.self }"
    )


async def _speak(page: Page, session: str) -> None:
    size = {"width": WIDTH, "height": HEIGHT, "rate": FRAME_RATE}
    await page.evaluate(SPEAK, {"room": ROOM, "session": session, "sound": True, "picture": True, **size})
    await _until(
        page, "the talk is sent", "() => window.__turia.getMedia().publications.every(each => each.phase === 'live')"
    )


async def _until(page: Page, what: str, wanted: str) -> None:
    for _ in range(int(_PATIENCE_S * 5)):
        if await page.evaluate(wanted):
            return
        await asyncio.sleep(0.2)
    media = await page.evaluate("() => window.__turia.getMedia()")
    raise StartError(f"not within {_PATIENCE_S:.0f} s: {what}. Its media: {media}")


async def _clocks(page: Page) -> float:
    """By how much the page's clock is before this process's, milliseconds; of several tries the quickest."""
    tries = []
    for _ in range(15):
        begin = time.time()
        told = await page.evaluate("() => performance.timeOrigin + performance.now()")
        end = time.time()
        tries.append((end - begin, told - (begin + end) * 500))
    return float(min(tries)[1])


# -- measuring -----------------------------------------------------------------------------------------


async def _phase(proxy: ChaosProxy, speaker: Page, viewer: Page, line: str, seconds: float) -> dict[str, Any]:
    """Figures of one line."""
    low = line == _WITHOUT_PICTURES
    await viewer.evaluate("(low) => window.__media.setLowBandwidth(low)", low)
    proxy.set(up=LINES[line], down=LINES[line])
    settled = await _settle(viewer)
    await _take(speaker, viewer)
    begin, busy, own, stalls = time.time(), _cpu(), _own_seconds(), proxy.stalls
    await asyncio.sleep(seconds)
    end, after, own_after = time.time(), _cpu(), _own_seconds()
    # what is under way is still counted to this line
    await asyncio.sleep(1.2)
    told = await _take(speaker, viewer)
    phase = _noted(told, begin * 1_000, end * 1_000)
    row: dict[str, Any] = dict(figures(phase))
    if low:
        row |= dict.fromkeys(("glass_to_glass_ms_p50", "glass_to_glass_ms_p95", "longest_freeze_s"))
    used, total = (now - before for now, before in zip(after, busy, strict=True))
    row["machine_busy"] = round(used / total, 2) if total else None
    row["own_cores"] = round((own_after - own) / (end - begin), 2)
    row["load"] = round(os.getloadavg()[0], 1)
    row["settled_s"] = settled
    row["stalls"] = proxy.stalls - stalls
    return row | _inside(told["viewer"])


async def _settle(viewer: Page) -> float:
    """Wait until the viewer's player is at home on its line; seconds that took."""
    begin, before = time.monotonic(), float("inf")
    while time.monotonic() - begin < _MOST_SETTLE_S:
        await asyncio.sleep(_SETTLE_S)
        tracks = (await viewer.evaluate("() => window.__media.statistics.get()"))["tracks"]
        delay = max((each["delayMs"] for each in tracks), default=0.0)
        if abs(delay - before) <= _SAME_MS:
            break
        before = delay
    return round(time.monotonic() - begin, 1)


async def _take(speaker: Page, viewer: Page) -> dict[str, Any]:
    told = await viewer.evaluate("() => window.__seen()")
    bursts = await speaker.evaluate("() => ({made: window.__bursts(), wire: window.__wire.splice(0)})")
    return {"viewer": told, "speaker": bursts}


def _noted(told: Mapping[str, Any], begin: float, end: float) -> Phase:
    viewer, speaker = told["viewer"], told["speaker"]
    return Phase(
        begin=begin,
        end=end,
        shown=[Shown(*each) for each in viewer["shown"]],
        made=[(number, at) for number, at in speaker["made"]],
        heard=[(pitch, at) for pitch, at in viewer["heard"]],
        left=[Wire(*each) for each in speaker["wire"]],
        came=[Wire(*each) for each in viewer["wire"]],
        listened=viewer["listened"],
        silent=viewer["silent"],
        longest_silence=viewer["longest"],
    )


def _inside(viewer: Mapping[str, Any]) -> dict[str, Any]:
    """What the viewer's client says of itself."""
    tracks = viewer["statistics"]["tracks"]
    sound = next((each for each in viewer["media"]["tracks"] if each["media"] == "audio"), None)
    return {
        "client_lip_sync_ms": viewer["statistics"]["lipSyncMs"],
        "client_delay_ms": max((each["delayMs"] for each in tracks), default=None),
        "client_jitter_ms": max((each["jitterMs"] for each in tracks), default=None),
        "client_buffered_ms": None if sound is None else round(sound["bufferedMs"]),
        "client_starved_ms": None if sound is None else round(sound["starvedMs"]),
        "client_jumps": None if sound is None else sound["jumps"],
        "output_latency_ms": round(viewer["latency"]),
    }


def _cpu() -> tuple[float, float]:
    """(busy, all) of all cores so far, in ticks."""
    fields = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return sum(fields) - fields[3] - fields[4], sum(fields)


def _own_seconds() -> float:
    """CPU time so far of this process and all that it started, those of them that live."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    family = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    spent = 0.0
    for pid in family:
        with contextlib.suppress(OSError):
            spent += report.cpu_seconds(pid)
    return spent
