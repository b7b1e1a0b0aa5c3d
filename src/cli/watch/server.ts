import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError } from "../../errors.js";
import { printable } from "../../shown.js";

/** What a page is given. */
export interface WatchState {
  readonly sections: readonly { readonly id: string; readonly html: string }[];
  /** Why nothing more will come; null as long as something may. */
  readonly ended: string | null;
}

/** What stands behind the addresses of a watch. */
export interface WatchSource {
  /** The whole page. */
  readonly page: () => string;
  readonly state: () => WatchState;
}

/** A watch that is served on the loopback address of this machine. */
export interface WatchServer {
  readonly url: string;
  /** Seconds since somebody asked last. */
  readonly idleSeconds: () => number;
  /** Whether the state that ended it has been fetched. */
  readonly endTold: () => boolean;
  readonly close: () => Promise<void>;
}

/** The only address that is listened on. */
const loopback = "127.0.0.1";

/**
 * Serves a page to this machine alone. Whoever asks must know the token of its address, and must have come by the name of this machine:
 * a page of another place that had its name point here would send another Host (DNS rebinding).
 * @param port 0: any that is free
 * @throws InputError for a port that is taken or not allowed
 */
export async function serveWatch(source: WatchSource, port: number): Promise<WatchServer> {
  const token = randomBytes(24).toString("base64url");
  let asked = performance.now();
  let endTold = false;
  const server = createServer((request, response) => {
    const own = (server.address() as AddressInfo).port;
    const place = placeOf(request, { token, port: own });
    if (typeof place === "number") return refuse(response, place);
    asked = performance.now();
    if (place === "page") return answer(response, source.page(), "text/html; charset=utf-8");
    const state = source.state();
    const body = JSON.stringify(state);
    const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    response.setHeader("etag", tag);
    if (state.ended !== null) response.once("finish", () => (endTold = true));
    if (request.headers["if-none-match"] === tag) return refuse(response, 304);
    return answer(response, body, "application/json; charset=utf-8");
  });
  await listen(server, port);
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${loopback}:${own}/${token}/`,
    idleSeconds: () => (performance.now() - asked) / 1000,
    endTold: () => endTold,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Own {
  readonly token: string;
  readonly port: number;
}

/** What a request may have: the page, its state, or the status that refuses it. */
function placeOf({ method, url = "", headers }: IncomingMessage, { token, port }: Own): "page" | "state" | number {
  const names = [`${loopback}:${port}`, `localhost:${port}`];
  if (!names.includes(headers.host ?? "")) return 403;
  if (headers.origin !== undefined && !names.some((name) => headers.origin === `http://${name}`)) return 403;
  const [, given = "", rest, ...more] = url.split("/");
  if (!sameToken(given, token)) return 403;
  if (method !== "GET" && method !== "HEAD") return 405;
  if (more.length === 0 && rest === "") return "page";
  return more.length === 0 && rest === "state" ? "state" : 404;
}

/** Takes as long for a token that is nearly right as for any other. */
function sameToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** What every answer says: nothing is kept, framed, guessed at or told to other places. */
const guards = {
  "cache-control": "no-store",
  "content-security-policy": "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

function answer(response: ServerResponse, body: string, type: string): void {
  response.writeHead(200, { ...guards, "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(response.req.method === "HEAD" ? undefined : body);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, guards);
  response.end();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === "EADDRINUSE" ? "is taken" : `cannot be listened on (${printable(error.code ?? error.message)})`;
      reject(new InputError(`--port ${port}: ${reason}; choose another, or leave it out for any that is free`));
    });
    server.listen({ host: loopback, port, exclusive: true }, resolve);
  });
}
