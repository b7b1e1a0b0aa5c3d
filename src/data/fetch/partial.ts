import { readFile, rm, stat } from "node:fs/promises";
import { writeWhole } from "../../files/write-whole.js";

/** The beginning of a file whose download broke off, beside which stands which content it is the beginning of. */
export interface Part {
  readonly file: string;
  /** Above 0. */
  readonly bytes: number;
  /** Strong ETag of the content, or the date of its last change. */
  readonly validator: string;
  /** Bytes of the whole content; null when the server did not say. */
  readonly total: number | null;
}

/** The bytes that a partial answer holds: first, last, and of how many. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

const recordOf = (file: string) => `${file}.etag`;
/** A strong ETag (a weak one promises no equal bytes), or a date as HTTP writes it. */
const validatorForm = /^(?:"[\x21\x23-\x7e]*"|[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT)$/;

/** What is on disk of a file; null when there is nothing that could be continued. */
export async function readPart(file: string): Promise<Part | null> {
  const record = await readFile(recordOf(file), "utf8").catch(() => null);
  const bytes = await stat(file).then(
    (info) => (info.isFile() ? info.size : 0),
    () => 0,
  );
  if (record === null || bytes === 0) return null;
  const [validator, total = "", ...more] = record.replace(/\n$/, "").split("\n");
  if (!validatorForm.test(validator) || !/^\d{0,15}$/.test(total) || more.length > 0) return null;
  const whole = total === "" ? null : Number(total);
  return whole !== null && bytes >= whole ? null : { file, bytes, validator, total: whole };
}

/** Forgets what is on disk of a file. */
export async function discardPart(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(recordOf(file), { force: true });
}

/** Notes which content a file will hold the beginning of; nothing when the answer does not tell. */
export async function recordPart(file: string, headers: Headers, total: number | null): Promise<void> {
  const validator = validatorOf(headers);
  if (validator !== null) await writeWhole(recordOf(file), `${validator}\n${total ?? ""}\n`);
}

/** Forgets the note: the file is whole. */
export async function closePart(file: string): Promise<void> {
  await rm(recordOf(file), { force: true });
}

/** Headers that ask for the rest of a part, if its content is still the same. */
export function restHeaders({ bytes, validator }: Part): Record<string, string> {
  return { range: `bytes=${bytes}-`, "if-range": validator };
}

/** The range of an answer that is the whole rest of the part and of the same content; null for any other answer. */
export function restOf({ bytes, validator, total }: Part, { status, headers }: Response): ContentRange | null {
  const range = status === 206 ? contentRange(headers) : null;
  if (range === null || range.first !== bytes || range.last !== range.total - 1) return null;
  if (total !== null && range.total !== total) return null;
  const length = announcedLength(headers);
  if (length !== null && length !== range.last - range.first + 1) return null;
  return headers.get(validator.startsWith('"') ? "etag" : "last-modified") === validator ? range : null;
}

/** Bytes that an answer announces; null when it does not. */
export function announcedLength(headers: Headers): number | null {
  const length = headers.get("content-length");
  return length === null ? null : Number(length);
}

/** `bytes FIRST-LAST/TOTAL`. */
function contentRange(headers: Headers): ContentRange | null {
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers.get("content-range") ?? "");
  if (found === null) return null;
  const [first, last, total] = found.slice(1).map(Number);
  return { first, last, total };
}

/** A date counts when it is a minute old: of two changes within its second only one would show (RFC 9110, 8.8.2.2). */
function validatorOf(headers: Headers): string | null {
  const tag = headers.get("etag");
  if (tag !== null && validatorForm.test(tag)) return tag;
  const changed = headers.get("last-modified") ?? "";
  const age = Date.parse(headers.get("date") ?? "") - Date.parse(changed);
  return validatorForm.test(changed) && age >= 60_000 ? changed : null;
}
