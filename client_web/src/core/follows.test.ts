import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "./clock";
import { Follows } from "./follows";

describe("Follows", () => {
  let clock: ManualClock;
  let wanted: string[];
  let unwanted: string[];
  let follows: Follows;

  beforeEach(() => {
    clock = new ManualClock();
    wanted = [];
    unwanted = [];
    follows = new Follows({
      clock,
      onWanted: ({ stream }) => wanted.push(stream),
      onUnwanted: (stream) => unwanted.push(stream),
    });
  });

  it("asks for each stream once, and lets it go a while after the last handle", () => {
    const first = follows.subscribe("event");
    const second = follows.subscribe("event");
    expect(wanted).toEqual(["event"]);
    first.close();
    clock.advance(60_000);
    expect(unwanted).toEqual([]);
    second.close();
    clock.advance(2_999);
    expect(follows.replicas()).toHaveLength(1);
    clock.advance(1);
    expect([unwanted, follows.replicas()]).toEqual([["event"], []]);
    follows.subscribe("event");
    expect(wanted).toEqual(["event", "event"]);
  });

  it("tells each handle's listeners until they or the handle are done", () => {
    const heard: string[] = [];
    const first = follows.subscribe("event");
    const second = follows.subscribe("event");
    const listener = (): void => void heard.push("first");
    const stop = first.onChange(listener);
    first.onChange(listener);
    second.onChange(() => heard.push("second"));
    follows.told("event", "changed");
    expect(heard).toEqual(["first", "first", "second"]);
    follows.told("event", "same");
    follows.told("room/unknown", "changed");
    expect(heard).toHaveLength(3);
    stop();
    follows.told("event", "changed");
    expect(heard.slice(3)).toEqual(["first", "second"]);
    first.close();
    first.onChange(listener);
    follows.told("event", "changed");
    expect(heard.slice(5)).toEqual(["second"]);
  });

  it("asks again for what a door kept from me, as long as somebody follows it", () => {
    const refuse = (stream: string): void => follows.told(stream, follows.get(stream)!.refused("Ask at the door."));
    const talk = follows.subscribe("session/opening/talk");
    follows.subscribe("room/hall/staff");
    for (const stream of ["session/opening/talk", "room/hall/staff"]) refuse(stream);
    clock.advance(2_999);
    expect(wanted).toHaveLength(2);
    clock.advance(1);
    expect(wanted.slice(2)).toEqual(["session/opening/talk"]);
    expect(talk.status, "until it is answered").toBe("refused");
    refuse("session/opening/talk");
    clock.advance(3_000);
    expect(wanted.slice(3)).toEqual(["session/opening/talk"]);
    refuse("session/opening/talk");
    talk.close();
    clock.advance(10_000);
    expect([wanted.slice(4), unwanted]).toEqual([[], ["session/opening/talk"]]);
  });

  it("lets a listener stop others while they are being told", () => {
    const handle = follows.subscribe("event");
    let heard = 0;
    handle.onChange(() => handle.close());
    handle.onChange(() => heard++);
    follows.told("event", "changed");
    follows.told("event", "changed");
    expect(heard).toBeLessThanOrEqual(1);
  });

  it("asks again for what was refused when somebody wants it again", () => {
    const handle = follows.subscribe("event/staff");
    follows.get("event/staff")!.refused("Not for you.");
    expect(handle.status).toBe("refused");
    follows.subscribe("event/staff");
    expect([handle.status, wanted]).toEqual(["waiting", ["event/staff", "event/staff"]]);
  });
});
