import { describe, expect, it } from "vitest";
import { LazyMedia } from "./access";
import type { MediaSession } from "./api";

class Fake {
  closed = 0;
  readonly told: boolean[] = [];
  close(): void {
    this.closed++;
  }
  hidden(hidden: boolean): void {
    this.told.push(hidden);
  }
}

const asSession = (fake: Fake): MediaSession => fake as unknown as MediaSession;

describe("lazy media", () => {
  it("loads once, tells of the background, and closes with the visit", async () => {
    const made: Fake[] = [];
    const media = new LazyMedia(async () => asSession(made[made.push(new Fake()) - 1]!));
    media.hidden(true);
    const [one, two] = await Promise.all([media.open(), media.open()]);
    expect(one).toBe(two);
    expect(media.session.get()).toBe(one);
    expect(made[0]!.told).toEqual([true]);
    media.close();
    expect(made[0]!.closed).toBe(1);
    expect(media.session.get()).toBeNull();
    await media.open();
    expect(made.length).toBe(2);
  });

  it("can be tried again when loading failed", async () => {
    let fails = true;
    const media = new LazyMedia(() =>
      fails ? Promise.reject(new Error("x")) : Promise.resolve(asSession(new Fake())),
    );
    await expect(media.open()).rejects.toThrow("Check your connection");
    fails = false;
    await expect(media.open()).resolves.toBeDefined();
  });

  it("closes what arrives after the person left", async () => {
    const fake = new Fake();
    let arrive: (session: MediaSession) => void = () => undefined;
    const media = new LazyMedia(() => new Promise((done) => (arrive = done)));
    const opening = media.open();
    media.close();
    arrive(asSession(fake));
    await expect(opening).rejects.toThrow("left");
    expect(fake.closed).toBe(1);
    expect(media.session.get()).toBeNull();
  });
});
