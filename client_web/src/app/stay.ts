/** One stay in the hall: world, picture and session of one visit, and what the person can do in it. */

import { MAX_QUERY_CHARS, PAGE_MAX } from "../net/protocol.gen";
import type { ClientEvents, Look as WireLook } from "../net/protocol.gen";
import { CommandError } from "../net/command_error";
import type { Clock, Random } from "../core/clock";
import type { KeyAction, Settings } from "../core/settings";
import { freeSeats, roomsWithSeats } from "../core/free_seats";
import type { Emote, Look } from "../core/types";
import type { Venue } from "../core/venue";
import { World } from "../core/world";
import type { SocketBackbone } from "../net/backbone_socket";
import type { PassAnswer } from "../net/http";
import { BoardFeed } from "./boards";
import { FlatLoop } from "./flat_loop";
import type { Messages } from "./messages";
import type { Pick, Quality, Refusal, Renderer } from "./ports";
import type { Loaded } from "./loader";
import { Publisher } from "./publisher";
import { SceneView } from "./scene_view";
import { Session, type SessionParts, type Tier } from "./session";
import type { Storage } from "./storage";
import type { Stores } from "./stores";
import { VoicePlaces } from "./voice_places";
import type { View } from "./view";

export interface StayParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly stores: Stores;
  readonly messages: Messages;
  readonly storage: Storage;
  readonly open: SessionParts["open"];
  readonly renew: SessionParts["renew"];
  readonly backbone: SocketBackbone;
  readonly canvas: HTMLCanvasElement;
  /** The first welcome: show the hall. */
  readonly onInside: () => void;
  /** The picture stopped for good: the sentence says why. */
  readonly onLost: (message: string) => void;
}

type Moving = "sit" | "stand" | "go" | "ride";
const COUNT_EVERY_MS = 15_000;
const COUNT_AGAIN_MS = 1500;
/** Others come back within this time. */
const RETURNING_MS = 30_000;
const TELL_QUALITY_MS = 15_000;
/** It explains something one did not expect: read it twice, and find the key. */
const KEYS_HINT_MS = 12_000;

export class Stay {
  readonly world: World;
  #view: View;
  readonly session: Session;
  readonly venue: Venue;
  readonly #parts: StayParts;
  readonly #publisher: Publisher;
  readonly #voices: VoicePlaces;
  readonly #person: string;
  readonly #quality: Quality;
  #boards: BoardFeed | null = null;
  #camera: Settings["camera"];
  #search = 0;
  #inside = false;
  #countAt = 0;
  #returningUntil = 0;
  #moving = false;
  #qualityTold = false;
  #qualityHint = 0;
  #keysHint = 0;
  /** On the way to a seat. */
  #seatAhead = false;

