import { z } from "zod";
import { targetNames } from "../config/data.js";
import { parseConfigText } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { count } from "../files/document.js";
import { parsedJson } from "../files/json.js";
import { type ReadEpochLine, readEpochLine } from "../training/epoch-line.js";
import { isFinished } from "./commit.js";
import { parseLines, readLineFile } from "./line-file.js";
import { lockOwner } from "./lock-state.js";
import { type ReadPidLine, readPidLine } from "./pid-schemas.js";
import { readProvenance } from "./provenance.js";
import { RunFolder, runFiles } from "./run-folder.js";

/** Where a training stands: `begun` is one that has a folder and no process. */
export type ProgressState = "finished" | "running" | "begun";

/** What the files of a run tell while it trains. */
export interface RunInProgress {
  readonly state: ProgressState;
  /** As it was resolved; null before it is written. */
  readonly config: Config | null;
  readonly targets: readonly string[];
  readonly modalities: readonly string[];
  /** Rows of the training part; null before they are known. */
  readonly trainRows: number | null;
  /** Columns of all modalities that are tables; null before they are known. */
  readonly columns: number | null;
  readonly epochs: readonly ReadEpochLine[];
  readonly pidEpochs: readonly ReadPidLine[];
  /** Seconds that a finished one took. */
  readonly seconds: number | null;
}

const dealt = z.object({
  splits: z.object({ train: count }),
  missing: z.object({ modalities: z.record(z.string(), z.object({ columns: count })) }).optional(),
});

/**
 * Reads what there is of a run, finished or not; a last line that is being written is left out.
 * @throws InputError for a file that was damaged
 */
export async function readInProgress(path: string): Promise<RunInProgress> {
  const folder = new RunFolder(path);
  const state = await stateOf(folder);
  const config = await configOf(folder);
  const known = dealt.safeParse(parsedJson(text(await folder.readBytes(runFiles.data)) ?? "null"));
  return {
    ...{ state, config },
    targets: config === null ? [] : targetNames(config.data),
    modalities: config === null ? [] : Object.keys(config.data.modalities),
    trainRows: known.success ? known.data.splits.train : null,
    columns: known.success ? columnsOf(known.data.missing?.modalities) : null,
    epochs: await linesOf(folder, runFiles.metricsByEpoch, readEpochLine),
    pidEpochs: await linesOf(folder, runFiles.pidByEpoch, readPidLine),
    seconds: state === "finished" ? ((await readProvenance(folder))?.seconds ?? null) : null,
  };
}

function columnsOf(modalities: Readonly<Record<string, { readonly columns: number }>> | undefined): number | null {
  return modalities === undefined ? null : Object.values(modalities).reduce((sum, { columns }) => sum + columns, 0);
}

async function stateOf(folder: RunFolder): Promise<ProgressState> {
  if ((await lockOwner(folder.path)) !== null) return "running";
  return (await isFinished(folder)) ? "finished" : "begun";
}

async function configOf(folder: RunFolder): Promise<Config | null> {
  const written = text(await folder.readBytes(runFiles.config));
  return written === null ? null : parseConfigText(written, folder.file(runFiles.config));
}

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("utf8");
}

/** Lines of an earlier version, or of none, are left out. */
async function linesOf<T>(folder: RunFolder, name: string, schema: z.ZodType<T>): Promise<T[]> {
  return parseLines(await readLineFile(folder, name), folder.file(name)).flatMap((value) => {
    const { success, data } = schema.safeParse(value);
    return success ? [data] : [];
  });
}
