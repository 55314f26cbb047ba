/** Cameras, microphones and screens: opening them, naming them, and saying what to do when they cannot be had. */

import { loudnessOf, Meter, VoiceActivity } from "../core/media/loudness";
import { type Readable, writable } from "../core/store";
import type {
  CameraOptions,
  Capture,
  CaptureError,
  CaptureFault,
  DeviceChoice,
  DeviceLists,
  MicrophoneOptions,
  ScreenOptions,
  TrackLevel,
} from "./api";
import { soundOf } from "./sound_input";

type Kind = Capture["kind"];

class Fault extends Error implements CaptureError {
  override name = "CaptureError";
  readonly code: CaptureFault;

  constructor(code: CaptureFault, message: string) {
    super(message);
    this.code = code;
  }
}

const NAMES: Readonly<Record<Kind, string>> = {
  camera: "camera",
  microphone: "microphone",
  screen: "screen",
  screen_audio: "sound of the screen",
};
const SHOWN_EVERY_MS = 66;

function fault(kind: Kind, error: unknown): Fault {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  const what = NAMES[kind];
  if (kind === "screen" && name === "NotAllowedError")
    return new Fault("cancelled", "Nothing is shared. Choose a screen, a window or a tab to share it.");
  const faults: Readonly<Record<string, [CaptureFault, string]>> = {
    NotAllowedError: [
      "denied",
      `The browser may not use your ${what}. Allow it in the address bar’s site settings, then try again.`,
    ],
    NotFoundError: ["none", `No ${what} was found. Plug one in, then try again.`],
    OverconstrainedError: ["unplugged", `The chosen ${what} is not there any more. Choose another one.`],
    NotReadableError: [
      "busy",
      `Your ${what} cannot be started. Close other programs that use it, or plug it in again, then try again.`,
    ],
    AbortError: ["busy", `Your ${what} stopped while it was starting. Try again.`],
    SecurityError: ["denied", `Your ${what} is blocked for this page. Ask whoever manages this device.`],
  };
  const [code, message] = faults[name] ?? [
    "failed",
    `Your ${what} cannot be used. Try another one, or reload the page.`,
  ];
  return new Fault(code, message);
}

/** Without https browsers hide the devices altogether. */
function devices(kind: Kind): MediaDevices {
  const found = navigator.mediaDevices as MediaDevices | undefined;
  if (found !== undefined && (kind !== "screen" || typeof found.getDisplayMedia === "function")) return found;
  const why = window.isSecureContext
    ? `This browser cannot use a ${NAMES[kind]}. Use a current desktop browser.`
    : `Browsers give a ${NAMES[kind]} only to pages opened with https. Open this page with https.`;
  throw new Fault("unsupported", why);
}

async function get(kind: Kind, constraints: MediaStreamConstraints, chosen: boolean): Promise<MediaStream> {
  try {
    return await devices(kind).getUserMedia(constraints);
  } catch (error) {
    if (error instanceof Fault) throw error;
    const found = fault(kind, error);
    // A device that was chosen once and is gone: say so, and not that no device can do what is asked.
    throw found.code === "none" && chosen ? fault(kind, new DOMException("", "OverconstrainedError")) : found;
  }
}

const exact = (device: string | undefined): { deviceId?: { exact: string } } =>
  device === undefined || device === "" ? {} : { deviceId: { exact: device } };

export async function openCamera(options: CameraOptions = {}): Promise<OpenCapture> {
  const { device, width = 1280, height = 720, frameRate = 30 } = options;
  const video = {
    ...exact(device),
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
  };
  const stream = await get("camera", { video }, device !== undefined);
  return new OpenCapture("camera", stream.getVideoTracks()[0]!);
}

export async function openMicrophone(options: MicrophoneOptions = {}): Promise<OpenCapture> {
  const { device, echoCancellation = true, noiseSuppression = true, autoGainControl = true } = options;
  const audio = { ...exact(device), echoCancellation, noiseSuppression, autoGainControl };
  const stream = await get("microphone", { audio }, device !== undefined);
  return new OpenCapture("microphone", stream.getAudioTracks()[0]!);
}

