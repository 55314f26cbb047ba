/** What I am writing, to the room. */

import type { Clock } from "../core/clock";
import { INTERIM_EVERY_MS, type Interim } from "../net/media.gen";
import { Newest } from "./newest";

export interface InterimLine {
  readonly connected: boolean;
  command(name: "interim", payload: Interim): Promise<unknown>;
}

export class Interims extends Newest<Interim> {
  constructor(line: InterimLine, clock: Clock) {
    super({
      clock,
      everyMs: INTERIM_EVERY_MS,
      connected: () => line.connected,
      send: (interim) => line.command("interim", interim),
    });
  }
}
