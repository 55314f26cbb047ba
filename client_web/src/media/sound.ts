/**
 * What is heard: a player for each track, through a volume for each person and kind, placed in space if it is a voice.
 *
 *   player -> person -> [panner] -> talk | voices --+
 *                                          effects --+-> all -> [mono] -> loudspeaker
 */

import { type Readable, writable } from "../core/store";
import type { Place, Sound, SoundKind, SoundState, TrackLevel, VoiceZone } from "./api";
import type { Ears, Player } from "./audio_receiver";
import type { FromPlayer, ToPlayer } from "./player_messages";
import { SAMPLE_RATE } from "./opus_decoding";
import { Waking } from "./waking";
import playerUrl from "./player.worklet.ts?worker&url";

const KINDS: readonly SoundKind[] = ["talk", "voices", "effects"];
/** Changes of volume are this gentle, seconds: no clicks. */
const GLIDE_S = 0.03;
const ZONE: VoiceZone = { model: "inverse", refDistance: 1.5, maxDistance: 30, rolloff: 1 };

interface Voice {
  readonly node: AudioWorkletNode;
  readonly volume: GainNode;
  readonly person: string;
  readonly kind: SoundKind;
  panner: PannerNode | null;
}

interface Graph {
  readonly context: AudioContext;
  readonly kinds: Readonly<Record<SoundKind, GainNode>>;
  readonly all: GainNode;
  readonly mono: GainNode;
  readonly listen: AnalyserNode;
}

