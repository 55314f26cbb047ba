import { expect, it } from "vitest";
import { FIRST_LOOK } from "./look";
import { CaptionPreferences } from "./preferences.svelte";

it("keeps what was chosen, also where nothing can be kept", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const first = new CaptionPreferences(storage);
  first.set({ size: 150, colours: "yellow" });
  first.setForms("tu = Turia");
  const later = new CaptionPreferences(storage);
  expect([later.look.size, later.look.colours, later.forms]).toEqual([150, "yellow", "tu = Turia"]);
  later.reset();
  expect([new CaptionPreferences(storage).look, later.forms]).toEqual([FIRST_LOOK, "tu = Turia"]);
  const forbidden = (): never => {
    throw new Error("forbidden");
  };
  const without = new CaptionPreferences({ getItem: forbidden, setItem: forbidden });
  without.set({ lines: 3 });
  expect(without.look.lines).toBe(3);
});
