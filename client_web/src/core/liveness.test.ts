import { expect, it } from "vitest";
import { Liveness } from "./liveness";

it("tells a good line from a shaky and a dead one", () => {
  const line = new Liveness();
  line.start(-20_000);
  for (let now = -20_000; now <= 0; now += 500) line.check(now, true);
  line.heard(0);
  expect(line.check(500, false)).toBe("good");
  expect(line.check(1000, false)).toBe("good");
  expect(line.check(1600, false)).toBe("shaky");
  expect(line.check(1600, true)).toBe("good");
  line.heard(2000);
  expect(line.check(2100, false)).toBe("good");
  for (let now = 2600; now < 10_000; now += 500) expect(line.check(now, false)).not.toBe("dead");
  expect(line.check(10_001, false)).toBe("dead");
});

it("gives the line a second to speak after the machine slept", () => {
  const line = new Liveness();
  line.start(0);
  line.check(500, false);
  expect(line.check(60_000, false)).toBe("shaky");
  expect(line.check(60_500, false)).toBe("shaky");
  expect(line.check(61_000, false)).toBe("dead");
});

it("does not blame the line for what the page itself missed, nor while everything is loaded and drawn first", () => {
  const line = new Liveness();
  line.start(0);
  for (let now = 500; now < 5000; now += 500) expect(line.check(now, false)).toBe("good");
  line.heard(20_000);
  line.check(20_000, false);
  // Frames of three seconds: nothing could be read in between.
  expect(line.check(23_000, false)).toBe("good");
  expect(line.check(26_000, false)).toBe("good");
  // And coming back is no first moment: trouble is told as ever.
  line.start(26_000);
  for (let now = 26_500; now < 27_500; now += 500) expect(line.check(now, false)).toBe("good");
  expect(line.check(27_600, false)).toBe("shaky");
});
