import { expect, it } from "vitest";
import { DEFAULT_VOICE, readVoice, VoicePreferences } from "./preferences.svelte";

it.each([null, "", "{", "[]", "null", '{"mode":7,"voices":99,"volumes":{"talk":-1},"muted":"yes","microphone":{}}'])(
  "makes something usable of %j",
  (stored) => expect(readVoice(stored)).toEqual(DEFAULT_VOICE),
);

it("keeps what was chosen, and forgets it where the browser forbids storage", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
  };
  new VoicePreferences(storage).set({ mode: "hold", voices: 2, volumes: { talk: 5, voices: 10, effects: 15 } });
  expect(new VoicePreferences(storage).values).toMatchObject({ mode: "hold", voices: 2, volumes: { voices: 10 } });
  const forbidden = {
    getItem: () => {
      throw new Error("no");
    },
    setItem: () => {
      throw new Error("no");
    },
  };
  const preferences = new VoicePreferences(forbidden);
  preferences.set({ voices: 1 });
  expect(preferences.values.voices).toBe(1);
});
