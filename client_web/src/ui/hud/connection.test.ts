import { expect, it } from "vitest";
import { connectionText, retryText } from "./connection";

it("tells the state of the line in words", () => {
  expect(connectionText({ kind: "connected" }, 33.6)).toEqual({ tone: "good", text: "Connected, 34 ms round trip" });
  expect(connectionText({ kind: "connected" }, null).text).toBe("Connected");
  expect(connectionText({ kind: "shaky", message: "Data is late." }, 33).tone).toBe("warn");
  expect(connectionText({ kind: "reconnecting", seconds: 3, message: "" }, null).tone).toBe("bad");
  expect(connectionText({ kind: "closed", code: 4200, message: "", offer: "reload" }, null).text).toBe("Not connected");
});

it("counts whole seconds down to now", () => {
  expect(retryText(3.2)).toBe("Trying again in 4 s.");
  expect(retryText(0)).toBe("Trying now …");
});
