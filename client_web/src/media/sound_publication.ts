/** Sound that somebody sends: gated by mute and voice activity, encoded, each packet with its loudness. */

import { levelByte, loudnessOf, Meter, VoiceActivity } from "../core/media/loudness";
import { Packets } from "../core/media/samples";
import { hasAudioEncoder, OpusEncoding, PACKET_SAMPLES, PACKET_US, SILENT_PACKET, type Tag } from "./opus_encoding";
import { SAMPLE_RATE } from "./opus_decoding";
import type { Outgoing } from "./outgoing";
import { AnyPublication, type PublicationKind, type PublicationParts, SILENT } from "./publication";
import { type SoundInput, soundOf } from "./sound_input";

/** Bits a second: a voice, a voice on stage, a film. */
const BIT_RATES: Readonly<Record<string, number>> = { voice: 32_000, microphone: 48_000, echo: 48_000 };
const FILM_BIT_RATE = 96_000;
/** A quiet track says so, for nobody can tell quiet from broken otherwise. Not voices: there the server says who speaks. */
const ALIVE_MS = 400;
/** Beginnings of words are quiet: so many packets before the first loud one go, too. */
const BEFORE = 5;
/** Below this is nothing, dBov; after so long it is not sent (Opus' DTX would leave out packets without a word). */
const NOTHING_DB = -65;
const NOTHING_MS = 400;
/** More waiting on the line, and sound only adds to it; bytes. */
const MOST_WAITING = 48_000;
const DURATION = PACKET_US / 100;
const FULL_LEVEL_EVERY_MS = 66;
const UNSUPPORTED = "This browser cannot send sound. Use a current Chrome, Edge, Firefox or Safari.";

interface Packet extends Tag {
  readonly channels: Float32Array[];
}

export class SoundPublication extends AnyPublication {
  readonly media = "audio";
  readonly #input: (track: MediaStreamTrack) => SoundInput;
  readonly #outgoing: Outgoing;
  readonly #encoding: OpusEncoding;
  readonly #byVoice: boolean;
  readonly #bitRate: number;
  readonly #meter = new Meter();
  readonly #activity = new VoiceActivity();
  #stopInput: () => void = () => undefined;
  #before: Packet[] = [];
  #sentAt = -Infinity;
  #loudAt = -Infinity;
  #shownAt = -Infinity;
  #lastTime = 0;

  constructor(
    kind: PublicationKind,
    parts: PublicationParts,
    options: { readonly channels: number; readonly bitRate?: number | undefined; readonly byVoice: boolean },
  ) {
    super(kind, parts);
    this.#byVoice = options.byVoice;
    this.#bitRate = options.bitRate ?? BIT_RATES[kind.source] ?? FILM_BIT_RATE;
    this.#input = (track) => soundOf(track, options.channels);
    this.#encoding = new OpusEncoding(
      options.channels,
      this.#bitRate,
      (bytes, tag) => this.#send(bytes, tag),
      parts.failed,
    );
    this.#outgoing = this.begin({
      media: "audio",
      codec: "opus",
      channels: options.channels,
      bit_rate: this.#bitRate,
    });
    if (hasAudioEncoder()) void this.#outgoing.open();
  }

  from(input: SoundInput): void {
    if (!hasAudioEncoder()) return this.finish("failed", UNSUPPORTED);
    this.#stopInput();
    const packets = new Packets(PACKET_SAMPLES, SAMPLE_RATE);
    this.#stopInput = input.start(
      (time, channels) => packets.push(time, channels, (at, rows) => this.#take(at, rows)),
      (message) => this.finish("failed", message),
    );
  }

  replace(track: MediaStreamTrack): void {
    this.input = track;
    this.from(this.#input(track));
  }

  protected askKey(): void {
    // Every packet of sound can be decoded alone.
  }

  protected advise(): void {
    // Sound is kept at all cost.
  }

  protected steer(): void {
    if (this.now - this.#sentAt > ALIVE_MS && this.source !== "voice" && this.#sentAt > 0) this.#alive();
    if (this.isMuted) this.levels.set(SILENT);
  }

  protected release(): void {
    this.#stopInput();
    this.#encoding.close();
  }

  protected figures(): object {
    return { aimBitRate: this.#bitRate };
  }

  #take(time: number, channels: Float32Array[]): void {
    if (this.over) return;
    const { now } = this;
    const db = loudnessOf(channels[0]!);
    const speaking = this.#activity.push(db, now);
    const level = this.#meter.push(this.isMuted ? -127 : db, now);
    if (now - this.#shownAt >= FULL_LEVEL_EVERY_MS) {
      this.#shownAt = now;
      this.levels.set({ level, speaking: speaking && !this.isMuted });
    }
    if (db > NOTHING_DB) this.#loudAt = now;
    const packet: Packet = { time, channels, level: levelByte(db) };
    const open = this.#byVoice ? speaking : now - this.#loudAt < NOTHING_MS;
    if (this.isMuted) this.#before = [];
    else if (open) {
      for (const each of [...this.#before, packet]) this.#encoding.encode(each.channels, each);
      this.#before = [];
      return;
    } else this.#before = [...this.#before.slice(1 - BEFORE), packet];
    if (this.source !== "voice" && now - this.#sentAt >= ALIVE_MS) this.#alive(time);
  }

  /** Says that it lives, with silence. */
  #alive(time?: number): void {
    this.#send(SILENT_PACKET, { time: time ?? Math.max(this.#lastTime + 1, Math.round(this.now * 1000)), level: 0 });
  }

  #send(bytes: Uint8Array, { time, level }: Tag): void {
    if (this.parts.line.waitingBytes > MOST_WAITING) {
      this.#outgoing.dropped++;
      return;
    }
    this.#sentAt = this.now;
    this.#lastTime = Math.max(this.#lastTime, time);
    const key = this.#outgoing.audioKey;
    this.#outgoing.send(bytes, { key, layer: 0, discardable: false, time, duration: DURATION, level });
  }
}
