import { beforeEach, describe, expect, it, vi } from "vitest";
import { writable } from "../../core/store";
import { VoicePreferences } from "./preferences.svelte";
import { FakeMedia, FakePublication } from "./testing";
import { Voice } from "./voice.svelte";

let media: FakeMedia;
let talkKey: ReturnType<typeof writable<boolean>>;
let said: string[];
let timers: { readonly at: number; readonly run: () => void }[];
let voice: Voice;

const settle = async (): Promise<void> => {
  for (let i = 0; i < 8; i++) await Promise.resolve();
};

async function turnedOn(): Promise<void> {
  await voice.turnOn();
  media.publication.is("live");
}

beforeEach(() => {
  media = new FakeMedia();
  talkKey = writable(false);
  said = [];
  timers = [];
  voice = new Voice({
    media,
    talkKey,
    preferences: new VoicePreferences(null),
    clock: {
      now: () => 0,
      after: (ms, run) => {
        const timer = { at: ms, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    },
    say: (text) => void said.push(text),
  });
});

describe("the microphone", () => {
  it("is opened as chosen, sends by voice, and is closed when turned off", async () => {
    voice.choose({ microphone: "m1", noiseSuppression: false });
    await turnedOn();
    expect(media.captures[0]!.options).toEqual({
      device: "m1",
      noiseSuppression: false,
      echoCancellation: true,
      autoGainControl: true,
    });
    expect(media.publication.source).toBe("voice");
    expect(media.publication.voiceActivity).toBe(true);
    expect(voice.phase).toBe("live");
    expect(said).toContain("Your microphone is on.");
    voice.toggle();
    expect(media.publication.stopped).toBe(true);
    expect(media.captures[0]!.stopped).toBe(true);
    expect(voice.on).toBe(false);
    expect(voice.trouble).toBe(null);
    expect(said.at(-1)).toBe("Your microphone is off.");
  });

  it.each(["denied", "none", "busy", "unsupported"] as const)("says what is wrong when it is %s", async (code) => {
    media.fault = code;
    await voice.turnOn();
    expect(voice.on).toBe(false);
    expect(voice.trouble).toEqual({ code, message: `Your microphone: ${code}.` });
    expect(said.at(-1)).toBe(`Your microphone: ${code}.`);
    media.fault = null;
    await turnedOn();
    expect(voice.trouble).toBe(null);
    expect(voice.phase).toBe("live");
  });

  it("says so when sound cannot be loaded", async () => {
    media.cannotLoad = true;
    await voice.turnOn();
    expect(voice.trouble?.message).toBe("Sound and pictures cannot be loaded.");
    expect(voice.on).toBe(false);
  });

  it("is closed again when one changed one’s mind while it was opening", async () => {
    const opening = voice.turnOn();
    voice.off();
    await opening;
    expect(media.published).toEqual([]);
    expect(media.captures.every(({ stopped }) => stopped)).toBe(true);
    expect(voice.on).toBe(false);
  });

  it("goes off with the server’s reason, and on again only when asked", async () => {
    await turnedOn();
    media.publication.is("refused", "muted", "You were muted.");
    expect(voice.on).toBe(false);
    expect(media.captures[0]!.stopped).toBe(true);
    expect(voice.trouble).toEqual({ code: "muted", message: "You were muted." });
    voice.moved();
    expect(voice.trouble).toBe(null);
    await settle();
    expect(media.published).toHaveLength(1);
  });

  it("says that it was unplugged, which walking elsewhere does not change", async () => {
    await turnedOn();
    media.tell({ kind: "device_ended", source: "voice", message: "Your microphone was unplugged." });
    expect(voice.trouble).toEqual({ code: "unplugged", message: "Your microphone was unplugged." });
    voice.moved();
    expect(voice.trouble).not.toBe(null);
    voice.moved(true);
    expect(voice.trouble).toBe(null);
  });

  it("makes way for the one of the stage, and is that one as long as it goes out", async () => {
    await turnedOn();
    const stage = new FakePublication("microphone", null, false);
    media.publications.set([stage]);
    expect(media.publication.stopped).toBe(true);
    expect(media.captures[0]!.stopped).toBe(true);
    expect(voice.on).toBe(false);
    expect(voice.stage).toBe("live");
    expect(said.at(-1)).toContain("microphone of the stage");
    voice.toggle();
    expect(stage.muted).toBe(true);
    expect(voice.stage).toBe("muted");
    await voice.turnOn();
    expect(stage.muted).toBe(false);
    expect(voice.stage).toBe("live");
    // Nobody is heard twice, whatever is pressed.
    talkKey.set(true);
    talkKey.set(false);
    await settle();
    expect(media.published).toHaveLength(1);
    media.publications.set([]);
    expect(voice.stage).toBe(null);
    expect(voice.on).toBe(false);
    voice.toggle();
    await settle();
    expect(media.published).toHaveLength(2);
  });

  it("is heard on stage as long as the key is held, where one holds it to talk", async () => {
    voice.choose({ mode: "hold" });
    await voice.listen();
    const stage = new FakePublication("microphone", null, false);
    media.publications.set([stage]);
    stage.mute(true);
    talkKey.set(true);
    expect(stage.muted).toBe(false);
    talkKey.set(false);
    expect(stage.muted).toBe(true);
    stage.mute(false);
    talkKey.set(true);
    talkKey.set(false);
    expect(stage.muted).toBe(false);
    await settle();
    expect(media.published).toEqual([]);
  });

  it("asks anew for the one of the stage where it was refused", async () => {
    await voice.listen();
    const stage = new FakePublication("microphone", null, false);
    media.publications.set([stage]);
    stage.is("refused", "muted", "You were muted.");
    expect(voice.stage).toBe("refused");
    const retried = vi.spyOn(stage, "retry");
    voice.toggle();
    expect(retried).toHaveBeenCalled();
  });

  it("is exchanged while it goes on", async () => {
    await turnedOn();
    voice.choose({ microphone: "m2" });
    await settle();
    expect(media.published).toHaveLength(1);
    expect(media.publication.input).toBe(media.captures[1]!.track);
    expect(media.captures.map(({ stopped }) => stopped)).toEqual([true, false]);
  });

  it("goes off with the visit, without a word", async () => {
    await turnedOn();
    media.session.set(null);
    expect(media.captures[0]!.stopped).toBe(true);
    expect(voice.on).toBe(false);
    expect(said.at(-1)).toBe("Your microphone is on.");
  });
});

describe("a page in the background", () => {
  it("turns it off after a while, and says so", async () => {
    await turnedOn();
    voice.hidden(true);
    expect(timers[0]!.at).toBe(5 * 60_000);
    timers[0]!.run();
    expect(voice.on).toBe(false);
    expect(voice.trouble?.message).toContain("in the background");
  });

  it("does not when one comes back in time, or chose so", async () => {
    await turnedOn();
    voice.hidden(true);
    voice.hidden(false);
    expect(timers).toEqual([]);
    voice.choose({ hiddenMinutes: 0 });
    voice.hidden(true);
    expect(timers).toEqual([]);
    expect(voice.on).toBe(true);
  });
});

describe("holding to talk", () => {
  beforeEach(() => voice.choose({ mode: "hold" }));

  it("sends while key or button are down, and not a moment longer", async () => {
    await turnedOn();
    expect(media.publication.voiceActivity).toBe(false);
    expect(media.publication.muted).toBe(true);
    talkKey.set(true);
    expect(media.publication.muted).toBe(false);
    voice.hold(true);
    talkKey.set(false);
    expect(voice.held).toBe(true);
    voice.hold(false);
    expect(media.publication.muted).toBe(true);
    expect(voice.held).toBe(false);
  });

  it("opens the microphone with the first press", async () => {
    talkKey.set(true);
    await settle();
    expect(media.published).toHaveLength(1);
    expect(media.publication.muted).toBe(false);
    talkKey.set(false);
    expect(media.publication.muted).toBe(true);
  });

  it("ends when the page goes out of sight", async () => {
    await turnedOn();
    voice.hold(true);
    voice.hidden(true);
    expect(media.publication.muted).toBe(true);
  });

  it("changes the way of talking while it is on", async () => {
    await turnedOn();
    voice.choose({ mode: "activity" });
    expect(media.published).toHaveLength(2);
    expect(media.published[0]!.stopped).toBe(true);
    expect(media.publication.voiceActivity).toBe(true);
    expect(media.captures).toHaveLength(1);
  });
});

it("the key turns it on and off where one need not hold it", async () => {
  talkKey.set(true);
  talkKey.set(false);
  await settle();
  expect(media.published).toHaveLength(1);
  talkKey.set(true);
  expect(voice.on).toBe(false);
});

describe("ears", () => {
  it("hear as many as chosen, as loud as chosen, from the first moment", async () => {
    voice.choose({ voices: 3, volumes: { talk: 50, voices: 20, effects: 0 }, mono: true });
    await voice.listen();
    expect(media.heard).toEqual([3]);
    expect(media.sound.calls).toContainEqual(["setVolume", "voices", 0.2]);
    expect(media.sound.calls).toContainEqual(["setMono", true]);
    voice.choose({ voices: 0, muted: { talk: false, voices: true, effects: false } });
    expect(media.heard).toEqual([3, 0]);
    expect(media.sound.calls).toContainEqual(["setMuted", "voices", true]);
  });

  it("say when a loudspeaker cannot be had", async () => {
    await voice.listen();
    media.sound.speakerFault = "This loudspeaker cannot be used.";
    await voice.chooseLoudspeaker("s1");
    expect(voice.loudspeakerProblem).toBe("This loudspeaker cannot be used.");
    expect(voice.preferences.values.loudspeaker).toBe("");
    media.sound.speakerFault = "";
    await voice.chooseLoudspeaker("s1");
    expect(voice.loudspeakerProblem).toBe("");
    expect(voice.preferences.values.loudspeaker).toBe("s1");
  });
});

describe("the test with echo", () => {
  it("opens a microphone of its own and closes it", async () => {
    await voice.testStart();
    expect(voice.echo).not.toBe(null);
    voice.testStop();
    expect(media.echo.stopped).toBe(1);
    expect(media.captures[0]!.stopped).toBe(true);
    expect(voice.echo).toBe(null);
  });

  it("uses the one that is on, and leaves it on", async () => {
    await turnedOn();
    await voice.testStart();
    voice.testStop();
    expect(media.captures).toHaveLength(1);
    expect(media.captures[0]!.stopped).toBe(false);
  });
});
