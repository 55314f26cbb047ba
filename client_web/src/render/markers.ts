/** Rings on the ground: who is pointed at, where one walks to, which seat is meant. */

import { DoubleSide, Group, Mesh, MeshBasicMaterial, RingGeometry } from "three";
import type { SceneState } from "../core/types";
import type { SeatIndex } from "./venue/seats";

type Ring = Mesh<RingGeometry, MeshBasicMaterial>;

export class Markers {
  readonly group = new Group();
  private readonly target = ring(0.22, 0.34, 0x1fa0a8);
  private readonly person = ring(0.42, 0.52, 0xf2b84b);
  private readonly seat = ring(0.24, 0.34, 0xf2b84b);

  constructor() {
    this.group.add(this.target, this.person, this.seat);
  }

  /** `person` holds x, y, z of the highlighted avatar's feet, if it is drawn. */
  update(state: SceneState, person: Float32Array | null, seats: SeatIndex | null, still: boolean): void {
    const beat = still ? 1 : 1 + 0.12 * Math.sin(state.now / 180);
    place(this.target, state.marker !== null, state.marker?.x ?? 0, state.marker?.y ?? 0, state.marker?.z ?? 0, beat);
    place(this.person, person !== null, person?.[0] ?? 0, person?.[1] ?? 0, person?.[2] ?? 0, 1);
    const seat = state.highlightedSeat;
    if (seats?.has(seat)) place(this.seat, true, seats.x(seat), seats.y(seat) + seats.hip + 0.02, seats.z(seat), beat);
    else this.seat.visible = false;
  }

  dispose(): void {
    for (const each of [this.target, this.person, this.seat]) {
      each.geometry.dispose();
      each.material.dispose();
    }
  }
}

function ring(inner: number, outer: number, colour: number): Ring {
  const material = new MeshBasicMaterial({
    color: colour,
    transparent: true,
    opacity: 0.9,
    depthWrite: false,
    side: DoubleSide,
    toneMapped: false,
    fog: false,
    polygonOffset: true,
    polygonOffsetFactor: -4,
    polygonOffsetUnits: -4,
  });
  const mesh = new Mesh(new RingGeometry(inner, outer, 40).rotateX(-Math.PI / 2), material);
  mesh.renderOrder = 3;
  mesh.visible = false;
  return mesh;
}

function place(mesh: Ring, visible: boolean, x: number, y: number, z: number, scale: number): void {
  mesh.visible = visible;
  if (!visible) return;
  mesh.position.set(x, y + 0.02, z);
  mesh.scale.setScalar(scale);
  mesh.updateMatrixWorld();
}
