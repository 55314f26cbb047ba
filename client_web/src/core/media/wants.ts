/** Which tracks to ask for: all the sound of the rooms one watches, and pictures as large as they are shown. */

import { MAX_WANTS, type Wanted } from "../../net/media.gen";

/** What the choice needs to know of a track. */
export interface Offered {
  readonly track: number;
  readonly person: string;
  readonly source: string;
  readonly media: "audio" | "video";
  readonly codec: string;
  readonly width: number;
  readonly quality: number;
  readonly layers: number;
  readonly own: boolean;
}

export interface Situation {
  /** Device pixels wide, by picture (`person/source`); 0 or missing: nobody looks. */
  readonly shown: ReadonlyMap<string, number>;
  readonly pinned: string | null;
  readonly lowBandwidth: boolean;
  readonly hidden: boolean;
  /** What can be decoded here. */
  readonly audio: boolean;
  readonly video: (codec: string) => boolean;
  /** The line was too slow lately: lower quality, no upper layers. */
  readonly slow: boolean;
}

export type { Wanted };

export const ALL_LAYERS = 3;
/** Narrower places are well served by the smaller quality. */
const SMALL_WIDTH = 400;

export const pictureOf = ({ person, source }: { person: string; source: string }): string => `${person}/${source}`;

/** Sound first: if there are too many tracks it is pictures that are missing. Own tracks are never asked for. */
export function wantsOf(offered: readonly Offered[], now: Situation): Wanted[] {
  const others = offered.filter(({ own }) => !own);
  const sound: Wanted[] = now.audio
    ? others.filter(({ media }) => media === "audio").map(({ track }) => [track, ALL_LAYERS])
    : [];
  const pictures = new Map<string, Offered[]>();
  for (const each of others) {
    if (each.media !== "video" || !now.video(each.codec)) continue;
    pictures.set(pictureOf(each), [...(pictures.get(pictureOf(each)) ?? []), each]);
  }
  const order = [...pictures.keys()].sort((a, b) => importance(b, now) - importance(a, now));
  const seen = order.flatMap((id) => one(id, pictures.get(id)!, now));
  return [...sound, ...seen].slice(0, MAX_WANTS);
}

/** The track to show of a picture: what `wantsOf` asks for. */
export function trackFor(
  tracks: readonly Offered[],
  width: number,
  now: Pick<Situation, "slow" | "lowBandwidth">,
): Offered {
  const sorted = [...tracks].sort((a, b) => a.quality - b.quality);
  const small = now.slow || now.lowBandwidth || (width > 0 && width <= SMALL_WIDTH);
  return small ? sorted.at(-1)! : sorted[0]!;
}

function importance(id: string, { shown, pinned }: Situation): number {
  return id === pinned ? Infinity : (shown.get(id) ?? 0);
}

function one(id: string, tracks: readonly Offered[], now: Situation): Wanted[] {
  const pinned = id === now.pinned;
  const width = now.shown.get(id) ?? 0;
  if (width <= 0 || now.hidden) return [];
  if (now.lowBandwidth && !pinned) return [];
  const chosen = trackFor(tracks, width, now);
  // Sign language needs its frames: the pinned picture keeps all layers.
  return [[chosen.track, now.slow && !pinned && chosen.layers > 1 ? 0 : ALL_LAYERS]];
}

/** Whether two lists ask for the same. */
export function sameWants(a: readonly Wanted[], b: readonly Wanted[]): boolean {
  return a.length === b.length && a.every(([track, layer], i) => track === b[i]![0] && layer === b[i]![1]);
}
