/** The event as panels in the venue see it: its streams, its clock, how rooms are, and what I may do. */

import { createContext } from "svelte";
import type { Cancel, Clock } from "../../core/clock";
import type { VenueBackbone } from "../../net/backbone";
import { CommandError } from "../../net/command_error";
import type { Allowed, Mine, Notice, Room } from "../../net/event.gen";
import type { RoomNow } from "../../net/protocol.gen";
import { Live } from "../kit/live.svelte";
import { knownZone } from "../kit/zone";
import { roomOf, type RoomView } from "./rooms";

const SECOND_MS = 1_000;
/** What I may do at doors is asked again at most so often. */
const ASK_MS = 1_500;
/** Whoever waits at a door learns so often how far he has come: the list itself is for the room's staff alone. */
const LINE_SECONDS = 10;

export interface HappeningParts {
  readonly backbone: VenueBackbone;
  readonly clock: Clock;
  /** Real time, milliseconds UTC. */
  readonly wall: () => number;
  /** Shows a sentence for a while, and says it. */
  readonly show: (kind: "success" | "error" | "info", text: string) => void;
  /** A soft sound: somebody waits at a door of mine. */
  readonly ring: () => void;
}

export class Happening {
  readonly backbone: VenueBackbone;
  readonly event: Live;
  /** My own stream; null until I am in. */
  own = $state.raw<Live | null>(null);
  /** Real time, to the second. */
  now = $state(0);
  occupancy = $state.raw<ReadonlyMap<string, RoomNow>>(new Map());
  mine = $state.raw<ReadonlyMap<string, Mine>>(new Map());
  allowed = $state.raw<readonly Allowed[]>([]);
  readonly #parts: HappeningParts;
  readonly #staff = new Map<string, Live>();
  readonly #stops: (() => void)[] = [];
  #tick: Cancel = () => undefined;
  #asking: Cancel | null = null;
  #person = "";
  #announced: Set<string> | null = null;
  #waiting: Set<string> | null = null;
  /** Seconds for which I wait at a door. */
  #waited = 0;

