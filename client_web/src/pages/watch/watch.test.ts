// @vitest-environment happy-dom
import axe from "axe-core";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { press } from "../../ui/testing/fake_ui";
import { type FakeSite, identity, ORGANISER, settled, showSite, shown } from "../testing/fake_site";
import type { RecordingNow, ToWatch } from "./recordings";

const RULES = { "color-contrast": { enabled: false }, "no-autoplay-audio": { enabled: false } };
vi.setConfig({ testTimeout: 60_000 });

let fake: FakeSite | undefined;

beforeEach(() => {
  window.scrollTo = () => undefined;
});
afterEach(() => fake?.hide());

const recording = (fields: Partial<RecordingNow> = {}): RecordingNow => ({
  session: "panel",
  title: "Panel",
  room: "hall",
  state: "ready",
  watchable: true,
  since: 0,
  duration_ms: 61_000,
  bytes: 3_000_000,
  keep_until: 0,
  message: "",
  done: 0,
  steps: 0,
  may_arm: false,
  may_download: false,
  ...fields,
});

const HERE = "/api/recordings/panel/1";
const TO_WATCH: ToWatch = {
  recording: recording(),
  takes: [
    {
      take: 1,
      duration_ms: 61_000,
      files: [
        { address: `${HERE}/main.webm`, kind: "main", mime: 'video/webm; codecs="vp8"', bytes: 9, people: ["Ana"] },
        { address: `${HERE}/sound-1.webm`, kind: "sound", mime: "audio/webm", bytes: 9, people: ["Ben"] },
        { address: `${HERE}/interpreter.webm`, kind: "interpreter", mime: "video/webm", bytes: 9, people: ["Eva"] },
      ],
      chapters: [
        { at: 0, title: "Welcome", picture: `${HERE}/pages/d/1.webp` },
        { at: 32_001, title: "Rivers", picture: `${HERE}/pages/d/2.webp` },
      ],
      cues: [
        { start: 1_000, end: 2_000, text: "Good morning.", speaker: "Ana" },
        { start: 40_000, end: 41_000, text: "The river was moved.", speaker: "" },
      ],
      captions: `${HERE}/captions.vtt`,
      chapters_file: `${HERE}/chapters.vtt`,
    },
  ],
};

async function show(path: string, answers: Record<string, object>, who = identity("Ana")): Promise<void> {
  fake = await showSite(path, { who, answers });
}

