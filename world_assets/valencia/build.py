"""Build the model: ``python -m world_assets.valencia.build OUT_FOLDER`` writes ``source.glb``."""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from world_assets.valencia import furniture
from world_assets.valencia.amenities import build_amenities
from world_assets.valencia.backstage import build_backstage
from world_assets.valencia.exhibition import build_exhibition
from world_assets.valencia.export import to_glb
from world_assets.valencia.facade import build_facade
from world_assets.valencia.foyer import build_foyer
from world_assets.valencia.hall import build_hall
from world_assets.valencia.interior import build_interior
from world_assets.valencia.plan import HALLS
from world_assets.valencia.plaza import build_plaza
from world_assets.valencia.roof import build_roof
from world_assets.valencia.rooms import build_rooms
from world_assets.valencia.scene import Scene
from world_assets.valencia.stands import build_stands
from world_assets.valencia.upstairs import build_upstairs
from world_assets.valencia.wayfinding import build_wayfinding


def build_scene() -> Scene:
    """The whole venue."""
    scene = Scene()
    scene.models = {"chair": furniture.chair(), "loose_chair": furniture.loose_chair()}
    build_plaza(scene)
    build_roof(scene)
    build_facade(scene)
    build_foyer(scene)
    for hall in HALLS:
        build_hall(scene, hall)
        build_interior(scene, hall)
    build_backstage(scene)
    build_exhibition(scene)
    build_stands(scene)
    build_upstairs(scene)
    build_amenities(scene)
    build_rooms(scene)
    build_wayfinding(scene)
    return scene


def build(out: Path) -> Path:
    """Write ``source.glb`` into the folder ``out`` and return its path; the same bytes every time."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "source.glb"
    path.write_bytes(to_glb(build_scene()))
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m world_assets.valencia.build OUT_FOLDER")
    print(build(Path(sys.argv[1])))
