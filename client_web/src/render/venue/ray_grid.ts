/** The building's triangles in a grid over the plan, to find what a ray meets first. Pure. */

const CELL = 3;

export interface Hit {
  /** Metres along the ray; Infinity: nothing. */
  t: number;
  /** Upward part of the surface's normal: 1 a floor, 0 a wall. */
  up: number;
}

export class RayGrid {
  private triangles = new Float32Array(9 * 1024);
  private count = 0;
  private cells: Int32Array = new Int32Array(0);
  private first: Int32Array = new Int32Array(0);
  private seen: Int32Array = new Int32Array(0);
  private stamp = 0;
  private x0 = 0;
  private z0 = 0;
  private nx = 0;
  private nz = 0;
  readonly hit: Hit = { t: Infinity, up: 0 };

  get size(): number {
    return this.count;
  }

  /** Adds triangles: nine world coordinates each. */
  add(
    ax: number,
    ay: number,
    az: number,
    bx: number,
    by: number,
    bz: number,
    cx: number,
    cy: number,
    cz: number,
  ): void {
    const at = this.count * 9;
    if (at + 9 > this.triangles.length) {
      const more = new Float32Array(this.triangles.length * 2);
      more.set(this.triangles);
      this.triangles = more;
    }
    const t = this.triangles;
    t[at] = ax;
    t[at + 1] = ay;
    t[at + 2] = az;
    t[at + 3] = bx;
    t[at + 4] = by;
    t[at + 5] = bz;
    t[at + 6] = cx;
    t[at + 7] = cy;
    t[at + 8] = cz;
    this.count++;
  }

  /** Sorts the triangles into the cells of the plan; call once after the last add(). */
  finish(): void {
    let x0 = Infinity;
    let z0 = Infinity;
    let x1 = -Infinity;
    let z1 = -Infinity;
    for (let i = 0; i < this.count * 9; i += 3) {
      x0 = Math.min(x0, this.triangles[i]!);
      x1 = Math.max(x1, this.triangles[i]!);
      z0 = Math.min(z0, this.triangles[i + 2]!);
      z1 = Math.max(z1, this.triangles[i + 2]!);
    }
    if (this.count === 0) x0 = z0 = x1 = z1 = 0;
    this.x0 = x0;
    this.z0 = z0;
    this.nx = Math.max(1, Math.ceil((x1 - x0 + 0.01) / CELL));
    this.nz = Math.max(1, Math.ceil((z1 - z0 + 0.01) / CELL));
    const first = new Int32Array(this.nx * this.nz + 1);
    this.eachCell((cell) => first[cell + 1]!++);
    for (let i = 0; i < this.nx * this.nz; i++) first[i + 1]! += first[i]!;
    const next = first.slice();
    this.cells = new Int32Array(first[this.nx * this.nz]!);
    this.eachCell((cell, triangle) => {
      this.cells[next[cell]!++] = triangle;
    });
    this.first = first;
    this.seen = new Int32Array(this.count);
  }

  /** First surface along the ray (unit direction) within `far` metres; the answer is in `hit`. */
  cast(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number, far: number): Hit {
    this.hit.t = Infinity;
    this.hit.up = 0;
    if (this.count === 0) return this.hit;
    this.stamp++;
    // From cell to cell along the plan: always over the border that the ray reaches first.
    let cx = Math.floor((ox - this.x0) / CELL);
    let cz = Math.floor((oz - this.z0) / CELL);
    const stepX = dx < 0 ? -1 : 1;
    const stepZ = dz < 0 ? -1 : 1;
    const perX = Math.abs(CELL / dx);
    const perZ = Math.abs(CELL / dz);
    let nextX = border(ox - this.x0, cx, dx);
    let nextZ = border(oz - this.z0, cz, dz);
    for (;;) {
      this.testCell(cx, cz, ox, oy, oz, dx, dy, dz, far);
      const leave = Math.min(nextX, nextZ);
      if (!(leave <= far) || this.hit.t <= leave) break;
      if (nextX < nextZ) {
        cx += stepX;
        nextX += perX;
      } else {
        cz += stepZ;
        nextZ += perZ;
      }
    }
    return this.hit;
  }

  private testCell(
    cx: number,
    cz: number,
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    far: number,
  ): void {
    if (cx < 0 || cz < 0 || cx >= this.nx || cz >= this.nz) return;
    const cell = cz * this.nx + cx;
    for (let k = this.first[cell]!; k < this.first[cell + 1]!; k++) {
      const triangle = this.cells[k]!;
      if (this.seen[triangle] === this.stamp) continue;
      this.seen[triangle] = this.stamp;
      this.testTriangle(triangle * 9, ox, oy, oz, dx, dy, dz, far);
    }
  }

  /** Moeller-Trumbore, both sides. */
  private testTriangle(
    i: number,
    ox: number,
    oy: number,
    oz: number,
    dx: number,
    dy: number,
    dz: number,
    far: number,
  ): void {
    const p = this.triangles;
    const ax = p[i]!;
    const ay = p[i + 1]!;
    const az = p[i + 2]!;
    const ux = p[i + 3]! - ax;
    const uy = p[i + 4]! - ay;
    const uz = p[i + 5]! - az;
    const vx = p[i + 6]! - ax;
    const vy = p[i + 7]! - ay;
    const vz = p[i + 8]! - az;
    const px = dy * vz - dz * vy;
    const py = dz * vx - dx * vz;
    const pz = dx * vy - dy * vx;
    const det = ux * px + uy * py + uz * pz;
    if (Math.abs(det) < 1e-9) return;
    const inverse = 1 / det;
    const tx = ox - ax;
    const ty = oy - ay;
    const tz = oz - az;
    const u = (tx * px + ty * py + tz * pz) * inverse;
    if (u < 0 || u > 1) return;
    const qx = ty * uz - tz * uy;
    const qy = tz * ux - tx * uz;
    const qz = tx * uy - ty * ux;
    const v = (dx * qx + dy * qy + dz * qz) * inverse;
    if (v < 0 || u + v > 1) return;
    const t = (vx * qx + vy * qy + vz * qz) * inverse;
    if (t < 0.05 || t > far || t >= this.hit.t) return;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    this.hit.t = t;
    this.hit.up = Math.abs(ny) / (Math.hypot(nx, ny, nz) || 1);
  }

  private eachCell(take: (cell: number, triangle: number) => void): void {
    const p = this.triangles;
    const low = (a: number, b: number, c: number, origin: number): number =>
      Math.floor((Math.min(a, b, c) - origin) / CELL);
    const high = (a: number, b: number, c: number, origin: number, n: number): number =>
      Math.min(n - 1, Math.floor((Math.max(a, b, c) - origin) / CELL));
    for (let triangle = 0; triangle < this.count; triangle++) {
      const i = triangle * 9;
      const cx1 = high(p[i]!, p[i + 3]!, p[i + 6]!, this.x0, this.nx);
      const cz1 = high(p[i + 2]!, p[i + 5]!, p[i + 8]!, this.z0, this.nz);
      for (let cz = low(p[i + 2]!, p[i + 5]!, p[i + 8]!, this.z0); cz <= cz1; cz++) {
        for (let cx = low(p[i]!, p[i + 3]!, p[i + 6]!, this.x0); cx <= cx1; cx++) take(cz * this.nx + cx, triangle);
      }
    }
  }
}

/** Metres along the ray to the next border of its cell on one axis; Infinity when it runs along the cells. */
function border(at: number, cell: number, direction: number): number {
  if (direction === 0) return Infinity;
  return ((direction < 0 ? cell * CELL : (cell + 1) * CELL) - at) / direction;
}
