"""Forms with files."""

from __future__ import annotations

import pytest

from turia.errors import Refused
from turia.web.multipart import Part, parts

TYPE = "multipart/form-data; boundary=XyZ"
HEAD = b'Content-Disposition: form-data; name="%s"\r\n\r\n%s'


def form(*pieces: bytes, end: bytes = b"--XyZ--\r\n") -> bytes:
    return b"".join(b"--XyZ\r\n" + piece + b"\r\n" for piece in pieces) + end


def test_fields_and_files() -> None:
    head = b'Content-Disposition: form-data; name="file"; filename="a b.xml"\r\nContent-Type: text/xml'
    file = head + b"\r\n\r\n<a>\r\n\r\n--X</a>"
    found = parts(TYPE, form(HEAD % (b"zone", b"Europe/Madrid"), file))
    assert found["zone"] == Part("zone", "", b"Europe/Madrid")
    assert found["file"] == Part("file", "a b.xml", b"<a>\r\n\r\n--X</a>")


def test_a_quoted_boundary_is_one() -> None:
    assert parts('multipart/form-data; boundary="XyZ"', form(HEAD % (b"a", b"1")))["a"].data == b"1"


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("multipart/form-data", b"", "no boundary"),
        (TYPE, b"", "ends too early"),
        (TYPE, form(HEAD % (b"a", b"1"), end=b""), "ends too early"),
        (TYPE, form(b"no head"), "has no head"),
        (TYPE, form(b"X: y\r\n\r\nz"), "has no name"),
        (TYPE, form(b"X: " + b"y" * 5_000 + b"\r\n\r\nz"), "has no head"),
        (TYPE, form(*[HEAD % (b"a", b"1")] * 30), "more than 20 fields"),
    ],
)
def test_broken_forms_are_refused(kind: str, body: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        parts(kind, body)
