import { InputError } from "../errors.js";
import { conformalHalfWidth } from "../evaluation/conformal.js";
import { gaussianTarget, type PredictTableOptions, predictTable, shapeOf } from "./external-table.js";
import type { StoredModel } from "./model-folder.js";
import { checkOutputFile, writeOutput } from "./output-file.js";
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
  const { level, out } = options;
  if (!(level > 0 && level < 1)) throw new InputError(`--level ${level}: expected a number between 0 and 1`);
  await checkOutputFile(out, [options.data]);
  const table = await predictTable({ ...options, targets: "optional" });
  const { stored, dataset, explained, spread, truth } = table;
  const targets = stored.targetTransform.names;
  const halfWidths = stored.absoluteErrors.map((errors) => conformalHalfWidth(errors, level));
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
  await writeOutput(out, csv);
  const unbounded = targets.filter((_, t) => halfWidths[t] === Number.POSITIVE_INFINITY);
  const messages = [...dataset.account.messages, ...unbounded.map((name) => unboundedMessage(name, stored, level))];
  return {
    out,
    rows: dataset.rows,
    targets,
    level,
    halfWidths,
    localAtoms: known,
    messages,
  };
}

function unboundedMessage(name: string, { absoluteErrors }: StoredModel, level: number): string {
  const rows = absoluteErrors[0].length;
  return (
    `${name}: no intervals of coverage ${level}; ${rows} validation rows allow at most ` +
    `${Math.floor((1000 * rows) / (rows + 1)) / 1000}. The columns .lower and .upper are empty`
  );
}
