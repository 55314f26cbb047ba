import * as parser from "socket.io-msgpack-parser";
import { describe, expect, it } from "vitest";
import { fromHex, golden, toHex } from "../../test/golden";
import { MEDIA_EVENT } from "./media.gen";

interface Vectors {
  frame: string;
  node_arraybuffer: string;
  line: string;
}
const vectors = golden<{ short: Vectors; long: Vectors }>("media.json");

/** The packet in a message, as socket.io-client hands it on. */
function decoded(message: Uint8Array): Promise<{ type: number; data: [string, Uint8Array] }> {
  return new Promise((resolve) => {
    const decoder = new parser.Decoder();
    (decoder as unknown as { on(name: string, then: (packet: never) => void): void }).on("decoded", resolve);
    decoder.add(Buffer.from(message)); // Node's build of the parser reads no other bytes
  });
}

describe.each(["short", "long"] as const)("a %s media frame on the wire", (size) => {
  const { frame, node_arraybuffer, line } = vectors[size];

  it("is packed as the server expects it", () => {
    const body = fromHex(frame);
    const piece = body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength);
    const packet = { type: 2, data: [MEDIA_EVENT, piece], options: { compress: true }, nsp: "/" };
    const [message] = new parser.Encoder().encode(packet as never) as unknown as [Uint8Array];
    expect(toHex(message)).toBe(node_arraybuffer);
  });

  it("is unpacked as the server packs it", async () => {
    const { type, data } = await decoded(fromHex(line));
    expect([type, data[0], toHex(data[1])]).toEqual([2, MEDIA_EVENT, frame]);
  });
});
