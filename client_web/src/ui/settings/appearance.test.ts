// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { Appearance, applyAppearance, DEFAULT_APPEARANCE, readAppearance } from "./appearance.svelte";

function memory(): {
  map: Map<string, string>;
  getItem(key: string): string | null;
  setItem(k: string, v: string): void;
} {
  const map = new Map<string, string>();
  return { map, getItem: (key) => map.get(key) ?? null, setItem: (key, value) => void map.set(key, value) };
}

it.each([null, "", "{", "7", "null", "[]", '{"theme":"pink","textScale":9,"reminderMinutes":"x","guideSeen":1}'])(
  "takes the defaults instead of %s",
  (stored) => expect(readAppearance(stored)).toEqual(DEFAULT_APPEARANCE),
);

it("remembers choices, and a reset keeps what was already seen", () => {
  const storage = memory();
  const first = new Appearance(storage);
  first.set("theme", "dark");
  first.set("textScale", 1.5);
  first.set("guideSeen", true);
  const second = new Appearance(storage);
  expect(second.values).toEqual({ ...DEFAULT_APPEARANCE, theme: "dark", textScale: 1.5, guideSeen: true });
  second.reset();
  expect(new Appearance(storage).values).toEqual({ ...DEFAULT_APPEARANCE, guideSeen: true });
});

it("works where storage is forbidden", () => {
  const forbidden = {
    getItem: (): string => {
      throw new Error("SecurityError");
    },
    setItem: (): void => {
      throw new Error("QuotaExceededError");
    },
  };
  const appearance = new Appearance(forbidden);
  appearance.set("theme", "dark");
  expect(appearance.values.theme).toBe("dark");
});

it("puts theme, contrast, motion and text size onto the root", () => {
  const root = document.createElement("html");
  applyAppearance(root, { ...DEFAULT_APPEARANCE, textScale: 2 }, true, true, true);
  expect(root.dataset).toMatchObject({ theme: "dark", contrast: "high", motion: "reduced" });
  expect(root.style.getPropertyValue("--text-scale")).toBe("2");
  applyAppearance(root, { ...DEFAULT_APPEARANCE, theme: "light" }, true, false, false);
  expect(root.dataset).toMatchObject({ theme: "light", contrast: "normal", motion: "system" });
});