export async function openScreen({ sound = false }: ScreenOptions = {}): Promise<OpenCapture[]> {
  const from = devices("screen");
  try {
    const stream = await from.getDisplayMedia({
      video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 10 } },
      // Whoever shares the venue's own tab with sound would send back what he hears.
      audio: sound ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false } : false,
      ...(sound ? { suppressLocalAudioPlayback: false, selfBrowserSurface: "exclude" } : {}),
    } as DisplayMediaStreamOptions);
    const [picture] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    return [
      new OpenCapture("screen", picture!),
      ...(audio === undefined ? [] : [new OpenCapture("screen_audio", audio)]),
    ];
  } catch (error) {
    throw fault("screen", error);
  }
}

const ENDED: Readonly<Record<Kind, string>> = {
  camera: "Your camera was unplugged or taken away. Choose another one.",
  microphone: "Your microphone was unplugged or taken away. Choose another one.",
  screen: "You stopped sharing your screen.",
  screen_audio: "You stopped sharing your screen.",
};

export class OpenCapture implements Capture {
  readonly kind: Kind;
  readonly track: MediaStreamTrack;
  readonly label: string;
  readonly #level = writable<TrackLevel>({ level: 0, speaking: false });
  readonly #ended = writable("");
  #stopLevel: () => void = () => undefined;

  constructor(kind: Kind, track: MediaStreamTrack) {
    this.kind = kind;
    this.track = track;
    this.label = track.label;
    track.addEventListener("ended", () => this.#end(ENDED[kind]));
    if (track.kind === "audio") this.#stopLevel = this.#measure();
  }

  get level(): Readable<TrackLevel> {
    return this.#level;
  }

  get ended(): Readable<string> {
    return this.#ended;
  }

  preview(element: HTMLVideoElement): () => void {
    const stream = new MediaStream([this.track]);
    element.muted = true;
    element.playsInline = true;
    element.srcObject = stream;
    element.play().catch(() => undefined);
    return () => {
      if (element.srcObject === stream) element.srcObject = null;
    };
  }

  stop(): void {
    this.track.stop();
    this.#end("Stopped.");
  }

  #end(why: string): void {
    if (this.#ended.get() !== "") return;
    this.#stopLevel();
    this.#level.set({ level: 0, speaking: false });
    this.#ended.set(why);
  }

  #measure(): () => void {
    const meter = new Meter();
    const activity = new VoiceActivity();
    let shownAt = 0;
    return soundOf(this.track, 1).start(
      (_time, [samples]) => {
        const now = performance.now();
        const db = loudnessOf(samples!);
        const speaking = activity.push(db, now);
        const level = meter.push(db, now);
        if (now - shownAt < SHOWN_EVERY_MS) return;
        shownAt = now;
        this.#level.set({ level, speaking });
      },
      () => undefined,
    );
  }
}

/** What there is to choose from, kept up to date. */
export class Devices {
  readonly #lists = writable<DeviceLists>({ cameras: [], microphones: [], speakers: [] });
  readonly #changed = (): void => void this.refresh();

  constructor() {
    navigator.mediaDevices?.addEventListener?.("devicechange", this.#changed);
  }

  get lists(): Readable<DeviceLists> {
    return this.#lists;
  }

  async refresh(): Promise<void> {
    const found = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    const of = (kind: MediaDeviceKind, name: string): DeviceChoice[] =>
      found
        .filter((each) => each.kind === kind && (each.deviceId !== "" || kind !== "audiooutput"))
        .map(({ deviceId, label }, i) => ({ id: deviceId, label: label || `${name} ${i + 1}` }));
    this.#lists.set({
      cameras: of("videoinput", "Camera"),
      microphones: of("audioinput", "Microphone"),
      speakers: of("audiooutput", "Loudspeaker"),
    });
  }

  close(): void {
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.#changed);
  }
}
