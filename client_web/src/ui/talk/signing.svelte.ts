/** The interpreter's own camera: opened, sent into the room of a session, ended. Outlives the view. */

import type { UiStore } from "../../app/ports";
import type { Capture, CaptureError, MediaSession, Publication } from "../../media/api";
import type { Allowed } from "../../net/event.gen";
import type { House } from "./house.svelte";

const RUNNING: ReadonlySet<string> = new Set(["open", "live", "paused"]);

/** Whether somebody may be filmed as the interpreter of a session: by a role in the event, the room or the session. */
export function maySign(allowed: readonly Allowed[], room: string, session: string): boolean {
  const scopes = allowed.find(({ permission }) => permission === "interpret.sign")?.scopes ?? [];
  return scopes.some((scope) => (scope.session ? scope.session === session : !scope.room || scope.room === room));
}

/** Why one cannot begin yet, "" when one can. */
export const notYet = (phase: string): string =>
  RUNNING.has(phase) ? "" : "The session is not on yet. Try your camera meanwhile: nobody sees it.";

export class Signing {
  camera = $state.raw<Capture | null>(null);
  publication = $state.raw<Publication | null>(null);
  /** What I sign for, while I do. */
  room = $state("");
  session = $state("");
  /** Why the camera cannot be had. */
  problem = $state("");
  /** Why I am not filmed any more, until I read it. */
  farewell = $state("");
  #media: MediaSession | null = null;
  #unfollow: () => void = () => undefined;

  get on(): boolean {
    return this.publication !== null;
  }

  /** Opens the camera, or another one: what is sent changes with it. */
  async open(house: House, device?: string): Promise<void> {
    const media = await house.open();
    if (media === null) return void (this.problem = house.problem);
    try {
      const opened = await media.openCamera(device === undefined ? {} : { device });
      const old = this.camera;
      this.camera = opened;
      this.problem = "";
      this.publication?.replace(opened.track);
      old?.stop();
      opened.ended.subscribe((why) => {
        if (why !== "" && this.camera === opened) this.#lost(why);
      });
    } catch (error) {
      const { code, message } = error as CaptureError;
      // Closing the browser's own question is an answer, no fault.
      if (code !== "cancelled") this.problem = message;
    }
  }

  /** Whoever opens the window of sign language sees the camera from now on. */
  async begin(house: House, room: string, session: string): Promise<void> {
    const media = await house.open();
    if (media === null || this.camera === null || this.on) return;
    [this.room, this.session, this.farewell] = [room, session, ""];
    const publication = media.publish("interpreter", this.camera.track, { room, session });
    this.publication = publication;
    this.#unfollow = publication.state.subscribe(({ phase, message }) => {
      if (phase === "refused" || phase === "failed") this.#lost(message);
    });
  }

  /** Nothing leaves here any more, and the camera is off. */
  end(): void {
    this.#unfollow();
    this.#unfollow = () => undefined;
    const { camera, publication } = this;
    [this.camera, this.publication] = [null, null];
    [this.room, this.session] = ["", ""];
    publication?.stop();
    camera?.stop();
  }

  /** Reads what is on and which media there are; call it in an effect. */
  follow(house: House): void {
    // Somebody else's visit or none: the devices of the last one are closed already.
    if (house.media === null && this.#media !== null) {
      this.end();
      [this.problem, this.farewell] = ["", ""];
    }
    this.#media = house.media;
    if (!this.on || !house.happening.event.ready) return;
    if (house.happening.rooms.every(({ on }) => on?.key !== this.session))
      this.#lost("The session is over: your camera is off.");
  }

  #lost(why: string): void {
    if (this.on) this.farewell = why;
    else this.problem = why;
    this.end();
  }
}

const signings = new WeakMap<UiStore, Signing>();

export function signingOf(store: UiStore): Signing {
  let signing = signings.get(store);
  if (signing === undefined) signings.set(store, (signing = new Signing()));
  return signing;
}
