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
