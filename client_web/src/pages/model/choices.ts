/** What can be chosen in the form, asked of the server once. */

import type { Backbone } from "../../net/backbone";
import { type Choices, PALESTINE_CODE } from "../register/form";

let known: Promise<Choices> | null = null;

export function choicesOf(backbone: Backbone): Promise<Choices> {
  known ??= ask(backbone).catch((error: unknown) => {
    known = null;
    throw error;
  });
  return known;
}

async function ask(backbone: Backbone): Promise<Choices> {
  const form = await backbone.ask("registration.form", {});
  const pairs = (choices: readonly { value: string; title: string }[]): (readonly [string, string])[] =>
    choices.map(({ value, title }) => [value, title]);
  return {
    categories: pairs(form.categories),
    scopes: pairs(form.organisation_scopes),
    audiences: pairs(form.audiences),
    attendances: pairs(form.attendances),
    countries: form.countries.map(({ code, name, member, through }) => ({
      code,
      name,
      member,
      takesPart: member || through !== "" || code === PALESTINE_CODE,
    })),
    dated: form.membership_dated,
    source: form.membership_source,
  };
}
