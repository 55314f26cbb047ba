/** Pictures of a MediaStreamTrack with their time on the publisher's clock. A still source repeats its last one. */

import { CaptureClock } from "../core/media/capture_clock";
import { trackProcessor } from "./sound_input";

/** The frame is closed after the call. */
export type PictureSink = (frame: VideoFrame, time: number) => void;

export interface PictureInput {
  start(sink: PictureSink, failed: (message: string) => void): () => void;
}

/** A screen that does not change gives no frames; viewers must still see that it lives. */
const REPEAT_MS = 500;

export function picturesOf(track: MediaStreamTrack): PictureInput {
  return {
    start(sink, failed) {
      const clock = new CaptureClock();
      const still = new Still(sink);
      const take = (frame: VideoFrame): void => {
        const time = clock.map(frame.timestamp, performance.now());
        if (track.enabled) still.take(frame, time);
        else frame.close();
      };
      const Maker = trackProcessor<VideoFrame>();
      const stop = Maker === null ? byElement(track, take, failed) : byProcessor(Maker, track, take, failed);
      return () => {
        stop();
        still.stop();
      };
    },
  };
}

/** Passes pictures on, and the last one again while no other comes. */
class Still {
  readonly #sink: PictureSink;
  readonly #timer: ReturnType<typeof setInterval>;
  #last: VideoFrame | null = null;
  #time = 0;
  #at = 0;

  constructor(sink: PictureSink) {
    this.#sink = sink;
    this.#timer = setInterval(() => this.#again(), REPEAT_MS / 2);
  }

  take(frame: VideoFrame, time: number): void {
    this.#last?.close();
    this.#last = frame;
    this.#time = time;
    this.#at = performance.now();
    this.#sink(frame, time);
  }

  #again(): void {
    const now = performance.now();
    if (this.#last === null || now - this.#at < REPEAT_MS) return;
    this.#time = Math.max(this.#time + 1, Math.round(now * 1000));
    this.#at = now;
    this.#sink(this.#last, this.#time);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#last?.close();
    this.#last = null;
  }
}

function byProcessor(
  Maker: NonNullable<ReturnType<typeof trackProcessor<VideoFrame>>>,
  track: MediaStreamTrack,
  take: (frame: VideoFrame) => void,
  failed: (message: string) => void,
): () => void {
  const own = track.clone();
  own.enabled = true;
  const reader = new Maker({ track: own, maxBufferSize: 2 }).readable.getReader();
  let over = false;
  const read = async (): Promise<void> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done || over) {
        value?.close();
        return;
      }
      take(value);
    }
  };
  read().catch(() => over || failed("The picture stopped. Choose the camera or screen again."));
  return () => {
    over = true;
    void reader.cancel().catch(() => undefined);
    own.stop();
  };
}

/** Everywhere else: plays it in an element that nobody sees and takes what that shows. */
function byElement(
  track: MediaStreamTrack,
  take: (frame: VideoFrame) => void,
  failed: (message: string) => void,
): () => void {
  const element = document.createElement("video");
  element.muted = true;
  element.playsInline = true;
  element.srcObject = new MediaStream([track]);
  let over = false;
  const next = (): void => {
    if (over) return;
    const grab = (): void => {
      if (over) return;
      if (element.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA)
        take(new VideoFrame(element, { timestamp: Math.round(performance.now() * 1000) }));
      next();
    };
    if ("requestVideoFrameCallback" in element) element.requestVideoFrameCallback(grab);
    else setTimeout(grab, 33);
  };
  element.play().then(next, () => over || failed("The picture cannot be read. Choose the camera or screen again."));
  return () => {
    over = true;
    element.srcObject = null;
  };
}
