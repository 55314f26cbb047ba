import { expect, it } from "vitest";
import { AutoQuality } from "./auto_quality";

it("lowers the quality after a slow while, step by step, and never below low", () => {
  const auto = new AutoQuality("high");
  let lowered = 0;
  for (let now = 0; now <= 60_000; now += 500) if (auto.observe(10, now)) lowered++;
  expect(lowered).toBe(2);
  expect(auto.quality).toBe("low");
});

it("forgives short hiccups and the first moments", () => {
  const auto = new AutoQuality("high");
  auto.settle(0);
  for (let now = 0; now < 4000; now += 500) expect(auto.observe(5, now)).toBe(false);
  for (let now = 4000; now < 60_000; now += 500) expect(auto.observe(now % 5000 === 0 ? 60 : 10, now)).toBe(false);
  expect(auto.quality).toBe("high");
});
