/** Plays further sound and pictures in step with the main one: browsers play one sound of a file only. */

/** As much of an HTMLMediaElement as is needed. */
export interface Playable {
  currentTime: number;
  playbackRate: number;
  volume: number;
  muted: boolean;
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly ended: boolean;
  readonly readyState: number;
  readonly duration: number;
  play(): Promise<void>;
  pause(): void;
}

/** Further away it jumps; nearer it goes a little faster or slower, which nobody hears. Seconds. */
const JUMP_S = 0.25;
const NEAR_S = 0.03;
const MOST_CHANGE = 0.05;
/** HTMLMediaElement.HAVE_FUTURE_DATA: it can go on. */
const GOES_ON = 3;

/** Makes each of `others` do what `main` does. Called at each of its events, and a few times a second while it plays. */
export function keepInStep(main: Playable, others: readonly Playable[]): void {
  const stands = main.paused || main.seeking || main.ended || main.readyState < GOES_ON;
  for (const other of others) {
    other.volume = main.volume;
    other.muted = main.muted;
    const over = Number.isFinite(other.duration) && main.currentTime >= other.duration;
    const ahead = other.currentTime - main.currentTime;
    if (!over && !other.seeking && Math.abs(ahead) > (stands ? NEAR_S : JUMP_S)) other.currentTime = main.currentTime;
    const near = Math.abs(ahead) <= NEAR_S || Math.abs(ahead) > JUMP_S;
    const change = near ? 0 : Math.max(-MOST_CHANGE, Math.min(MOST_CHANGE, ahead));
    const rate = main.playbackRate * (1 - change);
    if (other.playbackRate !== rate) other.playbackRate = rate;
    if (stands || over) {
      if (!other.paused) other.pause();
    } else if (other.paused) {
      // Refused before somebody touched the page: the main one is, too, and we are asked again.
      void other.play().catch(() => undefined);
    }
  }
}
