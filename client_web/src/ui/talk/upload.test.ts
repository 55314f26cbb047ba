import { describe, expect, it } from "vitest";
import { fileFault, MOST_DECK_BYTES, sendDeck, type SendParts } from "./upload";

class Asked {
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload = (): void => undefined;
  onerror = (): void => undefined;
  status = 0;
  responseText = "";
  sent: FormData | null = null;
  open(): void {}
  send(form: FormData): void {
    this.sent = form;
  }
  answer(status: number, text: string): void {
    [this.status, this.responseText] = [status, text];
    this.onload();
  }
}

const FILE = new File(["%PDF-1.7"], "talk.pdf");

/** Requests one after the other, answered as they come: a status and a text, or a line that breaks. */
function line(...answers: readonly (readonly [number, string] | "broken")[]): { asked: Asked[]; parts: SendParts } {
  const asked: Asked[] = [];
  const request = (): XMLHttpRequest => {
    const one = new Asked();
    const answer = answers[asked.length];
    asked.push(one);
    one.send = (form) => {
      one.sent = form;
      one.upload.onprogress?.({ loaded: 5, total: 10 });
      if (answer === "broken" || answer === undefined) one.onerror();
      else one.answer(...answer);
    };
    return one as unknown as XMLHttpRequest;
  };
  return { asked, parts: { request, wait: () => Promise.resolve() } };
}

const ready = [200, '{"deck":"d-1","before":0}'] as const;
const mid = (asked: Asked | undefined): string => asked?.sent?.get("mid") as string;
const ignored = (): void => undefined;

describe("handing in slides", () => {
  it("says at once what will not be taken", () => {
    expect(fileFault({ name: "Talk.PDF", size: 100 })).toBe("");
    expect(fileFault({ name: "talk.pptx", size: 100 })).toContain("PDF");
    expect(fileFault({ name: "talk.pdf", size: 0 })).toContain("empty");
    expect(fileFault({ name: "talk.pdf", size: MOST_DECK_BYTES + 1 })).toContain("50 MB");
  });

  it("sends the file last and tells how far it is", async () => {
    const { asked, parts } = line(ready);
    const seen: number[] = [];
    expect(await sendDeck("s-1", "My talk", FILE, (part) => seen.push(part), parts)).toBe("d-1");
    expect(seen).toEqual([0.5]);
    expect([...asked[0]!.sent!.keys()]).toEqual(["session", "title", "mid", "file"]);
  });

  it("tries again with the same id, and takes a new one for the next file", async () => {
    const { asked, parts } = line("broken", [503, '{"code":"try_again","error":"Later.","retry":true}'], ready, ready);
    expect(await sendDeck("s-1", "", FILE, ignored, parts)).toBe("d-1");
    await sendDeck("s-1", "", FILE, ignored, parts);
    expect(asked).toHaveLength(4);
    expect(new Set(asked.slice(0, 3).map(mid)).size).toBe(1);
    expect(mid(asked[3])).not.toBe(mid(asked[0]));
    expect(mid(asked[0])).toMatch(/^[0-9a-f]{32}$/);
  });

  it("keeps the id for whoever presses again after it gave up", async () => {
    const lost = line("broken", "broken", "broken");
    await expect(sendDeck("s-2", "", FILE, ignored, lost.parts)).rejects.toMatchObject({ code: "upload_failed" });
    expect(lost.asked).toHaveLength(3);
    const later = line(ready);
    await sendDeck("s-2", "", FILE, ignored, later.parts);
    expect(mid(later.asked[0])).toBe(mid(lost.asked[0]));
  });

  it("passes on what the venue says and does not ask again, and has a sentence where nobody says anything", async () => {
    const refused = line([409, '{"code":"too_many_decks","error":"There are 20 already.","retry":false}']);
    await expect(sendDeck("s-1", "", FILE, ignored, refused.parts)).rejects.toMatchObject({
      code: "too_many_decks",
      message: "There are 20 already.",
    });
    expect(refused.asked).toHaveLength(1);
    const page = line(...Array<readonly [number, string]>(3).fill([502, "<html>Bad gateway</html>"]));
    await expect(sendDeck("s-1", "", FILE, ignored, page.parts)).rejects.toMatchObject({
      code: "upload_failed",
      message: expect.stringContaining("try again") as string,
    });
  });
});
