/** What a table is told about its columns; cells are drawn by a snippet that gets the row and the column's id. */
export interface Column {
  readonly id: string;
  readonly title: string;
  /** Right-aligned figures. */
  readonly number?: boolean;
  /** Names the row: the heading of its card on a narrow screen. */
  readonly main?: boolean;
  /** The title is for screen readers only: buttons at the end of a row. */
  readonly hideTitle?: boolean;
  readonly sortable?: boolean;
}

/** The next order when a column's title is pressed: up, down, then up again. */
export function nextSort(sort: string, column: string): string {
  return sort === column ? `-${column}` : column;
}

/** Rows ordered by `sort` ("name", "-name", "" as they come); equal ones keep their order. Texts as people sort them. */
export function sorted<Row>(
  rows: readonly Row[],
  sort: string,
  value: (row: Row, column: string) => string | number,
): readonly Row[] {
  if (sort === "") return rows;
  const down = sort.startsWith("-");
  const column = down ? sort.slice(1) : sort;
  const order = (a: string | number, b: string | number): number =>
    typeof a === "number" && typeof b === "number"
      ? a - b
      : String(a).localeCompare(String(b), "en", { sensitivity: "base", numeric: true });
  return [...rows].sort((a, b) => (down ? -1 : 1) * order(value(a, column), value(b, column)));
}
