/** Addresses out of a text, as they are copied from mail programs and lists. Pure. */

export interface Invitee {
  readonly address: string;
  readonly name: string;
}

const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;

/** `Name <a@b.c>`, `"Name, First" <a@b.c>` or `a@b.c`, separated by commas, semicolons or lines. Each address once. */
export function addressesIn(text: string): { readonly people: readonly Invitee[]; readonly bad: readonly string[] } {
  const people = new Map<string, Invitee>();
  const bad: string[] = [];
  for (const part of text.match(/(?:"[^"\n]*"|[^",;\n])+/g) ?? []) {
    const written = part.trim();
    if (written === "") continue;
    const named = /^(.*?)\s*<([^<>]*)>$/s.exec(written);
    const address = (named?.[2] ?? written).trim();
    const name = (named?.[1] ?? "").replace(/^"|"$/g, "").trim();
    if (!ADDRESS.test(address)) bad.push(written.slice(0, 60));
    else if (!people.has(address.toLowerCase())) people.set(address.toLowerCase(), { address, name });
  }
  return { people: [...people.values()], bad };
}
