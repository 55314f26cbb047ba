import { expect, it } from "vitest";
import type { Preflight } from "../../app/ports";
import { deviceSummary } from "./device";

const ready: Preflight = {
  done: true,
  items: [{ id: "network", title: "Network", ok: true, text: "" }],
  quality: "medium",
  can3d: true,
  roundTripMs: 30,
};

it("says in one sentence what the device can do", () => {
  expect(deviceSummary({ ...ready, done: false }).tone).toBe("wait");
  expect(deviceSummary(ready)).toEqual({ tone: "good", text: "This device is ready. Shown in medium detail." });
  expect(deviceSummary({ ...ready, can3d: false })).toMatchObject({ tone: "warn" });
  const slow = deviceSummary({ ...ready, items: [{ id: "network", title: "Network", ok: false, text: "" }] });
  expect(slow.text).toContain("Not as good as it could be: network");
});
