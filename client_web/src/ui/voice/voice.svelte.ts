/**
 * One's own microphone and ears while inside: opens and publishes the voice, by key, button or by itself; keeps volumes as
 * the person chose them. Whatever takes the microphone away (the server, the device, a hidden page) turns it off, and it
 * goes on again only when the person asks: nobody is heard without knowing it. While the microphone of the stage goes out
 * from here it is the one that button and key are for: two of one person would be heard twice.
 */

import type { Cancel, Clock } from "../../core/clock";
import type { Readable, Unsubscribe } from "../../core/store";
import type {
  Capture,
  EchoTest,
  MediaAccess,
  MediaEvent,
  MediaSession,
  Publication,
  TrackLevel,
} from "../../media/api";
import { KINDS, type VoicePreferences, type VoiceValues } from "./preferences.svelte";
import { isDevice, type MicFacts, type Trouble } from "./face";

export interface VoiceParts {
  readonly media: MediaAccess;
  readonly preferences: VoicePreferences;
  /** The key for talking is held down. */
  readonly talkKey: Readable<boolean>;
  readonly clock: Clock;
  /** For the polite live region; what there is to see stands in the line about the microphone. */
  readonly say: (text: string) => void;
}

const SILENT: TrackLevel = { level: 0, speaking: false };
const ON_STAGE = "You are heard by the microphone of the stage. The button for the microphone mutes it.";
const HIDDEN = "Your microphone was turned off because this page was in the background.";

export class Voice {
  readonly preferences: VoicePreferences;
  session = $state.raw<MediaSession | null>(null);
  opening = $state(false);
  phase = $state<MicFacts["phase"]>(null);
  level = $state.raw<TrackLevel>(SILENT);
  held = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  /** As the event says; whoever shows the room tells it. */
  floor = $state.raw<MicFacts["floor"]>(null);
  barred = $state.raw<Trouble | null>(null);
  loudspeakerProblem = $state("");
  /** The microphone of the stage, while it goes out from here. */
  stage = $state<MicFacts["stage"]>(null);
  /** The test that runs. */
  echo = $state.raw<EchoTest | null>(null);
  readonly #parts: VoiceParts;
  #capture: Capture | null = null;
  #publication: Publication | null = null;
  #stage: Publication | null = null;
  /** The key lifted the stage's mute: it is muted again when it is let go. */
  #lifted = false;
  readonly #stops: Unsubscribe[] = [];
  readonly #sessionStops: Unsubscribe[] = [];
  readonly #publicationStops: Unsubscribe[] = [];
  readonly #stageStops: Unsubscribe[] = [];
  #endEcho: () => void = () => undefined;
  #hideTimer: Cancel = () => undefined;
  #attempt = 0;
  #buttonHeld = false;
  #keyHeld = false;

