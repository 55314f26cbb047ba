import { expect, it } from "vitest";
import { drawField } from "../../test/golden";
import { slide } from "./slide";
import { FREE, openToAll, WALL } from "./walkfield";

const open = openToAll();
const field = drawField(["......", "......", "######"]);
const at = (x: number, z: number): { x: number; z: number; surface: number } => ({
  x,
  z,
  surface: field.locate(x, z, 0),
});

it("goes straight where it is free", () => {
  expect(slide(field, at(0.2, 0.1), 0.1, 0.05, open, 0)).toMatchObject({
    x: 0.30000000000000004,
    reason: FREE,
    side: 0,
  });
});

it("turns aside at a wall and says what is there", () => {
  const slid = slide(field, at(0.2, 0.49), 0.05, 0.05, open, 0);
  expect(slid.reason).toBe(WALL);
  expect(slid.x).toBeGreaterThan(0.2);
  expect(slid.surface).toBe(field.locate(slid.x, slid.z, 0));
});

it("stays where no way leads on, and where no step is made", () => {
  const cage = drawField(["###", "#.#", "###"]);
  const inside = { x: 0.375, z: 0.375, surface: 0 };
  expect(slide(cage, inside, 5, 0, open, 1)).toEqual({ ...inside, reason: WALL, side: 1 });
  expect(slide(cage, inside, 0, 0, open, 1)).toEqual({ ...inside, reason: FREE, side: 1 });
});

it("never ends on anything but its surface, wherever it is pushed", () => {
  const maze = drawField(["..#...", ".##.#.", "......", "#.#.##", "......"]);
  let seed = 3;
  const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
  let foot = { x: 0.1, z: 0.1, surface: 0 };
  let side = 0;
  for (let i = 0; i < 3000; i++) {
    const angle = random() * 7;
    const moved = slide(maze, foot, Math.cos(angle) * 0.1, Math.sin(angle) * 0.1, open, side);
    expect(maze.locate(moved.x, moved.z, 0)).toBe(moved.surface);
    side = moved.side;
    foot = { x: moved.x, z: moved.z, surface: moved.surface };
  }
});
