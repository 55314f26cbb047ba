/** The composition of the client: entry, loading, hall, goodbye; and the Actions of the panels. */

import type { Cancel, Clock, Random } from "../core/clock";
import { DEFAULT_SETTINGS, type Settings, validSetting } from "../core/settings";
import { writable } from "../core/store";
import type { Look } from "../core/types";
import type { Part } from "../core/venue";
import { makeBackbone, type SocketBackbone } from "../net/backbone_socket";
import { LazyMedia } from "../media/access";
import type { MediaSession } from "../media/api";
import type { MediaSessionParts } from "../media/session";
import { type Api, ApiError, type PassAnswer, type TextToAgree, type VenueAnswer } from "../net/http";
import { Loader, type RenderModule } from "./loader";
import { Messages } from "./messages";
import { freshCanvas } from "./fresh_canvas";
import type { Actions, AvatarPreview, Connection, Profile, Quality, UiStore, ViewKind } from "./ports";
import { type Device, judge } from "./preflight";
import type { SessionParts } from "./session";
import { problemOf, Stay } from "./stay";
import type { Storage } from "./storage";
import { EMPTY_DIRECTORY, makeStores, NO_LOADING, type Stores } from "./stores";

export interface ControllerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly api: Api;
  readonly storage: Storage;
  readonly canvas: HTMLCanvasElement;
  readonly open: SessionParts["open"];
  readonly importRender: () => Promise<RenderModule>;
  /** What connecting needs. */
  readonly importNet: () => Promise<unknown>;
  /** Loads what sound and pictures need, and makes the session of this visit. */
  readonly importMedia: (parts: Omit<MediaSessionParts, "open">) => Promise<MediaSession>;
  /** Settings before the person changed any: motion by the system's wish. */
  readonly defaults: Settings;
  /** Looks at the device; the round trip to the venue was measured. */
  readonly look: (roundTripMs: number | null) => Device;
  readonly reload: () => void;
}

/** After an answer that did not come, who stands at the entrance is asked again. */
const WHO_AGAIN_MS = 3_000;

