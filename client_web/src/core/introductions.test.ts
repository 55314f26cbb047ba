import { describe, expect, it } from "vitest";
import type { Introduction } from "../net/protocol.gen";
import { golden } from "../../test/golden";
import { Introductions } from "./introductions";

const who = (slot: number, revision: number, name: string, person = "p"): Introduction => [
  slot,
  revision,
  person,
  name,
  "",
  "",
  [0, 0, 0, 0, 0, 0, 0, 0],
];

describe("Introductions", () => {
  it("takes what the server says", () => {
    const { who: vector } = golden<{ who: { payload: { people: Introduction[] } } }>("frames.json");
    const known = new Introductions();
    known.take(vector.payload.people);
    expect(known.get(7)).toMatchObject({ name: "Núria Ferrer 🎤", badge: "speaker", look: [1, 2, 3, 4, 5, 6, 7, 8] });
    expect(known.slotOf("b")).toBe(300);
    expect(known.slotOf("nobody")).toBe(-1);
  });

  it("keeps the newest revision, and a new person in an old slot", () => {
    const known = new Introductions();
    known.take([who(1, 2, "new")]);
    known.take([who(1, 1, "old")]);
    expect(known.get(1)?.name).toBe("new");
    const { version } = known;
    known.take([who(1, 1, "other", "q")]);
    expect(known.get(1)?.name).toBe("other");
    expect(known.version).toBeGreaterThan(version);
    known.clear();
    expect(known.get(1)).toBeNull();
  });
});
