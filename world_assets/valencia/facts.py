"""What venue.toml says: the builder writes it on walls and into the model's metadata."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def facts() -> dict[str, Any]:
    """The parsed venue.toml; do not change it."""
    return tomllib.loads((Path(__file__).parent / "venue.toml").read_text(encoding="utf-8"))
