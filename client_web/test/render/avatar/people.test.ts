// @vitest-environment happy-dom
import { PerspectiveCamera, type WebGLRenderer } from "three";
import { describe, expect, it } from "vitest";
import { People } from "../../../src/render/avatar/people";
import { Picker } from "../../../src/render/picking";
import { LEVELS } from "../../../src/render/quality";
import { DEFAULT_LOOK, type SceneState } from "../../../src/core/types";

const OPTIONS = { reducedMotion: false, nameTags: "all" } as const;
const renderer = { getPixelRatio: () => 1 } as unknown as WebGLRenderer;

/** Looks along -Z from (0, 1.6, 5); people of the interest set and of the crowd at x, z. */
function scene(near: [number, number][], crowd: [number, number][], ownDistance = 4): SceneState {
  const column = (values: number[]): Float32Array => Float32Array.from(values);
  return {
    now: 1000,
    self: {
      ...{ present: true, slot: 900, x: 0, y: 0, z: 2, yaw: 0, state: 0, speed: 0 },
      ...{ look: DEFAULT_LOOK, name: "Me", affiliation: "", badge: "", seat: -1 },
    },
    camera: { mode: "third", x: 0, y: 1.6, z: 5, yaw: 0, pitch: 0, distance: ownDistance, fov: 60 },
    near: {
      count: near.length,
      slot: Uint16Array.from(near, (_, i) => i),
      x: column(near.map(([x]) => x)),
      y: new Float32Array(near.length),
      z: column(near.map(([, z]) => z)),
      yaw: new Float32Array(near.length),
      state: new Uint8Array(near.length),
      speed: new Float32Array(near.length),
    },
    crowd: {
      count: crowd.length,
      slot: Uint16Array.from(crowd, (_, i) => 1000 + i),
      x: column(crowd.map(([x]) => x)),
      y: new Float32Array(crowd.length),
      z: column(crowd.map(([, z]) => z)),
      yaw: new Float32Array(crowd.length),
      moving: new Uint8Array(crowd.length),
      age: new Float32Array(crowd.length),
    },
    doorsClosed: new Uint8Array(0),
    doorsVersion: 0,
    introductions: new Map(),
    introductionsVersion: 0,
    highlightedSeat: -1,
    highlightedSlot: -1,
    unseen: new Uint8Array(65_536),
    marker: null,
  };
}

function show(state: SceneState, frames = 3): { people: People; camera: PerspectiveCamera } {
  const people = new People();
  const camera = new PerspectiveCamera(60, 1, 0.1, 500);
  camera.position.set(0, 1.6, 5);
  camera.updateMatrixWorld();
  for (let i = 0; i < frames; i++) {
    people.update(state, camera, renderer, null, LEVELS.high, OPTIONS, 0.2, 800, 800, []);
  }
  return { people, camera };
}

describe("People", () => {
  it("draws who is in view, near, far and of the crowd, and leaves out who is behind", () => {
    const state = scene([[0, 0], [1, -8], [0, 40]], [[3, -60], [-3, -20], [0, 60]]); // prettier-ignore
    const { people } = show(state);
    // Own avatar, two near, two of the crowd.
    expect(people.drawn).toBe(5);
    expect(people.placeOf(1)![2]).toBe(-8);
    expect(people.placeOf(2)).toBeNull();
    people.dispose();
  });

  it("hides the own body when the camera is in it", () => {
    const { people } = show(scene([], [], 0));
    expect(people.drawn).toBe(0);
    people.dispose();
  });

  it("holds a crowd of thousands within its limits", () => {
    const crowd = Array.from({ length: 4000 }, (_, i): [number, number] => [(i % 60) - 30, -5 - Math.floor(i / 60)]);
    const { people } = show(scene([[0, 0]], crowd), 2);
    expect(people.drawn).toBeGreaterThan(1000);
    expect(people.drawn).toBeLessThanOrEqual(LEVELS.high.crowd + 2);
    people.dispose();
  });
});

describe("Picker", () => {
  it("finds the nearest person under the pointer, never oneself, and nothing in the sky", () => {
    const { people, camera } = show(scene([[0, -8], [0, -3], [2, -3]], [])); // prettier-ignore
    const picker = new Picker();
    expect(picker.pick(0, -0.02, camera, people, null, 900)).toEqual({ kind: "slot", slot: 1 });
    expect(picker.pick(0, 0.6, camera, people, null, 900)).toEqual({ kind: "nothing" });
    expect(picker.pick(0, -0.02, camera, people, null, 1)).toEqual({ kind: "slot", slot: 900 });
    people.dispose();
  });
});
