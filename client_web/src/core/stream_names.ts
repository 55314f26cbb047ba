/** Names of streams. See `turia.event.entries`. */

/** How a room is: its session, its doors, who is on air. For everybody. */
export const roomStream = (room: string): string => `room/${room}`;

/** What is said and shown in a session: slides, captions. Its door keeps it in, when it is over, too. */
export const talkStream = (session: string): string => `session/${session}/talk`;

/** Whether a refusal may be over without anything being told: doors open, and people walk through them. */
export const opensAgain = (stream: string): boolean => stream.endsWith("/talk");