  constructor(parts: HappeningParts) {
    this.#parts = parts;
    this.backbone = parts.backbone;
    this.event = new Live(parts.backbone.subscribe("event"));
    let doors = "";
    this.#stops.push(
      parts.backbone.rooms.subscribe((rooms) => {
        this.occupancy = rooms;
        const now = JSON.stringify(
          [...rooms.values()].map(([room, , , full, door, session]) => [room, full, door, session]),
        );
        if (now !== doors) this.#ask();
        doors = now;
      }),
    );
    this.#count();
  }

  /** Says who I am, as soon as that is known. */
  meet(person: string): void {
    if (person === this.#person) return;
    this.#person = person;
    this.own?.close();
    const own = this.backbone.subscribe(`person/${person}`);
    this.own = new Live(own);
    this.#announced = null;
    this.#stops.push(
      own.onChange(() => {
        this.#hear();
        this.#ask();
      }),
    );
    this.#ask();
  }

  // -- the event -----------------------------------------------------------------------------------
  get eventNow(): number {
    return this.now + (this.event.get("clock", "clock")?.shift_ms ?? 0);
  }

  get zone(): string {
    return knownZone(this.event.get("info", "info")?.zone ?? "UTC");
  }

  get stars(): ReadonlySet<string> {
    return new Set(this.own?.all("star").keys() ?? []);
  }

  get notices(): readonly { readonly key: string; readonly at: number; readonly value: Notice }[] {
    return [...(this.own?.items("notice").values() ?? [])].sort((a, b) => b.at - a.at);
  }

  /** Rooms in the order of the programme, with everything a panel shows of them. */
  get rooms(): readonly RoomView[] {
    return [...this.event.all("room")]
      .sort(([a, x], [b, y]) => x.order - y.order || a.localeCompare(b))
      .map(([key, room]) => this.view(key, room));
  }

  view(key: string, room: Room): RoomView {
    return roomOf(key, room, this.occupancy.get(key) ?? null, this.event.all("session"), this.mine.get(key) ?? null);
  }

  /** The room of the programme that lies in a place of the building. */
  inPlace(place: string): RoomView | null {
    return this.rooms.find((room) => room.place === place) ?? null;
  }

  // -- what I may do -------------------------------------------------------------------------------
  may(permission: string, room = ""): boolean {
    const held = this.allowed.find((each) => each.permission === permission);
    const inEvent = held?.scopes.some((scope) => !scope.room && !scope.session) ?? false;
    return inEvent || (room !== "" && (this.mine.get(room)?.acts.includes(permission) ?? false));
  }

  /** The stream of a room's staff; null for those who may not read it. */
  staff(room: string): Live | null {
    if (!this.may("room.staff", room)) return null;
    let found = this.#staff.get(room);
    if (found === undefined) {
      const stream = this.backbone.subscribe(`room/${room}/staff`);
      found = new Live(stream);
      this.#staff.set(room, found);
      this.#stops.push(stream.onChange(() => this.#look()));
    }
    return found;
  }

  /** People who wait at doors of mine, all rooms together. */
  get waiting(): number {
    let sum = 0;
    for (const key of this.mine.keys()) sum += this.staff(key)?.all("waiting").size ?? 0;
    return sum;
  }

  /** Does something and says how it went; resolves to whether it worked. */
  async attempt(run: () => Promise<unknown>, done = ""): Promise<boolean> {
    try {
      await run();
      if (done !== "") this.#parts.show("success", done);
      this.#ask();
      return true;
    } catch (error) {
      const known = error instanceof CommandError || (error instanceof Error && "code" in error);
      if (!known) console.error(error);
      this.#parts.show("error", known ? error.message : "Something went wrong here. Reload the page and try again.");
      return false;
    }
  }

  stop(): void {
    this.#tick();
    this.#asking?.();
    for (const stop of this.#stops) stop();
    for (const live of [this.event, this.own, ...this.#staff.values()]) live?.close();
  }

  #count(): void {
    this.now = this.#parts.wall();
    this.#waited = [...this.mine.values()].some(({ waiting }) => waiting) ? this.#waited + 1 : 0;
    if (this.#waited > 0 && this.#waited % LINE_SECONDS === 0) this.#ask();
    this.#tick = this.#parts.clock.after(SECOND_MS - (this.now % SECOND_MS), () => this.#count());
  }

  /** New notices are said and shown once; those that were there when I came only count. */
  #hear(): void {
    if (this.own === null || !this.own.ready) return;
    const notices = this.own.all("notice");
    const known = this.#announced;
    if (known !== null) for (const [key, notice] of notices) if (!known.has(key)) this.#parts.show("info", notice.text);
    this.#announced = new Set(notices.keys());
  }

  /** Somebody new at a door of mine rings. */
  #look(): void {
    const found = new Map<string, string>();
    for (const [room, live] of this.#staff)
      for (const [person, { name }] of live.all("waiting"))
        found.set(`${room} ${person}`, `${name} asks to be let into ${this.event.get("room", room)?.title ?? room}.`);
    const known = this.#waiting;
    if (known !== null) {
      const news = [...found].filter(([key]) => !known.has(key));
      for (const [, text] of news) this.#parts.show("info", text);
      if (news.length > 0) this.#parts.ring();
    }
    this.#waiting = new Set(found.keys());
  }

  #ask(): void {
    this.#asking ??= this.#parts.clock.after(ASK_MS / 5, () => void this.#askNow());
  }

  async #askNow(): Promise<void> {
    try {
      const [rooms, mine] = await Promise.all([
        this.backbone.ask("room.mine", {}),
        this.backbone.ask("my.permissions", {}),
      ]);
      this.mine = new Map(rooms.rooms.map((each) => [each.room, each]));
      this.allowed = mine.permissions;
      for (const key of this.mine.keys()) this.staff(key);
    } catch (error) {
      // Without a line nothing can be asked: the next change asks again, and so does coming back.
      if (!(error instanceof Error && "code" in error)) console.error(error);
    } finally {
      this.#asking = null;
    }
  }
}

export const [getHappening, setHappening] = createContext<Happening>();
