/** Tracks as the server tells of them, in the UI's words. */

import { type Offered, pictureOf } from "../core/media/wants";
import type { TrackInfo } from "../net/media.gen";
import type { MediaPicture, MediaSource, MediaTrack, RoomMedia } from "./api";

/** With what only decoding needs. */
export interface Known extends MediaTrack, Offered {
  readonly source: MediaSource;
  readonly channels: number;
}

export function knownOf(info: TrackInfo, me: string): Known {
  return {
    track: info.track,
    person: info.person,
    name: info.name,
    source: info.source as MediaSource,
    media: info.media === "audio" ? "audio" : "video",
    codec: info.codec,
    room: info.room,
    session: info.session,
    width: info.width,
    height: info.height,
    frameRate: info.frame_rate,
    quality: info.quality,
    slot: info.slot,
    wholeRoom: info.whole_room,
    own: info.person === me,
    layers: info.layers,
    channels: info.channels,
  };
}

export function roomOf(room: string, tracks: readonly Known[], refused: string): RoomMedia {
  return { room, tracks, pictures: picturesOf(tracks), refused };
}

function picturesOf(tracks: readonly Known[]): MediaPicture[] {
  const pictures = new Map<string, Known[]>();
  for (const each of tracks) {
    if (each.media === "video") pictures.set(pictureOf(each), [...(pictures.get(pictureOf(each)) ?? []), each]);
  }
  return [...pictures].map(([id, of]) => {
    const { person, name, source, room, session, own } = of[0]!;
    return { id, person, name, source, room, session, own, tracks: of.sort((a, b) => a.quality - b.quality) };
  });
}

/** The key of a picture or of the picture that a track belongs to. */
export function pictureId(picture: MediaPicture | MediaTrack): string {
  return "id" in picture ? picture.id : pictureOf(picture);
}
