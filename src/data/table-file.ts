import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "../errors.js";

/** What a table file holds, read off its name and first bytes. */
export interface TableFile {
  /** The name as the user wrote it, for messages. */
  readonly label: string;
  /** Absolute path. */
  readonly path: string;
  readonly kind: "csv" | "tsv" | "json-lines" | "json" | "parquet";
  readonly gzip: boolean;
}

const kinds: ReadonlyMap<string, TableFile["kind"]> = new Map([
  [".csv", "csv"],
  [".tsv", "tsv"],
  [".tab", "tsv"],
  [".jsonl", "json-lines"],
  [".ndjson", "json-lines"],
  [".json", "json"],
  [".parquet", "parquet"],
  [".pq", "parquet"],
]);

/**
 * Checks that a table file exists, can be read, has a known extension and the first bytes that go with it.
 * @param file path as the user wrote it, relative to `baseFolder`
 * @throws InputError that names the file and the remedy
 */
export async function inspectTableFile(file: string, baseFolder = "."): Promise<TableFile> {
  const full = path.resolve(baseFolder, file);
  const gzip = full.toLowerCase().endsWith(".gz");
  const extension = path.extname(gzip ? full.slice(0, -3) : full).toLowerCase();
  const kind = kinds.get(extension);
  const head = await firstBytes(file, full);
  if (kind === undefined || (kind === "parquet" && gzip)) {
    const known = [...kinds.keys()].join(" ");
    throw new InputError(
      `${file}: the ending "${path.basename(full).slice(path.basename(full).indexOf("."))}" is not a table format ` +
        `pidreg reads. Expected one of ${known}, or one of the text formats followed by .gz.`,
    );
  }
  checkMagic(file, kind, gzip, head);
  return { label: file, path: full, kind, gzip };
}

async function firstBytes(file: string, full: string): Promise<Buffer> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(file)) {
    throw new InputError(`${file}: tables are read from local files only; download it first.`);
  }
  try {
    const info = await stat(full);
    if (!info.isFile()) throw new InputError(`${file}: is a ${info.isDirectory() ? "folder" : "device"}, not a file.`);
    const handle = await open(full, "r");
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0);
      if (bytesRead === 0) throw new InputError(`${file}: the file is empty.`);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(fileProblem(file, full, error));
  }
}

function fileProblem(file: string, full: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const where = path.isAbsolute(file) ? "" : ` (looked for ${full})`;
  if (code === "ENOENT" || code === "ENOTDIR") return `${file}: there is no such file${where}.`;
  if (code === "EACCES" || code === "EPERM") return `${file}: no permission to read the file${where}.`;
  return `${file}: cannot be read${where}: ${(error as Error).message}.`;
}

function checkMagic(file: string, kind: TableFile["kind"], gzip: boolean, head: Buffer): void {
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  if (gzip && !isGzip) throw new InputError(`${file}: ends in .gz but is not gzip data.`);
  if (!gzip && isGzip) throw new InputError(`${file}: is gzip data; add .gz to its name.`);
  const isParquet = head.subarray(0, 4).toString("latin1") === "PAR1";
  if (kind === "parquet" && !isParquet) throw new InputError(`${file}: ends in .parquet but is not Parquet data.`);
  if (kind !== "parquet" && isParquet) throw new InputError(`${file}: is Parquet data; name it .parquet.`);
}

/**
 * Reads a gzip file to its end and checks length and checksum, which the table reader itself does not: a truncated
 * download would otherwise pass as a shorter table.
 * @throws InputError
 */
export async function verifyGzip(file: TableFile): Promise<void> {
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(file.path, { highWaterMark: 1 << 20 }), createGunzip({ chunkSize: 1 << 20 }), sink);
  } catch (error) {
    throw new InputError(
      `${file.label}: the gzip data is damaged or cut off (${(error as Error).message}); ` +
        "download or compress the file again.",
    );
  }
}
