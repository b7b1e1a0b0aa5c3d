import { createWriteStream } from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { RunError } from "../../errors.js";
import { dataChecksum } from "../../files/checksum.js";
import { WriteError, writing } from "../../files/write-error.js";
import { writeWhole } from "../../files/write-whole.js";
import type { RemoteFile } from "./datasets.js";
import { networkReason, type RequestRules, request } from "./request.js";

/** A file that is on disk, its checksum held against what was known. */
export interface Downloaded {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What the checksum was compared with: the registry, the record of an earlier download, or nothing yet. */
  readonly verified: "registry" | "record" | "first download";
  /** Whether it was there already. */
  readonly present: boolean;
}

/**
 * Downloads a file unless it is there. An interrupted download leaves `FILE.part` and is continued from there if the
 * server still has the same content. The checksum is recorded in `FILE.sha256`.
 * @throws RunError when the server refuses, sends something else, too much or too little, or the checksum differs
 */
export async function download(remote: RemoteFile, file: string, rules: RequestRules = {}): Promise<Downloaded> {
  const present = (await sizeOf(file)) !== null;
  if (!present) await receive(remote, `${file}.part`, rules);
  const content = present ? file : `${file}.part`;
  const sha256 = await dataChecksum(content);
  const record = await recorded(`${file}.sha256`);
  const expected = remote.sha256 ?? record;
  if (expected !== null && expected !== sha256) {
    if (!present) await rm(content);
    throw new RunError(
      `${file}: its SHA-256 is ${sha256}, expected ${expected}; ` +
        (present
          ? "the file was changed: delete it and fetch again"
          : "the origin changed its content, nothing is kept"),
    );
  }
  if (!present) await writing(file, () => rename(content, file));
  if (record === null) await writeWhole(`${file}.sha256`, `${sha256}\n`);
  const verified = remote.sha256 !== undefined ? "registry" : record !== null ? "record" : "first download";
  return { file, bytes: (await sizeOf(file)) ?? 0, sha256, verified, present };
}

/** Brings `part` to its full length. */
async function receive(remote: RemoteFile, part: string, rules: RequestRules): Promise<void> {
  const tag = await readFile(`${part}.etag`, "utf8").catch(() => null);
  const have = tag === null ? 0 : ((await sizeOf(part)) ?? 0);
  const stall = new Stall(rules.silenceMs ?? 30_000);
  try {
    const headers = have > 0 && tag !== null ? { range: `bytes=${have}-`, "if-range": tag } : {};
    const response = await request(remote.url, headers as Record<string, string>, rules, stall.signal);
    const continues = response.status === 206 && contentStart(response) === have && have > 0;
    checkAnswer(remote, response, continues ? have : 0, continues);
    await forget(part, continues);
    const etag = response.headers.get("etag");
    // A weak tag promises no equal bytes.
    if (etag !== null && !etag.startsWith("W/")) await writeWhole(`${part}.etag`, etag);
    await store(remote, response, part, continues ? have : 0, stall);
    await rm(`${part}.etag`, { force: true });
  } catch (error) {
    if (error instanceof RunError && !stall.signal.aborted) throw error;
    if (isDiskError(error)) throw new WriteError(part, error);
    const reason = stall.signal.aborted
      ? `the server sent nothing for ${stall.silenceMs / 1000} s`
      : networkReason(error);
    throw new RunError(`${remote.url}: the download broke off (${reason}); repeat the command to continue it`);
  } finally {
    stall.stop();
  }
}

function checkAnswer(remote: RemoteFile, response: Response, start: number, continues: boolean): void {
  const { url, contentTypes, maxBytes } = remote;
  const refuse = (what: string) => new RunError(`${url}: ${what}; nothing is kept`);
  if (response.status !== 200 && !continues)
    throw refuse(`the server answered ${response.status} ${response.statusText}`);
  const type = (response.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (!contentTypes.includes(type)) throw refuse(`the server sent "${type}", expected ${contentTypes.join(" or ")}`);
  const length = Number(response.headers.get("content-length") ?? 0);
  if (start + length > maxBytes) throw refuse(`the server announces ${start + length} bytes, more than ${maxBytes}`);
}

async function store(remote: RemoteFile, response: Response, part: string, start: number, stall: Stall): Promise<void> {
  if (response.body === null) throw new RunError(`${remote.url}: the server sent an empty answer`);
  let bytes = start;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      stall.heard();
      bytes += chunk.length;
      done(
        bytes > remote.maxBytes ? new RunError(`${remote.url}: sends more than ${remote.maxBytes} bytes`) : null,
        chunk,
      );
    },
  });
  const body = Readable.fromWeb(response.body as ReadableStream);
  await pipeline(body, count, createWriteStream(part, { flags: start > 0 ? "a" : "w" }));
  const length = response.headers.get("content-length");
  if (length !== null && bytes !== start + Number(length)) {
    throw new Error(`${bytes} of ${start + Number(length)} bytes came`);
  }
  if (bytes === 0) throw new RunError(`${remote.url}: the server sent an empty file`);
}

/** First byte of a partial answer. */
function contentStart(response: Response): number | null {
  const range = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
  return range === null ? null : Number(range[1]);
}

async function forget(part: string, continues: boolean): Promise<void> {
  if (continues) return;
  await rm(part, { force: true });
  await rm(`${part}.etag`, { force: true });
}

async function sizeOf(file: string): Promise<number | null> {
  return stat(file).then(
    (info) => info.size,
    () => null,
  );
}

async function recorded(file: string): Promise<string | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  const sum = text.trim();
  if (!/^[0-9a-f]{64}$/.test(sum)) throw new RunError(`${file}: is not a recorded SHA-256; delete it and fetch again`);
  return sum;
}

/** What comes from the network has another shape: fetch wraps it. */
function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === "write" || syscall === "open" || syscall === "rename";
}

/** Fires when nothing was heard for a while. */
class Stall {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(readonly silenceMs: number) {
    this.timer = this.start();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(), this.silenceMs);
  }
}
