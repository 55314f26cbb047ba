// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { Screen } from "./screen.svelte";

afterEach(() => vi.restoreAllMocks());

function sized(width: number, height: number, rem: number): Screen {
  const screen = new Screen();
  Object.assign(screen, { width, height, rem });
  return screen;
}

it("calls a wide window narrow when the text is large", () => {
  expect(sized(1280, 800, 16)).toMatchObject({ narrow: false, phone: false, compact: false });
  expect(sized(1280, 800, 32)).toMatchObject({ narrow: true, phone: true, small: false, tiny: false });
  expect(sized(390, 844, 16)).toMatchObject({ narrow: true, phone: true, small: true, tiny: false });
  expect(sized(320, 640, 16)).toMatchObject({ tiny: true });
});

it("saves words in a low window, without making it a phone", () => {
  expect(sized(1000, 360, 16)).toMatchObject({ phone: false, compact: true });
});

it("tells the style sheets by attributes of the root", () => {
  const root = document.createElement("html");
  sized(390, 844, 16).apply(root);
  expect(root.getAttributeNames()).toEqual(["data-narrow", "data-phone", "data-small", "data-compact"]);
  sized(1280, 800, 16).apply(root);
  expect(root.getAttributeNames()).toEqual([]);
});

it("measures the page itself, not what sticks out of it on a phone", () => {
  const root = document.createElement("html");
  Object.defineProperty(root, "clientWidth", { value: 320 });
  vi.spyOn(window, "innerWidth", "get").mockReturnValue(380);
  const screen = new Screen();
  screen.measure(root);
  expect(screen).toMatchObject({ width: 320, tiny: true });
});

it("knows a device for fingers before the first touch", () => {
  vi.spyOn(window, "matchMedia").mockImplementation(
    (query) => ({ matches: query.includes("coarse") }) as MediaQueryList,
  );
  const screen = new Screen();
  screen.measure(document.documentElement);
  expect(screen.coarse).toBe(true);
});
