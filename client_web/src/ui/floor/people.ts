/** To whom the microphone can be given, those who asked first. Pure. */

import type { DirectoryRow } from "../../app/ports";
import type { Option } from "../kit/combobox";
import type { Raised } from "./hands";

type Row = Pick<DirectoryRow, "person" | "name" | "affiliation" | "room">;

/**
 * Hands in their order, then people in the room, then everybody else who was found; each once. `place`: the room in the
 * building; `without`: who has the microphone already.
 */
export function takers(
  hands: readonly Raised[],
  rows: readonly Row[],
  place: string,
  without: (person: string) => boolean,
): readonly Option[] {
  const found = new Map<string, Option>();
  for (const { person, name } of hands) found.set(person, { value: person, label: name, note: "Hand up" });
  const inRoom = (row: Row): boolean => place !== "" && row.room === place;
  for (const row of [...rows.filter(inRoom), ...rows.filter((each) => !inRoom(each))]) {
    if (row.person === "" || found.has(row.person)) continue;
    const note = [row.affiliation, inRoom(row) ? "" : "not in this room"].filter(Boolean).join(" · ");
    found.set(row.person, { value: row.person, label: row.name, words: row.affiliation, note });
  }
  return [...found.values()].filter(({ value }) => !without(value));
}
