/** What the list of people is asked for. Pure. */

import type { Queries } from "../../../net/event.gen";
import type { Status } from "../../my/status";

export type ListBody = Queries["people.list"]["body"];

export interface Filters {
  readonly search: string;
  readonly statuses: readonly Status[];
  readonly category: string;
  readonly country: string;
  readonly attendance: string;
  readonly role: string;
  readonly held: boolean;
  /** As the table has it: "name", "-name". */
  readonly sort: string;
  readonly page: number;
}

export const NO_FILTERS: Filters = {
  search: "",
  statuses: [],
  category: "",
  country: "",
  attendance: "",
  role: "",
  held: false,
  sort: "name",
  page: 1,
};

const SORTS = ["name", "submitted", "status", "country", "category", "affiliation"] as const;

export function bodyOf(filters: Filters): ListBody {
  const { search, statuses, category, country, attendance, role, held, sort, page } = filters;
  const column = sort.replace(/^-/, "");
  const known = SORTS.find((each) => each === column) ?? "name";
  return {
    search: search.trim(),
    statuses: [...statuses],
    category,
    country,
    attendance,
    role,
    held,
    sort: known,
    descending: sort.startsWith("-"),
    page,
    size: 50,
  };
}

/** A changed filter starts from the first page again. */
export const changed = (filters: Filters, change: Partial<Filters>): Filters => ({ ...filters, page: 1, ...change });

export function withStatus(filters: Filters, status: Status, on: boolean): Filters {
  const left = filters.statuses.filter((each) => each !== status);
  return changed(filters, { statuses: on ? [...left, status] : left });
}

/** How many filters are set besides the search. */
export const set = ({ category, country, attendance, role, held }: Filters): number =>
  [category, country, attendance, role].filter(Boolean).length + (held ? 1 : 0);
