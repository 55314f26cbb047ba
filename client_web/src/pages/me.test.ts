import { expect, it } from "vitest";
import type { StreamHandle, StreamStatus } from "../net/backbone";
import { type Identity, Me } from "./me.svelte";
import { FakeBackbone, identity } from "./testing/fake_site";

class Closing extends FakeBackbone {
  status: StreamStatus = "ready";
  told: () => void = () => undefined;

  override subscribe(stream: string): StreamHandle {
    const whole = super.subscribe(stream);
    const now = (): StreamStatus => this.status;
    return {
      ...whole,
      get status() {
        return now();
      },
      onChange: (run) => {
        this.told = run;
        return () => undefined;
      },
    };
  }
}

it("knows that somebody was signed out from elsewhere when his own stream is refused", async () => {
  const backbone = new Closing();
  let who: Identity | null = identity("Ana");
  const me = new Me({ who: async () => who, signOut: async () => undefined }, backbone);
  await me.refresh();
  backbone.told();
  expect(me.signedIn).toBe(true);

  who = null;
  backbone.status = "refused";
  backbone.told();
  await Promise.resolve();
  await Promise.resolve();
  expect(me.status).toBe("out");
  expect(me.own).toBeNull();
});
