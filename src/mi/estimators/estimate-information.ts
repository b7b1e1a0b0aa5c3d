import { InputError } from "../../errors.js";
import type { PidColumns } from "../../pid/estimate/data-columns.js";
import { rowGroups } from "../../pid/estimate/row-groups.js";
import { entropyOfTies, type TargetEntropy } from "../../pid/estimate/target-entropy.js";
import { countedRow } from "../../row-number.js";
import { canonicalOrder, inOrder, labelsInOrder } from "../canonical-rows.js";
import type { Estimate } from "../estimate.js";
import type { Estimator, EstimatorContext, PairRows } from "./estimator.js";
import type { InformationPair, NamedEstimate, PairEstimates } from "./information-types.js";

/**
 * I(X; Y) by several estimators, bits, each with its standard error. Rows count in an order of their own, columns and numbers by
 * their ranks, so that neither the order of rows nor an increasing map of a column changes a value.
 * @throws InputError for columns that do not fit together, values that are not finite, and a side that is the same in every row
 */
export async function estimatePair(
  pair: InformationPair,
  estimators: readonly Estimator[],
  context: EstimatorContext,
): Promise<PairEstimates> {
  const rows = pairRows(pair);
  const most = leastEntropy(rows);
  const estimates: NamedEstimate[] = [];
  const leftOut: { estimator: string; why: string }[] = [];
  for (const estimator of estimators) {
    const { name, is } = estimator;
    const outcome = await oneOf(estimator, rows, context);
    if (typeof outcome === "string") leftOut.push({ estimator: name, why: outcome });
    else estimates.push({ estimator: name, is, ...noMoreThan(most, outcome) });
  }
  return { estimates, leftOut };
}

/** The smaller of the entropies of sides whose values repeat, which no information exceeds; null where none does. */
function leastEntropy({ x, y }: PairRows): TargetEntropy | null {
  const known = [x, y].map(entropyOfTies).filter((entropy) => entropy !== null);
  return known.reduce<TargetEntropy | null>(
    (least, own) => (least === null || own.bits < least.bits ? own : least),
    null,
  );
}

/** An estimate of no more than the entropy of a side; what lies above it is cut off, and said. */
function noMoreThan(most: TargetEntropy | null, estimate: Estimate): Estimate {
  if (most === null || estimate.bits <= most.bits) return estimate;
  const warning =
    `${estimate.bits.toFixed(2)} bits is more than a side holds that takes ${most.values} values: ` +
    `given as their entropy, ${most.bits.toFixed(2)} bits; take it as classes`;
  return { ...estimate, bits: most.bits, warnings: [...estimate.warnings, warning] };
}

/** The estimate, or why there is none. */
async function oneOf(estimator: Estimator, rows: PairRows, context: EstimatorContext): Promise<Estimate | string> {
  const why = estimator.refusal(rows);
  if (why !== null) return why;
  try {
    return await estimator.estimate(rows, context);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** Columns checked and in canonical order, those that do not vary left out. @throws InputError as `estimatePair` does */
export function pairRows({ x, y, classes, groups: labels }: InformationPair): PairRows {
  const rows = y.columns[0]?.length ?? 0;
  for (const side of [x, y]) checkColumns(side, rows);
  const order = canonicalOrder([...y.columns, ...x.columns]);
  const varying = (side: PidColumns) => {
    const columns = side.columns.filter((column) => Array.prototype.some.call(column, (v) => v !== column[0]));
    if (columns.length > 0) return columns.map((column) => inOrder(column, order));
    throw new InputError(`"${side.name}" has the same value in every row, so there is nothing to know`);
  };
  return {
    x: varying(x),
    y: varying(y),
    classes: classes ?? null,
    groups: labels === undefined ? null : rowGroups(labelsInOrder(labels, order), rows),
  };
}

function checkColumns({ name, columns }: PidColumns, rows: number): void {
  if (columns.length === 0) throw new InputError(`"${name}" has no columns`);
  for (const [j, column] of columns.entries()) {
    if (column.length !== rows)
      throw new InputError(`"${name}", column ${j}: has ${column.length} rows, but the other side has ${rows}`);
    for (let r = 0; r < rows; r++) {
      if (Number.isFinite(column[r])) continue;
      throw new InputError(
        `"${name}", column ${j}, ${countedRow(r)} is ${column[r]}; every value must be a finite number`,
      );
    }
  }
}
