/** The device test: what one sends as `echo` comes back from the server, to oneself only. */

import { type Readable, writable } from "../core/store";
import type { TrackInfo } from "../net/media.gen";
import type { EchoState, EchoTest, FrameSink } from "./api";
import type { Arriving } from "./arriving";
import type { AnyPublication } from "./publication";

export interface EchoParts {
  readonly publications: readonly AnyPublication[];
  readonly me: () => string;
  /** Receives a track that no room tells of. */
  readonly receive: (info: TrackInfo) => () => void;
  readonly arriving: () => readonly Arriving[];
  readonly show: (canvas: HTMLCanvasElement) => () => void;
  readonly now: () => number;
  readonly ended: (test: Echo) => void;
}

const NOTHING: EchoState = {
  phase: "starting",
  message: "",
  soundMs: null,
  pictureMs: null,
  heard: 0,
  pictures: 0,
  verdict: "",
};
/** Without anything back for so long, something is wrong. */
const PATIENCE_MS = 8_000;
const SILENT = 0.003;

export class Echo implements EchoTest {
  readonly #parts: EchoParts;
  readonly #state = writable<EchoState>(NOTHING);
  readonly #received = new Map<AnyPublication, { readonly track: number; readonly stop: () => void }>();
  readonly #detach: (() => void)[] = [];
  readonly #since: number;
  #heard = 0;

  constructor(parts: EchoParts) {
    this.#parts = parts;
    this.#since = parts.now();
  }

  get state(): Readable<EchoState> {
    return this.#state;
  }

  attachCanvas(canvas: HTMLCanvasElement): () => void {
    const detach = this.#parts.show(canvas);
    this.#detach.push(detach);
    return detach;
  }

  stop(): void {
    for (const detach of this.#detach) detach();
    for (const { stop } of this.#received.values()) stop();
    this.#received.clear();
    for (const each of this.#parts.publications) each.stop();
    this.#parts.ended(this);
  }

  /** A few times a second. */
  tick(): void {
    for (const each of this.#parts.publications) this.#receive(each);
    this.#state.set(this.#look());
  }

  #receive(publication: AnyPublication): void {
    const outgoing = publication.tracks[0];
    const track = outgoing?.phase === "live" ? outgoing.track : null;
    const before = this.#received.get(publication);
    if (before?.track === track) return;
    before?.stop();
    this.#received.delete(publication);
    if (track === null || outgoing === undefined) return;
    const { codec, layers = 1, channels = 0, width = 0, height = 0, media } = outgoing.what;
    const info: TrackInfo = {
      track,
      person: this.#parts.me(),
      name: "You",
      source: "echo",
      media,
      codec,
      room: "",
      session: "",
      width,
      height,
      frame_rate: 0,
      channels,
      layers,
      quality: 0,
      bit_rate: 0,
      slot: 0xffff,
      whole_room: true,
    };
    this.#received.set(publication, { track, stop: this.#parts.receive(info) });
  }

  #look(): EchoState {
    const now = this.#parts.now();
    const bad = this.#parts.publications
      .map(({ state }) => state.get())
      .find(({ phase }) => ["refused", "failed"].includes(phase));
    if (bad !== undefined) return { ...NOTHING, phase: "failed", message: bad.message, verdict: bad.message };
    const echoes = this.#parts.arriving().filter(({ info }) => info.source === "echo");
    const sound = echoes.find(({ audio }) => audio !== null);
    const picture = echoes.find(({ video }) => video !== null);
    const heardTime = sound?.audio?.heardTime(now) ?? null;
    this.#heard = Math.max(this.#heard * 0.97, sound?.audio?.heard(now) ?? 0);
    const shown = picture?.video?.shownTime ?? -1;
    const state: EchoState = {
      phase: (sound?.received ?? 0) + (picture?.received ?? 0) > 0 ? "running" : "starting",
      message: "",
      soundMs: heardTime === null ? null : Math.round(now - heardTime),
      pictureMs: shown < 0 ? null : Math.round(now - shown),
      heard: this.#heard,
      pictures: picture?.video?.presented ?? 0,
      verdict: "",
    };
    if (state.phase === "starting" && now - this.#since > PATIENCE_MS) {
      const message = "Nothing comes back from the venue. Check your connection, then try again.";
      return { ...state, phase: "failed", message, verdict: message };
    }
    return { ...state, verdict: this.#verdict(state) };
  }

  #verdict({ phase, soundMs, pictureMs, heard }: EchoState): string {
    if (phase === "starting") return "Waiting for the venue to send it back.";
    const parts: string[] = [];
    if (soundMs !== null && heard >= SILENT) parts.push(`Your sound comes back after ${soundMs} ms.`);
    else if (this.#parts.publications.some(({ media }) => media === "audio"))
      parts.push("Your sound comes back silent so far: say something, or choose another microphone.");
    if (pictureMs !== null) parts.push(`Your picture comes back after ${pictureMs} ms.`);
    return parts.join(" ");
  }
}

/** The picture of the echo, by the name that sinks use. */
export const echoPicture = (me: string): string => `${me}/echo`;
export type { FrameSink };