  constructor(parts: StayParts, loaded: Loaded, pass: PassAnswer, venueId: string, quality: Quality) {
    this.#parts = parts;
    this.venue = loaded.venue;
    this.#person = pass.person;
    this.#quality = quality;
    this.session = new Session({
      ...parts,
      onWelcome: () => this.#welcomed(),
      // Who was led out stands elsewhere by now, at other doors: the sentence names the room.
      onDoor: (why, message) => this.#doorRefused({ why, message, place: why === "led_out" ? "" : this.#behindDoor() }),
    });
    this.world = new World(loaded.venue, loaded.field, {
      sendPose: (pose) => this.session.sendPose(pose),
      wantsToStand: () => void this.stand(),
    });
    this.world.setProfile(pass.name, pass.affiliation, pass.badge, pass.look);
    const settings = parts.stores.settings.get();
    this.#camera = settings.camera;
    this.world.camera.setMode(settings.camera);
    this.#view = this.#makeView(loaded.renderer, parts.canvas);
    this.#publisher = new Publisher(parts.stores, this.world, loaded.venue, () => this.#person);
    this.#voices = new VoicePlaces(parts.stores.media, this.world, loaded.venue);
    this.session.start(this.world, pass, venueId, this.#tier());
  }

  get view(): View {
    return this.#view;
  }

  /** The venue in 3D by this renderer, or flat without one. Place, seat, gestures and the line stay as they are. */
  show(renderer: Renderer | null, canvas: HTMLCanvasElement): void {
    this.#view.stop();
    this.unpick();
    // They speak of the picture that goes.
    for (const hint of [this.#qualityHint, this.#keysHint]) this.#parts.messages.dismiss(hint);
    this.#view = this.#makeView(renderer, canvas);
    if (this.#inside) this.#view.start();
    this.session.setTier(this.#tier());
  }

  async end(): Promise<void> {
    this.#view.stop();
    this.#boards?.stop();
    await this.session.stop();
    const { self, prompt, minimap, picked, nearby, refusal, roundTripMs } = this.#parts.stores;
    for (const store of [self, prompt, minimap, picked, refusal, roundTripMs]) store.set(null);
    nearby.set([]);
    this.#parts.stores.speaking.set(new Set());
  }

  apply(settings: Settings): void {
    this.#view.apply(settings);
    // Keys and zoom change the mode too: only a change of the setting itself counts here.
    if (settings.camera !== this.#camera) this.setCameraMode(settings.camera);
    this.#camera = settings.camera;
  }

  // -- commands ----------------------------------------------------------------------------------

  /** Sits down; walks to the seat first if it is not within reach. */
  async sit(seat: number): Promise<void> {
    const at = this.venue.seats.position[seat];
    if (at === undefined) return;
    const { avatar, surroundings } = this.world;
    if (avatar.seat === seat) return;
    const near = surroundings.seatInReach(seat, avatar.x, avatar.y, avatar.z);
    if (near && avatar.seat < 0) return void (await this.#move("sit", { seat }, true));
    if (avatar.seat >= 0 && !(await this.stand())) return;
    const arrived = (): void => {
      this.#seatAhead = false;
      void this.#move("sit", { seat }, true);
    };
    const answer = this.world.walkTo(at[0], at[1], at[2], false, arrived, () => (this.#seatAhead = false));
    this.#seatAhead = answer === "walking";
    if (answer === "there") await this.#move("sit", { seat }, true);
    else if (answer !== "walking") this.#parts.messages.toast("info", "There is no way to this seat from here.");
    this.world.scene.highlightedSeat = seat;
  }

  /** Takes the nearest free seat of this room; somebody may be quicker, so the next ones are tried as well. */
  async sitHere(): Promise<void> {
    const { avatar, room } = this.world;
    const { messages } = this.#parts;
    if (avatar.seat >= 0) return;
    const seats = room === 0 ? [] : freeSeats(this.venue, room, avatar.x, avatar.z, this.world.seatTaken);
    if (seats.length === 0) {
      const any = room !== 0 && this.venue.seats.room.includes(room);
      return void messages.toast("info", any ? "No free seat is known here." : "There are no seats here.");
    }
    for (const seat of seats.slice(0, SEATS_TO_TRY)) {
      const got = await this.#takeSeat(seat);
      if (got === "sits") return messages.announce(`You sit: ${this.world.surroundings.seatLabel(seat)}.`);
      if (got === "gave_up") return;
    }
    messages.toast("info", "The nearest seats are taken. Choose one under People, Nearby.");
  }

  /** Walks to a seat and sits down. */
  async #takeSeat(seat: number): Promise<"sits" | "taken" | "gave_up"> {
    const { avatar, surroundings } = this.world;
    const [x, y, z] = this.venue.seats.position[seat]!;
    if (!surroundings.seatInReach(seat, avatar.x, avatar.y, avatar.z)) {
      const arrived = await new Promise<boolean>((resolve) => {
        const answer = this.world.walkTo(
          x,
          y,
          z,
          false,
          () => resolve(true),
          () => resolve(false),
        );
        if (answer === "walking") this.#parts.messages.announce(`Walking to ${surroundings.seatLabel(seat)}.`);
        else resolve(answer === "there");
      });
      if (!arrived && !surroundings.seatInReach(seat, avatar.x, avatar.y, avatar.z)) return "gave_up";
    }
    const refusal = await this.#moved("sit", { seat }, true);
    if (refusal === null) return "sits";
    if (problemOf(refusal).code === "seat_taken") return "taken";
    this.#refused(refusal);
    return "gave_up";
  }

  async stand(): Promise<boolean> {
    if (this.world.avatar.seat < 0) return true;
    return this.#move("stand", {}, false);
  }

  async go(target: { person: string } | { place: string }, done: string): Promise<void> {
    const refusal = await this.#moved("go", target, true, "person" in target);
    if (refusal === null) this.#parts.messages.announce(done);
    else this.#refused(refusal, "place" in target ? this.#roomOf(target.place) : this.#roomOfPerson(target.person));
  }

  async ride(lift: string, stop: number): Promise<void> {
    await this.#move("ride", { lift, stop }, true);
  }

  /** `pointed`: a click that met no floor was not meant as a walk, or is seen to be none. */
  async walkTo(x: number, y: number | null, z: number, run: boolean, pointed = false): Promise<void> {
    if (this.world.lineDown)
      return void this.#parts.messages.toast(
        "info",
        "Not connected at the moment: you stand still until you are again.",
      );
    if (this.world.avatar.seat >= 0 && !(await this.stand())) return;
    const answer = this.world.walkTo(
      x,
      y,
      z,
      run,
      () => this.#sayUnseen(true),
      () => this.#sayUnseen(false),
    );
    if (answer === "walking" && this.#view.renderer === null) this.#parts.messages.announce("Walking.");
    if (answer === "no_way" || (answer === "nowhere" && !pointed))
      this.#parts.messages.toast("info", "There is no way there on foot.");
  }

  /** In the picture one sees oneself arrive. */
  #sayUnseen(arrived: boolean): void {
    if (this.#view.renderer !== null || !this.#inside) return;
    const room = this.world.surroundings.roomTitle(this.world.room);
    this.#parts.messages.announce(arrived ? `You are there: ${room}.` : `You stopped on the way: ${room}.`);
  }

  emote(emote: Emote): void {
    this.world.emote(emote);
  }

  raiseHand(up = !this.world.gestures.hand): void {
    this.world.gestures.hand = up;
    this.#parts.messages.announce(up ? "Your hand is up." : "Your hand is down.");
  }

  async setLook(look: Look): Promise<boolean> {
    try {
      await this.session.command("look", { look: [...look] as WireLook });
    } catch (error) {
      this.#refused(error);
      return false;
    }
    const { name, affiliation, badge } = this.world.scene.self;
    this.world.setProfile(name, affiliation, badge, look);
    return true;
  }

  /** The name is part of what one connects with: others learn it when the line begins anew, in the same place. */
  renamed({ name, affiliation }: { readonly name: string; readonly affiliation: string }): void {
    const { badge, look } = this.world.scene.self;
    this.world.setProfile(name, affiliation, badge, look);
    this.session.again();
  }

  async find(query: string, offset: number): Promise<void> {
    const { directory } = this.#parts.stores;
    const search = ++this.#search;
    directory.update((before) => ({ ...before, query, loading: true, problem: null }));
    try {
      const cut = query.slice(0, MAX_QUERY_CHARS);
      const answer = await this.session.command("find", { query: cut, offset, limit: PAGE_MAX });
      if (search !== this.#search) return;
      const { rows, total } = answer;
      directory.set({ query, rows, total, offset: answer.offset, loading: false, problem: null });
      if (query === "") this.#parts.stores.people.set(total);
    } catch (error) {
      if (search !== this.#search) return;
      const problem = problemOf(error);
      directory.update((before) => ({ ...before, loading: false, problem }));
    }
  }

  act(action: KeyAction): void {
    const acts: Partial<Record<KeyAction, () => void>> = {
      camera: () => this.setCameraMode(this.world.camera.mode === "third" ? "first" : "third"),
      resetView: () => this.world.camera.reset(this.world.avatar.yaw),
      sit: () => void this.#sitOrStand(),
      wave: () => this.emote("wave"),
      clap: () => this.emote("clap"),
      thumbsUp: () => this.emote("thumbs_up"),
      heart: () => this.emote("heart"),
      hand: () => this.raiseHand(),
      safe: () => void this.go({ place: "safe" }, "You are outside, before the nearest entrance."),
    };
    acts[action]?.();
  }

  setCameraMode(mode: "third" | "first"): void {
    this.world.camera.setMode(mode);
    this.#parts.messages.announce(mode === "first" ? "View through your own eyes." : "View from behind.");
  }

  /** The card and the ring on the floor go together. */
  unpick(): void {
    this.world.scene.highlightedSlot = -1;
    this.#parts.stores.picked.set(null);
  }

  // -- inside ------------------------------------------------------------------------------------

  async #sitOrStand(): Promise<void> {
    if (this.world.avatar.seat >= 0) await this.stand();
    // A second press on the way is not a wish for another seat.
    else if (!this.#moving && !this.#seatAhead) {
      const seat = this.world.seatOffered(KEY_REACH_M);
      if (seat >= 0) await this.sit(seat);
      else this.#parts.messages.toast("info", this.#whereSeatsAre());
    }
  }

  #whereSeatsAre(): string {
    const { avatar, surroundings } = this.world;
    const storey = surroundings.storeyAt(avatar.y);
    const [nearest] = roomsWithSeats(this.venue, { x: avatar.x, z: avatar.z, storey });
    if (nearest === undefined) return "There are no seats in this building.";
    if (nearest === this.world.room)
      return "No free seat is near enough. Walk closer to one; People, Nearby lists them.";
    return `There is no seat near you. ${this.venue.rooms[nearest]?.title ?? "Another room"} has seats: Map takes you there.`;
  }

  async #move<K extends Moving>(name: K, payload: ClientEvents[K]["payload"], turn: boolean): Promise<boolean> {
    const refusal = await this.#moved(name, payload, turn);
    if (refusal === null) return true;
    const seat = "seat" in payload ? (this.venue.seats.room[payload.seat] ?? 0) : 0;
    this.#refused(refusal, seat === 0 ? "" : (this.venue.rooms[seat]?.id ?? ""));
    return false;
  }

  /** Null when it was done, else why not. */
  async #moved<K extends Moving>(
    name: K,
    payload: ClientEvents[K]["payload"],
    turn: boolean,
    aside = false,
  ): Promise<unknown> {
    // Two at a time would answer in an order nobody meant.
    if (this.#moving) return new CommandError("moving", "One moment: you are on the way already.", true);
    this.#moving = true;
    this.world.hold();
    try {
      this.world.placed(await this.session.command(name, payload), turn, aside);
      this.#parts.stores.refusal.set(null);
      return null;
    } catch (error) {
      this.world.release();
      return error;
    } finally {
      this.#moving = false;
    }
  }

  /** `place`: the room one wanted to get into, "" where that was not the point. */
  #refused(error: unknown, place = ""): void {
    const { code, message, retry } = problemOf(error);
    const why = REFUSALS_OF_DOORS[code];
    const inside = place !== "" && place === this.venue.rooms[this.world.room]?.id;
    if (why !== undefined && !inside) this.#doorRefused({ why, message, place });
    else if (code !== "moving") this.#parts.messages.toast(retry ? "warning" : "info", message);
  }

  #doorRefused(refusal: Refusal): void {
    this.#parts.stores.refusal.set(refusal);
    this.#parts.messages.announce(refusal.message);
  }

  /** The room that one was walking into: behind the nearest door that is not far. */
  #behindDoor(): string {
    const { avatar, room } = this.world;
    let nearest = DOOR_REACH_M;
    let behind = 0;
    for (const { position, rooms } of this.venue.doors) {
      const metres = Math.hypot(position[0] - avatar.x, position[1] - avatar.y, position[2] - avatar.z);
      if (metres >= nearest) continue;
      nearest = metres;
      behind = rooms[0] === room ? rooms[1] : rooms[0];
    }
    return behind === 0 ? "" : (this.venue.rooms[behind]?.id ?? "");
  }

  /** Id of the room that a place of the building is, or lies in. */
  #roomOf(place: string): string {
    const { rooms, stands, landmarks, spawns } = this.venue;
    if (rooms.some(({ id }) => id === place)) return place;
    const part = [...stands, ...landmarks, ...spawns].find(({ id }) => id === place);
    return part === undefined ? "" : (rooms[part.room]?.id ?? "");
  }

  #roomOfPerson(person: string): string {
    const { directory, nearby } = this.#parts.stores;
    return (
      [...directory.get().rows, ...nearby.get()].find((row) => row.person === person && row.room !== "")?.room ?? ""
    );
  }

  #tier(): Tier {
    return this.#view.renderer === null ? "flat" : this.#quality === "low" ? "light" : "full";
  }

  #makeView(renderer: Renderer | null, canvas: HTMLCanvasElement): View {
    const { clock, stores } = this.#parts;
    const settings = stores.settings.get();
    this.#boards?.stop();
    this.#boards = null;
    if (renderer === null) return new FlatLoop(clock, this.world, settings, (now) => this.#framed(now));
    this.#boards = new BoardFeed(this.#parts.backbone, clock, (boards) => renderer.showRooms(boards));
    return new SceneView(canvas, renderer, this.world, settings, this.#quality, {
      onAction: (action) => this.act(action),
      onTalk: (down) => stores.talkKey.set(down),
      onPick: (pick, double) => this.#picked(pick, double),
      onTouch: (touch) => stores.touch.set(touch),
      onFocus: () => this.#keysWork(),
      onElsewhere: (key) => this.#hintAtPicture(key),
      onFrame: (now) => this.#framed(now),
      onQualityLowered: (lower) => this.#tellQuality(`The picture was slow, so its quality is ${lower} now.`),
      onLost: (message) => this.#parts.onLost(message),
    });
  }

