"""The venue bundle as files to serve, and the client likewise."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from turia.errors import BundleError
from turia.web import assets
from turia.web.context import VenueFiles
from turia.world.layout import Layout


def venue_files(folder: Path, layout: Layout) -> VenueFiles:
    """The three files of a checked bundle, compressed once; the id is made from their content. Takes about a second."""
    named = {"venue.glb": layout.glb.file, "venue.json": "venue.json", "walk.npz": layout.walk.file}
    try:
        bodies = {name: (folder / file).read_bytes() for name, file in named.items()}
    except OSError as error:
        raise BundleError(f"The venue in {folder} cannot be read: {error}. Bake it again: turia venue bake") from None
    digest = hashlib.sha256(b"".join(hashlib.sha256(bodies[name]).digest() for name in sorted(bodies))).hexdigest()
    files = {name: assets.compressed(assets.make(body, name, assets.FOREVER)) for name, body in bodies.items()}
    return VenueFiles(digest[:16], layout.title, layout.subtitle, files)


def client_files(folder: Path | None) -> Mapping[str, assets.Asset] | None:
    """The built client by URL path; None without one. What Vite put in assets/ is named by its content."""
    return None if folder is None else assets.read_tree(folder, immutable="assets")
