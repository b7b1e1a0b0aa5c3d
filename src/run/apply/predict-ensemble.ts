import type { PredictRows } from "../../evaluation/importance/measure.js";
import { mean } from "../../math/descriptive.js";
import type { StoredEnsemble } from "../../record/ensemble-folder.js";
import type { LatentCheck } from "../check/check-rows.js";
import { averageColumns, averagePid, combineTrees, jointScale, spreadColumns } from "../ensemble/average.js";
import { averagedOutcome } from "../ensemble/averaged-check.js";
import { predictWithModel } from "./external-table.js";
import type { PredictedTable } from "./predict-dataset.js";
import type { PredictTableOptions } from "./predict-options.js";

/**
 * Mean of the members' predictions, contributions and atoms. With draws of the bottleneck noise, the spread holds the
 * members' disagreement too: sqrt(mean of the members' variances + variance between members).
 */
export async function predictWithMembers(
  options: PredictTableOptions,
  { members, calibration, digested }: StoredEnsemble,
): Promise<PredictedTable> {
  const tables: PredictedTable[] = [];
  for (const run of members) tables.push(await predictWithModel({ ...options, run }));
  const [first] = tables;
  const predictions = tables.map(({ explained }) => explained.prediction);
  const terms = [...first.explained.contributions.keys()];
  const contribution = (term: string) => tables.map(({ explained }) => explained.contributions.get(term) ?? fail(term));
  return {
    ...first,
    undigested: [...(digested ? [] : [options.run]), ...tables.flatMap(({ undigested }) => undigested)],
    calibration,
    scale: null,
    explained: {
      prediction: averageColumns(predictions),
      scale: jointScale(
        tables.map(({ explained }) => explained.scale),
        predictions,
      ),
      contributions: new Map(terms.map((term) => [term, averageColumns(contribution(term))])),
    },
    spread: totalSpread(
      tables.flatMap(({ spread }) => spread ?? []),
      predictions,
    ),
    localAtoms: () =>
      combineTrees(
        tables.map(({ localAtoms }) => localAtoms()),
        mean,
      ),
    changeable: {
      ...first.changeable,
      parameters: tables.reduce((sum, { changeable }) => sum + changeable.parameters, 0),
      networkAlone: tables.some(({ changeable }) => changeable.networkAlone),
      predicting: (use) => predictingTogether(tables, [], use),
    },
    decompose: () => averagePid(tables.map(({ decompose }) => decompose())),
    check: async () => {
      const checks: LatentCheck[] = [];
      for (const { check } of tables) checks.push(await check());
      return averagedOutcome(checks);
    },
  };
}

/** The members' mean, all of them on engines at once. */
function predictingTogether<T>(
  [first, ...others]: readonly PredictedTable[],
  predictors: readonly PredictRows[],
  use: (predict: PredictRows) => Promise<T>,
): Promise<T> {
  if (first !== undefined) {
    return first.changeable.predicting((predict) => predictingTogether(others, [...predictors, predict], use));
  }
  return use(async (inputs, rows) => {
    const predictions: Float64Array[] = [];
    for (const predict of predictors) predictions.push(await predict(inputs, rows));
    return averageColumns(predictions);
  });
}

function totalSpread(within: readonly Float64Array[], predictions: readonly Float64Array[]): Float64Array | null {
  if (within.length === 0) return null;
  const between = spreadColumns(predictions);
  const inside = combineTrees(within, (values) => mean(values.map((value) => value ** 2)));
  return inside.map((variance, i) => Math.sqrt(variance + between[i] ** 2));
}

function fail(term: string): never {
  throw new RangeError(`a member of the ensemble has no contribution of ${term}`);
}
