import { writeFile } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";
import { InputError } from "../errors.js";
import { conformalHalfWidth } from "../evaluation/conformal.js";
import { gaussianTarget, type PredictTableOptions, predictTable, shapeOf } from "./external-table.js";
import { predictionCsv } from "./prediction-table.js";

export interface PredictRunOptions extends Omit<PredictTableOptions, "targets"> {
  readonly out: string;
  /** Coverage of the prediction intervals, in (0, 1). */
  readonly level: number;
}

export interface PredictRunResult {
  readonly out: string;
  readonly rows: number;
  readonly targets: readonly string[];
  readonly level: number;
  /** Half width of the intervals per target, user's units. */
  readonly halfWidths: readonly number[];
  /** Whether sample-level atoms were written; they need the target column. */
  readonly localAtoms: boolean;
  readonly messages: readonly string[];
}

/**
 * Predicts every row of a table and writes them as CSV: prediction, split-conformal interval from the run's validation
 * part, contribution of each modality and product, and sample-level atoms where the table holds the target.
 */
export async function predictRun(options: PredictRunOptions): Promise<PredictRunResult> {
  const table = await predictTable({ ...options, targets: "optional" });
  const { stored, dataset, explained, spread, truth } = table;
  const targets = stored.targetTransform.names;
  const halfWidths = stored.absoluteErrors.map((errors) => conformalHalfWidth(errors, options.level));
  const known = truth?.every((value) => Number.isFinite(value)) === true;
  const local = known ? stored.atomReader.read(explained.latents, gaussianTarget(table), shapeOf(stored)) : null;
  const csv = predictionCsv({
    ids: dataset.rowIds,
    targets,
    truth,
    explained,
    local,
    halfWidths,
    ...(spread === null ? {} : { spread }),
  });
  await write(options.out, csv);
  const { messages } = dataset.account;
  return {
    out: options.out,
    rows: dataset.rows,
    targets,
    level: options.level,
    halfWidths,
    localAtoms: known,
    messages,
  };
}

async function write(out: string, text: string): Promise<void> {
  try {
    // A device such as /dev/stdout cannot be replaced by a renamed file.
    await (out.startsWith("/dev/") ? writeFile(out, text) : writeFileAtomic(out, text));
  } catch (error) {
    throw new InputError(`${out}: cannot write the predictions (${(error as NodeJS.ErrnoException).code})`);
  }
}
