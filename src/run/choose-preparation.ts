import type { DataConfig } from "../config/data.js";
import type { Dataset } from "../data/dataset.js";
import type { FittedInputs } from "../data/prepare/fitted-inputs.js";
import { preparedColumns, type SampledColumns, tableWidth } from "../data/prepare/prepared-columns.js";
import { takeTargets } from "../data/target/target-transform.js";
import { variance } from "../math/descriptive.js";
import { fitRidge } from "../models/baselines/ridge.js";
import type { TargetCoding } from "../tasks/task.js";

/** How columns are prepared, and the sentence that says why; null where there is nothing to choose. */
export interface PreparationChoice {
  readonly inputs: FittedInputs;
  readonly message: string | null;
}

/** What the choice is made from. */
export interface ChoiceInputs extends Pick<SampledColumns, "leftOut"> {
  readonly dataset: SampledColumns["dataset"] & Pick<Dataset, "targets">;
  readonly trainRows: Int32Array;
  readonly inputs: DataConfig["inputs"];
  readonly coding: Pick<TargetCoding, "encode">;
}

/** Most training rows that are compared, and about the most multiplications of one of the two fits. */
const mostRows = 4000;
const mostWork = 5e8;

/** Share by which robust scaling has to err less: of two that err alike ranks bear outliers better. */
const leastGain = 0.005;

/**
 * Ranks or robust scaling of columns of tables, whichever ridge regression of the target errs less with, by generalised
 * cross-validation on training rows: ranks bend what is straight, and straighten what a skewed column bends. Networks err
 * less on the same scale (experiments/speed).
 */
export function choosePreparation({ inputs, ...given }: ChoiceInputs): PreparationChoice {
  const { preparation } = inputs;
  if (preparation !== "auto") return { inputs: { ...inputs, preparation }, message: null };
  const ranks = { ...inputs, preparation: "quantile" } as const;
  const scaled = { ...inputs, preparation: "robust" } as const;
  const rows = comparedRows(given);
  const targets = given.coding.encode(takeTargets(given.dataset.targets, rows).map(({ values }) => values));
  const missed = [ranks, scaled].map((each) =>
    missedByRidge(preparedColumns({ ...given, rows }, each), targets, rows.length),
  );
  const [ofRanks, ofScaled] = missed;
  if (ofRanks === null || ofScaled === null) return { inputs: ranks, message: null };
  const straight = ofScaled < (1 - leastGain) * ofRanks;
  const [first, second] = straight ? [ofScaled, ofRanks] : [ofRanks, ofScaled];
  const message =
    `columns are ${straight ? "scaled robustly" : "mapped to normal scores"}: a linear map of them leaves ${percent(first)} % of ` +
    `the target unexplained so, ${percent(second)} % with ${straight ? "normal scores" : "robust scaling"} ` +
    `(cross-validated on ${rows.length} training rows; data.inputs.preparation)`;
  return { inputs: straight ? scaled : ranks, message };
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** Training rows, evenly spaced, as many as the work allows. */
function comparedRows({ dataset, trainRows }: Pick<ChoiceInputs, "dataset" | "trainRows">): Int32Array {
  const width = tableWidth(dataset);
  // Of the two ways of a ridge fit the cheaper one: by columns, or by rows where these are fewer.
  const affordable = Math.max(mostWork / width ** 2, Math.sqrt(mostWork / width));
  const count = Math.floor(Math.min(trainRows.length, mostRows, affordable));
  return Int32Array.from({ length: count }, (_, i) => trainRows[Math.floor((i * trainRows.length) / count)]);
}

/**
 * Share of the variance of encoded targets that ridge regression misses on new rows, the mean over those that vary.
 * @param targets [rows, outputs] row-major
 * @returns null where no column or no target varies, or there are too few rows
 */
function missedByRidge(columns: readonly Float64Array[], targets: Float32Array, rows: number): number | null {
  if (columns.length === 0 || rows < 3) return null;
  const width = columns.length;
  const inputs = new Float64Array(rows * width);
  columns.forEach((values, j) => {
    for (let i = 0; i < rows; i++) inputs[i * width + j] = values[i];
  });
  const outputs = targets.length / rows;
  const { gcv } = fitRidge(inputs, targets, { rows });
  const shares = gcv.flatMap((error, t) => {
    const spread = variance(
      Float64Array.from({ length: rows }, (_, i) => targets[i * outputs + t]),
      0,
    );
    return spread > 0 ? [error / spread] : [];
  });
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
