/** Start-up: gives the browser's clock, network, storage and page to the controller, and mounts the panels. */

import { mountUi } from "../ui/mount";
import type { Clock } from "../core/clock";
import { Api } from "../net/http";
import type { Connection, ConnectionEvents } from "../net/socket";
import type { Auth } from "../net/protocol.gen";
import { Controller, defaultsFor } from "./controller";
import { type Debug, debugOf } from "./debug";
import { deferred } from "./deferred";
import { lookAtDevice } from "./preflight";
import { Storage } from "./storage";

declare global {
  interface Window {
    __turia?: Debug;
  }
}

const browserClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** socket.io is a chunk of its own: the entry page needs none of it. */
const socketModule = deferred(() => import("../net/socket"));

function open(auth: Auth, events: ConnectionEvents): Connection {
  return socketModule.now().openConnection("/", auth, events);
}

/** On this machine itself "offline" says nothing about reaching the venue. */
const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

async function start(): Promise<void> {
  const canvas = document.querySelector<HTMLCanvasElement>("#scene")!;
  const controller = new Controller({
    clock: browserClock,
    random: Math.random,
    api: new Api(),
    storage: new Storage(
      () => localStorage,
      () => sessionStorage,
    ),
    canvas,
    open,
    importRender: () => import("../render"),
    importNet: () => socketModule.load(),
    async importMedia(parts) {
      const [{ Media }, { openMediaConnection }] = await Promise.all([import("../media"), import("../net/media_line")]);
      return new Media({ ...parts, open: (auth, events) => openMediaConnection("/", auth, events) });
    },
    defaults: defaultsFor((query) => matchMedia(query).matches),
    look: lookAtDevice,
    reload: () => location.reload(),
  });
  window.__turia = debugOf(controller);
  mountUi(document.querySelector<HTMLElement>("#ui")!, controller.store, controller.actions);
  document.addEventListener("visibilitychange", () => controller.hidden(document.hidden));
  window.addEventListener("online", () => controller.online(true));
  window.addEventListener("offline", () => loopback || controller.online(false));
  await controller.start();
}

void start();
