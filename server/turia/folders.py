"""Where the client and the venue lie when no setting says so: in the package (a wheel), or in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from turia.errors import BundleError
from turia.settings import Settings

_PACKAGE: Final = Path(__file__).resolve().parent
_CHECKOUT: Final = _PACKAGE.parents[1]


def client_dir(settings: Settings) -> Path | None:
    """The folder of the built client, None if there is none (a page then says how to build it)."""
    if settings.client_dir is not None:
        return settings.client_dir if (settings.client_dir / "index.html").is_file() else None
    return _first("index.html", _PACKAGE / "bundled" / "client", _CHECKOUT / "client_web" / "dist")


def venue_dir(settings: Settings) -> Path:
    """The folder of the baked venue; raises BundleError with how to make one."""
    if settings.venue_dir is not None:
        if not (settings.venue_dir / "venue.json").is_file():
            raise BundleError(
                f"There is no baked venue in {settings.venue_dir}: venue.json is missing. Check venue_dir, or bake one "
                f"with: turia venue bake FOLDER_OR_GLB --out {settings.venue_dir}"
            )
        return settings.venue_dir
    found = _first("venue.json", _PACKAGE / "bundled" / "venue", _CHECKOUT / "world_assets" / "valencia" / "build")
    if found is None:
        raise BundleError(
            "No venue was baked yet. In a checkout, scripts/serve does it; otherwise set venue_dir to the folder that "
            "turia venue bake made."
        )
    return found


def _first(name: str, *folders: Path) -> Path | None:
    return next((folder for folder in folders if (folder / name).is_file()), None)