export class Controller {
  readonly stores: Stores;
  readonly actions: Actions;
  stay: Stay | null = null;
  readonly #parts: ControllerParts;
  readonly #messages: Messages;
  readonly #loader: Loader;
  readonly #backbone: SocketBackbone;
  readonly #media: LazyMedia;
  /** Whether the line to the venue stands. */
  readonly #stands = writable(false);
  #canvas: HTMLCanvasElement;
  #info: VenueAnswer | null = null;
  #visit = 0;
  #askAgain: Cancel = () => undefined;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#canvas = parts.canvas;
    this.#backbone = makeBackbone({
      clock: parts.clock,
      random: parts.random,
      shelf: parts.storage.ofThisTab,
      onOrphan: (_name, error) => this.#messages.toast("error", error.message),
    });
    this.#media = new LazyMedia(() => this.#makeMedia());
    const settings = parts.storage.settings(parts.defaults);
    this.stores = makeStores(settings, parts.storage.profile(parts.random), this.#backbone, this.#media);
    this.stores.identity.set("asking");
    this.#messages = new Messages(this.stores, parts.clock);
    this.#loader = new Loader({ ...parts, show: (loading) => this.stores.loading.set(loading) });
    this.actions = this.#makeActions();
    this.stores.connection.subscribe((connection) => this.#connectionChanged(connection));
  }

  get store(): UiStore {
    return this.stores;
  }

  /** Asks what the venue is, looks at the device, begins to load; goes on inside after a reload. */
  async start(): Promise<void> {
    const wasInside = this.#parts.storage.wasInside;
    if (wasInside) this.stores.route.set("loading");
    const before = this.#parts.clock.now();
    void this.#whoComes();
    const reached = await this.#ask();
    const roundTripMs = reached ? this.#parts.clock.now() - before : null;
    const device = this.#parts.look(roundTripMs);
    this.stores.preflight.set(judge(device));
    if (device.touch) this.stores.touch.set(true);
    if (this.#info !== null) this.#loader.prefetch(this.#info, this.#view);
    if (wasInside) await this.#comeBack();
    else this.#parts.storage.comingBack = false;
  }

  hidden(hidden: boolean): void {
    this.stay?.view.pause(hidden);
    this.stay?.session.hidden(hidden);
    this.#media.hidden(hidden);
  }

  online(online: boolean): void {
    this.stay?.session.online(online);
    if (online && this.#info === null) void this.#ask();
  }

  async #ask(): Promise<boolean> {
    try {
      const info = await this.#parts.api.venue();
      this.#info = info;
      this.stores.info.set(info);
      this.stores.people.set(info.people);
      this.stores.capacity.set(info.capacity);
      this.stores.entryProblem.set(null);
      return true;
    } catch (error) {
      this.stores.entryProblem.set(problemOf(error));
      return false;
    }
  }

  /**
   * Registered people are greeted by their name; everybody else sees what the settings of the server let them do. Until
   * it is known nobody fills in a form that may not be his.
   */
  async #whoComes(): Promise<void> {
    const { identity, registered } = this.stores;
    this.#askAgain();
    try {
      registered.set(await this.#parts.api.registered());
      identity.set("known");
    } catch {
      identity.set("unknown");
      // A venue that is busy, a line that comes back: nobody is sent away, or has to press, for one lost answer. Quietly:
      // a guest may be filling in the form meanwhile.
      this.#askAgain = this.#parts.clock.after(WHO_AGAIN_MS, () => {
        if (this.stay === null) void this.#whoComes();
      });
    }
  }

  async #enter(profile: Profile, agreed: readonly TextToAgree[] = []): Promise<void> {
    const { stores } = this;
    if (stores.entering.get() || this.stay !== null) return;
    const visit = ++this.#visit;
    stores.entering.set(true);
    stores.entryProblem.set(null);
    try {
      for (const text of agreed) await this.#parts.api.agree(text);
      const pass = await this.#parts.api.enter({ ...profile, look: [...profile.look] });
      this.#keepProfile(pass);
      // The building may have changed since the page was opened.
      if (!(await this.#ask())) return;
      stores.route.set("loading");
      await this.#open(pass, visit);
    } catch (error) {
      if (visit === this.#visit) this.#backToEntry(error);
    } finally {
      stores.entering.set(false);
    }
  }

  /** By the sign-in cookie; the session shows the ticket, which holds place and seat. Else to the form, without reproach. */
  async #comeBack(): Promise<void> {
    if (this.#info === null) return void this.stores.route.set("entry");
    const visit = ++this.#visit;
    this.#parts.storage.comingBack = true;
    try {
      const pass = await this.#parts.api.token();
      if (visit !== this.#visit) return;
      this.#keepProfile(pass);
      await this.#open(pass, visit);
    } catch (error) {
      const signedOut = error instanceof ApiError && error.status === 401;
      if (visit === this.#visit) this.#backToEntry(signedOut ? null : error);
    }
  }

  async #open(pass: PassAnswer, visit: number): Promise<void> {
    const { stores } = this;
    const info = this.#info!;
    const quality = this.#quality;
    const view = this.#view;
    const loaded = await this.#loader.load(info, this.#canvas, quality, view);
    if (visit !== this.#visit) return loaded.renderer?.dispose();
    stores.venue.set(loaded.venue);
    stores.view.set(view);
    stores.loading.update((loading) => ({ ...loading, step: "Entering", progress: 0.97 }));
    const { clock, random, storage, open, api } = this.#parts;
    const canvas = this.#canvas;
    this.stay = new Stay(
      {
        clock,
        random,
        stores,
        storage,
        open,
        canvas,
        messages: this.#messages,
        backbone: this.#backbone,
        renew: () => api.token(),
        onInside: () => this.#inside(),
        onLost: (message) => this.#pictureLost(message),
      },
      loaded,
      pass,
      info.venue,
      quality,
    );
  }

  #makeMedia(): Promise<MediaSession> {
    const { clock, random, api } = this.#parts;
    return this.#parts.importMedia({
      clock,
      random,
      me: () => this.stores.self.get()?.person ?? "",
      inside: this.#stands,
      pass: async () => {
        try {
          return (await api.token()).token;
        } catch (error) {
          if (error instanceof ApiError && error.status === 401) return null;
          throw error;
        }
      },
    });
  }

  /** Where the picture cannot be shown the flat view is, whatever was chosen. */
  get #view(): ViewKind {
    return this.stores.preflight.get().can3d ? this.stores.settings.get().view : "flat";
  }

  get #quality(): Quality {
    const kept = this.stores.settings.get().quality;
    return kept === "auto" ? this.stores.preflight.get().quality : kept;
  }

  async #setView(view: ViewKind): Promise<void> {
    if (view === "picture" && !this.stores.preflight.get().can3d)
      return void this.#messages.toast("info", "This browser cannot show the venue in 3D.");
    this.#set("view", view);
    if (this.stay === null || this.stores.changingView.get() || this.stores.view.get() === view) return;
    if (view === "flat") this.#showFlat("You are in the flat view now, in the same place.");
    else await this.#showPicture(this.stay);
  }

  #showFlat(sentence: string): void {
    this.stay?.show(null, this.#canvas);
    this.#canvas = freshCanvas(this.#canvas);
    this.stores.view.set("flat");
    this.#messages.announce(sentence);
  }

  async #showPicture(stay: Stay): Promise<void> {
    const { stores } = this;
    stores.changingView.set(true);
    this.#messages.announce("The view in 3D is made ready. You can go on here meanwhile.");
    try {
      const renderer = await this.#loader.picture(this.#info!, stay.venue, this.#canvas, this.#quality);
      // Somebody may have left meanwhile, or thought better of it.
      if (stay !== this.stay || stores.settings.get().view !== "picture") {
        renderer.dispose();
        this.#canvas = freshCanvas(this.#canvas);
        return;
      }
      stay.show(renderer, this.#canvas);
      stores.view.set("picture");
      this.#messages.announce("You are in the view in 3D now, in the same place.");
      this.#parts.clock.after(0, () => this.stay?.view.focus());
    } catch (error) {
      this.#canvas = freshCanvas(this.#canvas);
      this.#set("view", "flat");
      this.#messages.toast("error", problemOf(error).message);
    } finally {
      stores.changingView.set(false);
    }
  }

  /** Nobody looks at a picture that stands still: the flat view goes on. The choice is not changed by that. */
  #pictureLost(message: string): void {
    if (this.stay === null) return;
    this.#showFlat("You are in the flat view now.");
    this.#messages.toast("warning", message);
  }

  #inside(): void {
    this.#parts.storage.comingBack = false;
    this.stores.loading.set({ ...this.stores.loading.get(), progress: 1 });
    this.stores.route.set("hall");
    this.#messages.announce(`You are inside: ${this.#info?.title ?? "the venue"}.`);
    this.#parts.clock.after(0, () => this.stay?.view.focus());
  }

  /** Before the first welcome the banner has no place yet: the loading page says it, a refusal leads back to the form. */
  #connectionChanged(connection: Connection): void {
    this.#stands.set(connection.kind === "connected" || connection.kind === "shaky");
    if (this.stores.route.get() !== "loading") return;
    if (connection.kind === "closed") {
      this.#backToEntry(new ApiError(`closed_${connection.code}`, connection.message, 0, false));
    } else if (connection.kind === "reconnecting") {
      this.stores.loading.update((loading) => ({ ...loading, step: connection.message }));
    }
  }

  #backToEntry(error: unknown): void {
    this.#visit++;
    this.#parts.storage.comingBack = false;
    const { stores } = this;
    stores.entryProblem.set(error === null ? null : problemOf(error));
    stores.loading.set(NO_LOADING);
    stores.directory.set(EMPTY_DIRECTORY);
    stores.route.set("entry");
    // What stood in the way may be the registration, or a text that is to be agreed to.
    if (error !== null) void this.#whoComes();
    const stay = this.stay;
    this.stay = null;
    this.#media.close();
    void stay?.end();
  }

  async #leave(): Promise<void> {
    this.#visit++;
    const stay = this.stay;
    this.stay = null;
    this.#media.close();
    this.stores.route.set("left");
    this.#messages.announce("You left the venue.");
    this.stores.directory.set(EMPTY_DIRECTORY);
    await stay?.end();
    await this.#parts.api.leave().catch(() => undefined);
  }

  #keepProfile(pass: { name: string; affiliation: string; look: Look }): void {
    const profile = { name: pass.name, affiliation: pass.affiliation, look: pass.look };
    this.stores.profile.set(profile);
    this.#parts.storage.keepProfile(profile);
  }

  async #setLook(look: Look): Promise<void> {
    if (this.stay !== null && !(await this.stay.setLook(look))) return;
    this.#keepProfile({ ...this.stores.profile.get(), look });
  }

  /** Registered people's names stand in their registration: the answer of the entrance says what the name is. */
  async #rename(name: string, affiliation: string): Promise<string> {
    const stay = this.stay;
    if (stay === null) return "You are not inside.";
    try {
      const look = [...this.stores.profile.get().look];
      const pass = await this.#parts.api.enter({ name, affiliation, look });
      this.#keepProfile(pass);
      if (pass.name !== name || pass.affiliation !== affiliation)
        return "Your name and affiliation come from your registration. Change them there.";
      stay.renamed(pass);
      this.#messages.announce(`You are ${name} now.`);
      return "";
    } catch (error) {
      return problemOf(error).message;
    }
  }

  #set<K extends keyof Settings>(key: K, value: Settings[K]): void {
    const valid = validSetting(key, value);
    if (valid === undefined) return;
    this.#apply({ ...this.stores.settings.get(), [key]: valid });
    this.#parts.storage.keepSettings(this.stores.settings.get());
  }

  #apply(settings: Settings): void {
    this.stores.settings.set(settings);
    this.stay?.apply(settings);
  }

  async #preview(canvas: HTMLCanvasElement, look: Look): Promise<AvatarPreview> {
    const { createAvatarPreview } = await this.#loader.render();
    return createAvatarPreview(canvas, look, this.stores.settings.get().reducedMotion);
  }

  #makeActions(): Actions {
    const stay = (): Stay | null => this.stay;
    const roomTitle = (place: string): string => {
      const venue = this.stores.venue.get();
      if (venue === null) return place;
      const parts: readonly Part[] = [...venue.rooms, ...venue.stands, ...venue.landmarks, ...venue.spawns];
      return parts.find((part) => part.id === place)?.title || place;
    };
    return {
      enter: (profile, agreed) => this.#enter(profile, agreed),
      leave: () => this.#leave(),
      backToEntry: () => {
        this.#backToEntry(null);
        void this.#ask();
      },
      useHere: () => stay()?.session.retry(),
      reconnectNow: () => stay()?.session.retry(),
      reload: () => this.#parts.reload(),
      whoAmI: () => {
        this.stores.identity.set("asking");
        void this.#whoComes();
      },
      sit: async (seat) => stay()?.sit(seat),
      stand: async () => void (await stay()?.stand()),
      sitHere: async () => stay()?.sitHere(),
      emote: (emote) => stay()?.emote(emote),
      raiseHand: (up) => stay()?.raiseHand(up),
      goToPerson: async (person) => stay()?.go({ person }, "You are beside the person you looked for."),
      goToPlace: async (place) => stay()?.go({ place }, `You are at ${roomTitle(place)}.`),
      goSafe: async () => stay()?.act("safe"),
      ride: async (lift, stop) => stay()?.ride(lift, stop),
      walkTo: (x, z) => void stay()?.walkTo(x, null, z, false),
      findPeople: async (query, offset = 0) => stay()?.find(query, offset),
      setLook: (look) => this.#setLook(look),
      rename: (name, affiliation) => this.#rename(name, affiliation),
      setSetting: (key, value) => this.#set(key, value),
      resetSettings: () => {
        this.#parts.storage.forgetSettings();
        this.#apply(this.#parts.defaults);
      },
      setView: (view) => this.#setView(view),
      closeRefusal: () => this.stores.refusal.set(null),
      showOnScreen: (place, picture) => stay()?.view.renderer?.showPicture(place, picture),
      setCameraMode: (mode) => {
        this.#set("camera", mode);
        if (stay()?.world.camera.mode !== mode) stay()?.setCameraMode(mode);
      },
      resetView: () => stay()?.act("resetView"),
      zoom: (steps) => stay()?.world.camera.zoom(steps),
      turn: (yaw, pitch) => stay()?.world.camera.turn(yaw, pitch, this.#parts.clock.now()),
      joystick: (x, y) => {
        const stick = stay()?.view.stick;
        if (stick !== undefined) Object.assign(stick, { x, y, run: Math.hypot(x, y) > 0.9 });
      },
      dismissToast: (id) => this.#messages.dismiss(id),
      closePicked: () => stay()?.unpick() ?? this.stores.picked.set(null),
      focusScene: () => stay()?.view.focus(),
      previewAvatar: (canvas, look) => this.#preview(canvas, look),
      project: (slot) => stay()?.view.renderer?.project(slot) ?? null,
    };
  }
}

/** Defaults for this device: the system's wish for less motion and more contrast is honoured. */
export function defaultsFor(matches: (query: string) => boolean): Settings {
  return {
    ...DEFAULT_SETTINGS,
    reducedMotion: matches("(prefers-reduced-motion: reduce)"),
    highContrast: matches("(prefers-contrast: more)"),
  };
}
