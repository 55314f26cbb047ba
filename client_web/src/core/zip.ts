/** Reads the members of a zip file (stored or deflated): what an `.npz` is. Bounded: it refuses what is not plausible. */

export class ArchiveError extends Error {
  override name = "ArchiveError";
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MOST_MEMBERS = 64;
const MOST_BYTES = 64 * 1024 * 1024;

interface Member {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const wrong = (what: string): ArchiveError => new ArchiveError(`The archive is damaged: ${what}. Reload the page.`);

export async function unzip(buffer: ArrayBuffer): Promise<Map<string, Uint8Array>> {
  const view = new DataView(buffer);
  const out = new Map<string, Uint8Array>();
  for (const member of directory(view)) out.set(member.name, await content(view, member));
  return out;
}

function directory(view: DataView): Member[] {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  if (count > MOST_MEMBERS) throw wrong(`${count} members`);
  const members: Member[] = [];
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL) throw wrong("its directory is cut off");
    const nameLength = view.getUint16(at + 28, true);
    const skip = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (at + 46 + nameLength > view.byteLength) throw wrong("its directory is cut off");
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength));
    members.push({
      name,
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + skip;
  }
  return members;
}

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - END_BYTES - 0xffff);
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw wrong("it has no end record");
}

async function content(view: DataView, member: Member): Promise<Uint8Array> {
  const { offset, name } = member;
  if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== LOCAL) throw wrong(`${name} is missing`);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + member.packed > view.byteLength) throw wrong(`${name} is cut off`);
  if (member.size > MOST_BYTES) throw wrong(`${name} is too large`);
  const packed = new Uint8Array(view.buffer as ArrayBuffer, start, member.packed);
  if (member.method === 0) return checked(packed.slice(), member);
  if (member.method === 8) return checked(await inflate(packed, member), member);
  throw wrong(`${name} is packed with method ${member.method}`);
}

function checked(bytes: Uint8Array, member: Member): Uint8Array {
  if (bytes.byteLength !== member.size) throw wrong(`${member.name} has another length than it says`);
  return bytes;
}

async function inflate(packed: Uint8Array<ArrayBuffer>, member: Member): Promise<Uint8Array> {
  const out = new Uint8Array(member.size);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.byteLength > out.byteLength) throw wrong(`${member.name} is longer than it says`);
      out.set(value, at);
      at += value.byteLength;
    }
  } catch (error) {
    throw error instanceof ArchiveError ? error : wrong(`${member.name} cannot be unpacked`);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return out.subarray(0, at);
}
