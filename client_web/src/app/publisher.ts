/** A few times a second: what the panels show of the world (place, map, prompt, people in sight). */

import { HAND_UP, SPEAKING } from "../core/types";
import type { Venue } from "../core/venue";
import type { World } from "../core/world";
import type { DirectoryRow, Prompt, SelfInfo } from "./ports";
import type { Stores } from "./stores";

const EVERY_MS = 200;
const NEARBY_EVERY_MS = 2_000;
const NEARBY_MOST = 40;

export class Publisher {
  readonly #stores: Stores;
  readonly #world: World;
  readonly #venue: Venue;
  readonly #person: () => string;
  /** x, z pairs of those who speak. */
  #speakers: number[] = [];
  #at = -1e9;
  #doorsVersion = -1;
  #nearbyAt = -1e9;

  constructor(stores: Stores, world: World, venue: Venue, person: () => string) {
    this.#stores = stores;
    this.#world = world;
    this.#venue = venue;
    this.#person = person;
  }

  update(now: number): void {
    if (now - this.#at < EVERY_MS) return;
    this.#at = now;
    const stores = this.#stores;
    this.#set(stores.tried, this.#world.tried);
    this.#set(stores.self, this.#self());
    this.#set(stores.prompt, this.#prompt());
    this.#speaking();
    this.#map();
    this.#doors();
    this.#highlight();
    if (now - this.#nearbyAt < NEARBY_EVERY_MS) return;
    this.#nearbyAt = now;
    stores.nearby.set(this.#nearby());
  }

  /** A row for somebody in sight, or null. */
  row(slot: number): DirectoryRow | null {
    const known = this.#world.introductions.get(slot);
    const at = this.#world.near.drawn(slot);
    if (known === null || at === null) return null;
    const { x, z } = this.#world.scene.self;
    return {
      person: known.person,
      slot,
      name: known.name,
      affiliation: known.affiliation,
      badge: known.badge,
      room: "",
      metres: Math.hypot(at.x - x, at.z - z),
      state: at.state,
    };
  }

  /** Only what changed reaches the panels: they would lay out anew five times a second. */
  #set<T>(store: { get(): T; set(value: T): void }, value: T): void {
    if (JSON.stringify(store.get()) !== JSON.stringify(value)) store.set(value);
  }

  #self(): SelfInfo | null {
    const { self } = this.#world.scene;
    if (!self.present) return null;
    return {
      slot: self.slot,
      person: this.#person(),
      name: self.name,
      affiliation: self.affiliation,
      look: self.look,
      seat: self.seat,
      hand: (self.state & HAND_UP) !== 0,
      cameraMode: this.#world.camera.mode,
      room: this.#world.surroundings.roomTitle(this.#world.room),
      storey: this.#world.surroundings.storeyAt(self.y),
    };
  }

  #prompt(): Prompt | null {
    const { surroundings, avatar } = this.#world;
    if (avatar.seat >= 0) return { kind: "stand", label: surroundings.seatLabel(avatar.seat) };
    if (this.#world.walkingByPath) return null;
    const seat = this.#world.seatOffered();
    if (seat >= 0) return { kind: "sit", seat, label: surroundings.seatLabel(seat) };
    const lift = surroundings.liftNear(avatar.x, avatar.y, avatar.z);
    return lift === null ? null : { kind: "lift", lift: lift.lift, title: lift.title, stops: lift.stops };
  }

  #speaking(): void {
    const { near } = this.#world.scene;
    const people = new Set<string>();
    this.#speakers = [];
    for (let i = 0; i < near.count; i++) {
      if ((near.state[i]! & SPEAKING) === 0) continue;
      this.#speakers.push(near.x[i]!, near.z[i]!);
      const person = this.#world.introductions.get(near.slot[i]!)?.person;
      if (person !== undefined) people.add(person);
    }
    const before = this.#stores.speaking.get();
    if (people.size !== before.size || [...people].some((each) => !before.has(each))) this.#stores.speaking.set(people);
  }

  #map(): void {
    const { self } = this.#world.scene;
    // Also without the small map: the large map and the list of what is nearby need it.
    if (!self.present) return;
    this.#stores.minimap.set({
      x: self.x,
      z: self.z,
      yaw: self.yaw,
      look: this.#world.scene.camera.yaw,
      storey: this.#world.surroundings.storeyAt(self.y),
      people: this.#world.peoplePlaces(),
      speakers: Float32Array.from(this.#speakers),
      marker: this.#world.marker,
    });
  }

  #doors(): void {
    const { doorsClosed, doorsVersion } = this.#world.scene;
    if (doorsVersion === this.#doorsVersion) return;
    this.#doorsVersion = doorsVersion;
    this.#stores.closedDoors.set([...doorsClosed.keys()].filter((door) => doorsClosed[door] === 1));
  }

  #highlight(): void {
    const prompt = this.#stores.prompt.get();
    this.#world.scene.highlightedSeat = prompt?.kind === "sit" ? prompt.seat : -1;
  }

  #nearby(): DirectoryRow[] {
    const { near } = this.#world.scene;
    const rows: DirectoryRow[] = [];
    for (let i = 0; i < near.count; i++) {
      const row = this.row(near.slot[i]!);
      if (row !== null) rows.push(this.#withRoom(row));
    }
    return rows.sort((a, b) => a.metres - b.metres).slice(0, NEARBY_MOST);
  }

  #withRoom(row: DirectoryRow): DirectoryRow {
    const at = this.#world.near.drawn(row.slot);
    const room = at === null ? 0 : this.#world.roomAt(at.x, at.y, at.z);
    return { ...row, room: room === 0 ? "" : (this.#venue.rooms[room]?.id ?? "") };
  }
}
