// An unmodified socket.io-client on the media plane, driven by test_stock_media.py: one JSON line per thing seen.
// It enters the venue, then publishes a camera ("publish") or watches one ("watch").
import { createRequire } from "node:module";

const [url, token, what] = process.argv.slice(2);
const require = createRequire(new URL("../../client_web/package.json", import.meta.url));
const { io } = require("socket.io-client");
const parser = require("socket.io-msgpack-parser");

const say = (name, value) => console.log(JSON.stringify({ what: name, value }));
const options = { parser, transports: ["websocket"], auth: { token, protocol: 1 }, reconnection: false, forceNew: true };
setTimeout(() => process.exit(3), 20_000).unref();

const venue = io(url, options);
venue.on("welcome", () => {
  const media = io(url, { ...options, path: "/media.io/" });
  for (const name of ["tracks", "refused", "closing"]) media.on(name, (payload) => say(name, payload));
  media.on("connect_error", (error) => say("connect_error", error.data));
  media.on("disconnect", (reason) => {
    say("disconnect", reason);
    process.exit(0);
  });
  media.on("connect", () => (what === "publish" ? publish(media) : watch(media)));
});

/** A frame in one piece: key frame of group 0 or one after it. */
function frame(track, number, bytes) {
  const piece = new ArrayBuffer(20 + bytes);
  const view = new DataView(piece);
  view.setUint16(0, track, true);
  view.setUint8(2, number === 0 ? 1 : 0);
  view.setUint8(4, 1);
  view.setUint16(12, number, true);
  view.setUint32(16, number, true);
  new Uint8Array(piece, 20).fill(number + 1);
  return piece;
}

async function publish(media) {
  const asked = { source: "camera", media: "video", codec: "vp8", room: "hall", session: "s-1" };
  const { track } = await media.emitWithAck("publish", asked);
  say("published", track);
  const sizes = [12_000, 100, 300];
  process.stdin.once("data", () => {
    media.emit("m", frame(track, 0, sizes[0])); // ArrayBuffer
    media.emit("m", Buffer.from(frame(track, 1, sizes[1])));
    media.emit("m", new Uint8Array(frame(track, 2, sizes[2])));
  });
}

async function watch(media) {
  media.on("m", (bytes) => say("frame", { bytes: bytes.length, number: bytes.readUInt16LE(12), filled: bytes.at(-1) }));
  const { rooms, refused } = await media.emitWithAck("follow", { rooms: ["hall", "vault"] });
  say("following", { rooms: rooms.map((each) => each.room), refused });
  const track = rooms[0].tracks[0].track;
  say("granted", await media.emitWithAck("want", { tracks: [[track, 3]] }));
}
