"""The palette. Few glTF materials (a draw call each), many colours (in the vertices).

A *finish* is a glTF material; a *material* is a finish with a colour, which goes into the vertex colours together with
the baked light. Colours are linear RGBA.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from world_assets.valencia.gltf import Json

Finish = Literal["Matte", "Satin", "Metal", "Lit", "Glow", "Clear", "Screen", "Lettering", "Ink", "Hidden"]
Colour = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Material:
    """A finish in a colour. ``baked`` 0 keeps baked light away; ``smooth`` rounds edges between faces."""

    finish: Finish
    colour: Colour
    baked: float = 1.0
    smooth: bool = False


def srgb(text: str, alpha: float = 1.0) -> Colour:
    """Linear RGBA of a web colour such as ``d9c7a3``."""
    values = [int(text[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return round(linear[0], 4), round(linear[1], 4), round(linear[2], 4), alpha


def finish_to_gltf(finish: Finish) -> Json:
    """The glTF material of a finish."""
    roughness, metallic = _SURFACE[finish]
    entry: Json = {
        "name": finish,
        "pbrMetallicRoughness": {
            "baseColorFactor": [1.0, 1.0, 1.0, 1.0],
            "metallicFactor": metallic,
            "roughnessFactor": roughness,
        },
    }
    if finish in ("Lettering", "Ink"):
        # the writer of the file adds the picture of the letters
        entry |= {"alphaMode": "BLEND"}
    if finish == "Clear":
        entry |= {"alphaMode": "BLEND", "doubleSided": True}
    if finish == "Lit":
        entry["emissiveFactor"] = [0.24, 0.22, 0.18]
    if finish in ("Glow", "Lettering"):
        entry["emissiveFactor"] = [0.9, 0.8, 0.62]
    if finish == "Screen":
        entry["pbrMetallicRoughness"]["baseColorFactor"] = [0.01, 0.02, 0.03, 1.0]
        entry["emissiveFactor"] = [0.03, 0.07, 0.09]
    return entry


_SURFACE: dict[Finish, tuple[float, float]] = {
    "Matte": (0.95, 0.0),
    "Satin": (0.5, 0.0),
    "Metal": (0.5, 0.12),
    "Lit": (0.95, 0.0),
    "Glow": (0.9, 0.0),
    "Clear": (0.12, 0.0),
    "Screen": (0.6, 0.0),
    "Lettering": (0.9, 0.0),
    "Ink": (0.95, 0.0),
    "Hidden": (1.0, 0.0),
}

ZINC = Material("Metal", srgb("cfd3d5"), smooth=True)
STEEL = Material("Metal", srgb("b4babd"))
STEEL_MATTE = Material("Matte", srgb("a4abb0"))
SOFFIT = Material("Lit", srgb("e6dfd2"), smooth=True)
SOFFIT_RIB = Material("Lit", srgb("cfc5b2"))
CEILING_MAPLE = Material("Lit", srgb("d9b383"))
SEAM = Material("Metal", srgb("b3b8bb"))
ARMCHAIR = Material("Matte", srgb("c48c66"))
RUNNER = Material("Matte", srgb("b9977f"))
POSTER = Material("Matte", srgb("fbf7ee"))
INK_RAISED = Material("Matte", srgb("40342a"))
LEAF_LIGHT = Material("Matte", srgb("a5b688"), smooth=True)
SPRAY = Material("Clear", srgb("eef8fb", 0.4), baked=0.0)
CEILING = Material("Lit", srgb("d9cfbe"))
WHITE = Material("Matte", srgb("f1eee7"))
CONCRETE = Material("Matte", srgb("c6c1b8"))
STONE = Material("Matte", srgb("d8cfbf"))
PAVING = Material("Matte", srgb("cdbfa8"))
TERRAZZO = Material("Satin", srgb("d9d2c6"))
MAPLE = Material("Satin", srgb("dcb88c"))
MAPLE_DARK = Material("Satin", srgb("bd9467"))
CARPET = Material("Matte", srgb("75828f"))
CARPET_WARM = Material("Matte", srgb("a98a7a"))
SEAT = Material("Matte", srgb("7390ab"))
WOOD = Material("Matte", srgb("b89066"))
GREY = Material("Matte", srgb("8d9499"))
DARK = Material("Matte", srgb("34373b"))
GRASS = Material("Matte", srgb("a3b184"))
LEAF = Material("Matte", srgb("8da177"), smooth=True)
BARK = Material("Matte", srgb("6d5540"))
ACCENT = Material("Matte", srgb("dd9560"))
TEAL = Material("Matte", srgb("559a9c"))
SIGN = Material("Matte", srgb("1f3f55"))
INK = Material("Matte", srgb("22303a"))
LETTER = Material("Glow", srgb("fdf6e6"), baked=0.0)
LAMP = Material("Glow", srgb("fff1d6"), baked=0.0)
GLASS = Material("Clear", srgb("bfd8dc", 0.16), baked=0.0)
RAIL_GLASS = Material("Clear", srgb("cfe3e2", 0.22), baked=0.0)
LOUVRE = Material("Clear", srgb("f2f6f3", 0.5), baked=0.3)
WATER = Material("Clear", srgb("4fa3b4", 0.8), baked=0.5)
SCREEN = Material("Screen", (1.0, 1.0, 1.0, 1.0), baked=0.0)
HIDDEN = Material("Hidden", (1.0, 1.0, 1.0, 1.0), baked=0.0)
