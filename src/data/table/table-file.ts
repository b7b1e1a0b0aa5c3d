import { createReadStream, type Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { createGunzip } from "node:zlib";
import { InputError } from "../../errors.js";
import { folderParts } from "../../files/folder-parts.js";
import { openUserFile } from "../../files/user-file.js";
import { foreignContent, remedyFor, type TableKind, tableKinds } from "./table-formats.js";
import type { TextSource } from "./text-source.js";

const byteOrderMark = Buffer.from("\ufeff");

/** What a table file holds, read off its name and first bytes. */
export interface TableFile {
  /** The name as the user wrote it, for messages. */
  readonly label: string;
  /** Absolute path of the file itself: links, also those of its folders, are followed. */
  readonly path: string;
  readonly kind: TableKind;
  readonly gzip: boolean;
  /** Absolute paths of the files in a folder of parts, in the order in which they are read; `path` is the folder. */
  readonly parts?: readonly string[];
  /** Changes when the file is written or replaced. */
  readonly version: string;
}

/**
 * Checks that a table file exists, can be read, has a known extension and the first bytes that go with it.
 * @param file path as the user wrote it, relative to `baseFolder`
 * @throws InputError that names the file and the remedy
 */
export async function inspectTableFile(file: string, baseFolder = "."): Promise<TableFile> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(file)) {
    throw new InputError(`${file}: tables are read from local files only; download it first.`);
  }
  const full = path.resolve(baseFolder, file);
  if ((await stat(full).catch(() => null))?.isDirectory()) return inspectFolder(file, full, baseFolder);
  const { head, version } = await firstBytes(file, full);
  const name = path.basename(full);
  const named = name.toLowerCase().endsWith(".gz");
  const kind = tableKinds.get(path.extname(named ? name.slice(0, -3) : name).toLowerCase());
  if (kind === undefined || (kind === "parquet" && named)) throw new InputError(`${file}: ${unknownFormat(name)}`);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  checkContent(file, kind, { named, gzip }, head);
  return { label: file, path: await realpath(full), kind, gzip, version };
}

/** A folder of Parquet files that are one table. @throws InputError naming the first that is none */
async function inspectFolder(label: string, full: string, baseFolder: string): Promise<TableFile> {
  const folder = await realpath(full);
  const names = await folderParts(full, label);
  const parts: string[] = [];
  const versions: string[] = [];
  for (const name of names) {
    if (!name.endsWith(".parquet")) {
      throw new InputError(
        `${label}: is a folder, and ${name} in it is no .parquet file; of folders only those of Parquet parts are read.`,
      );
    }
    const part = await inspectTableFile(path.join(label, name), baseFolder);
    parts.push(part.path);
    versions.push(part.version);
  }
  return { label, path: folder, kind: "parquet", gzip: false, parts, version: versions.join(";") };
}

async function firstBytes(file: string, full: string): Promise<{ head: Buffer; version: string }> {
  const handle = await openUserFile(full, file);
  try {
    const version = versionOf(await handle.stat());
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    if (bytesRead === 0) throw new InputError(`${file}: the file is empty.`);
    return { head: buffer.subarray(0, bytesRead), version };
  } finally {
    await handle.close();
  }
}

function unknownFormat(name: string): string {
  const known = [...tableKinds.keys()].join(" ");
  const ending = name.includes(".") ? `the ending "${name.slice(name.indexOf("."))}"` : "a name without an ending";
  return (
    `${ending} is not a table format pidreg reads. Expected one of ${known}, or one of the text formats followed by ` +
    `.gz; ${remedyFor(name)}.`
  );
}

function checkContent(file: string, kind: TableKind, { named, gzip }: { named: boolean; gzip: boolean }, head: Buffer) {
  const isParquet = head.subarray(0, 4).toString("latin1") === "PAR1";
  if (isParquet && kind !== "parquet") throw new InputError(`${file}: is Parquet data; name it .parquet.`);
  const foreign = foreignContent(head);
  if (foreign !== undefined) throw new InputError(`${file}: is ${foreign}.`);
  if (named && !gzip) throw new InputError(`${file}: ends in .gz but is not gzip data; take .gz off its name.`);
  if (kind === "parquet" && gzip) throw new InputError(`${file}: is gzip data; decompress it first (gunzip).`);
  if (kind === "parquet" && !isParquet) throw new InputError(`${file}: ends in .parquet but is not Parquet data.`);
}

/**
 * The bytes of a text table, decompressed, without a byte order mark.
 * @throws InputError when gzip data is damaged or cut off, which the table reader itself does not notice
 */
export async function* tableBytes(file: TableFile, chunkSize = 1 << 20): AsyncGenerator<Buffer> {
  const raw = createReadStream(file.path, { highWaterMark: chunkSize });
  const stream = file.gzip ? raw.pipe(createGunzip({ chunkSize })) : raw;
  raw.on("error", (error) => stream.destroy(error));
  let first = true;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      yield first && chunk.subarray(0, 3).equals(byteOrderMark) ? chunk.subarray(3) : chunk;
      first = false;
    }
  } catch (error) {
    const { message } = error as Error;
    if (!file.gzip) throw new InputError(`${file.label}: cannot be read: ${message}.`);
    throw new InputError(
      `${file.label}: the gzip data is damaged or cut off (${message}); download or compress the file again.`,
    );
  } finally {
    raw.destroy();
    stream.destroy();
  }
}

/** A text table in a file. */
export function textOf(file: TableFile): TextSource {
  return {
    ...{ label: file.label, kind: file.kind },
    bytes: (chunkSize) => tableBytes(file, chunkSize),
    refuseChanged: () => refuseChanged(file),
  };
}

/** Reads a gzip file to its end. @throws InputError as `tableBytes` */
export async function refuseDamaged(file: TableFile): Promise<void> {
  for await (const chunk of tableBytes(file)) void chunk;
}

/** @throws InputError when the file was written or replaced since it was opened: what was read is of two tables */
export async function refuseChanged(file: TableFile): Promise<void> {
  const paths = file.parts ?? [file.path];
  const versions = await Promise.all(paths.map((part) => stat(part).then(versionOf, () => "gone")));
  const added = file.parts !== undefined && (await folderParts(file.path).catch(() => [])).length !== paths.length;
  const version = versions.includes("gone") ? "gone" : added ? "other parts" : versions.join(";");
  if (version === file.version) return;
  throw new InputError(
    `${file.label}: the file ${version === "gone" ? "was removed" : "changed"} while it was read; ` +
      "wait until it is written, then start again.",
  );
}

function versionOf({ dev, ino, size, mtimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs].join(" ");
}
