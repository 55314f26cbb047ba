"""A venue bundle on disk: written by bake, verified by whoever serves it. The files are in docs/venue-format.md."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from turia.errors import BundleError
from turia.world.layout import FileRef, Layout, layout_from_json
from turia.world.walkable import WalkField

GLB: Final = "venue.glb"
JSON: Final = "venue.json"
WALK: Final = "walk.npz"
#: What walk.npz may hold when unpacked.
_MAX_WALK_BYTES: Final = 256 * 1024 * 1024
_ADVICE: Final = "Run turia venue bake FOLDER|FILE.glb --out {} to make it again."


@dataclass(frozen=True)
class Bundle:
    """A verified bundle. ``files``: the three paths by file name."""

    layout: Layout
    walk: WalkField
    files: dict[str, Path]


def load_bundle(directory: Path) -> Bundle:
    """Read and verify a bundle. Raises BundleError that names the file and says how to bake it again."""
    advice = _ADVICE.format(directory)
    files = {name: directory / name for name in (GLB, JSON, WALK)}
    for name, path in files.items():
        if not path.is_file():
            raise BundleError(f"The venue bundle {directory} has no {name}. {advice}")
    layout = layout_from_json(files[JSON].read_bytes())
    for reference, name in ((layout.glb, GLB), (layout.walk, WALK)):
        _verify(reference, files[name], name, advice)
    if layout.id != identity(layout):
        raise BundleError(f"{files[JSON]} was changed after it was baked. {advice}")
    return Bundle(layout, WalkField.from_arrays(read_arrays(files[WALK].read_bytes(), advice)), files)


def identity(layout: Layout) -> str:
    """Short hash of the whole bundle: of venue.json without its id, which names the other two files by their hashes."""
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(layout, id="-"))).hexdigest()[:16]


def reference(name: str, data: bytes) -> FileRef:
    """How venue.json names a file."""
    return FileRef(name, len(data), hashlib.sha256(data).hexdigest())


def write_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> bytes:
    """Bytes of a .npz that depend on the arrays alone (numpy's writer needs zip64 records that small readers lack)."""
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.asarray(array), version=(1, 0), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, entry.getvalue())
    return blob.getvalue()


def read_arrays(data: bytes, advice: str = "") -> dict[str, NDArray[np.generic]]:
    """Arrays of a .npz of bounded size. Raises BundleError for anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > _MAX_WALK_BYTES:
                raise BundleError(f"{WALK} unpacks to more than {_MAX_WALK_BYTES:,} bytes. {advice}")
        with np.load(io.BytesIO(data), allow_pickle=False) as archive_arrays:
            return {name: archive_arrays[name] for name in archive_arrays.files}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, KeyError, NotImplementedError) as error:
        raise BundleError(f"{WALK} cannot be read ({error}). {advice}") from error


def _verify(reference_: FileRef, path: Path, name: str, advice: str) -> None:
    if reference_.file != name or path.stat().st_size != reference_.bytes:
        raise BundleError(f"{path} has {path.stat().st_size:,} bytes where {JSON} says {reference_.bytes:,}. {advice}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != reference_.sha256:
        raise BundleError(f"{path} is not the file that was baked (its sha256 differs). {advice}")
