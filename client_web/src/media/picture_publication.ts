/** Pictures that somebody sends: paced and sized by what line, viewers and encoder take; in one or two qualities. */

import { Pace, type PictureSize, scaled, SendRate, sizeFor } from "../core/media/send_rate";
import { MOST_GROUP_MS } from "../core/media/numbering";
import type { Rate } from "../net/media.gen";
import type { FrameSink } from "./api";
import type { Outgoing } from "./outgoing";
import { chooseCodec, PictureEncoding } from "./picture_encoding";
import { type PictureInput, picturesOf } from "./picture_input";
import { AnyPublication, type PublicationKind, type PublicationParts } from "./publication";

interface Plan {
  readonly height: number;
  readonly frameRate: number;
  readonly bitRate: number;
  /** A screen keeps its size and loses motion instead. */
  readonly detail: boolean;
}

const CAMERA: Plan = { height: 720, frameRate: 30, bitRate: 1_000_000, detail: false };
const PLANS: Readonly<Record<string, Plan>> = {
  screen: { height: 1080, frameRate: 8, bitRate: 1_500_000, detail: true },
  film: { height: 720, frameRate: 30, bitRate: 1_500_000, detail: false },
};
/** The second quality. */
const SMALL: Plan = { height: 180, frameRate: 15, bitRate: 150_000, detail: false };
/** Encoding twice on fewer cores would take from both. */
const CORES_FOR_TWO = 4;
const UNSUPPORTED = "This browser cannot send pictures. Use a current Chrome, Edge, Firefox or Safari.";

/** One quality. */
interface Version {
  readonly plan: Plan;
  readonly rate: SendRate;
  readonly encoding: PictureEncoding;
  readonly outgoing: Outgoing;
  readonly pace: Pace;
  keyAt: number;
}

export class PicturePublication extends AnyPublication {
  readonly media = "video";
  readonly #two: boolean;
  readonly #plan: Plan;
  readonly #sinks = new Set<FrameSink>();
  #versions: Version[] = [];
  #own: PictureSize | null = null;
  #choosing = false;
  #leftOut = 0;
  #stopInput: () => void = () => undefined;

  constructor(
    kind: PublicationKind,
    parts: PublicationParts,
    options: { readonly bitRate?: number | undefined; readonly twoQualities?: boolean | undefined },
  ) {
    super(kind, parts);
    const plan = PLANS[kind.source] ?? CAMERA;
    this.#plan = options.bitRate === undefined ? plan : { ...plan, bitRate: options.bitRate };
    const strong = (navigator.hardwareConcurrency || 2) >= CORES_FOR_TWO;
    this.#two = kind.source !== "echo" && !plan.detail && (options.twoQualities ?? strong);
  }

