// The 64 nearest of each person by a uniform grid: what a careful author would write beside these servers.

export const NEAR = 64;
const CELL = 4; // metres

/** For each index of xs, zs (metres): up to `near` indices of the nearest others. `each(i, indices)`. */
export function nearestOfAll(xs, zs, count, each, near = NEAR) {
  const cells = new Map();
  for (let i = 0; i < count; i++) {
    const key = cellKey(Math.floor(xs[i] / CELL), Math.floor(zs[i] / CELL));
    const list = cells.get(key);
    if (list) list.push(i);
    else cells.set(key, [i]);
  }
  for (let i = 0; i < count; i++) each(i, nearestOf(i, xs, zs, cells, Math.min(near, count - 1)));
}

const cellKey = (cx, cz) => (cx + 512) * 1024 + (cz + 512);

function nearestOf(i, xs, zs, cells, wanted) {
  const cx = Math.floor(xs[i] / CELL);
  const cz = Math.floor(zs[i] / CELL);
  const found = [];
  // Rings until there are enough, then one more: a near one may stand in the next ring.
  for (let ring = 0, extra = 1; ring < 64 && extra >= 0; ring++) {
    for (let x = cx - ring; x <= cx + ring; x++)
      for (let z = cz - ring; z <= cz + ring; z++)
        if (Math.max(Math.abs(x - cx), Math.abs(z - cz)) === ring) {
          const list = cells.get(cellKey(x, z));
          if (list) for (const j of list) if (j !== i) found.push(j);
        }
    if (found.length >= wanted) extra--;
  }
  const square = (j) => (xs[j] - xs[i]) ** 2 + (zs[j] - zs[i]) ** 2;
  return found
    .map((j) => [square(j), j])
    .sort((a, b) => a[0] - b[0])
    .slice(0, wanted)
    .map((pair) => pair[1]);
}
