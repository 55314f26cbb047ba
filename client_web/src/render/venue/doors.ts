/** Door leaves: nodes `Leaf_*` that swing about their hinge between the yaws in their extras. */

import { Box3, type Mesh, type Object3D, Quaternion, Vector3 } from "three";

interface Leaf {
  readonly node: Object3D;
  readonly door: number;
  readonly closed: number;
  readonly open: number;
  /** Hinge in the parent's space, and in the node's own unrotated space (scale included). */
  readonly hinge: Vector3;
  readonly arm: Vector3;
  yaw: number;
}

const RADIANS_PER_SECOND = 2.6;
const UP = new Vector3(0, 1, 0);

export class Doors {
  private readonly leaves: Leaf[] = [];
  private settled = false;
  private readonly turn = new Quaternion();
  private readonly offset = new Vector3();

  constructor(private readonly indexOf: (door: string) => number) {}

  get count(): number {
    return this.leaves.length;
  }

  /** Takes a node whose userData holds `door`, `closed` and `open`; false if it is none. */
  add(node: Object3D): boolean {
    const { door, closed, open } = node.userData as Record<string, unknown>;
    if (typeof door !== "string" || typeof closed !== "number" || typeof open !== "number") return false;
    const index = this.indexOf(door);
    if (index < 0) return false;
    const arm = hingeOf(node);
    const hinge = arm.clone().applyQuaternion(node.quaternion).add(node.position);
    this.leaves.push({ node, door: index, closed, open, hinge, arm, yaw: open });
    return true;
  }

  /** Swings the leaves; at once with `instant`. */
  update(doorsClosed: Uint8Array, changed: boolean, dt: number, instant: boolean): void {
    if (changed) this.settled = false;
    if (this.settled) return;
    this.settled = true;
    for (const leaf of this.leaves) {
      const target = doorsClosed[leaf.door] ? leaf.closed : leaf.open;
      const rest = target - leaf.yaw;
      const step = instant ? Math.abs(rest) : RADIANS_PER_SECOND * dt;
      leaf.yaw = Math.abs(rest) <= step ? target : leaf.yaw + Math.sign(rest) * step;
      if (leaf.yaw !== target) this.settled = false;
      this.place(leaf);
    }
  }

  private place(leaf: Leaf): void {
    this.turn.setFromAxisAngle(UP, leaf.yaw);
    this.offset.copy(leaf.arm).applyQuaternion(this.turn);
    leaf.node.quaternion.copy(this.turn);
    leaf.node.position.copy(leaf.hinge).sub(this.offset);
    leaf.node.updateMatrix();
    leaf.node.updateMatrixWorld(true);
  }
}

/** The hinge in the node's own space: a leaf runs from its hinge towards +x; z is the middle of its thickness. */
function hingeOf(node: Object3D): Vector3 {
  const box = new Box3();
  const part = new Box3();
  node.traverse((child) => {
    const mesh = child as Mesh;
    if (!mesh.isMesh) return;
    mesh.geometry.computeBoundingBox();
    part.copy(mesh.geometry.boundingBox!);
    if (child !== node) {
      child.updateMatrix();
      part.applyMatrix4(child.matrix);
    }
    box.union(part);
  });
  if (box.isEmpty()) return new Vector3();
  return new Vector3(box.min.x, 0, (box.min.z + box.max.z) / 2).multiply(node.scale).setY(0);
}
