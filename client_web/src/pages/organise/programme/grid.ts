/** One day as a grid: a column for each room, rows of five minutes. Pure. */

import type { SessionItem } from "../../programme/agenda";

export const STEP_MS = 5 * 60_000;

export interface Cell {
  readonly item: SessionItem;
  /** 1-based lines of a CSS grid. */
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  /** Sessions at the same time in one room lie side by side: which of how many. */
  readonly lane: number;
  readonly lanes: number;
}

export interface Grid {
  /** Keys of rooms; "" for sessions without one. */
  readonly rooms: readonly string[];
  readonly from: number;
  readonly rows: number;
  /** Full hours, as rows with their instants. */
  readonly hours: readonly { readonly row: number; readonly at: number }[];
  readonly cells: readonly Cell[];
}

const HOUR = 3_600_000;

/** `rooms`: keys in their order; rooms without a session of the day are left out. */
export function gridOf(items: readonly SessionItem[], rooms: readonly string[]): Grid {
  if (items.length === 0) return { rooms: [], from: 0, rows: 0, hours: [], cells: [] };
  const from = Math.floor(Math.min(...items.map(({ value }) => value.start)) / HOUR) * HOUR;
  const to = Math.max(...items.map(({ value }) => value.end));
  const rows = Math.ceil((to - from) / STEP_MS);
  const used = new Set(items.map(({ value }) => (rooms.includes(value.room) ? value.room : "")));
  const columns = [...rooms, ""].filter((room) => used.has(room));
  const cells = columns.flatMap((room, index) =>
    lanesOf(items.filter(({ value }) => (rooms.includes(value.room) ? value.room : "") === room)).map((placed) => ({
      ...placed,
      row: Math.floor((placed.item.value.start - from) / STEP_MS) + 1,
      rows: Math.max(1, Math.ceil((placed.item.value.end - placed.item.value.start) / STEP_MS)),
      column: index + 1,
    })),
  );
  const hours = [];
  for (let at = from; at < to; at += HOUR) hours.push({ row: (at - from) / STEP_MS + 1, at });
  return { rooms: columns, from, rows, hours, cells };
}

/** Sessions of one room, side by side where they overlap. */
function lanesOf(items: readonly SessionItem[]): { item: SessionItem; lane: number; lanes: number }[] {
  const sorted = [...items].sort((a, b) => a.value.start - b.value.start);
  const out: { item: SessionItem; lane: number; lanes: number }[] = [];
  let group: { item: SessionItem; lane: number; lanes: number }[] = [];
  let ends: number[] = [];
  const close = (): void => {
    for (const each of group) each.lanes = ends.length;
    group = [];
    ends = [];
  };
  for (const item of sorted) {
    if (ends.length > 0 && ends.every((end) => end <= item.value.start)) close();
    const free = ends.findIndex((end) => end <= item.value.start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = item.value.end;
    const placed = { item, lane, lanes: 1 };
    group.push(placed);
    out.push(placed);
  }
  close();
  return out;
}
