/** What still is as the default event had it, until somebody changes it or says that it is right. */

import type { Info } from "../../../net/event.gen";
import { plural } from "../../../ui/texts";
import type { Site } from "../../site.svelte";

/** One line of the list. `section`: where on the page it is changed, or the path of the page where it is. */
export interface Default {
  /** Changes with the thing, so that a confirmation holds for this text only. */
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly section: string;
}

/** The server's own acts: it filled the event in at its first start. */
const SYSTEM = "system";
/** So many are called by name. */
const NAMED = 3;
const KEY = "turia.kept-defaults";

const CONTACT = "turia.default-contact";

const list = (...parts: string[]): string => parts.filter(Boolean).join(", ");
const contactOf = (info: Info): string => list(info.contact_name, info.contact_email, info.contact_phone);

export class Defaults {
  readonly #site: Site;
  #kept: readonly string[] = $state.raw([]);
  #contact = $state("");

  constructor(site: Site) {
    this.#site = site;
    try {
      this.#contact = site.storage?.getItem(CONTACT) ?? "";
      this.#kept = (site.storage?.getItem(KEY) ?? "").split("\n").filter(Boolean);
    } catch {
      // Without a memory it is asked again.
    }
  }

  get open(): readonly Default[] {
    return [...this.#info(), ...this.#documents(), ...this.#blocks(), ...this.#programme()].filter(
      ({ id }) => !this.#kept.includes(id),
    );
  }

  /** Other facts are saved together with the contact: from then on only its words tell that it is the default one. */
  remember(): void {
    const item = this.#site.event.items("info").get("info");
    if (item?.actor !== SYSTEM) return;
    this.#contact = contactOf(item.value);
    this.#write(CONTACT, this.#contact);
  }

  keep(id: string): void {
    this.#kept = [...this.#kept, id];
    this.#write(KEY, this.#kept.join("\n"));
  }

  #write(key: string, value: string): void {
    try {
      this.#site.storage?.setItem(key, value);
    } catch {
      // It holds until the page is left.
    }
  }

  #info(): Default[] {
    const item = this.#site.event.items("info").get("info");
    if (item === undefined) return [];
    const { title, first_day, last_day, city } = item.value;
    const days = first_day === last_day ? first_day : `${first_day} to ${last_day}`;
    const contact = contactOf(item.value);
    const facts = { id: `facts@${item.at}`, title: "Title, days and place", section: "facts" };
    const its = item.actor === SYSTEM;
    return [
      ...(its ? [{ ...facts, says: list(title, days, city) }] : []),
      ...(contact && (its || contact === this.#contact)
        ? [{ id: `contact@${contact}`, title: "Contact", says: contact, section: "contact" }]
        : []),
    ];
  }

  #documents(): Default[] {
    const titles = { privacy: "Privacy text", conduct: "Code of conduct", recording: "Recording" };
    return (["privacy", "conduct", "recording"] as const).flatMap((key) => {
      const item = this.#site.event.items("document").get(key);
      if (item?.actor !== SYSTEM) return [];
      return [{ id: `${key}@${item.at}`, title: titles[key], says: item.value.title, section: key }];
    });
  }

  /** What of the programme nobody has changed yet; a confirmation holds while the rest of it is edited. */
  #programme(): Default[] {
    const parts = [
      { kind: "session", title: "Programme", one: "session", many: "sessions" },
      { kind: "track", title: "Tracks", one: "track", many: "tracks" },
      { kind: "room", title: "Rooms", one: "room", many: "rooms" },
    ] as const;
    return parts.flatMap(({ kind, title, one, many }) => {
      const items = [...this.#site.event.items(kind).values()].filter(({ actor }) => actor === SYSTEM);
      if (items.length === 0) return [];
      const names = items.slice(0, NAMED).map(({ value }) => value.title);
      const more = items.length > NAMED ? `, and ${items.length - NAMED} more` : "";
      const says = `${plural(items.length, one, many)}: ${names.join(", ")}${more}`;
      const id = `${kind}@${Math.min(...items.map(({ at }) => at))}`;
      return [{ id, title, says, section: "/organise/programme" }];
    });
  }

  #blocks(): Default[] {
    const items = [...this.#site.event.items("block").values()].filter(({ actor }) => actor === SYSTEM);
    if (items.length === 0) return [];
    const says = items.map(({ value }) => value.title).join(", ");
    return [
      { id: `page@${items.map(({ key, at }) => `${key}.${at}`).join()}`, title: "Public page", says, section: "page" },
    ];
  }
}
