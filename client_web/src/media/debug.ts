/** Plain data of what goes on, for tests in real browsers and for helping people. */

import type { MediaDebug } from "./api";
import type { Incoming } from "./incoming";
import type { MediaLine } from "./line";
import type { AnyPublication } from "./publication";
import type { SoundGraph } from "./sound";

export interface DebugParts {
  readonly line: MediaLine;
  readonly incoming: Incoming;
  readonly sound: SoundGraph;
  readonly publications: readonly AnyPublication[];
  readonly heard: number;
  readonly errors: readonly string[];
  readonly now: number;
}

export function debugOf({ line, incoming, sound, publications, heard, errors, now }: DebugParts): MediaDebug {
  return {
    line: line.state.get().kind,
    context: sound.state.get().context,
    tracks: incoming.tracks.map((each) => {
      const { track, person, source, media, codec, room, own } = each.info;
      return {
        track,
        person,
        source,
        media,
        codec,
        room,
        own,
        arrival: each.arrival(now).arrival,
        framesReceived: each.received,
        framesDecoded: each.decoded,
        framesDropped: each.dropped,
        lostGroups: each.lostGroups,
        healed: each.healed,
        heard: each.audio?.heard(now) ?? 0,
        delayMs: Math.round(each.clock.delayMs),
        bufferedMs: Math.round(each.audio?.player?.buffered ?? 0),
        starvedMs: Math.round(each.audio?.player?.starved ?? 0),
        jumps: each.audio?.player?.jumps ?? 0,
      };
    }),
    publications: publications.map((each) => {
      const { phase, code, message, codec, bitRate } = each.state.get();
      return {
        source: each.source,
        tracks: each.tracks.flatMap(({ track }) => (track === null ? [] : [track])),
        phase,
        code,
        message,
        codec,
        framesSent: each.tracks.reduce((sum, { framesSent }) => sum + framesSent, 0),
        keyframes: each.tracks.reduce((sum, { keys }) => sum + keys, 0),
        bitRate,
        level: each.level.get().level,
      };
    }),
    heard,
    lipSyncMs: incoming.lipSyncMs,
    errors: [...errors],
  };
}
