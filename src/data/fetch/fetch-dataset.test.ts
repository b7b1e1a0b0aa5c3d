import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { zip } from "../../../test/support/zip.js";
import { InputError, RunError } from "../../errors.js";
import type { PublicDataset, RemoteFile } from "./datasets.js";
import { fetchDataset } from "./fetch-dataset.js";
import type { Merge } from "./merge.js";

const content = Buffer.from("a,b\n" + "1,2\n".repeat(5000));
const sha256 = createHash("sha256").update(content).digest("hex");
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let folder: string;
let answer: Answer;
let asked: IncomingMessage[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-fetch-"));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const address = (path = "/t.csv") => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const get = (
  remote: Partial<RemoteFile> = {},
  protocols = ["http:"],
  silenceMs = 20_000,
  more: Partial<PublicDataset> = {},
) => {
  const file = { url: address(), name: "t.csv", contentTypes: ["text/csv"], maxBytes: 1e6, ...remote };
  const datasets = { tiny: { title: "tiny", licence: "none", citation: "nobody", files: [file], ...more } };
  return fetchDataset("tiny", folder, datasets, { protocols, silenceMs });
};
const whole: Answer = (_request, response) => {
  response.writeHead(200, { "content-type": "text/csv", "content-length": content.length, etag: '"v1"' });
  response.end(content);
};
const plain = (headers: object, body: Buffer | string = content, status = 200): Answer => {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "text/csv", ...headers });
    response.end(body);
  };
};
/** Breaks off in the middle, then serves the rest to those who ask for it. */
const flaky =
  (tag: () => string): Answer =>
  (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const partial = from > 0 && request.headers["if-range"] === tag();
    const rest = partial ? content.subarray(from) : content;
    response.writeHead(partial ? 206 : 200, {
      "content-type": "text/csv",
      "content-length": rest.length,
      etag: tag(),
      ...(partial ? { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    if (asked.length > 1) response.end(rest);
    else response.write(rest.subarray(0, 7000), () => void breakOff(response));
  };
/** Ends a connection once the client has stored what came. */
async function breakOff(response: ServerResponse): Promise<void> {
  const stored = () =>
    stat(join(folder, "t.csv.part")).then(
      ({ size }) => size,
      () => 0,
    );
  while ((await stored()) < 7000) await new Promise((resolve) => setTimeout(resolve, 2));
  response.destroy();
}

describe("fetch", () => {
  it("downloads once, records the checksum, and verifies it afterwards", async () => {
    answer = whole;
    expect((await get()).downloads).toMatchObject([{ sha256, verified: "first download", present: false }]);
    expect(await readFile(join(folder, "t.csv"))).toEqual(content);
    expect((await readdir(folder)).sort()).toEqual(["PROVENANCE.txt", "t.csv", "t.csv.sha256"]);
    expect((await get()).downloads).toMatchObject([{ sha256, verified: "record", present: true }]);
    expect(asked).toHaveLength(1);
    await writeFile(join(folder, "t.csv"), "changed");
    await expect(get()).rejects.toThrow("the file was changed: delete it and fetch again");
  });

  it("refuses content that differs from a known checksum and keeps nothing", async () => {
    answer = whole;
    await expect(get({ sha256: "0".repeat(64) })).rejects.toThrow(`its SHA-256 is ${sha256}, expected 000`);
    expect(await readdir(folder)).toEqual([]);
    expect((await get({ sha256 })).downloads[0].verified).toBe("registry");
  });

  it("continues a broken download", async () => {
    answer = flaky(() => '"v1"');
    await expect(get()).rejects.toThrow(/the download broke off .*; repeat the command to continue it/);
    expect((await get()).downloads[0].sha256).toBe(sha256);
    expect(asked[1].headers.range).toMatch(/^bytes=\d+-$/);
    expect((await readdir(folder)).sort()).toEqual(["PROVENANCE.txt", "t.csv", "t.csv.sha256"]);
  });

  it("starts over when the content changed meanwhile", async () => {
    answer = flaky(() => `"v${asked.length}"`);
    await expect(get()).rejects.toThrow("broke off");
    expect((await get()).downloads[0].sha256).toBe(sha256);
  });

  it.each<[string, () => Answer, RegExp]>([
    ["404", () => plain({}, "no", 404), /the server answered 404/],
    ["500", () => plain({}, "no", 500), /the server answered 500/],
    ["a page instead of a table", () => plain({ "content-type": "text/html; charset=utf-8" }), /sent "text\/html"/],
    ["no type", () => plain({ "content-type": "" }), /sent ""/],
    ["too much announced", () => plain({ "content-length": 2e6 }, "x"), /announces 2000000 bytes, more than 1000000/],
    ["too much sent", () => plain({}, Buffer.alloc(1_100_000)), /sends more than 1000000 bytes/],
    ["nothing", () => plain({}, ""), /an empty file/],
    ["a partial answer nobody asked for", () => plain({ "content-range": "bytes 5-9/10" }, "x", 206), /answered 206/],
    ["a redirect loop", () => plain({ location: "/t.csv" }, "", 302), /more than 5 redirects/],
    ["a redirect to nowhere", () => plain({}, "", 302), /redirects \(302\) to no address/],
    [
      "a redirect to a file",
      () => plain({ location: "file:///etc/passwd" }, "", 302),
      /leads to file:\/\/\/etc\/passwd; only/,
    ],
    ["a redirect to another scheme", () => plain({ location: "ftp://x/y" }, "", 301), /leads to ftp:\/\/x\/y; only/],
    ["a closed door", () => (request) => request.socket.destroy(), /cannot be reached/],
  ])("ends with one clear error on %s", async (_what, make, message) => {
    answer = make();
    const error = await get().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message).toMatch(message);
    expect(await readdir(folder)).not.toContain("t.csv");
  });

  it("gives up on a server that says nothing", async () => {
    answer = () => undefined;
    await expect(get({}, ["http:"], 300)).rejects.toThrow("the server sent nothing for 0.3 s");
  });

  it("follows redirects within its schemes, and https alone by default", async () => {
    answer = (request, response) =>
      request.url === "/old" ? plain({ location: "/t.csv" }, "", 301)(request, response) : whole(request, response);
    expect((await get({ url: address("/old") })).downloads[0].sha256).toBe(sha256);
    await rm(join(folder, "t.csv"));
    await expect(get({}, ["https:"])).rejects.toThrow("only https: is followed");
  });

  it("refuses names that it does not know", async () => {
    await expect(fetchDataset("__proto__", folder)).rejects.toThrow(InputError);
    await expect(fetchDataset("nothing", folder)).rejects.toThrow("there is: superconductivity, gas-turbine, fcon1000");
  });

  const unpack = { entries: ["a.csv", "b.csv"], maxBytes: 1000 };
  const zipped = (archive: Buffer): Answer => plain({ "content-type": "application/zip" }, archive);
  const getZip = () => get({ name: "t.zip", contentTypes: ["application/zip"], unpack });

  it("unpacks the entries it knows and no others", async () => {
    answer = zipped(zip({ "a.csv": "x\n1\n", "../evil.csv": "no", "b.csv": "y\n2\n" }));
    expect((await getZip()).tables).toEqual([join(folder, "a.csv"), join(folder, "b.csv")]);
    expect((await readdir(folder)).sort()).toEqual(["PROVENANCE.txt", "a.csv", "b.csv", "t.zip", "t.zip.sha256"]);
    expect(await readFile(join(folder, "b.csv"), "utf8")).toBe("y\n2\n");
  });

  it("makes one table of the entries and notes where it comes from", async () => {
    const archive = zip({ "a.csv": "x\n1\n", "b.csv": "y\n2\n" });
    answer = zipped(archive);
    const merge: Merge = {
      description: "a beside b",
      *lines(parts) {
        const columns = ["a.csv", "b.csv"].map((name) => (parts.get(name) ?? "").split("\n"));
        for (let i = 0; i < 2; i++) yield columns.map((column) => column[i]).join(",");
      },
    };
    const zipFile = { name: "t.zip", contentTypes: ["application/zip"], unpack };
    const { tables, provenance } = await get(zipFile, ["http:"], 20_000, { merge });
    expect(tables).toEqual([join(folder, "table.csv.gz")]);
    expect((await readdir(folder)).sort()).toEqual(["PROVENANCE.txt", "t.zip", "t.zip.sha256", "table.csv.gz"]);
    expect(gunzipSync(await readFile(tables[0])).toString()).toBe("x,y\n1,2\n");
    const sum = createHash("sha256").update(archive).digest("hex");
    expect(await readFile(provenance, "utf8")).toBe(
      `tiny\nlicence:  none\ncite:     nobody\norigin:   ${address()}\nSHA-256:  ${sum}\ntable:    table.csv.gz: a beside b\n`,
    );
  });

  it.each<[string, () => Buffer, RegExp]>([
    ["a missing entry", () => zip({ "a.csv": "1" }), /holds no "b\.csv"/],
    ["a bomb", () => zip({ "a.csv": "1", "b.csv": "0".repeat(100_000) }), /claims 100000 bytes, more than 1000/],
    ["a cut archive", () => zip({ "a.csv": "1", "b.csv": "2" }).subarray(0, 60), /is not a whole zip archive/],
    ["no archive", () => Buffer.from("hello"), /is not a whole zip archive/],
    ["a lie about its size", () => zip({ "a.csv": "1", "b.csv": "0".repeat(5000) }, 10), /is not a whole zip archive/],
  ])("refuses %s", async (_what, make, message) => {
    answer = zipped(make());
    await expect(getZip()).rejects.toThrow(message);
    expect(await readdir(folder)).not.toContain("b.csv");
  });
});
