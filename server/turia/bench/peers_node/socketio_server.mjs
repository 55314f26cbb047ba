// The venue's pose exchange on Socket.IO for Node, as its performance page advises: WebSocket only, msgpack parser,
// volatile emits of one binary argument. MODE=all: one broadcast of everybody; MODE=near: each the 64 nearest.
import { createServer } from "node:http";
import { Server } from "socket.io";
import parser from "socket.io-msgpack-parser";
import { nearestOfAll } from "./nearest.mjs";

const MODE = process.env.MODE ?? "near";
const POSE = { tick: 2, x: 6, y: 8, z: 10, yaw: 12, state: 13 };
const HEAD = 12;
const UPDATE = 10;

const http = createServer((request, response) => response.end("ok"));
const io = new Server(http, { parser, transports: ["websocket"], perMessageDeflate: false });
const people = []; // {socket, slot, x, y, z, yaw, state} in centimetres
let slots = 0;
let tick = 0;

io.on("connection", (socket) => {
  const person = { socket, slot: slots++, x: 0, y: 0, z: 0, yaw: 0, state: 0 };
  people.push(person);
  socket.emit("welcome", { slot: person.slot });
  socket.on("p", (pose) => {
    person.x = pose.readInt16LE(POSE.x);
    person.y = pose.readInt16LE(POSE.y);
    person.z = pose.readInt16LE(POSE.z);
    person.yaw = pose[POSE.yaw];
    person.state = pose[POSE.state];
  });
  socket.on("disconnect", () => people.splice(people.indexOf(person), 1));
});

function frame(members) {
  const out = Buffer.alloc(HEAD + UPDATE * members.length);
  out.writeUInt32LE(tick, 0);
  out.writeUInt16LE(members.length, 6);
  members.forEach((person, k) => {
    const at = HEAD + UPDATE * k;
    out.writeUInt16LE(person.slot, at);
    out.writeInt16LE(person.x, at + 2);
    out.writeInt16LE(person.z, at + 4);
    out.writeInt16LE(person.y, at + 6);
    out[at + 8] = person.yaw;
    out[at + 9] = person.state;
  });
  return out;
}

function beat() {
  tick++;
  if (MODE === "all") {
    io.volatile.emit("s", frame(people));
    return;
  }
  const xs = Float32Array.from(people, (person) => person.x / 100);
  const zs = Float32Array.from(people, (person) => person.z / 100);
  nearestOfAll(xs, zs, people.length, (i, near) =>
    people[i].socket.volatile.emit("s", frame(near.map((j) => people[j]))),
  );
}

setInterval(beat, 50);
http.listen(Number(process.env.PORT), "127.0.0.1");
