import { expect, it } from "vitest";
import { choices } from "./speakers";

const someone = (name: string) => ({ person: name.toLowerCase(), name });

it("offers whoever has the microphone of the audience by his name, and always the audience", () => {
  const names = (all: ReturnType<typeof choices>) => all.map(({ name }) => name);
  expect(names(choices([someone("Ben")], [someone("Fred")], [someone("Ben"), someone("Pia"), someone("")]))).toEqual([
    "Ben",
    "Fred",
    "Pia",
    "Audience",
  ]);
  const many = Array.from({ length: 12 }, (_, index) => someone(`P${index}`));
  expect(choices(many, [], []).length).toBe(9);
  expect(choices(many, [], []).at(-1)).toEqual({ person: "", name: "Audience" });
});
