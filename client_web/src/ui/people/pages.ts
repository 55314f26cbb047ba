import type { DirectoryRow } from "../../app/ports";

/**
 * Rows shown after a page arrived: the first page replaces, later ones are added. People who moved between pages while
 * others came and went are not shown twice.
 */
export function addPage(
  shown: readonly DirectoryRow[],
  page: { readonly rows: readonly DirectoryRow[]; readonly offset: number },
): DirectoryRow[] {
  if (page.offset === 0) return [...page.rows];
  const known = new Set(shown.map((row) => row.person));
  return [...shown, ...page.rows.filter((row) => !known.has(row.person))];
}
