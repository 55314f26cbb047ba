"""``turia venue bake FOLDER|FILE.glb --out DIR``: a model into a venue bundle.

A FOLDER holds ``build.py`` (``build(out: Path) -> Path`` writes the GLB; it is run, so only bake folders that you
trust) or one ``.glb``, and ``venue.toml`` for what the GLB does not say. A GLB itself is never trusted: everything that
reads it runs in a child process with limits (:mod:`turia.venue.sandbox`).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any, Final

import msgspec

from turia.arguments import Arguments
from turia.errors import BundleError
from turia.venue import budget, sandbox
from turia.venue.bundle import GLB, JSON, WALK, Bundle, identity, load_bundle, reference, write_arrays
from turia.venue.check import inspect, print_report
from turia.venue.colliders import bounds, colliders
from turia.venue.compact import compact
from turia.venue.field import arrays, find_surfaces
from turia.venue.glb import MAX_GLB_BYTES, read_glb
from turia.venue.gltf import read_document
from turia.venue.markers import read_markers
from turia.venue.plan import Plan, make_plan
from turia.venue.reach import connected
from turia.world.layout import Layout, Point

_BUILD: Final = (
    "import importlib, pathlib, sys; root, name, out = sys.argv[1:]; sys.path.insert(0, root);"
    " print(importlib.import_module(name).build(pathlib.Path(out)))"
)


def main(argv: list[str]) -> int:
    """Entry point of ``turia venue bake``; 0, or 1 with a sentence on stderr."""
    parser = Arguments(prog="turia venue bake", description="Make a venue bundle of a GLB or a folder.")
    parser.add_argument("source", type=Path, metavar="FOLDER|FILE.glb", help="the model")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the bundle goes")
    parser.add_argument("--strict", action="store_true", help="fail when turia venue check would find a problem")
    options = parser.parse_args(argv)
    start = time.perf_counter()
    try:
        bundle = bake(options.source, options.out)
        report = inspect(bundle)
    except BundleError as error:
        print(f"turia venue bake: {error.message}", file=sys.stderr)
        return 1
    print_report(report)
    print(f"Baked {options.out} (venue {bundle.layout.id}) in {time.perf_counter() - start:.1f} s.")
    return 1 if options.strict and report.problems else 0


def bake(source: Path, out: Path, limits: sandbox.Limits | None = None) -> Bundle:
    """Bake ``source`` into the folder ``out`` and load what was written. An old bundle stays if anything goes wrong.

    Raises BundleError that says what is wrong and where.
    """
    if not source.exists():
        raise BundleError(f"{source} is not there; give a .glb file or a folder with a model.")
    settings = read_settings(source)
    try:
        return _bake(source, out, settings, limits)
    except OSError as error:
        raise BundleError(
            f"{error.filename or out} cannot be used ({error.strerror}); choose another folder."
        ) from error


def _bake(source: Path, out: Path, settings: dict[str, Any], limits: sandbox.Limits | None) -> Bundle:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bake-", dir=out.parent) as staging:
        glb = find_glb(source, Path(staging))
        made = Path(staging) / "bundle"
        made.mkdir()
        order = {"source": str(glb.resolve()), "out": str(made.resolve()), "settings": settings}
        sandbox.call("turia.venue.bake:bake_glb", order, limits)
        load_bundle(made)
        for name in (GLB, WALK, JSON):
            (made / name).replace(out / name)
    return load_bundle(out)


def read_settings(source: Path) -> dict[str, Any]:
    """venue.toml of a folder, or beside a file; empty without one."""
    path = (source if source.is_dir() else source.parent) / "venue.toml"
    if not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BundleError(f"{path} is not TOML: {error}. Correct that line.") from error


def find_glb(source: Path, staging: Path) -> Path:
    """The GLB of a folder, built first where there is a build.py, or the file itself."""
    if source.is_file():
        return source
    if (source / "build.py").is_file():
        return _build(source, staging)
    found = sorted(source.glob("*.glb"))
    if len(found) != 1:
        raise BundleError(
            f"{source} has {len(found)} GLB files and no build.py; give one .glb file or a folder with one."
        )
    return found[0]


def _build(folder: Path, staging: Path) -> Path:
    packaged = (folder / "__init__.py").is_file()
    resolved = folder.resolve()
    root = resolved.parent.parent if packaged else resolved
    name = f"{resolved.parent.name}.{resolved.name}.build" if packaged else "build"
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, str(root), name, str(staging.resolve())],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise BundleError(f"{folder / 'build.py'} failed: {last[0]}")
    glb = Path(done.stdout.strip().splitlines()[-1])
    if not glb.is_file():
        raise BundleError(f"{folder / 'build.py'} says that it wrote {glb}, which is not there.")
    return glb


def bake_glb(source: str, out: str, settings: dict[str, Any]) -> None:
    """Runs in the sandbox: the three files of the bundle from one GLB."""
    path = Path(source)
    if path.stat().st_size > MAX_GLB_BYTES:
        raise BundleError(f"{path.name} has {path.stat().st_size:,} bytes; at most {MAX_GLB_BYTES:,} are read.")
    document = read_document(read_glb(path.read_bytes()))
    plan = make_plan(document, read_markers(document, settings))
    walk_triangles, obstacles = colliders(document)
    surfaces = connected(find_surfaces(walk_triangles, obstacles), plan.spawns, plan.lifts)
    walk = write_arrays(arrays(surfaces, plan))
    glb = compact(document)
    budget.measure(read_document(read_glb(glb)), glb)
    layout = make_layout(plan, settings, glb, walk, bounds(document))
    for name, data in ((GLB, glb), (WALK, walk), (JSON, msgspec.json.format(msgspec.json.encode(layout), indent=0))):
        (Path(out) / name).write_bytes(data)


def make_layout(plan: Plan, settings: dict[str, Any], glb: bytes, walk: bytes, box: tuple[Point, Point]) -> Layout:
    """The whole of venue.json. Raises BundleError for texts of venue.toml that are not texts."""
    try:
        texts = msgspec.convert(settings, _Texts)
    except msgspec.ValidationError as error:
        raise BundleError(f"venue.toml: {error}. See docs/venue-format.md.") from error
    layout = Layout(
        id="-",
        title=texts.title,
        subtitle=texts.subtitle,
        about=texts.about,
        glb=reference(GLB, glb),
        walk=reference(WALK, walk),
        bounds=box,
        **msgspec.structs.asdict(plan),
    )
    return msgspec.structs.replace(layout, id=identity(layout))


class _Texts(msgspec.Struct, frozen=True):
    title: str = "Venue"
    subtitle: str = ""
    about: dict[str, str | list[str]] = {}
