/** Rooms of the building, for choosing where a room of the programme is. Pure. */

import type { Room } from "../../net/event.gen";
import type { BuildingRoom } from "../site.svelte";

/** From the content of venue.json; what is outside the building is no room. */
export function roomsOf(venue: unknown): readonly BuildingRoom[] {
  const { rooms = [] } = venue as { rooms?: readonly (BuildingRoom & { readonly kind: string })[] };
  return rooms.filter(({ kind }) => kind !== "outside").map(({ id, title }) => ({ id, title }));
}

/** Where a room is: nowhere, somewhere that this building has not, or there, perhaps with others before it. */
export type Whereabouts =
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly title: string }
  | { readonly kind: "there"; readonly title: string; readonly with: string };

/** `places` null: not known yet; then ids are believed. `with`: another room of the programme that is there, or "". */
export function whereabouts(
  key: string,
  rooms: ReadonlyMap<string, Pick<Room, "place" | "title">>,
  places: readonly BuildingRoom[] | null,
): Whereabouts {
  const place = rooms.get(key)?.place ?? "";
  if (place === "") return { kind: "none" };
  const title = places?.find(({ id }) => id === place)?.title;
  if (places !== null && title === undefined) return { kind: "unknown", title: place };
  const other = [...rooms].find(([each, room]) => each !== key && room.place === place);
  return { kind: "there", title: title ?? place, with: other?.[1].title ?? "" };
}

/** Choices for a room's place; `own`: its place now, which stays a choice also if the building has it not.
 * `places` null: not known yet. */
export function placeChoices(
  key: string,
  own: string,
  rooms: ReadonlyMap<string, Pick<Room, "place" | "title">>,
  places: readonly BuildingRoom[] | null,
): readonly { value: string; label: string }[] {
  const choices = (places ?? []).map(({ id, title }) => {
    const other = [...rooms].find(([each, room]) => each !== key && room.place === id)?.[1].title;
    return { value: id, label: other === undefined ? title : `${title}, taken by “${other}”` };
  });
  const strange = own !== "" && !choices.some(({ value }) => value === own);
  return [
    { value: "", label: "None: nobody can go there" },
    ...choices,
    ...(strange ? [{ value: own, label: places === null ? own : `${own}, not in this building` }] : []),
  ];
}