async function violations(): Promise<string[]> {
  await settled();
  const { violations: found } = await axe.run(document, { rules: RULES, resultTypes: ["violations"] });
  return found.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`));
}

it("says that nothing was recorded yet", async () => {
  await show("/watch", { "/api/recordings": { recordings: [] } });
  expect((await shown("main .empty")).textContent).toContain("Nothing was recorded yet");
  expect(await violations()).toEqual([]);
});

it("leads people who are not signed in to the way in", async () => {
  fake = await showSite("/watch/panel", { who: null });
  expect((await shown("main .empty")).textContent).toContain("Sign in to see recordings");
  expect(document.querySelector("main a[href='/sign-in']")).not.toBeNull();
  expect(await violations()).toEqual([]);
});

it("lists recordings with where they stand", async () => {
  const recordings = [
    recording(),
    recording({ session: "b", title: "Being made", state: "processing", watchable: false, done: 1, steps: 4 }),
    recording({ session: "c", title: "Broken", state: "failed", watchable: false, message: "The disk is full." }),
  ];
  await show("/watch", { "/api/recordings": { recordings } });
  const list = await shown("main .list");
  expect(list.querySelector<HTMLAnchorElement>('a[href="/watch/panel"]')?.textContent).toContain("Watch");
  expect(list.textContent).toContain("1:01");
  expect(list.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow")).toBe("25");
  expect(list.textContent).toContain("The disk is full.");
  expect(list.textContent).not.toContain("Delete");
  expect(await violations()).toEqual([]);
});

it("lets organisers delete one, when they are sure", async () => {
  await show("/watch", { "/api/recordings": { recordings: [recording({ may_download: true })] } }, ORGANISER);
  await shown("main .list");
  press(/^Delete …/);
  await settled();
  press("Delete the recording");
  await settled();
  expect(fake?.backbone.last("recording.delete")).toEqual({ session: "panel" });
});

it("lets organisers try again to prepare one that failed, and nobody else", async () => {
  const failed = recording({ state: "failed", watchable: false, message: "The disk is full.", may_download: true });
  const answers = {
    "/api/recordings": {
      recordings: [recording({ may_download: true }), { ...failed, session: "c", title: "Broken" }],
    },
  };
  await show("/watch", answers, ORGANISER);
  await shown("main .list");
  const buttons = [...document.querySelectorAll("button")].filter((each) => /Prepare again/.test(each.textContent));
  expect(buttons).toHaveLength(1);
  press(/^Prepare again/);
  await settled();
  expect(fake?.backbone.last("recording.prepare")).toEqual({ session: "c" });
  expect(await violations()).toEqual([]);
  fake?.hide();
  await show("/watch", { "/api/recordings": { recordings: [{ ...failed, may_download: false }] } });
  expect((await shown("main .list")).textContent).not.toContain("Prepare again");
});

it("shows the recording with slides, chapters, transcript and what plays in step", async () => {
  await show("/watch/panel", { "/api/recordings/panel": TO_WATCH });
  const video = (await shown("video")) as HTMLVideoElement;
  expect(video.getAttribute("src")).toBe(`${HERE}/main.webm`);
  expect([...video.querySelectorAll("track")].map((each) => each.getAttribute("kind"))).toEqual([
    "captions",
    "chapters",
  ]);
  expect(document.querySelector("audio")?.getAttribute("src")).toBe(`${HERE}/sound-1.webm`);
  expect(document.querySelector("video.small")?.getAttribute("src")).toBe(`${HERE}/interpreter.webm`);
  expect(document.querySelector("img.slide")?.getAttribute("alt")).toBe("Slide: Welcome");
  expect(document.body.textContent).not.toContain("Download");
  expect(await violations()).toEqual([]);
});

it("goes where a chapter or a line is pressed, and shows its slide", async () => {
  await show("/watch/panel", { "/api/recordings/panel": TO_WATCH });
  const video = (await shown("video")) as HTMLVideoElement;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("main ol button")];
  buttons.find((each) => each.textContent.includes("Rivers"))?.click();
  await settled();
  expect(video.currentTime).toBe(32.001);
  expect(document.querySelector("img.slide")?.getAttribute("alt")).toBe("Slide: Rivers");
  buttons.find((each) => each.textContent.includes("Good morning"))?.click();
  await settled();
  expect(video.currentTime).toBe(1);
  expect(document.querySelector('[aria-current="true"]')?.textContent).toContain("Welcome");
});

it("searches the transcript and says how much it found", async () => {
  await show("/watch/panel", { "/api/recordings/panel": TO_WATCH });
  const field = (await shown('input[type="search"]')) as HTMLInputElement;
  field.value = "RIVER moved";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
  expect(document.querySelector('main [role="status"]')?.textContent).toContain("1 line");
  expect(document.body.textContent).not.toContain("Good morning");
});

it("says why there is nothing to watch", async () => {
  fake = await showSite("/watch/gone", {
    who: identity("Ana"),
    answers: { "/api/recordings/gone": { recording: recording({ state: "processing" }), takes: [] } },
  });
  expect((await shown("main h1")).textContent).toBe("Panel");
  expect((await shown("main")).textContent).toContain("Being prepared");
  expect((await shown("main .empty")).textContent).toContain("appears here by itself");
  expect(await violations()).toEqual([]);
});

it("offers files to whoever may keep them", async () => {
  const answer = { ...TO_WATCH, recording: recording({ may_download: true }) };
  await show("/watch/panel", { "/api/recordings/panel": answer }, ORGANISER);
  await shown("video");
  const links = [...document.querySelectorAll<HTMLAnchorElement>("a[download]")].map((each) =>
    each.getAttribute("href"),
  );
  expect(links).toContain(`${HERE}/main.webm?download=1`);
  expect(links).toContain(`${HERE}/captions.vtt`);
});
