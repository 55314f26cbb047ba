/** Codes and tokens as people and links bring them. */

export const CODE_CHARS = 8;

/** Only letters and digits count, in capitals. */
export const tidyCode = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, "");

/** What stands behind the # of a link; "" if nothing that can be one. */
export function tokenOf(hash: string): string {
  const token = hash.replace(/^#/, "");
  return /^[A-Za-z0-9._~=-]{16,512}$/.test(token) ? token : "";
}
