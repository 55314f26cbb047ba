/** The writable side of UiStore: only app/ changes what the panels show. */

import { DEFAULT_SETTINGS, type Settings } from "../core/settings";
import { writable, type Writable } from "../core/store";
import type { Registered } from "../net/http";
import { DEFAULT_LOOK, NOTHING_TRIED } from "../core/types";
import type { Venue } from "../core/venue";
import type { VenueBackbone } from "../net/backbone";
import { makeBackbone } from "../net/backbone_socket";
import { noMedia } from "../media/access";
import type { MediaAccess } from "../media/api";
import type {
  Connection,
  Directory,
  DirectoryRow,
  Identity,
  Loading,
  MinimapData,
  Preflight,
  Problem,
  Profile,
  Prompt,
  Refusal,
  Route,
  SelfInfo,
  Toast,
  UiStore,
  VenueInfo,
  ViewKind,
} from "./ports";

type Contents<S> = { [K in keyof S]: S[K] extends { get(): infer T } ? Writable<T> : never };
export type Stores = Contents<Omit<UiStore, "backbone" | "media">> & Pick<UiStore, "backbone" | "media">;

export const EMPTY_DIRECTORY: Directory = { query: "", rows: [], total: 0, offset: 0, loading: false, problem: null };
export const NO_LOADING: Loading = { step: "", loadedBytes: 0, totalBytes: 0, progress: 0 };
const NO_PREFLIGHT: Preflight = { done: false, items: [], quality: "medium", can3d: true, roundTripMs: null };

/** Without a `backbone`: one that never has a connection; without `media`: none can be loaded. */
export function makeStores(
  settings: Settings = DEFAULT_SETTINGS,
  profile?: Profile,
  backbone: VenueBackbone = makeBackbone(),
  media: MediaAccess = noMedia(),
): Stores {
  return {
    backbone,
    media,
    route: writable<Route>("entry"),
    info: writable<VenueInfo | null>(null),
    entryProblem: writable<Problem | null>(null),
    identity: writable<Identity>("known"),
    registered: writable<Registered | null>(null),
    entering: writable(false),
    profile: writable<Profile>(profile ?? { name: "", affiliation: "", look: DEFAULT_LOOK }),
    preflight: writable<Preflight>(NO_PREFLIGHT),
    loading: writable<Loading>(NO_LOADING),
    venue: writable<Venue | null>(null),
    connection: writable<Connection>({ kind: "idle" }),
    self: writable<SelfInfo | null>(null),
    people: writable(0),
    capacity: writable(0),
    roundTripMs: writable<number | null>(null),
    directory: writable<Directory>(EMPTY_DIRECTORY),
    prompt: writable<Prompt | null>(null),
    minimap: writable<MinimapData | null>(null),
    toasts: writable<readonly Toast[]>([]),
    announcement: writable(""),
    settings: writable<Settings>(settings),
    tried: writable(NOTHING_TRIED),
    touch: writable(false),
    nearby: writable<readonly DirectoryRow[]>([]),
    speaking: writable<ReadonlySet<string>>(new Set()),
    talkKey: writable(false),
    picked: writable<DirectoryRow | null>(null),
    view: writable<ViewKind>("picture"),
    changingView: writable(false),
    closedDoors: writable<readonly number[]>([]),
    refusal: writable<Refusal | null>(null),
  };
}
