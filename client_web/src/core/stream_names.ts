/** Names of streams. See `turia.event.entries`. */

/** How a room is: its session, its doors, who is on air. For everybody. */
export const roomStream = (room: string): string => `room/${room}`;

/** What is said and shown in a room: slides, captions. For whoever its door lets in, and whoever is inside. */
export const talkStream = (room: string): string => `room/${room}/talk`;

/** Whether a refusal may be over without anything being told: doors open, and people walk through them. */
export const opensAgain = (stream: string): boolean => stream.endsWith("/talk");
