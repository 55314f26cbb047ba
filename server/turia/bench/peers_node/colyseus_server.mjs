// The same on Colyseus: a map of players in the room's state, patched 20 times a second.
// MODE=all: everybody sees the whole state; MODE=near: a StateView of the 64 nearest, renewed five times a second.
import { createServer } from "node:http";
import { Room, Server } from "@colyseus/core";
import { Encoder, schema, StateView, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { nearestOfAll } from "./nearest.mjs";

// As the library advises where a state is large: a buffer that has to grow at every patch costs it dearly.
Encoder.BUFFER_SIZE = 1024 * 1024;


const MODE = process.env.MODE ?? "all";

const Player = schema({ x: t.int16(), y: t.int16(), z: t.int16(), yaw: t.uint8(), state: t.uint8() }, "Player");
const players = t.map(Player);
const State = schema({ players: MODE === "near" ? players.view() : players }, "State");

// People move between two renewals: a margin over the 64 keeps the nearest ones in view.
const WITH_MARGIN = 96;

class Hall extends Room {
  maxClients = 20_000;
  patchRate = 50;
  state = new State();

  onCreate() {
    this.autoDispose = false;
    this.slots = 0;
    this.onMessageBytes("p", (client, pose) => {
      const player = client.userData?.player;
      if (!player) return;
      const data = new DataView(pose.buffer, pose.byteOffset, pose.byteLength);
      player.x = data.getInt16(6, true);
      player.y = data.getInt16(8, true);
      player.z = data.getInt16(10, true);
      player.yaw = pose[12];
      player.state = pose[13];
    });
    if (MODE === "near") this.clock.setInterval(() => this.lookAround(), 200);
  }

  onJoin(client, options) {
    const player = new Player();
    player.x = player.y = player.z = player.yaw = player.state = 0;
    client.userData = { player, seen: new Set() };
    this.state.players.set(String(options.index ?? -1 - this.slots), player);
    this.slots++;
    if (MODE === "near") {
      client.view = new StateView();
      client.view.add(player);
    }
  }

  lookAround() {
    const clients = this.clients.filter((client) => client.userData);
    const xs = Float32Array.from(clients, (client) => client.userData.player.x / 100);
    const zs = Float32Array.from(clients, (client) => client.userData.player.z / 100);
    const look = (i, near) => {
      const { seen } = clients[i].userData;
      const wanted = new Set(near.map((j) => clients[j].userData.player));
      for (const player of seen) if (!wanted.has(player)) clients[i].view.remove(player);
      for (const player of wanted) if (!seen.has(player)) clients[i].view.add(player);
      clients[i].userData.seen = wanted;
    };
    nearestOfAll(xs, zs, clients.length, look, WITH_MARGIN);
  }
}

const server = new Server({
  greet: false,
  transport: new WebSocketTransport({ pingInterval: 5_000, perMessageDeflate: false }),
});
server.define("hall", Hall);
await server.listen(Number(process.env.PORT), "127.0.0.1");
