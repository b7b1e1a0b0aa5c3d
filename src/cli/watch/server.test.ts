import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, expect, it } from "vitest";
import { InputError } from "../../errors.js";
import { serveWatch, type WatchServer, type WatchState } from "./server.js";

let served: WatchServer | null = null;
afterEach(async () => {
  await served?.close();
  served = null;
});

const started = async (state: () => WatchState = () => ({ sections: [], ended: null })) => {
  served = await serveWatch({ page: () => "<!doctype html><p>page</p>", state }, 0);
  return new URL(served.url);
};

/** Asks as a browser would, with headers that fetch does not let a caller choose. */
function ask(
  url: URL,
  {
    method = "GET",
    path = url.pathname,
    headers = {},
  }: { method?: string; path?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const sent = request({ host: url.hostname, port: url.port, path, method, headers }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }));
    });
    sent.on("error", reject).end();
  });
}

it("gives its page to whoever has the token, and keeps it out of caches and frames", async () => {
  const url = await started();
  expect(url.pathname).toMatch(/^\/[\w-]{32}\/$/);
  const { status, body, headers } = await ask(url);
  expect({ status, body }).toEqual({ status: 200, body: "<!doctype html><p>page</p>" });
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
  });
  expect(headers["access-control-allow-origin"]).toBeUndefined();
});

it.each([
  ["no token", { path: "/" }, 403],
  ["no token, and the state", { path: "/state" }, 403],
  ["another token", { path: `/${"a".repeat(32)}/` }, 403],
  ["a token that is cut", { cut: true }, 403],
  ["another file", { more: "../../etc/passwd" }, 404],
  ["another place below", { more: "other" }, 404],
  ["a host name that points here", { headers: { host: "evil.example" } }, 403],
  ["the address with another port", { headers: { host: "127.0.0.1:1" } }, 403],
  ["a page of another origin", { headers: { origin: "http://evil.example" } }, 403],
  ["writing", { method: "POST" }, 405],
  ["deleting", { method: "DELETE" }, 405],
] as const)("refuses %s", async (_, given, status) => {
  const url = await started();
  const { cut, more, ...rest } = given as {
    cut?: boolean;
    more?: string;
    path?: string;
    method?: string;
    headers?: Record<string, string>;
  };
  const path = cut ? `${url.pathname.slice(0, -2)}/` : more === undefined ? rest.path : `${url.pathname}${more}`;
  const answer = await ask(url, { ...rest, ...(path === undefined ? {} : { path }) });
  expect(answer).toMatchObject({ status, body: "" });
});

it("tells what has changed, and nothing where nothing has", async () => {
  let text = "one";
  const url = await started(() => ({ sections: [{ id: "now", html: text }], ended: null }));
  const path = `${url.pathname}state`;
  const first = await ask(url, { path });
  expect(JSON.parse(first.body)).toEqual({ sections: [{ id: "now", html: "one" }], ended: null });
  const tag = { "if-none-match": String(first.headers.etag) };
  expect(await ask(url, { path, headers: tag })).toMatchObject({ status: 304, body: "" });
  text = "two";
  expect(await ask(url, { path, headers: tag })).toMatchObject({ status: 200 });
  expect(served?.endTold()).toBe(false);
  expect(served?.idleSeconds()).toBeLessThan(5);
});

it("knows when the end was fetched", async () => {
  const url = await started(() => ({ sections: [], ended: "All trainings have ended." }));
  await ask(url, { path: `${url.pathname}state` });
  await expect.poll(() => served?.endTold()).toBe(true);
});

it("listens on the loopback address alone", async () => {
  const { port, hostname } = await started();
  expect(hostname).toBe("127.0.0.1");
  const others = Object.values(networkInterfaces()).flatMap((own) =>
    (own ?? []).filter(({ internal, family }) => !internal && family === "IPv4"),
  );
  const reached = (host: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host, port: Number(port), timeout: 2000 }, () => resolve(true));
      socket.on("error", () => resolve(false)).on("timeout", () => resolve(false));
      socket.on("close", () => socket.destroy());
    });
  expect(await reached("127.0.0.1")).toBe(true);
  for (const { address } of others) expect(await reached(address), address).toBe(false);
});

it("refuses a port that is taken", async () => {
  const url = await started();
  await expect(
    serveWatch({ page: () => "", state: () => ({ sections: [], ended: null }) }, Number(url.port)),
  ).rejects.toThrow(InputError);
});
