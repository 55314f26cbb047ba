/** An overview with everything in it, for tests. */

import type { MediaOverview, MediaProblem, RoomMedia, SourceSeen } from "./overview";

export const CAMERA: SourceSeen = {
  track: 1,
  source: "camera",
  media: "video",
  codec: "vp8",
  quality: 0,
  width: 1280,
  height: 720,
  frame_rate: 24.7,
  bit_rate: 1_240_000,
  begun: true,
  idle_ms: 40,
  key_ms: 3_200,
  level: null,
  silent_ms: null,
  viewers: 38,
  behind: 2,
  asked_bit_rate: 0,
};

export const MICROPHONE: SourceSeen = {
  ...CAMERA,
  track: 2,
  source: "microphone",
  media: "audio",
  codec: "opus",
  width: 0,
  height: 0,
  frame_rate: 50,
  bit_rate: 48_000,
  key_ms: null,
  level: 100,
  silent_ms: 300,
  behind: 0,
};

export const STOPPED: MediaProblem = {
  severity: "bad",
  code: "stopped",
  text: "Ana’s picture has not come for 6 s.",
  advice: "Ask Ana to turn the camera off and on.",
  person: "ana",
};

export const HALL: RoomMedia = {
  room: "hall",
  title: "Main hall",
  session: "How cities learn",
  live: true,
  problems: [
    STOPPED,
    { severity: "note", code: "reduced", text: "Most get less.", advice: "Describe it.", person: "" },
  ],
  publishers: [
    { person: "ana", name: "Ana", round_trip_ms: 48, sources: [{ ...CAMERA, idle_ms: 6_200 }, MICROPHONE] },
    { person: "ben", name: "Ben", round_trip_ms: null, sources: [{ ...MICROPHONE, track: 3, silent_ms: 24_000 }] },
  ],
  refused: [
    {
      person: "cleo",
      name: "Cleo",
      source: "microphone",
      code: "muted",
      message: "You were muted.",
      ago_ms: 4_000,
      times: 2,
    },
  ],
  audience: {
    viewers: 44,
    full: 20,
    reduced: 12,
    sound_only: 6,
    stuck: 2,
    idle: 4,
    hears: 38,
    wants_sound: 40,
    stuck_people: [{ person: "dan", name: "Dan" }],
    round_trips_ms: [900, 420, 300],
    left_out: { layers: 12, group: 240 },
    healed: 3,
    keys: 5,
  },
  unnamed: 1,
};

export const OVERVIEW: MediaOverview = {
  rooms: [HALL],
  rooms_looked_after: 3,
  server: {
    flush_ms: 1.2,
    flush_p99_ms: 5,
    period_ms: 20,
    skipped: 0,
    bit_rate: 48_200_000,
    lines: 44,
    blocked: 2,
    tracks: 3,
  },
  server_problems: [],
};

export const QUIET: MediaOverview = { ...OVERVIEW, rooms: [] };
