"""PDF files through pypdfium2: the only file that imports it. For the sandbox's child alone: it reads untrusted files.

The library is built without scripts and XFA forms; form fields are not filled in, links and attachments not followed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as raw

from turia.errors import BundleError

#: Longer text is not even asked for: a file may claim any number of letters.
_MOST_TEXT: Final = 200_000
_PASSWORD: Final = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)


@dataclass(frozen=True, slots=True)
class Raster:
    """A drawn page: ``rows`` of ``stride`` bytes, three bytes a pixel: blue, green, red."""

    width: int
    height: int
    stride: int
    rows: bytes


class Page:
    """One page of an open file. ``width``, ``height``: points (1/72 inch), as it is shown, so turned by ``rotation``
    (degrees, clockwise)."""

    def __init__(self, page: Any, number: int) -> None:
        self._page = page
        self._number = number
        self.width, self.height = (_finite(side) for side in page.get_size())
        self.rotation = int(page.get_rotation())

    def draw(self, side: int) -> Raster:
        """The page on white, its longer side ``side`` pixels. Raises BundleError."""
        scale = side / max(self.width, self.height)
        try:
            # a little less, or rounding up gives a pixel more
            bitmap = self._page.render(scale=scale * (1 - 1e-7), draw_annots=True)
        except (pypdfium2.PdfiumError, ValueError) as error:
            raise _broken(f"page {self._number} cannot be drawn") from error
        return Raster(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))

    def text(self) -> str:
        """Its letters in the order of the file, as the file has them; "" where it holds none, or pictures of them."""
        try:
            found = self._page.get_textpage()
        except pypdfium2.PdfiumError:
            return ""
        try:
            if not 0 < raw.FPDFText_CountChars(found) <= _MOST_TEXT:
                return ""
            # Bounded text knows all of Unicode, but loses the lines of pages that lie on their side.
            return str(found.get_text_range() if self.rotation % 180 else found.get_text_bounded())
        finally:
            found.close()


class Document:
    """An open PDF file."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __len__(self) -> int:
        return len(self._document)

    @contextmanager
    def page(self, number: int) -> Iterator[Page]:
        """The page of a number, counted from 1; closed afterwards. Raises BundleError."""
        try:
            page = self._document[number - 1]
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise _broken(f"page {number} cannot be read") from error
        try:
            yield Page(page, number)
        finally:
            page.close()


@contextmanager
def opened(path: Path) -> Iterator[Document]:
    """A PDF file; closed afterwards. Raises BundleError (``pdf_password``, ``pdf_broken``)."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in _PASSWORD:
            raise BundleError(
                "The file is protected by a password. Save it without one, and upload that.", code="pdf_password"
            ) from error
        raise _broken("it is damaged, cut off or empty") from error
    try:
        yield Document(document)
    finally:
        document.close()


def _finite(side: float) -> float:
    """A page may claim anything; drawing needs a size."""
    return side if math.isfinite(side) and side > 0 else 1.0


def _broken(what: str) -> BundleError:
    return BundleError(f"The PDF cannot be read: {what}. Export it again, and upload that.", code="pdf_broken")
