import { createWriteStream } from "node:fs";
import { readFile, rename, stat } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { RunError } from "../../errors.js";
import { dataChecksum } from "../../files/checksum.js";
import { isSystemError, WriteError, writing } from "../../files/write-error.js";
import { writeWhole } from "../../files/write-whole.js";
import type { RemoteFile } from "./datasets.js";
import {
  announcedLength,
  closePart,
  discardPart,
  type Part,
  readPart,
  recordPart,
  restHeaders,
  restOf,
} from "./partial.js";
import { networkReason, type RequestRules, request } from "./request.js";
import { TimeWatch } from "./time-limits.js";

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
 * server still has the same content, else started over. The checksum is recorded in `FILE.sha256`.
 * @param inspect looks into a file that has just come, before it gets its name: throws what is wrong with it
 * @throws RunError when the server refuses, sends something else, too much or too little, or the checksum differs
 */
export async function download(
  remote: RemoteFile,
  file: string,
  rules: RequestRules = {},
  inspect: (file: string) => Promise<unknown> = async () => undefined,
): Promise<Downloaded> {
  const present = (await sizeOf(file)) !== null;
  const content = present ? file : `${file}.part`;
  if (!present) await receive(remote, content, rules);
  const sha256 = await dataChecksum(content);
  const record = await recorded(`${file}.sha256`);
  const expected = remote.sha256 ?? record;
  if (expected !== null && expected !== sha256) {
    if (!present) await discardPart(content);
    throw new RunError(`${file}: its SHA-256 is ${sha256}, expected ${expected}; ${mismatch(remote, file, present)}`);
  }
  if (!present) {
    await inspect(content).catch(async (error: Error) => {
      await discardPart(content);
      throw error instanceof RunError ? new RunError(`${error.message}; nothing is kept`) : error;
    });
    await writing(file, () => rename(content, file));
  }
  if (record === null) await writeWhole(`${file}.sha256`, `${sha256}\n`);
  const verified = remote.sha256 !== undefined ? "registry" : record !== null ? "record" : "first download";
  return { file, bytes: (await sizeOf(file)) ?? 0, sha256, verified, present };
}

function mismatch({ sha256 }: RemoteFile, file: string, present: boolean): string {
  if (present) return "the file was changed: delete it and fetch again";
  const accept = sha256 === undefined ? `. Delete ${file}.sha256 to accept the new content` : "";
  return `the origin changed its content, nothing is kept${accept}`;
}

/** Brings the file `part` to its full length. */
async function receive(remote: RemoteFile, part: string, rules: RequestRules): Promise<void> {
  const watch = new TimeWatch(rules);
  try {
    const { response, start, total } = await answerFor(remote, await readPart(part), rules, watch.signal);
    if (start === 0) {
      await discardPart(part);
      await recordPart(part, response.headers, total);
    }
    await store(remote, { response, start, total }, part, watch);
    await closePart(part);
  } catch (error) {
    if (error instanceof RunError && watch.reason === null) throw error;
    // What comes from the network has another shape: fetch wraps it.
    if (isSystemError(error)) throw new WriteError(part, error);
    const reason = watch.reason ?? networkReason(error);
    throw new RunError(`${remote.url}: the download broke off (${reason}); repeat the command to continue it`);
  } finally {
    watch.stop();
  }
}

/** An answer that is worth storing: where its first byte belongs, and how long the whole file will be, if it says so. */
interface Answer {
  readonly response: Response;
  readonly start: number;
  readonly total: number | null;
}

/** Asks for the rest of what is on disk, or where the server has no rest of the same content, for the whole file. */
async function answerFor(remote: RemoteFile, part: Part | null, rules: RequestRules, signal: AbortSignal) {
  if (part !== null) {
    const response = await request(remote.url, restHeaders(part), rules, signal);
    const rest = restOf(part, response);
    if (rest !== null) return checked(remote, { response, start: part.bytes, total: rest.total });
    if (response.status !== 206 && response.status !== 416) return checked(remote, whole(response), part);
    await response.body?.cancel();
  }
  return checked(remote, whole(await request(remote.url, {}, rules, signal)), part);
}

function whole(response: Response): Answer {
  return { response, start: 0, total: announcedLength(response.headers) };
}

/** @param part what stays on disk when the answer is refused */
function checked(remote: RemoteFile, answer: Answer, part: Part | null = null): Answer {
  const { url, contentTypes, maxBytes, sha256 } = remote;
  const { status, statusText, headers } = answer.response;
  const kept = part === null ? "nothing is kept" : "what came before is kept, repeat the command to continue";
  const refuse = (what: string) => new RunError(`${url}: ${what}; ${kept}`);
  if (status !== (answer.start > 0 ? 206 : 200)) throw refuse(`the server answered ${status} ${statusText}`);
  const type = (headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  if (!contentTypes.includes(type)) throw refuse(`the server sent "${type}", expected ${contentTypes.join(" or ")}`);
  const coding = headers.get("content-encoding") ?? "identity";
  if (coding !== "identity") throw refuse(`the server sent it encoded as ${coding}, which was not asked for`);
  const { total } = answer;
  if (total !== null && total > maxBytes) throw refuse(`the server announces ${total} bytes, more than ${maxBytes}`);
  if (total === null && sha256 === undefined && headers.get("transfer-encoding") !== "chunked") {
    throw refuse("the server does not say how long the file is, so a cut one could not be told from a whole one");
  }
  return answer;
}

async function store(
  { url, maxBytes }: RemoteFile,
  { response, start, total }: Answer,
  part: string,
  watch: TimeWatch,
): Promise<void> {
  let bytes = start;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      watch.heard();
      bytes += chunk.length;
      done(bytes > maxBytes ? new RunError(`${url}: sends more than ${maxBytes} bytes; nothing is kept`) : null, chunk);
    },
  });
  try {
    const body = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as ReadableStream);
    await pipeline(body, count, createWriteStream(part, { flags: start > 0 ? "a" : "w" }));
    if (bytes === 0) throw new RunError(`${url}: the server sent an empty file; nothing is kept`);
    if (total !== null && bytes > total) throw new RunError(`${url}: sends more than it announced; nothing is kept`);
  } catch (error) {
    if (error instanceof RunError) await discardPart(part);
    throw error;
  }
  if (total !== null && bytes < total) throw new Error(`${bytes} of ${total} bytes came`);
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
