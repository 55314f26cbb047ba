/** Who is signed in here, and what he may do. */

import type { Backbone } from "../net/backbone";
import type { HeldRole, Permission, Scope } from "../net/event.gen";
import { Live } from "../ui/kit/live.svelte";

/** What the server says about the sign-in cookie. */
export interface Identity {
  readonly person: string;
  readonly name: string;
  readonly registered: boolean;
  /** Permissions, and where each holds: an empty scope is the whole event. */
  readonly allowed: readonly { readonly permission: string; readonly scopes: readonly Scope[] }[];
  /** Roles in force. */
  readonly roles: readonly string[];
  /** Roles given to him or his by the programme, with where and when; not that everybody takes part. */
  readonly held?: readonly HeldRole[];
}

export interface Identities {
  /** Null: nobody is signed in. Rejects when the server cannot be reached. */
  who(): Promise<Identity | null>;
  signOut(): Promise<void>;
}

export class Me {
  status = $state<"asking" | "out" | "in" | "unreachable">("asking");
  identity = $state.raw<Identity | null>(null);
  /** He has just given up his registration here, which signed him out. */
  withdrew = $state(false);
  /** The stream of this person; null when nobody is signed in. */
  own = $state.raw<Live | null>(null);
  readonly #identities: Identities;
  readonly #backbone: Backbone;

  constructor(identities: Identities, backbone: Backbone) {
    this.#identities = identities;
    this.#backbone = backbone;
  }

  get signedIn(): boolean {
    return this.status === "in";
  }

  get registered(): boolean {
    return this.identity?.registered ?? false;
  }

  get name(): string {
    return this.own?.get("registration", this.identity?.person ?? "")?.name ?? this.identity?.name ?? "";
  }

  /** Whether he may do this in the whole event. */
  may(permission: Permission): boolean {
    const held = this.identity?.allowed.find((each) => each.permission === permission);
    return held?.scopes.some(({ room, session }) => room === "" && session === "") ?? false;
  }

  /** Whether there is anything for him under `/organise`. */
  get staff(): boolean {
    return STAFF.some((permission) => this.may(permission));
  }

  /** Asks again: after signing in, and when the page comes back. */
  async refresh(): Promise<void> {
    try {
      this.#set(await this.#identities.who());
    } catch {
      if (this.status === "asking") this.status = "unreachable";
    }
  }

  async signOut(): Promise<void> {
    await this.#identities.signOut();
    this.#set(null);
  }

  #set(identity: Identity | null): void {
    if (identity?.person !== this.identity?.person) {
      this.own?.close();
      this.own = identity === null ? null : this.#follow(identity.person);
    }
    this.identity = identity;
    if (identity !== null) this.withdrew = false;
    this.status = identity === null ? "out" : "in";
  }

  /** Refused: he was signed out from elsewhere, withdrew, was declined or deleted. The page must not wait for it. */
  #follow(person: string): Live {
    const stream = this.#backbone.subscribe(`person/${person}`);
    stream.onChange(() => {
      if (stream.status === "refused") void this.refresh();
    });
    return new Live(stream);
  }
}

const STAFF: readonly Permission[] = [
  "people.read",
  "people.manage",
  "people.reissue",
  "event.configure",
  "programme.edit",
  "roles.grant",
];
