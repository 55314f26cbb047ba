import { describe, expect, it } from "vitest";
import { smallVenue } from "../../test/golden";
import { Camera, type Carrier } from "./camera";
import { Sight } from "./sight";

const carrier = (more: Partial<Carrier> = {}): Carrier => ({
  x: 5,
  y: 0,
  z: 5,
  yaw: 0,
  seated: false,
  moving: false,
  ...more,
});

function settle(camera: Camera, who: Carrier, follow = false, seconds = 3): void {
  for (let t = 0; t < seconds; t += 1 / 60) camera.update(who, 10_000 + t * 1000, 1 / 60, follow);
}

describe("Camera", () => {
  it("hangs behind and above the head", () => {
    const camera = new Camera();
    settle(camera, carrier());
    expect(camera.state.z).toBeGreaterThan(8);
    expect(camera.state.y).toBeGreaterThan(2);
    expect(camera.state.x).toBeCloseTo(5);
  });

  it("is in the eyes in first person, lower when seated", () => {
    const camera = new Camera();
    camera.setMode("first");
    settle(camera, carrier());
    expect(camera.state.y).toBeCloseTo(1.6, 2);
    settle(camera, carrier({ seated: true }));
    expect(camera.state.y).toBeCloseTo(1.15, 2);
    expect(camera.state.distance).toBe(0);
  });

  it("stays inside the room, except through a door", () => {
    const camera = new Camera();
    camera.sight = new Sight(smallVenue());
    settle(camera, carrier({ z: 9 }));
    expect(camera.state.z).toBeLessThan(10);
    camera.turn(Math.PI, 0, 0);
    settle(camera, carrier({ x: 2, z: 1 }));
    expect(camera.state.z).toBeGreaterThan(0);
    settle(camera, carrier({ x: 5, z: 1 }));
    expect(camera.state.z).toBeLessThan(-1);
  });

  it("looks over the shoulder where there is no room behind, over the free one in a corner", () => {
    const camera = new Camera();
    camera.sight = new Sight(smallVenue());
    settle(camera, carrier({ x: 3, z: 9.6 }));
    expect(camera.state.z).toBeLessThan(9.9);
    expect(camera.state.x).toBeGreaterThan(3.3);
    settle(camera, carrier({ x: 9.7, z: 9.6 }));
    expect(camera.state.x).toBeLessThan(9.4);
    settle(camera, carrier({ x: 3, z: 5 }));
    expect(camera.state.x).toBeCloseTo(3);
  });

  it("does not go through the ceiling or the wall, however it is turned", () => {
    const camera = new Camera();
    camera.sight = new Sight(smallVenue());
    camera.zoom(-20);
    const who = carrier({ x: 1.3, z: 8.8 });
    for (let turn = 0; turn < 40; turn++) {
      camera.turn(Math.PI / 20, turn % 2 === 0 ? -0.9 : 0.8, 0);
      settle(camera, who, false, 0.2);
      const { x, y, z } = camera.state;
      expect(Math.min(x, 10 - x, 10 - z)).toBeGreaterThan(0);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(4);
    }
  });

  it("does not go below the floor", () => {
    const camera = new Camera();
    camera.turn(0, 2, 0);
    settle(camera, carrier());
    expect(camera.state.y).toBeGreaterThan(0.1);
  });

  it("zooms into first person and out again", () => {
    const camera = new Camera();
    camera.zoom(30);
    expect(camera.mode).toBe("first");
    camera.zoom(1);
    expect(camera.mode).toBe("first");
    camera.zoom(-1);
    expect(camera.mode).toBe("third");
    camera.zoom(-100);
    settle(camera, carrier());
    expect(camera.state.distance).toBeLessThanOrEqual(14);
  });

  it("swings behind a walker, unless told not to or just turned by hand", () => {
    const camera = new Camera();
    settle(camera, carrier({ yaw: 1, moving: true }), false);
    expect(camera.state.yaw).toBe(0);
    settle(camera, carrier({ yaw: 1, moving: true }), true);
    expect(camera.state.yaw).toBeGreaterThan(0.8);
    camera.turn(-1, 0, 13_000);
    const { yaw } = camera.state;
    camera.update(carrier({ yaw: 1, moving: true }), 13_100, 1 / 60, true);
    expect(camera.state.yaw).toBe(yaw);
  });

  it("looks past the shoulder at whom one faces, the left one beside a wall, and not in first person", () => {
    const camera = new Camera();
    camera.aside(carrier());
    settle(camera, carrier());
    expect(camera.state.x).toBeGreaterThan(6.5);
    camera.sight = new Sight(smallVenue());
    camera.reset(0);
    camera.aside(carrier({ x: 9 }));
    settle(camera, carrier({ x: 9 }));
    expect(camera.state.x).toBeLessThan(8);
    camera.setMode("first");
    camera.reset(0);
    camera.aside(carrier());
    expect(camera.state.yaw).toBe(0);
  });

  it("resets to behind the back", () => {
    const camera = new Camera();
    camera.turn(2, 1, 0);
    camera.zoom(-5);
    camera.reset(0.5);
    settle(camera, carrier());
    expect(camera.state.yaw).toBeCloseTo(0.5);
    expect(camera.state.pitch).toBeCloseTo(-0.16);
    expect(camera.state.distance).toBeCloseTo(4.2, 1);
  });

  it("comes nearer after an arrival where something beside the usual place would fill the picture", () => {
    const sight = new Sight(smallVenue());
    // A post from 3 m behind the carrier on, half a metre to the right.
    sight.cast = (x, _y, z, dx, _dy, dz, most) => {
      for (let t = 0; t < most; t += 0.05) {
        const [px, pz] = [x + dx * t, z + dz * t];
        if (px > 5.5 && pz > 8) return t;
      }
      return most;
    };
    const camera = new Camera();
    camera.sight = sight;
    const here = carrier({ z: 5 });
    camera.settle(here);
    settle(camera, here);
    expect(camera.state.distance).toBeLessThan(3.5);
    expect(camera.state.distance).toBeGreaterThan(1.9);
    // A few steps on the picture is as usual.
    settle(camera, carrier({ z: 2 }));
    expect(camera.state.distance).toBeGreaterThan(4);
    sight.cast = null;
    camera.settle(here);
    settle(camera, here);
    expect(camera.state.distance).toBeGreaterThan(4);
  });
});
