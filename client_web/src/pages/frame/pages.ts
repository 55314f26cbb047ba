/** The pages by name, each loaded when it is first shown. */

import type { Component } from "svelte";
import type { PageName } from "../../app/router";

type Loaded = Promise<{ readonly default: Component }>;

export const PAGES: Readonly<Record<PageName, () => Loaded>> = {
  event: () => import("../event/EventPage.svelte"),
  programme: () => import("../programme/ProgrammePage.svelte"),
  speakers: () => import("../event/SpeakersPage.svelte"),
  register: () => import("../register/RegisterPage.svelte"),
  "sign-in": () => import("../my/SignInPage.svelte"),
  my: () => import("../my/MyPage.svelte"),
  privacy: () => import("../event/PrivacyPage.svelte"),
  conduct: () => import("../event/ConductPage.svelte"),
  organise: () => import("../organise/OrganisePage.svelte"),
  watch: () => import("../watch/WatchPage.svelte"),
};

export const TITLES: Readonly<Record<PageName, string>> = {
  event: "The event",
  programme: "Programme",
  speakers: "Speakers",
  register: "Register",
  "sign-in": "Sign in",
  my: "My registration",
  privacy: "Privacy",
  conduct: "Code of conduct",
  organise: "Organise",
  watch: "Recordings",
};