  constructor(parts: VoiceParts) {
    this.#parts = parts;
    this.preferences = parts.preferences;
    this.#stops.push(
      parts.media.session.subscribe((session) => this.#met(session)),
      parts.talkKey.subscribe((down) => this.#key(down)),
    );
  }

  get on(): boolean {
    return this.opening || this.phase !== null;
  }

  get facts(): Omit<MicFacts, "key"> {
    const { opening, phase, held, trouble, barred, floor, stage } = this;
    return {
      mode: this.preferences.values.mode,
      opening,
      phase,
      speaking: this.level.speaking,
      held,
      trouble,
      barred,
      floor,
      stage,
    };
  }

  /** What the event said against it before holds no longer; `all`: nor what the device said. */
  moved(all = false): void {
    if (this.trouble !== null && (all || !isDevice(this.trouble.code))) this.trouble = null;
  }

  // -- ears ----------------------------------------------------------------------------------------

  /** Inside: voices nearby are heard from now on. */
  async listen(): Promise<void> {
    try {
      const session = await this.#parts.media.open();
      session.hear(this.preferences.values.voices);
    } catch {
      // Said when one does something that needs it.
    }
  }

  /** Something was chosen: it takes effect at once. */
  choose(change: Partial<VoiceValues>): void {
    const before = this.preferences.values;
    this.preferences.set(change);
    this.#applySound();
    if (this.session !== null && change.voices !== undefined) this.session.hear(change.voices);
    const reopens = (["microphone", "noiseSuppression", "echoCancellation", "autoGainControl"] as const).some(
      (key) => change[key] !== undefined && change[key] !== before[key],
    );
    if (change.mode !== undefined && change.mode !== before.mode) this.#restart();
    else if (reopens) void this.#exchange();
  }

  async chooseLoudspeaker(device: string): Promise<void> {
    const session = await this.#session();
    if (session === null) return;
    try {
      await session.sound.setSpeaker(device);
      this.preferences.set({ loudspeaker: device });
      this.loudspeakerProblem = "";
    } catch (error) {
      this.loudspeakerProblem = sentence(error);
    }
  }

  // -- the microphone --------------------------------------------------------------------------------

  toggle(): void {
    if (this.#stage !== null) this.#muteStage(this.stage === "live");
    else if (this.on) this.off();
    else void this.turnOn();
  }

  async turnOn(): Promise<void> {
    if (this.#stage !== null) return this.#muteStage(false);
    if (this.on) return;
    const attempt = ++this.#attempt;
    this.opening = true;
    this.trouble = null;
    const session = await this.#session();
    const capture = session === null ? null : await this.#open(session);
    if (attempt !== this.#attempt) return capture?.stop();
    this.opening = false;
    if (session === null || capture === null) return;
    this.#capture = capture;
    this.#publish(session, capture);
    this.#parts.say(
      this.preferences.values.mode === "hold" ? "Microphone ready: hold to talk." : "Your microphone is on.",
    );
  }

  /** `trouble`: why, when it was not the person's own wish. */
  off(trouble: Trouble | null = null): void {
    if (!this.on) return;
    this.#silence();
    this.trouble = trouble;
    this.#parts.say(trouble?.message ?? "Your microphone is off.");
  }

  /** The button is held down or let go. */
  hold(down: boolean): void {
    this.#buttonHeld = down;
    this.#talk();
  }

  /** The page went out of sight, or came back. */
  hidden(hidden: boolean): void {
    this.#hideTimer();
    this.#hideTimer = () => undefined;
    if (hidden) this.hold(false);
    const { hiddenMinutes } = this.preferences.values;
    if (!hidden || hiddenMinutes === 0) return;
    this.#hideTimer = this.#parts.clock.after(hiddenMinutes * 60_000, () =>
      this.off({ code: "hidden", message: HIDDEN }),
    );
  }

  // -- the test ------------------------------------------------------------------------------------

  async testStart(): Promise<void> {
    if (this.echo !== null) return;
    const session = await this.#session();
    if (session === null) return;
    const capture = this.#capture ?? (await this.#open(session));
    if (capture === null) return;
    const echo = session.echoTest(null, capture.track);
    this.echo = echo;
    const own = capture === this.#capture ? null : capture;
    this.#endEcho = () => {
      echo.stop();
      own?.stop();
      this.echo = null;
    };
  }

  testStop(): void {
    this.#endEcho();
    this.#endEcho = () => undefined;
  }

  stop(): void {
    this.#met(null);
    this.#hideTimer();
    for (const stop of this.#stops.splice(0)) stop();
  }

  // -- within --------------------------------------------------------------------------------------

  #met(session: MediaSession | null): void {
    if (session === this.session) return;
    for (const stop of this.#sessionStops.splice(0)) stop();
    if (this.session !== null) this.#forget();
    this.#onStage([]);
    this.session = session;
    if (session === null) return;
    this.#sessionStops.push(
      session.on((event) => this.#happened(event)),
      session.publications.subscribe((all) => this.#onStage(all)),
    );
    this.#applySound();
    const { loudspeaker } = this.preferences.values;
    if (loudspeaker !== "")
      session.sound.setSpeaker(loudspeaker).catch(() => this.preferences.set({ loudspeaker: "" }));
  }

  #forget(): void {
    this.testStop();
    this.#silence();
    this.trouble = null;
  }

  #silence(): void {
    this.#attempt++;
    this.opening = false;
    this.#release();
  }

  #onStage(all: readonly Publication[]): void {
    const stage = all.find(({ source }) => source === "microphone") ?? null;
    if (stage === this.#stage) return;
    for (const stop of this.#stageStops.splice(0)) stop();
    if (stage !== null && this.on) {
      this.#silence();
      this.#parts.say(ON_STAGE);
    }
    this.#stage = stage;
    this.#lifted = false;
    this.stage = null;
    this.level = SILENT;
    if (stage === null) return;
    this.#stageStops.push(
      stage.state.subscribe(({ phase, muted }) => {
        this.stage = phase === "refused" ? "refused" : muted ? "muted" : "live";
      }),
      stage.level.subscribe((level) => (this.level = level)),
    );
  }

  #muteStage(muted: boolean): void {
    this.#stage?.mute(muted);
    if (this.stage === "refused") return this.#stage?.retry();
    this.#parts.say(muted ? "You are muted." : "You are heard again.");
  }