  from(input: PictureInput): void {
    this.#stopInput();
    this.#stopInput = input.start(
      (frame, time) => this.#take(frame, time),
      (message) => this.finish("failed", message),
    );
  }

  replace(track: MediaStreamTrack): void {
    this.input = track;
    if (this.#plan.detail && "contentHint" in track) track.contentHint = "detail";
    this.from(picturesOf(track));
  }

  /** What is sent, for the sender himself. */
  watch(sink: FrameSink): () => void {
    this.#sinks.add(sink);
    return () => void this.#sinks.delete(sink);
  }

  protected askKey(outgoing: Outgoing): void {
    this.#versions.find((each) => each.outgoing === outgoing)?.encoding.askKey();
  }

  protected advise(outgoing: Outgoing, { bit_rate }: Rate): void {
    this.#versions.find((each) => each.outgoing === outgoing)?.rate.advise(bit_rate);
  }

  protected steer(): void {
    const sent = this.#versions.reduce((sum, { outgoing }) => sum + outgoing.bitRate(this.now), 0);
    for (const { rate, encoding, plan } of this.#versions) {
      rate.tick(this.parts.line.waitingBytes, sent, encoding.behind, this.now);
      if (this.#own !== null) encoding.set(sizeOf(plan, this.#own, rate.target, encoding.size), rate.target);
    }
  }

  protected release(): void {
    this.#stopInput();
    for (const { encoding } of this.#versions) encoding.close();
    this.#sinks.clear();
  }

  protected figures(): object {
    const first = this.#versions[0];
    if (first === undefined) return {};
    const { width, height } = first.encoding.size;
    const aimBitRate = this.#versions.reduce((sum, { rate }) => sum + rate.target, 0);
    const dropped = this.#leftOut + this.tracks.reduce((sum, each) => sum + each.dropped, 0);
    return { width, height, aimBitRate, dropped };
  }

  #take(frame: VideoFrame, time: number): void {
    if (this.over) return;
    for (const sink of this.#sinks) sink(frame);
    const own = { width: frame.displayWidth, height: frame.displayHeight, frameRate: this.#plan.frameRate };
    if (this.#versions.length === 0) return void this.#choose(own);
    this.#own = own;
    for (const version of this.#versions) this.#encode(version, frame, time);
  }

  #encode(version: Version, frame: VideoFrame, time: number): void {
    const { encoding, outgoing, pace, rate } = version;
    // Muted still lives: two pictures a second, black ones.
    const frameRate = this.isMuted ? 2 : encoding.size.frameRate;
    if (outgoing.phase !== "live" || !pace.take(time / 1000, frameRate)) return;
    if (rate.stalled) {
      this.#leftOut++;
      return;
    }
    if (time / 1000 - version.keyAt > MOST_GROUP_MS) encoding.askKey();
    const went = this.isMuted ? encodeBlack(encoding, frame, time) : encoding.encode(frame, time);
    if (!went) this.#leftOut++;
  }

  async #choose(own: PictureSize): Promise<void> {
    if (this.#choosing) return;
    this.#choosing = true;
    const size = sizeOf(this.#plan, own, this.#plan.bitRate, own);
    const chosen = await chooseCodec(size, this.#plan.bitRate);
    if (this.over) return;
    if (chosen === null) return this.finish("failed", UNSUPPORTED);
    const plans = this.#two && own.height > SMALL.height * 2 ? [this.#plan, SMALL] : [this.#plan];
    this.#versions = plans.map((plan, quality) => this.#version(plan, quality, own, chosen));
    for (const { outgoing } of this.#versions) void outgoing.open();
  }

  #version(
    plan: Plan,
    quality: number,
    own: PictureSize,
    chosen: NonNullable<Awaited<ReturnType<typeof chooseCodec>>>,
  ): Version {
    const size = sizeOf(plan, own, plan.bitRate, own);
    const outgoing = this.begin({
      media: "video",
      codec: chosen.codec,
      width: size.width,
      height: size.height,
      frame_rate: size.frameRate,
      layers: chosen.layers,
      quality,
      bit_rate: plan.bitRate,
    });
    const encoding = new PictureEncoding(
      chosen,
      size,
      plan.bitRate,
      plan.detail,
      ({ bytes, key, layer, discardable, time }) => {
        if (key) version.keyAt = time / 1000;
        outgoing.send(bytes, {
          key,
          layer,
          discardable,
          time,
          duration: Math.round(10_000 / size.frameRate),
          level: 0,
        });
      },
      this.parts.failed,
    );
    const rate = new SendRate(plan.bitRate, this.now);
    const version: Version = { plan, rate, encoding, outgoing, pace: new Pace(), keyAt: 0 };
    return version;
  }
}

function sizeOf(plan: Plan, own: PictureSize, bitRate: number, before: PictureSize): PictureSize {
  if (plan.detail || plan === SMALL) return scaled(own, plan.height, plan.frameRate);
  const most = scaled(own, plan.height, plan.frameRate);
  return sizeFor(bitRate, most, before.height);
}

function encodeBlack(encoding: PictureEncoding, like: VideoFrame, time: number): boolean {
  const width = Math.max(2, like.displayWidth & ~1);
  const height = Math.max(2, like.displayHeight & ~1);
  // I420: black is luma 16 and chroma 128.
  const data = new Uint8Array((width * height * 3) / 2).fill(128);
  data.fill(16, 0, width * height);
  const black = new VideoFrame(data, {
    format: "I420",
    codedWidth: width,
    codedHeight: height,
    timestamp: time,
  });
  try {
    return encoding.encode(black, time);
  } finally {
    black.close();
  }
}
