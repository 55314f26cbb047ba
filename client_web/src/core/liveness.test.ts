import { expect, it } from "vitest";
import { Liveness } from "./liveness";

it("tells a good line from a shaky and a dead one", () => {
  const line = new Liveness();
  line.start(0);
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
