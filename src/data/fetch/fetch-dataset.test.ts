import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
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
  totalMs = 60_000,
) => {
  const file = { url: address(), name: "t.csv", contentTypes: ["text/csv"], maxBytes: 1e6, ...remote };
  const datasets = { tiny: { title: "tiny", licence: "none", citation: "nobody", files: [file], ...more } };
  return fetchDataset("tiny", folder, datasets, { protocols, silenceMs, totalMs });
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

  /** What a download that broke off left: its first bytes, and which content they are of. */
  const leave = async (bytes: number, record: string, from: Buffer = content) => {
    await writeFile(join(folder, "t.csv.part"), from.subarray(0, bytes));
    await writeFile(join(folder, "t.csv.part.etag"), record);
  };
  /** Answers a request for a rest with what `partial` makes of its first byte, any other with the whole file. */
  const rests =
    (partial: (from: number) => Answer, others: Answer = whole): Answer =>
    (request, response) => {
      const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
      (from === null ? others : partial(Number(from[1])))(request, response);
    };
  const range = (from: number, to = content.length - 1, total: number | string = content.length) => ({
    "content-range": `bytes ${from}-${to}/${total}`,
  });
  const v1 = { etag: '"v1"' };

  it("continues by the date of the last change where there is no ETag", async () => {
    const changed = "Mon, 01 Jan 2024 00:00:00 GMT";
    await leave(7000, `${changed}\n${content.length}\n`);
    const dated = { "last-modified": changed };
    answer = rests((from) => plain({ ...dated, ...range(from) }, content.subarray(from), 206));
    expect((await get()).downloads[0].sha256).toBe(sha256);
    expect(asked.map(({ headers }) => headers["if-range"])).toEqual([changed]);
  });

  it.each<[string, (from: number) => Answer]>([
    [
      "a rest that ends early",
      (from) => plain({ ...v1, ...range(from, from + 999) }, content.subarray(from, from + 1000), 206),
    ],
    ["a rest of another content", (from) => plain({ etag: '"v2"', ...range(from) }, content.subarray(from), 206)],
    ["a rest that does not say of which content", (from) => plain(range(from), content.subarray(from), 206)],
    [
      "a rest of another length",
      (from) => plain({ ...v1, ...range(from, 30_000, 30_001) }, Buffer.alloc(30_001 - from), 206),
    ],
    [
      "a rest of unknown length",
      (from) => plain({ ...v1, ...range(from, content.length - 1, "*") }, content.subarray(from), 206),
    ],
    ["a rest from another place", (from) => plain({ ...v1, ...range(from + 1) }, content.subarray(from + 1), 206)],
    [
      "a rest shorter than its range",
      (from) => plain({ ...v1, ...range(from), "content-length": 10 }, content.subarray(from, from + 10), 206),
    ],
    ["no range", (from) => plain(v1, content.subarray(from), 206)],
    ["416", () => plain({ ...v1, "content-range": `bytes */${content.length}` }, "", 416)],
    ["the whole file", () => whole],
  ])("starts over when it asks for the rest and gets %s", async (what, partial) => {
    await leave(7000, `"v1"${what.includes("length") ? `\n${content.length}\n` : ""}`, Buffer.alloc(7000, "x"));
    answer = rests(partial);
    expect((await get()).downloads[0]).toMatchObject({ sha256, bytes: content.length });
    expect((await readdir(folder)).sort()).toEqual(["PROVENANCE.txt", "t.csv", "t.csv.sha256"]);
  });

  it.each<[string, string]>([
    ["empty", ""],
    ["of two lines that are none of its own", "a\r\nb\n"],
    ["with a control character", '"v\u00011"\n'],
    ["cut", '"v'],
    ["weak", 'W/"v1"\n'],
    ["of a length that is none", '"v1"\n-7\n'],
    ["of a whole file that is shorter", '"v1"\n6000\n'],
  ])("starts over when the note beside a part is %s", async (_what, record) => {
    await leave(7000, record, Buffer.alloc(7000, "x"));
    answer = rests((from) => plain({ ...v1, ...range(from) }, content.subarray(from), 206));
    expect((await get()).downloads[0].sha256).toBe(sha256);
    expect(asked[0].headers.range).toBeUndefined();
  });

  it("keeps what came before when the server refuses for now", async () => {
    await leave(7000, '"v1"\n');
    answer = plain({}, "busy", 503);
    await expect(get()).rejects.toThrow("answered 503 Service Unavailable; what came before is kept");
    answer = flaky(() => '"v1"');
    expect((await get()).downloads[0].sha256).toBe(sha256);
    expect(asked[1].headers.range).toBe("bytes=7000-");
  });

  it.each<[string, Answer]>([
    [
      "before the length it announced",
      (_request, response) => {
        response.writeHead(200, { "content-type": "text/csv", "content-length": content.length });
        response.write(content.subarray(0, 9000), () => response.destroy());
      },
    ],
    [
      "in the middle of chunks",
      (_request, response) => {
        response.writeHead(200, { "content-type": "text/csv" });
        response.write(content.subarray(0, 9000), () => response.destroy());
      },
    ],
    [
      "with the length of a rest not reached",
      (_request, response) => {
        response.writeHead(206, { "content-type": "text/csv", ...v1, ...range(7000) });
        response.end(content.subarray(7000, 9000));
      },
    ],
  ])("does not take a file for whole that ends %s", async (_what, broken) => {
    await leave(7000, '"v1"\n');
    answer = broken;
    await expect(get()).rejects.toThrow(/broke off .*; repeat the command/);
    expect(await readdir(folder)).not.toContain("t.csv");
    expect(await readdir(folder)).not.toContain("t.csv.sha256");
  });

  it("refuses a file whose end nothing announces, unless its checksum is known", async () => {
    answer = (request) => {
      request.socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n\r\n${content}`);
    };
    await expect(get()).rejects.toThrow("does not say how long the file is");
    expect((await get({ sha256 })).downloads[0].bytes).toBe(content.length);
  });

  it("refuses an encoding that it did not ask for", async () => {
    answer = plain({ "content-encoding": "gzip" }, gzipSync(content));
    await expect(get()).rejects.toThrow("sent it encoded as gzip");
  });

  it("gives up on a server that never ends, and continues where it was", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "text/csv", "content-length": content.length, etag: '"v1"' });
      let at = 0;
      const timer = setInterval(() => {
        response.write(content.subarray(at, at + 100));
        at += 100;
      }, 20);
      response.on("close", () => clearInterval(timer));
    };
    await expect(get({}, ["http:"], 20_000, {}, 400)).rejects.toThrow(
      "broke off (it took more than 0.4 s; --time-limit",
    );
    const { size } = await stat(join(folder, "t.csv.part"));
    expect(size).toBeGreaterThan(0);
    answer = rests((from) => plain({ ...v1, ...range(from) }, content.subarray(from), 206));
    expect((await get()).downloads[0].sha256).toBe(sha256);
    expect(asked[1].headers.range).toBe(`bytes=${size}-`);
  });

  it("names the file that cannot be written", async () => {
    answer = whole;
    await mkdir(join(folder, "t.csv.part", "in the way"), { recursive: true });
    await expect(get()).rejects.toThrow(`${join(folder, "t.csv.part")}: cannot be written`);
  });

  it("leaves what was good when the origin changed, and says how to accept the change", async () => {
    answer = whole;
    await get();
    await rm(join(folder, "t.csv"));
    answer = plain({ etag: '"v2"' }, "x,y\n5,6\n");
    await expect(get()).rejects.toThrow(`Delete ${join(folder, "t.csv.sha256")} to accept the new content`);
    expect(await readFile(join(folder, "t.csv.sha256"), "utf8")).toBe(`${sha256}\n`);
    expect((await readdir(folder)).sort()).toEqual(["PROVENANCE.txt", "t.csv.sha256"]);
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
    expect(await readdir(folder)).toEqual([]);
    answer = zipped(zip({ "a.csv": "1", "b.csv": "2" }));
    expect((await getZip()).downloads[0].verified).toBe("first download");
  });

  it("says what to delete when an archive on disk is damaged", async () => {
    const archive = zip({ "a.csv": "1", "b.csv": "2" });
    answer = zipped(archive);
    await getZip();
    const cut = archive.subarray(0, 60);
    await writeFile(join(folder, "t.zip"), cut);
    await writeFile(join(folder, "t.zip.sha256"), createHash("sha256").update(cut).digest("hex"));
    await expect(getZip()).rejects.toThrow(`delete it and ${join(folder, "t.zip.sha256")}, then fetch again`);
  });

  it("refuses an archive that holds an entry twice", async () => {
    const twice = zip({ "a.csv": "1", "b.csv": "2", "c.csv": "3" }).toString("latin1").replaceAll("c.csv", "b.csv");
    answer = zipped(Buffer.from(twice, "latin1"));
    await expect(getZip()).rejects.toThrow('holds "b.csv" twice; nothing is kept');
  });
});