export class SoundGraph implements Sound, Ears {
  readonly #state = writable<SoundState>({
    context: "off",
    volumes: { talk: 1, voices: 1, effects: 1 },
    muted: { talk: false, voices: false, effects: false },
    mono: false,
    speaker: "",
  });
  readonly #levels = writable<ReadonlyMap<number, TrackLevel>>(new Map());
  readonly #mutedPeople = writable<ReadonlySet<string>>(new Set());
  readonly #voices = new Map<number, Voice>();
  readonly #now: () => number;
  readonly #ready: () => void;
  #graph: Graph | null = null;
  #opening = false;
  readonly #waking = new Waking(globalThis.document ?? new EventTarget(), () => void this.resume());
  #samples = new Float32Array(1024);

  /** `ready`: called when tracks can be played, and when they cannot any more. */
  constructor(now: () => number, ready: () => void) {
    this.#now = now;
    this.#ready = ready;
    if (typeof AudioContext !== "function" || typeof AudioWorkletNode !== "function") this.#change({ context: "none" });
  }

  get state(): Readable<SoundState> {
    return this.#state;
  }

  get levels(): Readable<ReadonlyMap<number, TrackLevel>> {
    return this.#levels;
  }

  get mutedPeople(): Readable<ReadonlySet<string>> {
    return this.#mutedPeople;
  }

  get running(): boolean {
    return this.#graph !== null && this.#state.get().context === "running";
  }

  // -- the context -------------------------------------------------------------------------------

  /** Makes the context, once; it may be blocked until a click. */
  async open(): Promise<void> {
    if (this.#graph !== null || this.#opening || this.#state.get().context === "none") return;
    this.#opening = true;
    try {
      const context = new AudioContext({ latencyHint: "interactive", sampleRate: SAMPLE_RATE });
      await context.audioWorklet.addModule(playerUrl);
      this.#graph = graphOf(context);
      context.onstatechange = () => this.#stateChanged();
      this.#apply();
      this.#stateChanged();
      if (context.state === "suspended") void this.resume();
    } catch {
      this.#change({ context: "none" });
    } finally {
      this.#opening = false;
    }
  }

  async resume(): Promise<void> {
    await this.open();
    const context = this.#graph?.context;
    if (context === undefined || context.state === "running" || context.state === "closed") return;
    // Until the person clicked, browsers leave this promise open for ever: nobody may wait for it.
    await Promise.race([context.resume().catch(() => undefined), new Promise((done) => setTimeout(done, 300))]);
    this.#stateChanged();
  }

  close(): void {
    for (const track of [...this.#voices.keys()]) this.#remove(track);
    const context = this.#graph?.context;
    this.#graph = null;
    this.#waking.listen(false);
    if (context !== undefined) {
      context.onstatechange = null;
      void context.close().catch(() => undefined);
    }
    this.#change({ context: this.#state.get().context === "none" ? "none" : "off" });
  }

  #stateChanged(): void {
    const state = this.#graph?.context.state;
    if (state === undefined) return;
    const before = this.#state.get().context;
    const after = state === "running" ? "running" : "blocked";
    this.#waking.listen(after === "blocked");
    if (before === after) return;
    this.#change({ context: after });
    this.#ready();
  }

  // -- ears ----------------------------------------------------------------------------------------

  get contextTime(): number {
    return this.#graph?.context.currentTime ?? 0;
  }

  get latencyMs(): number {
    const context = this.#graph?.context;
    return context === undefined ? 0 : ((context.baseLatency || 0) + (context.outputLatency || 0)) * 1000;
  }

  heardAt(contextTime: number): number {
    const context = this.#graph?.context;
    if (context === undefined) return this.#now();
    const stamp = context.getOutputTimestamp?.();
    const { contextTime: at = 0, performanceTime: heard = 0 } = stamp ?? {};
    const now = this.#now();
    // Some browsers answer with zeros at first, and after a change of device.
    if (heard > now - 1_000 && heard < now + 1_000 && at > 0) return heard + (contextTime - at) * 1000;
    return now + (contextTime - context.currentTime) * 1000 + this.latencyMs;
  }

  // -- tracks --------------------------------------------------------------------------------------

  /** A player for a track, or null while nothing can be heard. */
  player(track: number, person: string, kind: SoundKind, channels: number): Player | null {
    const graph = this.#graph;
    if (graph === null || !this.running) return null;
    this.#remove(track);
    const node = new AudioWorkletNode(graph.context, "turia-player", {
      numberOfInputs: 0,
      outputChannelCount: [channels],
      processorOptions: { channels },
    });
    const volume = graph.context.createGain();
    volume.gain.value = this.#mutedPeople.get().has(person) ? 0 : 1;
    node.connect(volume).connect(graph.kinds[kind]);
    const voice: Voice = { node, volume, person, kind, panner: null };
    this.#voices.set(track, voice);
    return {
      post: (message: ToPlayer) =>
        node.port.postMessage(message, message.kind === "sound" ? message.channels.map(({ buffer }) => buffer) : []),
      onReport: (run) => (node.port.onmessage = ({ data }: MessageEvent<FromPlayer>) => run(data)),
      end: () => {
        if (this.#voices.get(track) === voice) this.#remove(track);
      },
    };
  }

  #remove(track: number): void {
    const voice = this.#voices.get(track);
    if (voice === undefined) return;
    this.#voices.delete(track);
    voice.node.port.postMessage({ kind: "end" } satisfies ToPlayer);
    voice.node.port.onmessage = null;
    for (const node of [voice.node, voice.volume, voice.panner]) node?.disconnect();
  }

  setLevels(levels: ReadonlyMap<number, TrackLevel>): void {
    if (levels.size > 0 || this.#levels.get().size > 0) this.#levels.set(levels);
  }

  /** Loudest sample that leaves now. */
  get heard(): number {
    if (this.#graph === null || !this.running) return 0;
    this.#graph.listen.getFloatTimeDomainData(this.#samples as Float32Array<ArrayBuffer>);
    return this.#samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }

  // -- what the person sets --------------------------------------------------------------------------

  setVolume(kind: SoundKind, volume: number): void {
    const { volumes } = this.#state.get();
    this.#change({ volumes: { ...volumes, [kind]: Math.max(0, Math.min(1, volume)) } });
  }

  setMuted(kind: SoundKind, muted: boolean): void {
    this.#change({ muted: { ...this.#state.get().muted, [kind]: muted } });
  }

  setMono(mono: boolean): void {
    this.#change({ mono });
  }

  async setSpeaker(device: string): Promise<void> {
    await this.open();
    const context = this.#graph?.context as (AudioContext & { setSinkId?: (id: string) => Promise<void> }) | undefined;
    if (context?.setSinkId === undefined)
      throw new Error("This browser cannot choose a loudspeaker. Choose it in the settings of your system.");
    try {
      await context.setSinkId(device);
    } catch {
      throw new Error("This loudspeaker cannot be used. Choose another one, or plug it in again.");
    }
    this.#change({ speaker: device });
  }

  mutePerson(person: string, muted: boolean): void {
    const people = new Set(this.#mutedPeople.get());
    if (muted) people.add(person);
    else people.delete(person);
    this.#mutedPeople.set(people);
    for (const voice of this.#voices.values()) if (voice.person === person) this.#glide(voice.volume, muted ? 0 : 1);
  }

  placeVoice(track: number, place: Place | null, zone: VoiceZone = ZONE): void {
    const voice = this.#voices.get(track);
    const graph = this.#graph;
    if (voice === undefined || graph === null) return;
    if (place === null) return this.#unplace(voice);
    voice.panner ??= this.#pan(voice, graph);
    const { panner } = voice;
    panner.distanceModel = zone.model;
    panner.refDistance = zone.refDistance;
    panner.maxDistance = zone.maxDistance;
    panner.rolloffFactor = zone.rolloff;
    move(graph.context, [panner.positionX, panner.positionY, panner.positionZ], [place.x, place.y, place.z]);
  }

  placeListener(place: Place, yaw: number): void {
    const graph = this.#graph;
    if (graph === null) return;
    const { listener } = graph.context;
    // Firefox knows only the old calls.
    if (listener.positionX === undefined) {
      listener.setPosition(place.x, place.y, place.z);
      listener.setOrientation(-Math.sin(yaw), 0, -Math.cos(yaw), 0, 1, 0);
      return;
    }
    move(graph.context, [listener.positionX, listener.positionY, listener.positionZ], [place.x, place.y, place.z]);
    move(graph.context, [listener.forwardX, listener.forwardY, listener.forwardZ], [-Math.sin(yaw), 0, -Math.cos(yaw)]);
  }

  effects(): AudioNode | null {
    return this.#graph?.kinds.effects ?? null;
  }

  #pan(voice: Voice, graph: Graph): PannerNode {
    const panner = graph.context.createPanner();
    panner.panningModel = "equalpower";
    voice.volume.disconnect();
    voice.volume.connect(panner).connect(graph.kinds[voice.kind]);
    return panner;
  }

  #unplace(voice: Voice): void {
    if (voice.panner === null || this.#graph === null) return;
    voice.volume.disconnect();
    voice.panner.disconnect();
    voice.panner = null;
    voice.volume.connect(this.#graph.kinds[voice.kind]);
  }

  #change(change: Partial<SoundState>): void {
    this.#state.update((state) => ({ ...state, ...change }));
    this.#apply();
  }

  #apply(): void {
    if (this.#graph === null) return;
    const { volumes, muted, mono } = this.#state.get();
    for (const kind of KINDS) this.#glide(this.#graph.kinds[kind], muted[kind] ? 0 : volumes[kind]);
    this.#graph.mono.channelCountMode = mono ? "explicit" : "max";
    this.#graph.mono.channelCount = mono ? 1 : 2;
  }

  #glide(node: GainNode, to: number): void {
    node.gain.setTargetAtTime(to, this.contextTime, GLIDE_S);
  }
}

function graphOf(context: AudioContext): Graph {
  const all = context.createGain();
  const mono = context.createGain();
  const listen = context.createAnalyser();
  listen.fftSize = 1024;
  const kind = (): GainNode => {
    const node = context.createGain();
    node.connect(all);
    return node;
  };
  const kinds = { talk: kind(), voices: kind(), effects: kind() };
  all.connect(mono).connect(context.destination);
  all.connect(listen);
  return { context, kinds, all, mono, listen };
}

/** Within a few frames, so that steps are not heard. */
function move(context: AudioContext, params: readonly AudioParam[], to: readonly number[]): void {
  params.forEach((param, i) => param.setTargetAtTime(to[i]!, context.currentTime, GLIDE_S));
}
