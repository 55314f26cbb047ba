import { expect, it, vi } from "vitest";
import { Api, ApiError } from "./http";

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

it("enters with JSON from the same origin", async () => {
  const fetcher = vi.fn(async (..._args: Parameters<typeof fetch>) => answer(200, { token: "t" }));
  const api = new Api(fetcher);
  expect(await api.enter({ name: "Ana", affiliation: "", look: [0, 0, 0, 0, 0, 0, 0, 0] })).toEqual({ token: "t" });
  const [path, init] = fetcher.mock.calls[0]!;
  expect(path).toBe("/api/enter");
  expect(init).toMatchObject({ method: "POST", credentials: "same-origin" });
  expect(JSON.parse(String(init!.body))).toMatchObject({ name: "Ana" });
});

it("gives the server's sentence and code", async () => {
  const api = new Api(async () => answer(400, { code: "bad_name", error: "Write a name.", retry: false }));
  await expect(api.me()).rejects.toMatchObject({
    code: "bad_name",
    message: "Write a name.",
    status: 400,
    retry: false,
  });
});

it("has a sentence for everything else", async () => {
  await expect(new Api(async () => new Response("<html>", { status: 502 })).venue()).rejects.toMatchObject({
    code: "unexpected",
    retry: true,
  });
  const broken = new Api(async () => {
    throw new TypeError("failed to fetch");
  });
  await expect(broken.token()).rejects.toBeInstanceOf(ApiError);
  await expect(broken.token()).rejects.toMatchObject({ code: "unreachable", retry: true });
  await expect(new Api(async () => new Response("no json")).leave()).rejects.toMatchObject({ code: "unexpected" });
});

it("enters and agrees by itself once the venue is not busy any more, sending the same", async () => {
  const sent: string[] = [];
  const waited: number[] = [];
  const busy = (times: number): Api =>
    new Api(
      async (_path, init) => {
        sent.push(String(init?.body));
        return sent.length <= times
          ? answer(503, { code: "try_again", error: "Try again in a moment.", retry: true })
          : answer(200, { done: true });
      },
      async (ms) => void waited.push(ms),
    );
  await expect(busy(2).agree({ key: "conduct", title: "Conduct", version: 1 })).resolves.toEqual({ done: true });
  expect(waited).toEqual([500, 1_500]);
  expect(new Set(sent).size).toBe(1);
  sent.length = 0;
  await expect(busy(3).enter({ name: "Ana", affiliation: "", look: [] })).rejects.toMatchObject({ code: "try_again" });
  expect(sent).toHaveLength(3);
  sent.length = 0;
  // What was refused is not asked again.
  const refused = new Api(async (_path, init) => {
    sent.push(String(init?.body));
    return answer(409, { code: "consent_needed", error: "Agree first.", retry: false });
  });
  await expect(refused.enter({ name: "Ana", affiliation: "", look: [] })).rejects.toBeInstanceOf(ApiError);
  expect(sent).toHaveLength(1);
});

/** Answers by the path asked. */
const asking = (answers: Record<string, unknown>): { api: Api; asked: string[] } => {
  const asked: string[] = [];
  const api = new Api(async (input) => {
    asked.push(String(input));
    return answer(200, answers[String(input)] ?? {});
  });
  return { api, asked };
};

it("knows a stranger by one question, and a guest by two", async () => {
  const stranger = asking({ "/api/ask/my.permissions": { roles: ["nobody"] } });
  expect(await stranger.api.registered()).toBeNull();
  expect(stranger.asked).toHaveLength(1);
  const guest = asking({ "/api/ask/my.permissions": { roles: ["attendee"] }, "/api/ask/people.me": { guest: true } });
  expect(await guest.api.registered()).toBeNull();
});

it("says who is registered, whether he may enter, and what he must agree to, by version", async () => {
  const { api } = asking({
    "/api/ask/my.permissions": { roles: ["attendee"] },
    "/api/ask/people.me": { registration: { name: "Ana" }, may_enter: true, texts_to_enter: ["conduct"] },
    "/api/ask/event.public": {
      documents: [
        { key: "privacy", title: "Privacy", version: 3 },
        { key: "conduct", title: "Conduct", version: 2 },
      ],
    },
  });
  expect(await api.registered()).toEqual({
    name: "Ana",
    affiliation: "",
    mayEnter: true,
    why: "",
    texts: [{ key: "conduct", title: "Conduct", version: 2 }],
  });
});

it("agrees to a text by its version, with an id of the command", async () => {
  const fetcher = vi.fn(async (..._args: Parameters<typeof fetch>) => answer(200, {}));
  await new Api(fetcher).agree({ key: "conduct", title: "Conduct", version: 2 });
  const [path, init] = fetcher.mock.calls[0]!;
  expect(path).toBe("/api/do/people.consent");
  const { mid, body } = JSON.parse(String(init!.body)) as { mid: string; body: unknown };
  expect(mid.length).toBeGreaterThanOrEqual(8);
  expect(body).toEqual({ document: "conduct", version: 2, given: true });
});
