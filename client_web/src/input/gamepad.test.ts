import { expect, it } from "vitest";
import type { KeyAction } from "../core/settings";
import { GamepadInput, type PadState } from "./gamepad";

const pad = (axes: number[], pressed: number[] = [], more: Partial<PadState> = {}): PadState => ({
  axes,
  connected: true,
  mapping: "standard",
  buttons: Array.from({ length: 17 }, (_, i) => ({ pressed: pressed.includes(i) })),
  ...more,
});

it("walks and looks with the sticks, beyond a dead zone", () => {
  const input = new GamepadInput(() => undefined);
  input.poll([null, pad([0, -1, 1, 0.1], [7])]);
  expect(input.controls).toMatchObject({ y: 1, turn: -1, run: true });
  expect(Math.abs(input.controls.x)).toBe(0);
  expect(Math.abs(input.controls.pitch)).toBe(0);
  input.poll([pad([0.59, 0, 0, 0])]);
  expect(input.controls.x).toBeCloseTo(0.5);
});

it("fires a button once, and forgets a pad that is gone", () => {
  const actions: KeyAction[] = [];
  const input = new GamepadInput((action) => actions.push(action));
  for (const pressed of [[0], [0], [], [0, 3]]) input.poll([pad([0, 0, 0, 0], pressed)]);
  expect(actions).toEqual(["sit", "sit", "camera"]);
  input.poll([pad([1, 0, 0, 0])]);
  input.poll([]);
  expect(input.controls.x).toBe(0);
  input.poll([pad([1, 0, 0, 0], [], { mapping: "" })]);
  expect(input.controls.x).toBe(0);
});
