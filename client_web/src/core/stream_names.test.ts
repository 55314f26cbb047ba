import { expect, it } from "vitest";
import { opensAgain, roomStream, talkStream } from "./stream_names";

it("names a room’s streams, of which a door closes one", () => {
  expect([roomStream("hall"), talkStream("opening")]).toEqual(["room/hall", "session/opening/talk"]);
  expect([talkStream("opening"), roomStream("hall"), "room/hall/staff"].map(opensAgain)).toEqual([true, false, false]);
});
