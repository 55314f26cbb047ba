"""PDF files made from scratch, right and wrong ones: for tests of slides."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: A slide of 16:9, points.
WIDE: Final = (960, 540)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page. ``lines``: its text, from the top. ``box``: its MediaBox as it stands in the file, in place of
    ``size``. ``content``: what is drawn besides. ``more``: further entries of the page."""

    lines: Sequence[str] = ()
    size: tuple[float, float] = WIDE
    rotate: int = 0
    box: str = ""
    content: bytes = b""
    more: str = ""


def pdf(*sheets: Sheet, catalog: str = "", trailer: str = "", count: int | None = None, packed: bool = True) -> bytes:
    """A file of these pages. ``catalog``, ``trailer``: further entries. ``count``: how many it claims to have."""
    kids = [4 + 2 * index for index in range(len(sheets))]
    tree = f"<</Type/Pages/Count {len(kids) if count is None else count}/Kids[{' '.join(f'{n} 0 R' for n in kids)}]>>"
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        tree.encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for sheet, number in zip(sheets, kids, strict=True):
        box = sheet.box or f"[0 0 {sheet.size[0]} {sheet.size[1]}]"
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox{box}/Rotate {sheet.rotate}/Contents {number + 1} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>>>{sheet.more}>>".encode()
        )
        objects.append(stream(_drawn(sheet), packed=packed))
    return whole(objects, trailer)


def stream(data: bytes, entries: str = "", *, packed: bool = True) -> bytes:
    """A stream object of these bytes."""
    if packed:
        data, entries = zlib.compress(data, 9), entries + "/Filter/FlateDecode"
    return f"<<{entries}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"


def whole(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """A file of these objects, numbered from 1; the first is the catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def locked() -> bytes:
    """A file that opens with a password only (nobody knows which)."""
    entries = f"/Filter/Standard/V 1/R 2/O<{'41' * 32}>/U<{'42' * 32}>/P -4"
    return pdf(Sheet(lines=["Secret"]), trailer=f"/Encrypt<<{entries}>>/ID[<{'00' * 16}><{'00' * 16}>]")


def bomb(repeats: int = 1_000_000_000) -> bytes:
    """A page whose content is ``repeats`` bytes, a thousandth of that in the file, or a millionth when packed twice."""
    pack = zlib.compressobj(9)
    once = b"".join(pack.compress(bytes(1_000_000)) for _ in range(repeats // 1_000_000)) + pack.flush()
    twice = zlib.compress(once, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 960 540]/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n" % len(twice) + twice + b"\nendstream",
    ]
    return whole(objects)


def looped() -> bytes:
    """A tree of pages that holds itself."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 2/Kids[2 0 R 3 0 R]/Parent 3 0 R>>"]
    return whole([*objects, b"<</Type/Pages/Count 2/Kids[2 0 R]/Parent 2 0 R>>"])


def nested(depth: int = 200_000) -> bytes:
    """A page whose entries are arrays in arrays."""
    return pdf(Sheet(more=f"/Deep{'[' * depth}{']' * depth}"))


def _drawn(sheet: Sheet) -> bytes:
    width, height = sheet.size
    step = height / 12
    shown = [
        b"BT /F1 %d Tf %d %d Td (%s) Tj ET" % (step * 0.7, width * 0.06, height - step * (row + 1.5), _quoted(line))
        for row, line in enumerate(sheet.lines)
    ]
    return b"\n".join([sheet.content, *shown])


def _quoted(line: str) -> bytes:
    text = line.encode("cp1252", "replace")
    return text.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
