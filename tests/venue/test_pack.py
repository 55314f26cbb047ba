from __future__ import annotations

from typing import Any

import numpy as np

from turia.venue.glb import Glb
from turia.venue.gltf import read_document
from turia.venue.pack import Pack

POINTS = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 0, 0], [1, 1, 0], [0, 1, 0]], "<u2")


def finished(pack: Pack, **document: Any) -> Glb:
    shell: dict[str, Any] = {"asset": {"version": "2.0"}, "scenes": [{}], **document}
    binary = pack.finish(shell)
    return Glb(shell, binary)


def test_equal_vertices_are_joined_and_drawn_in_order() -> None:
    pack = Pack()
    attributes, at = pack.primitive({"POSITION": (POINTS, False)}, np.array([5, 3, 1, 0, 1, 2]), triangles=True)
    document = read_document(finished(pack))
    np.testing.assert_array_equal(document.array(attributes["POSITION"]), [[0, 1, 0], [0, 0, 0], [1, 0, 0], [1, 1, 0]])
    assert document.array(at)[:, 0].tolist() == [0, 1, 2, 1, 2, 3]
    assert document.glb.json["accessors"][attributes["POSITION"]]["max"] == [1, 1, 0]


def test_vertices_that_differ_in_any_attribute_stay_apart() -> None:
    normals = np.array([[0, 0, 127]] * 3 + [[127, 0, 0]] * 3, "i1")
    pack = Pack()
    columns: dict[str, Any] = {"POSITION": (POINTS, False), "NORMAL": (normals, True)}
    attributes, _ = pack.primitive(columns, np.arange(6), triangles=True)
    document = read_document(finished(pack))
    assert document.root.accessors[attributes["POSITION"]].count == 6
    np.testing.assert_allclose(document.floats(attributes["NORMAL"])[0], [0, 0, 1])


def test_triangles_without_area_are_left_out_unless_nothing_else_is_there() -> None:
    pack = Pack()
    _, at = pack.primitive({"POSITION": (POINTS, False)}, np.array([0, 1, 2, 0, 3, 1]), triangles=True)
    assert read_document(finished(pack)).root.accessors[at].count == 3
    lonely = Pack()
    _, at = lonely.primitive({"POSITION": (POINTS, False)}, np.array([0, 3, 1]), triangles=True)
    assert read_document(finished(lonely)).root.accessors[at].count == 3


def test_equal_arrays_are_stored_once() -> None:
    pack = Pack()
    places = np.array([[1, 2, 3], [4, 5, 6]], "<f4")
    assert pack.instances(places, bounds=True) == pack.instances(places.copy(), bounds=True)
    assert pack.image(b"picture") == pack.image(b"picture") == 0
    glb = finished(pack)
    assert len(glb.binary) == 8 + 24


def test_every_view_is_aligned_and_says_what_it_is_for() -> None:
    pack = Pack()
    pack.image(b"abc")
    pack.primitive({"POSITION": (POINTS, False)}, np.arange(6), triangles=True)
    pack.primitive({"POSITION": (POINTS.astype("<f4"), False)}, np.arange(6)[::-1], triangles=True)
    views = finished(pack).json["bufferViews"]
    assert all(view["byteOffset"] % 4 == 0 for view in views)
    assert [view.get("target") for view in views] == [None, 34962, 34962, 34963]
    assert [view.get("byteStride") for view in views] == [None, 12, 8, None]
