import { expect, it } from "vitest";
import { CommandError } from "../../net/command_error";
import type { Interim } from "../../net/media.gen";
import type { House } from "../talk/house.svelte";
import { writerOf } from "./writers";

it("gives a line that was refused back to whoever opens the box again", async () => {
  let refuse: (error: CommandError) => void = () => undefined;
  let accept: (answer: object) => void = () => undefined;
  const shown: Interim[] = [];
  const house = {
    media: { writeInterim: (interim: Interim) => shown.push(interim) },
    happening: { backbone: { do: () => new Promise((done, fail) => ([accept, refuse] = [done, fail])) } },
  } as unknown as House;
  const writer = writerOf(house, "hall", "talk");
  writer.typed("On its way");
  const sent = writer.send();
  await Promise.resolve();
  writer.typed("begun");
  writer.rest();
  expect(shown.at(-1)?.text, "the room sees no more of what nobody finishes").toBe("");
  refuse(new CommandError("not_your_turn", "Kate writes the captions.", false));
  await sent;
  const again = writerOf(house, "hall", "talk");
  expect([again.text, again.problem]).toEqual(["On its way begun", "Kate writes the captions."]);
  again.rest();
  const settled = again.send();
  await Promise.resolve();
  again.typed("more");
  again.rest();
  accept({});
  await settled;
  expect([again.text, shown.at(-1)?.text]).toEqual(["more", ""]);
  expect(writerOf(house, "hall", "next talk").text, "another session is another text").toBe("");
});
