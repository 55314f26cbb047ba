"""Takes the picture of the README: the hall with people in it, in real Chromium. ``scripts/picture`` calls it."""

from __future__ import annotations

import argparse
import asyncio
import io
import tempfile
from pathlib import Path

import uvloop
from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright

from turia.testing.chromium import FLAGS, executable
from turia.testing.server_process import ServerProcess
from turia.testing.swarm import Swarm, SwarmOptions

#: Only the venue and its people: the panels are left out of the picture.
_BARE = "() => { document.getElementById('ui').style.visibility = 'hidden' }"

#: On a slow machine the renderer draws three pixels for four: a larger page makes up for it.
_VIEWPORT: ViewportSize = {"width": 1706, "height": 960}
_SIZE = (1280, 720)
#: Full detail however slow the machine is; no guide.
_FINE = """
localStorage.setItem("turia.settings", JSON.stringify({ quality: "high" }));
localStorage.setItem("turia.appearance", JSON.stringify({ guideSeen: true }));
"""


def main() -> int:
    """Write the picture; returns the exit status."""
    parse = argparse.ArgumentParser(prog="scripts/picture", description="Take the picture of the README.")
    parse.add_argument("file", type=Path, nargs="?", default=Path("docs/hall.png"))
    parse.add_argument("--client", type=Path, default=Path("client_web/dist"))
    parse.add_argument("--venue", type=Path, default=Path("world_assets/valencia/build"))
    parse.add_argument("--room", default="plenary", help="id of the room (default plenary)")
    parse.add_argument("--bots", type=int, default=240)
    parse.add_argument("--turn", type=int, default=0, help="press the key for turning left so often")
    chosen = parse.parse_args()
    with tempfile.TemporaryDirectory(prefix="turia-picture-") as name:
        settings = {"client_dir": chosen.client.resolve(), "venue_dir": chosen.venue.resolve(), "log_level": "warning"}
        with ServerProcess(Path(name), settings) as server:
            picture = uvloop.run(_take(server.url, chosen.room, chosen.bots, chosen.turn))
    fine = Image.open(io.BytesIO(picture)).convert("RGB").resize(_SIZE, Image.Resampling.LANCZOS)
    # A palette of 256 colours is enough for flat shading and keeps the repository small.
    fine.quantize(256, dither=Image.Dither.NONE).save(chosen.file, optimize=True)
    print(f"written to {chosen.file}")
    return 0


async def _take(url: str, room: str, bots: int, turn: int) -> bytes:
    async with Swarm(SwarmOptions(count=bots, url=url, gather=room)) as swarm, async_playwright() as playwright:
        walking = asyncio.ensure_future(swarm.run(float("inf")))
        await swarm.arrive()
        await asyncio.sleep(30)  # until many have found a seat
        browser = await playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        page = await browser.new_page(viewport=_VIEWPORT)
        await page.add_init_script(_FINE)
        await _walk_in(page, url, room, turn)
        picture = await page.screenshot()
        walking.cancel()
        return picture


async def _walk_in(page: Page, url: str, room: str, turn: int) -> None:
    await page.goto(f"{url}/enter")
    await page.get_by_label("Your name").fill("Visitor")
    await page.get_by_role("button", name="Enter", exact=True).click()
    canvas = page.locator("canvas#scene")
    await canvas.wait_for(timeout=60_000)
    await asyncio.sleep(4)
    await page.get_by_role("button", name="Map", exact=True).click()
    title = {"plenary": "Plenary auditorium", "foyer": "Foyer", "exhibition": "Exhibition hall"}[room]
    await page.get_by_role("button", name=f"Go to {title}", exact=True).first.click()
    await asyncio.sleep(6)
    await canvas.focus()
    for _ in range(3):
        await page.keyboard.press("=", delay=150)
    for _ in range(turn):
        await page.keyboard.press("q", delay=150)
    await page.evaluate(_BARE)
    await asyncio.sleep(6)


if __name__ == "__main__":
    raise SystemExit(main())