  #picked(pick: Pick, double: boolean): void {
    const { stores } = this.#parts;
    if (pick.kind !== "slot") this.unpick();
    if (pick.kind === "ground") void this.walkTo(pick.x, pick.y, pick.z, double, true);
    else if (pick.kind === "seat") void this.sit(pick.seat);
    else if (pick.kind === "slot") {
      this.world.scene.highlightedSlot = pick.slot;
      stores.picked.set(this.#publisher.row(pick.slot));
    }
  }

  /** Whenever it happens: a key that does nothing and says nothing looks broken. */
  #hintAtPicture(key: string): void {
    const text = `A button has the keyboard, so ${key} does nothing. Press Escape, or click the picture, and try again.`;
    this.#keysWork();
    this.#keysHint = this.#parts.messages.toast("info", text, KEYS_HINT_MS);
  }

  /** What was said of a key is said once, and no longer than it is true. */
  #keysWork(): void {
    this.#parts.messages.dismiss(this.#keysHint);
  }

  #framed(now: number): void {
    this.#publisher.update(now);
    this.#voices.update(now, this.#view.renderer !== null);
    this.#countAtLeastSeen(now);
    if (now < this.#countAt || !this.#inside) return;
    this.#countAt = now + COUNT_EVERY_MS;
    void this.#count();
  }

  /** After coming back many come back: whoever is on the map counts at once, and the venue is asked again soon. */
  #countAtLeastSeen(now: number): void {
    if (now > this.#returningUntil) return;
    const { people, minimap } = this.#parts.stores;
    const seen = 1 + (minimap.get()?.people.length ?? 0) / 2;
    if (seen <= people.get()) return;
    people.set(seen);
    this.#countAt = Math.min(this.#countAt, now + COUNT_AGAIN_MS);
  }

  /** How many people are inside: the first page of the directory knows. */
  async #count(): Promise<void> {
    try {
      const { total } = await this.session.command("find", { query: "", offset: 0, limit: 1 });
      this.#parts.stores.people.set(total);
    } catch {
      // The next round asks again.
    }
  }

  /** Once a visit, however often it goes down. */
  #tellQuality(what: string): void {
    if (this.#qualityTold) return;
    this.#qualityTold = true;
    this.#qualityHint = this.#parts.messages.toast("info", `${what} You can change it in Settings, Picture.`);
  }

  #welcomed(): void {
    if (this.#inside) {
      // Many come back at the same time: ask again soon.
      this.#countAt = performance.now() + COUNT_AGAIN_MS;
      this.#returningUntil = performance.now() + RETURNING_MS;
      return;
    }
    this.#inside = true;
    this.#countAt = performance.now() + COUNT_EVERY_MS;
    this.#parts.onInside();
    this.#view.start();
    if (this.#view.renderer === null) return;
    const { clock, stores, storage } = this.#parts;
    if (this.#quality !== "low" || stores.settings.get().quality !== "auto") return;
    // Not over the first look at the place.
    clock.after(TELL_QUALITY_MS, () => {
      if (this.#view.renderer === null) return;
      if (stores.route.get() === "hall" && !this.#qualityTold && storage.tellOnce("low quality"))
        this.#tellQuality("This device draws slowly, so the picture has less detail.");
    });
  }
}

const REFUSALS_OF_DOORS: Readonly<Record<string, Refusal["why"]>> = { room_full: "full", closed: "closed" };
const DOOR_REACH_M = 4;
const SEATS_TO_TRY = 6;
/** A key reaches further than the prompt, which would else be everywhere among the rows. */
const KEY_REACH_M = 2.4;

export function problemOf(error: unknown): { code: string; message: string; retry: boolean } {
  if (error instanceof CommandError) return { code: error.code, message: error.message, retry: error.retry };
  if (error instanceof Error && "code" in error) {
    const { code, message, retry } = error as Error & { code: unknown; retry?: unknown };
    return { code: String(code), message, retry: retry === true };
  }
  const message = error instanceof Error ? error.message : "Something went wrong. Reload the page.";
  return { code: "unexpected", message, retry: false };
}
