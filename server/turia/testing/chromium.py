"""Debian's Chromium for tests, benches and pictures: where it is and how it is started without a screen."""

from __future__ import annotations

import shutil
from typing import Final

from turia.errors import StartError

#: Software rendering, and nothing asked of hosts outside.
FLAGS: Final = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def executable() -> str:
    """Path of Chromium; raises StartError when it is not installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise StartError("Chromium is not installed. On Debian: apt-get install chromium")
    return found
