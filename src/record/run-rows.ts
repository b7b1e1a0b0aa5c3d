import type { z } from "zod";
import type { SavedSplit } from "../data/dataset.js";
import { partNames } from "../data/split/split.js";
import { InputError } from "../errors.js";
import { sha256 } from "../files/checksum.js";
import { encoded } from "../files/document.js";
import { jsonText, parsedJson } from "../files/json.js";
import { dataDocument, environmentFile, splitDocument } from "./data-schemas.js";
import { damaged, RunReader, readDigests } from "./digests.js";
import { RunFolder, runFiles } from "./run-folder.js";

const checksumsOf = environmentFile.pick({ dataChecksum: true });
/** What data.json says of rows that trained from disk. */
const onDiskOf = dataDocument.pick({ outOfCore: true });

/** What a run recorded of its rows and files; null for what it did not. */
export interface RunRows {
  /** split.json: row ids of the parts. */
  readonly ids: SavedSplit | null;
  /** rows.json: digests of the same rows' features, in the same order. */
  readonly digests: SavedSplit | null;
  /** SHA-256 of every data file, by its name in the config. */
  readonly checksums: Readonly<Record<string, string>>;
  /** Of a table out of core the rows that trained and are in neither file; left out where there are none. */
  readonly unlisted?: number;
}

/** The text of split.json, and of rows.json. @param label what errors call it */
export function rowsText(rows: SavedSplit, label: string): string {
  return `${jsonText(encoded(splitDocument, rows, label), label)}\n`;
}

/**
 * Reads what a run recorded of its rows; every file is what was written, where the run carries digests.
 * @param folder run folder; where a model was copied alone, there is nothing to read
 * @throws InputError when a file is damaged, or was taken away from a run that carries digests
 */
export async function readRunRows(folder: string): Promise<RunRows> {
  return RunReader.reading(folder, async (reader) => {
    const read = <T>(name: string, schema: z.ZodType<T>) => readParsed(folder, reader, name, schema);
    const found = await read(runFiles.split, splitDocument);
    const digests = await read(runFiles.rows, splitDocument);
    checkLengths(folder, found, digests);
    const environment = await read(runFiles.environment, checksumsOf);
    const known = environment?.dataChecksum ?? {};
    const onDisk = (await read(runFiles.data, onDiskOf))?.outOfCore?.trainingRows;
    return {
      ...{ ids: found, digests, checksums: typeof known === "string" ? { "the training table": known } : known },
      ...(onDisk === undefined || found === null ? {} : { unlisted: onDisk - found.train.length }),
    };
  });
}

function checkLengths(folder: string, ids: SavedSplit | null, digests: SavedSplit | null): void {
  if (ids === null || digests === null) return;
  const other = partNames.find((part) => ids[part].length !== digests[part].length);
  if (other === undefined) return;
  throw new InputError(
    `${new RunFolder(folder).file(runFiles.rows)}: "${other}" has ${digests[other].length} rows and ${runFiles.split} ` +
      `${ids[other].length}; the files are not of one run`,
  );
}

async function readParsed<T>(folder: string, reader: RunReader, name: string, schema: z.ZodType<T>): Promise<T | null> {
  if (!(await reader.has(name))) return null;
  const file = new RunFolder(folder).file(name);
  const bytes = await reader.read(name).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof InputError) throw error;
    if (error.code === "ENOENT") throw damaged(file, `it is missing, and ${runFiles.digests} lists it`);
    throw new InputError(`${file}: cannot be read (${error.code ?? error.message})`);
  });
  const parsed = schema.safeParse(parsedJson(bytes.toString("utf8")));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw new InputError(`${file}: ${key}${issue.message}; the file was damaged or edited`);
}

/**
 * A run is continued, and evaluated anew, on its own rows: others would test on rows that trained.
 * @param rows that the config deals out to the parts now
 * @throws InputError when the run was begun with others
 */
export async function refuseOtherRows(folder: RunFolder, rows: SavedSplit): Promise<void> {
  const file = folder.file(runFiles.split);
  // Of a finished run the digest counts: a file that was damaged since is written again.
  const digests = await readDigests(folder.path);
  if (digests?.get(runFiles.split) === sha256(rowsText(rows, file))) return;
  if (!(await folder.has(runFiles.split))) return;
  const found = splitDocument.safeParse(parsedJson(await folder.readText(runFiles.split)));
  const listed = (split: SavedSplit) => JSON.stringify(partNames.map((part) => split[part]));
  if (found.success && listed(found.data) === listed(rows)) return;
  throw new InputError(
    `${file}: holds other rows than this version of pidreg deals out to the parts: it was damaged or edited, or the run ` +
      "was begun with another version. Restore it from a copy, continue the run with that version, or train its rows " +
      "anew in another folder, with data.split: { by: file, file: split.json }",
  );
}
