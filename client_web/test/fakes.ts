/** Fakes of the client's seams, for the tests of its composition. */

import type { Pick, Renderer, RoomBoards } from "../src/app/ports";
import type { SceneState } from "../src/core/types";
import { type Auth, NO_SEAT, type Place, type Welcome } from "../src/net/protocol.gen";
import { CommandError } from "../src/net/command_error";
import type { Connection, ConnectionEvents } from "../src/net/socket";

/** A renderer that draws nothing; `next` is what the next pick finds. */
export class FakeRenderer implements Renderer {
  readonly stats = { drawCalls: 3, triangles: 10, fps: 60, frameMs: 1, avatars: 1 };
  readonly calls: string[] = [];
  next: Pick = { kind: "nothing" };
  frames = 0;
  scene: SceneState | null = null;
  fail: string | null = null;
  boards: RoomBoards | null = null;
  onLost?: (message: string) => void;

  mount(): void {
    this.calls.push("mount");
    if (this.fail !== null) throw new Error(this.fail);
  }
  async loadVenue(_glb: ArrayBuffer, _venue: unknown, onProgress: (part: number) => void): Promise<void> {
    onProgress(1);
    this.calls.push("loadVenue");
  }
  setQuality(quality: string): void {
    this.calls.push(`quality ${quality}`);
  }
  showPicture(): void {}
  showRooms(boards: RoomBoards): void {
    this.boards = boards;
  }
  setOptions(): void {
    this.calls.push("options");
  }
  resize(): void {
    this.calls.push("resize");
  }
  frame(scene: SceneState): void {
    this.frames++;
    this.scene = scene;
  }
  pick(): Pick {
    return this.next;
  }
  cast(_x: number, _y: number, _z: number, _dx: number, _dy: number, _dz: number, most: number): number {
    return most;
  }
  project(): null {
    return null;
  }
  dispose(): void {
    this.calls.push("dispose");
  }
}

export const place = (x: number, z: number, more: Partial<Place> = {}): Place => ({
  x,
  y: 0,
  z,
  yaw: 0,
  layer: 0,
  seat: NO_SEAT,
  ...more,
});

/** A connection whose answers the test gives. */
export class FakeLine implements Connection {
  readonly poses: ArrayBuffer[] = [];
  readonly commands: [string, unknown][] = [];
  /** By command: the answer, or a refusal. */
  readonly answers: Record<string, unknown> = { sync: { t: 0, server_ms: 0, tick: 100 }, bye: { ok: true } };
  closed = false;

  constructor(
    readonly auth: Auth,
    readonly events: ConnectionEvents,
  ) {}

  sendPose(pose: ArrayBuffer): void {
    this.poses.push(pose);
  }

  async command(name: string, payload: unknown): Promise<never> {
    this.commands.push([name, payload]);
    const answer = this.answers[name];
    if (answer instanceof Error) throw answer;
    if (answer === undefined) throw new CommandError("no_answer", "The venue did not answer. Try again.", true);
    return answer as never;
  }

  close(): void {
    this.closed = true;
  }

  welcome(more: Partial<Welcome> = {}): void {
    this.events.onEvent("welcome", {
      slot: 1,
      person: "me",
      name: "Me",
      tier: "full",
      tick: 1,
      place: place(1, 1),
      resumed: true,
      venue: "v1",
      closed_doors: [],
      people: 3,
      capacity: 10,
      ...more,
    });
  }
}
