import { expect, it } from "vitest";
import { Waking } from "./waking";

it("wakes at every gesture as long as it listens, and at none before or after", () => {
  const page = new EventTarget();
  let woken = 0;
  const waking = new Waking(page, () => woken++);
  const press = (): void => void page.dispatchEvent(new Event("pointerup"));
  press();
  expect(woken).toBe(0);
  waking.listen(true);
  waking.listen(true);
  press();
  page.dispatchEvent(new Event("keydown"));
  page.dispatchEvent(new Event("scroll"));
  expect(woken).toBe(2);
  waking.listen(false);
  press();
  expect(woken).toBe(2);
});
