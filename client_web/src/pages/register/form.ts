/** The form of a registration: what may be filled in, what is missing, and keeping it over a reload. Pure. */

import { MAX_AFFILIATION_CHARS, MAX_NAME_CHARS } from "../../net/protocol.gen";
import type { Option } from "../../ui/kit/combobox";
import type { KeyValue } from "../../ui/settings/appearance.svelte";

export interface Draft {
  readonly name: string;
  readonly email: string;
  readonly category: string;
  readonly country: string;
  readonly affiliation: string;
  readonly organisation_scope: string;
  readonly audience: string;
  readonly attendance: string;
  readonly contribute: boolean;
}

export const EMPTY: Draft = {
  name: "",
  email: "",
  category: "",
  country: "",
  affiliation: "",
  organisation_scope: "",
  audience: "",
  attendance: "remote",
  contribute: false,
};

export type FieldName = keyof Draft | "privacy";
export type Errors = Partial<Record<FieldName, string>>;

/** What can be chosen, as the server says it: (value, words). */
export interface Choices {
  readonly categories: readonly (readonly [string, string])[];
  readonly scopes: readonly (readonly [string, string])[];
  readonly audiences: readonly (readonly [string, string])[];
  readonly attendances: readonly (readonly [string, string])[];
  readonly countries: readonly Country[];
  /** Of the list of Member States: its day and source. */
  readonly dated: string;
  readonly source: string;
}

/** `member`: a Member State; `takesPart`: its people may register as individuals. */
export interface Country {
  readonly code: string;
  readonly name: string;
  readonly member: boolean;
  readonly takesPart: boolean;
}

export const PALESTINE = "state_of_palestine_res99";
/** ISO 3166-1 code of the State of Palestine, which is called by exactly that name. */
export const PALESTINE_CODE = "PS";

/** Categories that need a country; of the others it may be given. */
const needsCountry = (category: string): boolean => category === "member_state" || category === "individual";
export const asksCountry = (category: string): boolean => category !== "" && category !== PALESTINE;

/** Countries that can be chosen in this category. Somebody from the State of Palestine always finds it. */
export function countriesFor(category: string, choices: Choices): readonly Option[] {
  return choices.countries
    .filter(({ code, member, takesPart }) => {
      if (category === "member_state") return member || code === PALESTINE_CODE;
      if (category === "individual") return takesPart || code === PALESTINE_CODE;
      return true;
    })
    .map(({ code, name }) => ({
      value: code,
      label: name,
      words: code,
      ...(category === "member_state" && code === PALESTINE_CODE ? { note: "takes part under Resolution 99" } : {}),
    }));
}

/** A choice of category and what follows from it: nothing is asked twice, nothing that does not belong is sent. */
export function withCategory(draft: Draft, category: string): Draft {
  if (category === PALESTINE) return { ...draft, category, country: PALESTINE_CODE, contribute: false };
  const left = draft.category === PALESTINE ? "" : draft.country;
  return { ...draft, category, country: left, contribute: category === "individual" && draft.contribute };
}

/** The State of Palestine is no Member State: who chooses it there takes part under Resolution 99. */
export function withCountry(draft: Draft, country: string): Draft {
  if (country === PALESTINE_CODE && draft.category === "member_state")
    return withCategory({ ...draft, country }, PALESTINE);
  return { ...draft, country };
}

const EMAIL = /^[^\s@<>()[\],;:\\"]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/;
const tidy = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
const lengthOf = (text: string): number => [...text].length;

/** What must be changed, in plain words; empty when it can be sent. `privacy`: agreed, or there is no such text. */
export function problems(draft: Draft, choices: Choices, privacy: boolean): Errors {
  const errors: Errors = {};
  const name = tidy(draft.name);
  if (!/[\p{L}\p{N}]/u.test(name)) errors.name = "Write your name.";
  else if (lengthOf(name) > MAX_NAME_CHARS)
    errors.name = `Use at most ${MAX_NAME_CHARS} characters; this name has ${lengthOf(name)}.`;
  if (draft.email.trim() === "") errors.email = "Write your e-mail address: the link and code go there.";
  else if (!EMAIL.test(draft.email.trim()))
    errors.email = "This is no e-mail address. Write one like name@example.org.";
  if (draft.category === "") errors.category = "Choose in which category you take part.";
  const country = countryProblem(draft, choices);
  if (country !== undefined) errors.country = country;
  if (draft.category === "individual" && !draft.contribute)
    errors.contribute = "Individuals take part if they wish to contribute. Tick this box if you do.";
  const affiliation = lengthOf(tidy(draft.affiliation));
  if (affiliation > MAX_AFFILIATION_CHARS)
    errors.affiliation = `Use at most ${MAX_AFFILIATION_CHARS} characters; this one has ${affiliation}.`;
  if (!privacy) errors.privacy = "Read the privacy text and agree to it.";
  return errors;
}

function countryProblem(draft: Draft, choices: Choices): string | undefined {
  if (draft.country === "") {
    if (!needsCountry(draft.category)) return undefined;
    return draft.category === "member_state"
      ? "Choose the country you take part for."
      : "Choose the country you are from.";
  }
  const fits =
    !asksCountry(draft.category) || countriesFor(draft.category, choices).some(({ value }) => value === draft.country);
  return fits ? undefined : "This country does not go with the category. Choose another one, or another category.";
}

/** The field that a refusal of the server is about. */
export function fieldOf(code: string): FieldName | null {
  for (const [start, field] of FIELDS_OF_CODES) if (code.startsWith(start)) return field;
  return null;
}

const FIELDS_OF_CODES: readonly (readonly [string, FieldName])[] = [
  ["name_", "name"],
  ["address_", "email"],
  ["category_", "category"],
  ["country_", "country"],
  ["not_a_member", "country"],
  ["contribute_", "contribute"],
  ["affiliation_", "affiliation"],
  ["consent_", "privacy"],
];

/** The order in which fields stand on the page: the first wrong one gets the focus. */
export const ORDER: readonly FieldName[] = [
  "name",
  "email",
  "category",
  "country",
  "contribute",
  "affiliation",
  "organisation_scope",
  "audience",
  "attendance",
  "privacy",
];

const KEY = "turia.registration";

/** What was typed before a reload. Kept in this tab only. */
export function recall(storage: KeyValue | null): Draft {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null) return EMPTY;
    const out: Record<string, unknown> = { ...EMPTY };
    for (const [name, value] of Object.entries(kept))
      if (Object.hasOwn(EMPTY, name) && typeof value === typeof out[name]) out[name] = value;
    return out as unknown as Draft;
  } catch {
    return EMPTY;
  }
}

export function remember(storage: KeyValue | null, draft: Draft): void {
  try {
    storage?.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Full or forbidden: a reload loses it, sending works.
  }
}
