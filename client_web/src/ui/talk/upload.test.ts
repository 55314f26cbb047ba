import { describe, expect, it } from "vitest";
import { fileFault, MOST_DECK_BYTES, sendDeck } from "./upload";

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

describe("handing in slides", () => {
  it("says at once what will not be taken", () => {
    expect(fileFault({ name: "Talk.PDF", size: 100 })).toBe("");
    expect(fileFault({ name: "talk.pptx", size: 100 })).toContain("PDF");
    expect(fileFault({ name: "talk.pdf", size: 0 })).toContain("empty");
    expect(fileFault({ name: "talk.pdf", size: MOST_DECK_BYTES + 1 })).toContain("50 MB");
  });

  it("sends the file last and tells how far it is", async () => {
    const asked = new Asked();
    const seen: number[] = [];
    const done = sendDeck(
      "s-1",
      "My talk",
      FILE,
      (part) => seen.push(part),
      () => asked as never,
    );
    asked.upload.onprogress!({ loaded: 5, total: 10 });
    asked.answer(200, '{"deck":"d-1","before":0}');
    expect(await done).toBe("d-1");
    expect(seen).toEqual([0.5]);
    expect([...asked.sent!.keys()]).toEqual(["session", "title", "file"]);
  });

  it("passes on what the venue says, and has a sentence where nobody says anything", async () => {
    for (const [status, text, code, words] of [
      [409, '{"code":"too_many_decks","message":"There are 20 already."}', "too_many_decks", "20 already"],
      [502, "<html>Bad gateway</html>", "upload_failed", "try again"],
    ] as const) {
      const asked = new Asked();
      const done = sendDeck(
        "s-1",
        "",
        FILE,
        () => undefined,
        () => asked as never,
      );
      asked.answer(status, text);
      await expect(done).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
    }
    const lost = new Asked();
    const done = sendDeck(
      "s-1",
      "",
      FILE,
      () => undefined,
      () => lost as never,
    );
    lost.onerror();
    await expect(done).rejects.toMatchObject({ code: "upload_failed" });
  });
});
