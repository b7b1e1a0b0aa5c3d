import { z } from "zod";
import type { SavedSplit } from "../data/dataset.js";
import { InputError } from "../errors.js";
import { type RunFolder, runFiles } from "./run-folder.js";

const ids = z.array(z.string());
const partsSchema = z.looseObject({ train: ids, validation: ids, test: ids });
/** One checksum without a name in runs of early versions. */
const checksums = z.union([z.string(), z.record(z.string(), z.string())]);
const environmentSchema = z.looseObject({ dataChecksum: checksums.optional() });

/** What a run recorded of its rows and files; null for what it did not. */
export interface RunRows {
  /** split.json: row ids of the parts. */
  readonly ids: SavedSplit | null;
  /** rows.json: digests of the same rows' features, in the same order. */
  readonly digests: SavedSplit | null;
  /** SHA-256 of every data file, by its name in the config. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** Writes rows.json. */
export async function writeRowDigests(folder: RunFolder, digests: SavedSplit): Promise<void> {
  await folder.writeText(runFiles.rows, `${JSON.stringify(digests)}\n`);
}

/** Reads what a run recorded of its rows. @throws InputError when a file is damaged */
export async function readRunRows(folder: RunFolder): Promise<RunRows> {
  const found = await read(folder, runFiles.split, partsSchema);
  const digests = await read(folder, runFiles.rows, partsSchema);
  for (const part of ["train", "validation", "test"] as const) {
    if (found === null || digests === null || found[part].length === digests[part].length) continue;
    throw new InputError(
      `${folder.file(runFiles.rows)}: "${part}" has ${digests[part].length} rows and ${runFiles.split} ` +
        `${found[part].length}; the files are not of one run`,
    );
  }
  const environment = await read(folder, runFiles.environment, environmentSchema);
  const known = environment?.dataChecksum ?? {};
  return { ids: found, digests, checksums: typeof known === "string" ? { "the training table": known } : known };
}

async function read<T>(folder: RunFolder, name: string, schema: z.ZodType<T>): Promise<T | null> {
  if (!(await folder.has(name))) return null;
  const parsed = schema.safeParse(await folder.readJson(name));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${folder.file(name)}: ${issue.path.join(".")}: ${issue.message}; the file was damaged or edited`,
  );
}
