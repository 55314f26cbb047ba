/**
 * When to play what was captured when. One clock for all tracks of one publisher, so that lips and voice stay together:
 * sound sets the pace, pictures are shown when the sound of the same moment is heard.
 *
 * `base` is the smallest difference between arrival and capture seen of late (a frame that waited nowhere); `delay` is how
 * much later than that one plays, so that frames that did wait are there in time. It grows at once when frames come too
 * late and shrinks slowly when they have not for a while. All in milliseconds; local times are those of one clock.
 */

const WINDOW_MS = 8_000;
const START_MS = 100;
/** Below this a browser's own scheduling shows. */
const LEAST_MS = 60;
const MOST_MS = 800;
/** Room above the worst that was seen. */
const MARGIN_MS = { audio: 25, video: 35 } as const;
/** How far the delay follows what pictures need: beyond that they are late rather than all sound. */
const MOST_FOR_VIDEO_MS = 350;
/** Players go at most 40 ms a second faster than sound is. */
const SHRINK_MS_S = 35;
const GROW_MS_S = 400;
/** Of the arrivals in the window so many may be late. */
const LATE_SHARE = { audio: 0.02, video: 0.1 } as const;
/**
 * All that came for so long is later than is ever waited for, so nothing of it was played: the publisher's clock stood
 * still (his machine slept), or his first frames had wrong times because his page was busy, or the way is that long now.
 */
const ANOTHER_FOR_MS = 2_000;
const ANOTHER_FRAMES = 10;

type Media = "audio" | "video";

interface Sample {
  readonly at: number;
  readonly offset: number;
}

export class PlayoutClock {
  readonly #samples: Record<Media, Sample[]> = { audio: [], video: [] };
  #base = NaN;
  #delay = START_MS;
  #movedAt = NaN;
  #wanted = START_MS;

  get ready(): boolean {
    return !Number.isNaN(this.#base);
  }

  get delayMs(): number {
    return this.#delay;
  }

  /** Spread of arrival of the worse of both. */
  get jitterMs(): number {
    return Math.max(this.#late("audio", 0.05), this.#late("video", 0.05));
  }

  /** A frame of the cached group: old, but better than knowing nothing. */
  seen(time: number, now: number): void {
    if (!this.ready) this.#movedAt = now;
    this.#base = this.ready ? Math.min(this.#base, now - time) : now - time;
  }

  /** A frame captured at `time` (publisher's clock) arrived at `now`; how much later than the fastest one. */
  arrived(media: Media, time: number, now: number): number {
    const offset = now - time;
    const samples = this.#samples[media];
    samples.push({ at: now, offset });
    while (samples.length > 0 && samples[0]!.at < now - WINDOW_MS) samples.shift();
    if (!this.ready) {
      this.#base = offset;
      this.#movedAt = now;
    }
    this.#base = Math.min(this.#base, offset);
    return offset - this.#base;
  }

  /** Follows the line; call a few times a second. */
  tick(now: number): void {
    if (!this.ready) return;
    const elapsed = Math.max(0, Math.min(1_000, now - this.#movedAt)) / 1000;
    this.#movedAt = now;
    for (const samples of [this.#samples.audio, this.#samples.video]) {
      while (samples.length > 0 && samples[0]!.at < now - WINDOW_MS) samples.shift();
    }
    if (this.#isAnotherTime(now)) return this.#reset();
    const least = Math.min(...[...this.#samples.audio, ...this.#samples.video].map(({ offset }) => offset));
    if (Number.isFinite(least) && least > this.#base) this.#rise(least, now, elapsed);
    const audio = this.#late("audio", LATE_SHARE.audio) + MARGIN_MS.audio;
    const video = Math.min(MOST_FOR_VIDEO_MS, this.#late("video", LATE_SHARE.video) + MARGIN_MS.video);
    this.#wanted = Math.max(LEAST_MS, Math.min(MOST_MS, Math.max(audio, video)));
    const step = this.#wanted - this.#delay;
    this.#delay += Math.max(-SHRINK_MS_S * elapsed, Math.min(GROW_MS_S * elapsed, step));
  }

  /** Local time at which what was captured at `time` is to be heard or seen. NaN before anything arrived. */
  playAt(time: number): number {
    return this.#base + time + this.#delay;
  }

  /** Capture time that is to be heard at local time `now`. */
  timeAt(now: number): number {
    return now - this.#base - this.#delay;
  }

  /** How much later than the fastest the slowest of the window came, leaving out a share. */
  #late(media: Media, share: number): number {
    const samples = this.#samples[media];
    if (samples.length === 0) return 0;
    const sorted = samples.map(({ offset }) => offset).sort((a, b) => a - b);
    return Math.max(0, sorted[Math.min(sorted.length - 1, Math.ceil((1 - share) * sorted.length) - 1)]! - this.#base);
  }

  /** One track that is late says nothing: sound beside it, which is not, knows better. */
  #isAnotherTime(now: number): boolean {
    const fresh = [...this.#samples.audio, ...this.#samples.video].filter(({ at }) => at > now - ANOTHER_FOR_MS);
    return fresh.length >= ANOTHER_FRAMES && fresh.every(({ offset }) => offset > this.#base + MOST_MS);
  }

  /** The way became longer for good, or the fastest frame had a wrong time. Playing never jumps for that. */
  #rise(least: number, now: number, elapsed: number): void {
    const known = [...this.#samples.audio, ...this.#samples.video].some(({ at }) => at < now - WINDOW_MS / 2);
    // After a pause, one frame that came late says little.
    if (!known) this.#base = Math.min(least, this.#base + SHRINK_MS_S * elapsed);
    else {
      this.#delay = Math.max(0, this.#delay - (least - this.#base));
      this.#base = least;
    }
  }

  #reset(): void {
    this.#samples.audio = [];
    this.#samples.video = [];
    this.#base = NaN;
    this.#delay = START_MS;
  }
}
