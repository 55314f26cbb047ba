/** Starts the pages round the venue: gives them the browser, the backbone and whoever is signed in. */

import { mount } from "svelte";
import type { Clock } from "../core/clock";
import { createHttpBackbone } from "../net/backbone_http";
import { loadFiles, parseVenue } from "../net/bundle";
import { Api, ApiError, type ProfileAnswer, type VenueAnswer } from "../net/http";
import "../ui/styles/base.css";
import { addIcons } from "../ui/kit/icons";
import { MORE_ICONS } from "../ui/kit/more_icons";
import type { KeyValue } from "../ui/settings/appearance.svelte";
import { type Identities, Me } from "./me.svelte";
import { roomsOf } from "./model/building";
import { Server } from "./model/server";
import Pages from "./Site.svelte";
import { Site, type Venue } from "./site.svelte";

const clock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

function safe(storage: () => KeyValue): KeyValue | null {
  try {
    return storage();
  } catch {
    return null;
  }
}

const api = new Api();
const backbone = createHttpBackbone();

const identities: Identities = {
  async who() {
    try {
      // Asked first because everybody may ask it: nobody signed in is an answer then, not a failure.
      const { permissions, roles, held } = await backbone.ask("my.permissions", {});
      if (roles.includes("nobody")) return null;
      // `status` is that of the registration; guests have none.
      const me = (await api.me()) as ProfileAnswer & { readonly status: string };
      return { person: me.person, name: me.name, registered: me.status !== "", allowed: permissions, roles, held };
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  async signOut() {
    await api.leave();
  },
};

addIcons(MORE_ICONS);
const me = new Me(identities, backbone);
const site = new Site({
  backbone,
  me,
  server: new Server(),
  clock,
  wall: () => Date.now(),
  storage: safe(() => localStorage),
  tabStorage: safe(() => sessionStorage),
  browser: window,
  venue: async () => (await api.venue()) as VenueAnswer & Venue,
  async places() {
    const files = await loadFiles((await api.venue()).files, ["venue.json"], () => undefined);
    return roomsOf(parseVenue(files["venue.json"]));
  },
});
void me.refresh();
// Roles and sign-ins may have changed while the page was not looked at.
document.addEventListener("visibilitychange", () => document.hidden || void me.refresh());
mount(Pages, { target: document.querySelector("#ui")!, props: { site } });