  #applySound(): void {
    const sound = this.session?.sound;
    if (sound === undefined) return;
    const { volumes, muted, mono } = this.preferences.values;
    for (const kind of KINDS) {
      sound.setVolume(kind, volumes[kind] / 100);
      sound.setMuted(kind, muted[kind]);
    }
    sound.setMono(mono);
  }

  async #session(): Promise<MediaSession | null> {
    try {
      return await this.#parts.media.open();
    } catch (error) {
      this.#failed(error);
      return null;
    }
  }

  async #open(session: MediaSession): Promise<Capture | null> {
    const { microphone, noiseSuppression, echoCancellation, autoGainControl } = this.preferences.values;
    const options = { noiseSuppression, echoCancellation, autoGainControl };
    try {
      return await session.openMicrophone(microphone === "" ? options : { ...options, device: microphone });
    } catch (error) {
      this.#failed(error);
      return null;
    }
  }

  #failed(error: unknown): void {
    const code = error instanceof Error && "code" in error ? String(error.code) : "failed";
    this.trouble = { code, message: sentence(error) };
    this.#parts.say(this.trouble.message);
  }

  #publish(session: MediaSession, capture: Capture): void {
    const voiceActivity = this.preferences.values.mode === "activity";
    const publication = session.publish("voice", capture.track, { voiceActivity });
    this.#publication = publication;
    this.#talk();
    this.#publicationStops.push(
      publication.state.subscribe((state) => this.#changed(publication, state.phase, state.code, state.message)),
      publication.level.subscribe((level) => (this.level = level)),
    );
  }

  #changed(publication: Publication, phase: NonNullable<MicFacts["phase"]>, code: string, message: string): void {
    if (publication !== this.#publication) return;
    if (phase === "refused") this.off({ code, message });
    else if (phase === "ended" || phase === "failed")
      this.off({ code: phase, message: message || "Your microphone stopped." });
    else this.phase = phase;
  }

  #happened(event: MediaEvent): void {
    if (event.kind === "device_ended" && event.source === "voice")
      this.off({ code: "unplugged", message: event.message });
  }

  /** Another device or other processing, while it goes on. */
  async #exchange(): Promise<void> {
    const [session, before, attempt] = [this.session, this.#capture, this.#attempt];
    if (session === null || before === null || this.#publication === null) return;
    const capture = await this.#open(session);
    if (capture === null) return;
    if (attempt !== this.#attempt || this.#publication === null) return capture.stop();
    this.#capture = capture;
    this.#publication.replace(capture.track);
    before.stop();
  }

  /** The other way of talking: published anew from the same device. */
  #restart(): void {
    const [session, capture] = [this.session, this.#capture];
    if (session === null || capture === null) return;
    this.#unpublish();
    this.#publish(session, capture);
  }

  #unpublish(): void {
    const publication = this.#publication;
    this.#publication = null;
    for (const stop of this.#publicationStops.splice(0)) stop();
    publication?.stop();
    this.phase = null;
    this.level = SILENT;
  }

  #release(): void {
    this.#unpublish();
    this.#capture?.stop();
    this.#capture = null;
    this.#buttonHeld = this.#keyHeld = false;
    this.held = false;
  }

  /** In the mode of holding the key talks; else it turns the microphone on and off. */
  #key(down: boolean): void {
    this.#keyHeld = down;
    if (this.preferences.values.mode === "hold") {
      if (down && !this.on && this.#stage === null) void this.turnOn();
      this.#talk();
    } else if (down) this.toggle();
  }

  #talk(): void {
    const holds = this.preferences.values.mode === "hold";
    this.held = holds && (this.#buttonHeld || this.#keyHeld);
    this.#publication?.mute(holds && !this.held);
    if (this.held && this.stage === "muted") {
      this.#lifted = true;
      this.#stage?.mute(false);
    } else if (!this.held && this.#lifted) {
      this.#lifted = false;
      this.#stage?.mute(true);
    }
  }
}

const sentence = (error: unknown): string =>
  error instanceof Error && error.message !== ""
    ? error.message
    : "Sound cannot be used at the moment. Reload the page.";
