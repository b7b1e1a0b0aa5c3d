import { type PreparedRows, readRows } from "../data/rows.js";
import { InputError } from "../errors.js";
import { correlatedGroups } from "../evaluation/importance/correlated.js";
import type { PredictRows } from "../evaluation/importance/measure.js";
import { Rng } from "../math/rng.js";
import { type ImportanceModality, measureImportance } from "../run/importance/measure.js";
import { measuredRegression } from "../tasks/regression/measured-regression.js";
import type { Importance, ImportanceColumns, ImportanceOptions } from "./importance-options.js";

/** The only target; it has no name. */
const target = "y";

/** As `permutationImportance`. */
export async function importanceInMemory(options: ImportanceOptions): Promise<Importance[]> {
  const { repeats = 5, seed = 1, groups, modalities } = options;
  const truth = Float64Array.from(options.truth);
  const rows = truth.length;
  check(options, rows);
  const { modalities: measured } = await measureImportance(
    {
      modalities: Object.entries(modalities).map(([name, given]) => modalityOf(name, given)),
      rows: Int32Array.from({ length: rows }, (_, i) => i),
      ...{ truth, targets: [target], error: measuredRegression.metrics.headline, groups, perRow: 1 },
      predict: predictorOf(options),
    },
    { bounded: false, repeats, rng: new Rng(seed) },
  );
  return Object.entries(measured).flatMap(([modality, { items }]) =>
    items.map(({ kind, name, columns, targets }) => ({ modality, kind, name, columns, ...targets[target] })),
  );
}

function check({ modalities, groups, repeats = 5 }: ImportanceOptions, rows: number): void {
  if (rows < 2) throw new InputError(`truth: ${rows} values; at least 2 rows are needed to permute any`);
  if (!Number.isInteger(repeats) || repeats < 1) {
    throw new InputError(`repeats: ${repeats}; expected a whole number of at least 1`);
  }
  if (groups !== undefined && groups.length !== rows) {
    throw new InputError(`groups: ${groups.length} labels for ${rows} rows; give one for each`);
  }
  for (const [name, { columns, values }] of Object.entries(modalities)) {
    if (columns.length > 0 && values.length === rows * columns.length) continue;
    throw new InputError(
      `modalities.${name}: ${values.length} values are not ${rows} rows of ${columns.length} columns; truth says how many rows`,
    );
  }
}

function modalityOf(name: string, { columns, values }: ImportanceColumns): ImportanceModality {
  return {
    input: { name, width: columns.length, values: Float32Array.from(values) },
    features: columns.map((column, i) => ({ name: column, inputs: [i] })),
    groups: correlatedGroups(values, columns.length),
  };
}

/** The model of the caller; it is given numbers in double precision. */
function predictorOf({ predict }: ImportanceOptions): PredictRows {
  return async (inputs, count) => {
    const rows: Record<string, Float64Array> = {};
    for (const input of inputs) rows[input.name] = await valuesOf(input, count);
    const predicted = Float64Array.from(await predict(rows, count));
    if (predicted.length === count && predicted.every(Number.isFinite)) return predicted;
    throw new InputError(
      `predict: gave ${predicted.length} predictions of ${count} rows; expected a finite one for each`,
    );
  };
}

async function valuesOf(input: PreparedRows, count: number): Promise<Float64Array> {
  const numbers = Int32Array.from({ length: count }, (_, i) => i);
  const values = new Float32Array(count * input.width);
  await readRows(input, numbers, values);
  return Float64Array.from(values);
}
