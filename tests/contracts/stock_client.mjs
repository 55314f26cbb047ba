// An unmodified socket.io-client with its msgpack parser, driven by test_stock_clients.py: one JSON line per thing seen.
import { createRequire } from "node:module";

const [url, token, event] = process.argv.slice(2);
const require = createRequire(new URL("../../client_web/package.json", import.meta.url));
const { io } = require("socket.io-client");
const parser = require("socket.io-msgpack-parser");

const say = (what, value) => console.log(JSON.stringify({ what, value }));
const pose = new Uint8Array(Buffer.from("0102030201002efb9600c409401101c8", "hex"));
const socket = io(url, {
  parser,
  transports: ["websocket"],
  auth: { token, protocol: 1, client: "stock/js" },
  reconnection: false,
});
setTimeout(() => process.exit(3), 20_000).unref();

let snapshots = 0;
socket.on("connect", () => say("connect", socket.id !== undefined));
socket.on("connect_error", (error) => {
  say("connect_error", { message: error.message, data: error.data });
  process.exit(0);
});
socket.on("welcome", (payload) => {
  say("welcome", payload);
  if (event) follow();
});
for (const name of ["state", "entries"]) socket.on(name, (payload) => say(name, payload));
socket.on("ticket", (payload) => say("ticket", payload));
socket.on("closing", (payload) => say("closing", payload));
socket.on("disconnect", (reason) => {
  say("disconnect", reason);
  setImmediate(() => process.exit(0)); // answers that came in the same write are still being handed out
});
socket.on("s", async (body) => {
  snapshots += 1;
  if (snapshots !== 3 || event) return;
  say("snapshot", { bytes: body.length, buffer: Buffer.isBuffer(body), tick: body.readUInt32LE(0) });
  socket.emit("p", pose.buffer.slice(0)); // ArrayBuffer
  socket.emit("p", Buffer.from(pose)); // Buffer
  say("sync", await socket.emitWithAck("sync", { t: 2.5 }));
  say("go", await socket.emitWithAck("go", { place: "safe", person: undefined }));
  say("stand", await socket.emitWithAck("stand"));
  say("refused", await socket.emitWithAck("find", { limit: 1000 }));
  say("bye", await socket.emitWithAck("bye", {}));
});

/** Follows a stream, writes into it, asks about it, and leaves. */
async function follow() {
  say("sub", await socket.emitWithAck("sub", { streams: [{ stream: "event", epoch: 0, offset: 0 }] }));
  const body = { text: "grüße", key: "js" };
  say("do", await socket.emitWithAck("do", { name: "testing.put_note", mid: "from-javascript-1", body }));
  say("again", await socket.emitWithAck("do", { name: "testing.put_note", mid: "from-javascript-1", body }));
  say("ask", await socket.emitWithAck("ask", { name: "stream.read", body: { stream: "event", since: 1 } }));
  say("bye", await socket.emitWithAck("bye", {}));
}
