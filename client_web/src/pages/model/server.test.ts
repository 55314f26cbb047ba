import { expect, it, vi } from "vitest";
import { Server } from "./server";

const answering = (status: number, body: string): { server: Server; calls: [string, RequestInit][] } => {
  const calls: [string, RequestInit][] = [];
  const server = new Server(async (input, init) => {
    calls.push([String(input), init ?? {}]);
    return new Response(body, { status });
  });
  return { server, calls };
};

it("sends the token in the body, never in the address", async () => {
  const { server, calls } = answering(200, '{"person":"p","name":"Ana","status":"approved","may_enter":true}');
  expect((await server.byLink("secret")).name).toBe("Ana");
  expect(calls[0]![0]).toBe("/api/sign-in/link");
  expect(calls[0]![1].body).toBe('{"token":"secret"}');
});

it("gives refusals as sentences with their code", async () => {
  const { server } = answering(400, '{"code":"code_wrong","error":"Ask for a new one.","retry":false}');
  await expect(server.byCode("a@b.example", "X")).rejects.toMatchObject({
    code: "code_wrong",
    message: "Ask for a new one.",
  });
});

it.each([
  [502, "<html>"],
  [500, '{"detail":1}'],
  [200, "null"],
])("says something of %d %s", async (status, body) => {
  const { server } = answering(status, body);
  await expect(server.browsers()).rejects.toMatchObject({ code: "unexpected", retry: status >= 500 });
});

it("says when nobody answers", async () => {
  const server = new Server(vi.fn().mockRejectedValue(new TypeError("offline")));
  await expect(server.revoke()).rejects.toMatchObject({ code: "unreachable", retry: true });
});

it("sends no file that is empty or too large, and says why", async () => {
  const { server, calls } = answering(200, "{}");
  await expect(server.send("/x", new Blob([]), "text/csv", 10)).rejects.toMatchObject({ code: "empty" });
  await expect(server.send("/x", new Blob(["x".repeat(2_000)]), "text/csv", 1_000)).rejects.toMatchObject({
    message: "This file has 2 kB; at most 1 kB are taken.",
  });
  expect(calls).toEqual([]);
  await server.send("/x", new Blob(["x"]), "text/csv", 10);
  expect(calls[0]![1].headers).toEqual({ "Content-Type": "text/csv" });
});

it("sends a file again, the same, while the venue cannot save it, and gives up after a while", async () => {
  const sent: unknown[] = [];
  const waited: number[] = [];
  const busy = (times: number, code = "try_again"): Server =>
    new Server(
      async (_input, init) => {
        sent.push(init?.body);
        return sent.length <= times
          ? new Response(JSON.stringify({ code, error: "Trying again.", retry: true }), { status: 503 })
          : new Response('{"logo":"a.png"}');
      },
      async (ms) => void waited.push(ms),
    );
  const file = new Blob(["x"]);
  await expect(busy(2).send("/x", file, "image/png", 10)).resolves.toEqual({ logo: "a.png" });
  expect(sent).toEqual([file, file, file]);
  expect(waited).toEqual([500, 1_500]);
  sent.length = 0;
  await expect(busy(3).send("/x", file, "image/png", 10)).rejects.toMatchObject({ code: "try_again" });
  expect(sent).toHaveLength(3);
  sent.length = 0;
  await expect(busy(1, "picture").send("/x", file, "image/png", 10)).rejects.toMatchObject({ code: "picture" });
  expect(sent).toHaveLength(1);
});
