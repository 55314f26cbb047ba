import { expect, it } from "vitest";
import { opensAgain, roomStream, talkStream } from "./stream_names";

it("names a room’s streams, of which a door closes one", () => {
  expect([roomStream("hall"), talkStream("hall")]).toEqual(["room/hall", "room/hall/talk"]);
  expect([talkStream("hall"), roomStream("hall"), "room/hall/staff"].map(opensAgain)).toEqual([true, false, false]);
});
