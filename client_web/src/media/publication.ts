/** What both kinds of publications share: their state for people, made of their tracks on the server. */

import type { Clock } from "../core/clock";
import { type Readable, writable } from "../core/store";
import type { Publish, Rate, RefusedTrack } from "../net/media.gen";
import type { MediaSource, Publication, PublicationPhase, PublicationState, TrackLevel } from "./api";
import { Outgoing, type OutgoingLine } from "./outgoing";

export interface PublicationParts {
  readonly clock: Clock;
  readonly line: OutgoingLine & { readonly waitingBytes: number };
  /** Something went wrong that helps whoever looks for the cause. */
  readonly failed: (error: unknown) => void;
  /** It was stopped, or is over. */
  readonly ended: (publication: AnyPublication) => void;
  /** Refused by the server. */
  readonly refused: (publication: AnyPublication, code: string, message: string) => void;
}

export interface PublicationKind {
  readonly source: MediaSource;
  readonly room: string;
  readonly session: string;
}

const NOTHING: PublicationState = {
  phase: "starting",
  muted: false,
  code: "",
  message: "",
  codec: "",
  width: 0,
  height: 0,
  aimBitRate: 0,
  bitRate: 0,
  frameRate: 0,
  dropped: 0,
  viewers: 0,
  viewersBehind: 0,
  since: 0,
};
export const SILENT: TrackLevel = { level: 0, speaking: false };

export abstract class AnyPublication implements Publication {
  readonly source: MediaSource;
  abstract readonly media: "audio" | "video";
  protected readonly parts: PublicationParts;
  protected readonly kind: PublicationKind;
  protected readonly levels = writable<TrackLevel>(SILENT);
  readonly #state = writable<PublicationState>(NOTHING);
  #outgoing: Outgoing[] = [];
  #muted = false;
  #over: { readonly phase: "ended" | "failed"; readonly message: string } | null = null;
  #since = 0;
  input: MediaStreamTrack | null = null;

  constructor(kind: PublicationKind, parts: PublicationParts) {
    this.kind = kind;
    this.source = kind.source;
    this.parts = parts;
  }

  get state(): Readable<PublicationState> {
    return this.#state;
  }

  get level(): Readable<TrackLevel> {
    return this.levels;
  }

  get tracks(): readonly Outgoing[] {
    return this.#outgoing;
  }

  get isMuted(): boolean {
    return this.#muted;
  }

  get over(): boolean {
    return this.#over !== null;
  }

  protected get now(): number {
    return this.parts.clock.now();
  }

  // -- what the session tells ----------------------------------------------------------------------

  /** The line is here. */
  up(): void {
    if (this.#over !== null) return;
    for (const each of this.#outgoing) if (each.phase !== "refused") void each.open();
  }

  down(): void {
    for (const each of this.#outgoing) each.lost();
  }

  keyAsked(track: number): boolean {
    const of = this.#find(track);
    if (of !== undefined) this.askKey(of);
    return of !== undefined;
  }

  wasRefused(refused: RefusedTrack): boolean {
    const of = this.#find(refused.track);
    if (of === undefined) return false;
    of.refused(refused);
    if (of.phase === "refused") this.parts.refused(this, refused.code, refused.message);
    return true;
  }

  rated(rate: Rate): boolean {
    const of = this.#find(rate.track);
    if (of === undefined) return false;
    of.viewers = rate.viewers;
    of.behind = rate.behind;
    this.advise(of, rate);
    return true;
  }

  /** A few times a second. */
  tick(): void {
    if (this.#over !== null) return;
    this.steer();
    this.show();
  }

  // -- what the person does ------------------------------------------------------------------------

  mute(muted: boolean): void {
    if (this.#muted === muted) return;
    this.#muted = muted;
    if (!muted) for (const each of this.#outgoing) this.askKey(each);
    this.show();
  }

  abstract replace(track: MediaStreamTrack): void;

  retry(): void {
    if (this.#over !== null) return;
    for (const each of this.#outgoing) if (each.phase === "refused") void each.open();
  }

  stop(): void {
    this.finish("ended", "");
  }

  // -- for the kinds -------------------------------------------------------------------------------

  protected abstract askKey(outgoing: Outgoing): void;
  protected abstract advise(outgoing: Outgoing, rate: Rate): void;
  protected abstract steer(): void;
  protected abstract release(): void;
  protected abstract figures(): Partial<PublicationState>;

  protected begin(what: Omit<Publish, "source" | "room" | "session">): Outgoing {
    const { source, room, session } = this.kind;
    const outgoing: Outgoing = new Outgoing(
      this.parts.clock,
      this.parts.line,
      { source, room, session, ...what },
      () => this.#changed(),
      () => this.askKey(outgoing),
    );
    this.#outgoing = [...this.#outgoing, outgoing];
    return outgoing;
  }

  /** For good. */
  finish(phase: "ended" | "failed", message: string): void {
    if (this.#over !== null) return;
    this.#over = { phase, message };
    this.release();
    for (const each of this.#outgoing) each.close();
    this.levels.set(SILENT);
    this.show();
    this.parts.ended(this);
  }

  protected show(): void {
    const first = this.#outgoing[0];
    const { now } = this;
    if (this.#since === 0 && (first?.framesSent ?? 0) > 0) this.#since = now;
    const sum = (of: (each: Outgoing) => number): number => this.#outgoing.reduce((total, each) => total + of(each), 0);
    this.#state.set({
      ...NOTHING,
      muted: this.#muted,
      codec: first?.what.codec ?? "",
      bitRate: Math.round(sum((each) => each.bitRate(now))),
      frameRate: Math.round(first?.frameRate(now) ?? 0),
      dropped: sum((each) => each.dropped),
      viewers: Math.max(0, ...this.#outgoing.map(({ viewers }) => viewers)),
      viewersBehind: Math.max(0, ...this.#outgoing.map(({ behind }) => behind)),
      since: this.#since,
      ...this.figures(),
      ...this.#phase(first),
    });
  }

  #phase(first: Outgoing | undefined): { phase: PublicationPhase; code: string; message: string } {
    if (this.#over !== null) return { ...this.#over, code: "" };
    const refused = this.#outgoing.find(({ phase }) => phase === "refused");
    if (refused !== undefined) return { phase: "refused", code: refused.code, message: refused.message };
    if (first === undefined || first.phase === "starting" || first.phase === "over")
      return { phase: "starting", code: "", message: "" };
    if (first.phase === "waiting") return { phase: "waiting", code: first.code, message: first.message };
    return { phase: this.#muted ? "muted" : "live", code: "", message: "" };
  }

  #changed(): void {
    if (this.#over === null) this.show();
  }

  #find(track: number): Outgoing | undefined {
    return this.#outgoing.find((each) => each.track === track);
  }
}
