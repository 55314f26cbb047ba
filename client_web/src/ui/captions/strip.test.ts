import { describe, expect, it } from "vitest";
import { FIRST_LOOK, PALETTES } from "./look";
import { drawStrip, lastLines } from "./strip";

interface Drawn {
  readonly what: string;
  readonly y: number;
  readonly style: string;
}

const SIZE = { width: 1280, height: 720 };

/** Letters are half as wide as they are high. */
function canvas(): { c: CanvasRenderingContext2D; drawn: Drawn[] } {
  const drawn: Drawn[] = [];
  const c = {
    font: "",
    fillStyle: "",
    textAlign: "left",
    measureText: (text: string) => ({ width: text.length * Number.parseFloat(c.font.split(" ")[1]!) * 0.5 }),
    fillRect: (_x: number, y: number, _w: number, tall: number) =>
      drawn.push({ what: `box ${tall > 0}`, y, style: c.fillStyle }),
    fillText: (what: string, _x: number, y: number) => drawn.push({ what, y, style: c.fillStyle }),
  };
  return { c: c as unknown as CanvasRenderingContext2D, drawn };
}

describe("drawStrip", () => {
  it("draws nothing where nothing is said", () => {
    const { c, drawn } = canvas();
    drawStrip(c, SIZE, [], FIRST_LOOK);
    expect(drawn).toEqual([]);
  });

  it("writes the last lines at the bottom, in the chosen colours", () => {
    const { c, drawn } = canvas();
    drawStrip(c, SIZE, ["Ana: Good morning,", "dear guests."], { ...FIRST_LOOK, colours: "sunny", solid: true });
    expect(drawn.map(({ what }) => what)).toEqual(["box true", "Ana: Good morning, dear guests."]);
    expect(drawn[0]!.style).toBe("rgba(255, 228, 92, 1)");
    expect(drawn[1]!.style).toBe(PALETTES.sunny.text);
    expect(drawn[1]!.y).toBeGreaterThan(drawn[0]!.y);
    expect(drawn[1]!.y).toBeLessThan(720);
  });

  it("goes to the top where that is wished, larger and with more lines", () => {
    const { c, drawn } = canvas();
    const text = "word ".repeat(60);
    drawStrip(c, SIZE, [text], { ...FIRST_LOOK, position: "top", size: 200, lines: 4 });
    expect(drawn[0]!.y).toBe(0);
    expect(drawn).toHaveLength(5);
    expect(Math.max(...drawn.map(({ y }) => y))).toBeLessThan(720 * 0.7);
  });
});

it("keeps the last words where not all fit", () => {
  expect(lastLines("one two three four", (line) => line.length <= 9, 2)).toEqual(
    ["one two", "three", "four"].slice(-2),
  );
  expect(lastLines("", () => true, 2)).toEqual([]);
});
