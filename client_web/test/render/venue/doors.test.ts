import { BoxGeometry, Mesh, Vector3 } from "three";
import { describe, expect, it } from "vitest";
import { Doors } from "../../../src/render/venue/doors";

/** A leaf of 1 m whose mesh starts off its node's origin, as the baker's lattices make it. */
function leaf(): Mesh {
  const mesh = new Mesh(new BoxGeometry(100, 200, 10).translate(50, 100, 5));
  mesh.scale.setScalar(0.01);
  mesh.rotation.y = Math.PI / 2;
  // Hinge at (3, 0, 4): the mesh's own z is off by half its thickness, 5 cm, which lies along x after the turn.
  mesh.position.set(3 - 0.05, 0, 4);
  mesh.userData = { door: "main", closed: 0, open: Math.PI / 2 };
  mesh.updateMatrixWorld();
  return mesh;
}

const tip = (mesh: Mesh): Vector3 => new Vector3(100, 0, 5).applyMatrix4(mesh.matrixWorld);
const hinge = (mesh: Mesh): Vector3 => new Vector3(0, 0, 5).applyMatrix4(mesh.matrixWorld);

describe("Doors", () => {
  it("takes only leaves of doors that it knows", () => {
    const doors = new Doors((id) => (id === "main" ? 2 : -1));
    expect(doors.add(new Mesh())).toBe(false);
    const other = leaf();
    other.userData.door = "elsewhere";
    expect(doors.add(other)).toBe(false);
    expect(doors.add(leaf())).toBe(true);
    expect(doors.count).toBe(1);
  });

  it("swings about the hinge, step by step, and back", () => {
    const doors = new Doors(() => 0);
    const mesh = leaf();
    const before = hinge(mesh);
    doors.add(mesh);
    const closed = Uint8Array.of(1);
    doors.update(closed, true, 0.1, false);
    expect(mesh.rotation.y).toBeGreaterThan(0);
    for (let i = 0; i < 20; i++) doors.update(closed, false, 0.1, false);
    expect(tip(mesh).x).toBeCloseTo(4, 5);
    expect(tip(mesh).z).toBeCloseTo(4, 5);
    expect(hinge(mesh).distanceTo(before)).toBeLessThan(1e-5);
    doors.update(Uint8Array.of(0), true, 0.1, true);
    expect(tip(mesh).x).toBeCloseTo(3, 5);
    expect(tip(mesh).z).toBeCloseTo(3, 5);
  });
});
