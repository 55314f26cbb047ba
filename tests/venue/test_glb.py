from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turia.errors import BundleError
from turia.testing.glb_model import Model
from turia.venue.glb import MAX_JSON_BYTES, Glb, read_glb, write_glb

MODEL = Model().floor("Walk_floor", (0, 4), (0, 4)).mark("Spawn_entrance", (2, 0, 2)).to_bytes()


def with_json(text: bytes) -> bytes:
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text
    return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


def test_what_is_written_is_read_back() -> None:
    glb = Glb({"asset": {"version": "2.0"}, "name": "Straße"}, b"12345")
    again = read_glb(write_glb(glb))
    assert again.json == glb.json
    assert again.binary == b"12345\0\0\0"
    assert write_glb(again) == write_glb(glb)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "too short"),
        (b"PK\x03\x04" + bytes(40), "does not begin with 'glTF'"),
        (struct.pack("<III", 0x46546C67, 1, 12), "version 1"),
        (MODEL[:-100], "cut off"),
        (struct.pack("<III", 0x46546C67, 2, 12), "no JSON chunk"),
        (struct.pack("<IIIII", 0x46546C67, 2, 20, 0x7FFFFFFF, 0x4E4F534A), "says 2,147,483,647 bytes"),
        (struct.pack("<IIIII", 0x46546C67, 2, 20, 0, 0x004E4942), "no JSON chunk"),
        (with_json(b"{"), "cannot be read"),
        (with_json(b"[1, 2]"), "not an object"),
        (with_json(b'{"a": NaN}'), "cannot be read"),
        (with_json(b'{"a": "\xff"}'), "cannot be read"),
        (with_json(b"[" * 100_000), "cannot be read"),
        (with_json(b'{"a":' * 50_000 + b"1" + b"}" * 50_000), "cannot be read"),
        (with_json(b'{"extras":' + b"[" * 100 + b"]" * 100 + b"}"), "nested more than 64 deep"),
        (with_json(b" " * (MAX_JSON_BYTES + 4)), "at most"),
    ],
)
def test_a_broken_container_is_refused_with_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(BundleError, match=says.replace("(", r"\(")):
        read_glb(data)


@pytest.mark.parametrize(
    ("document", "where"),
    [
        (b'{"images": [{"uri": "https://example.org/a.png"}]}', "/images/0"),
        (b'{"buffers": [{"uri": "data:application/octet-stream;base64,AAAA"}]}', "/buffers/0"),
        (b'{"extensions": {"KHR_audio_emitter": {"audio": [{"uri": "../secret.mp3"}]}}}', "/audio/0"),
    ],
)
def test_a_reference_out_of_the_file_is_refused_by_place(document: bytes, where: str) -> None:
    with pytest.raises(BundleError, match=f"{where} refers to another file"):
        read_glb(with_json(document))


def test_hints_and_free_text_may_name_addresses() -> None:
    document = b'{"extras": {"uri": "a", "more": [{"uri": "b"}]}, "nodes": [{"extensions": {"OMI_link": {"uri": "https://example.org"}}}]}'
    assert "nodes" in read_glb(with_json(document)).json


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for candidate in (data, MODEL[:12] + data, with_json(data)):
        with contextlib.suppress(BundleError):
            read_glb(candidate)
