import { InputError } from "../../errors.js";
import { choleskyFactor, combine } from "../../math/dense.js";
import type { Rng } from "../../math/rng.js";
import { byName } from "../closed-form/settle.js";
import type { PosteriorSystem } from "../closed-form/system.js";
import { informationBits } from "../closed-form/two-source.js";
import { type StandardCovariance, standardise } from "../covariance/covariance.js";
import { independentTargets } from "../covariance/elimination.js";
import { covarianceOf, momentsOfColumns } from "../covariance/moments.js";
import {
  emptySet,
  errorSets,
  fullSet,
  type ModalitySet,
  members,
  pairSets,
  singleSets,
} from "../multi/modality-sets.js";
import type { PidFlag, PidMeasure } from "../types.js";
import { noCorrection } from "./correction.js";
import { assignFolds, assignGroupFolds, CrossFittedRidge } from "./cross-fit.js";
import type { PidTable } from "./data-columns.js";
import { flatEstimate } from "./estimate-parts.js";
import { rowEvidence } from "./evidence.js";
import type { FittedSample } from "./fitted-sample.js";
import type { ResidualRows } from "./influence.js";

const foldCount = 10;

/**
 * Fits an estimate on held-out residuals of ridge predictors: for many columns and few rows. A modality is as good as
 * its prediction of the target, so the covariance of what the prediction leaves is all that the closed form needs. The
 * rows did not fit the predictors, so there is no bias to take off; predictions that are not perfect make the estimate
 * slightly too low.
 */
export function fitCrossFitted(
  table: PidTable,
  options: { readonly measure: PidMeasure; readonly level: number; readonly rng: Rng },
): FittedSample {
  const m = table.sources.length;
  const names = table.sources.map((s) => s.name);
  const targets = standardTargets(table);
  const n = targets.columns.length;
  const { groups } = table;
  const draw = options.rng.split("folds");
  const fold =
    groups === null
      ? assignFolds(table.rows, Math.min(foldCount, table.rows), draw)
      : assignGroupFolds(groups, foldCount, draw);
  const sets = [...new Set([...errorSets(m), ...(m === 2 ? [] : pairSets(m))])];
  const ranks = new Map<ModalitySet, number>();
  // a fit keeps its columns once per fold: one at a time
  const fitted = new Map<ModalitySet, Float64Array>();
  const residuals: ResidualRows = new Map(
    sets.map((set) => {
      const ridge = new CrossFittedRidge(columnsOf(table, set), fold);
      ranks.set(set, ridge.rank);
      fitted.set(set, interleave(targets.columns.map((y) => ridge.fittedResiduals(y))));
      return [set, interleave(targets.columns.map((y) => ridge.residuals(y)))];
    }),
  );
  const system = residualSystem(residuals, m, n, null);
  const rankOf = (set: ModalitySet) => ranks.get(set) as number;
  const flags: PidFlag[] = n < table.targets ? ["dependent-target"] : [];
  return {
    parts: {
      names,
      measure: options.measure,
      estimator: "cross-fitted",
      rows: table.rows,
      rowsOf: () => table.rows,
      system,
      fitted: fittedSystem(fitted, m, n),
      correction: noCorrection,
      evidence: rowEvidence(residuals, n, 1, groups),
      rank: { target: n, byModality: byName(names, singleSets(m).map(rankOf)), total: rankOf(fullSet(m)) },
      condBits: 0,
      flags,
      level: options.level,
      standard: null,
      allSets: false,
    },
    replicate: (rows) => flatEstimate(residualSystem(residuals, m, n, rows), options.measure, noCorrection, 1).values,
    permutationInformation: () => {
      const [mean, ...ridges] = [emptySet, fullSet(m), ...singleSets(m)].map(
        (set) => new CrossFittedRidge(columnsOf(table, set), fold),
      );
      return (shuffle) => {
        const shuffled = targets.columns.map((y) => shuffle.apply(y));
        const left = (ridge: CrossFittedRidge) =>
          secondMoments(interleave(shuffled.map((y) => ridge.residuals(y))), n, null);
        const own = choleskyFactor(left(mean), n, "target covariance");
        return ridges.map((ridge) => informationBits(own, choleskyFactor(left(ridge), n, "residual covariance"), n));
      };
    },
  };
}

/** Independent target columns, centred and scaled to unit variance. */
function standardTargets(table: PidTable): { columns: Float64Array[] } {
  const targets = table.columns.slice(0, table.targets);
  const moments = momentsOfColumns(targets);
  // a stand-in source: only the target block is looked at
  const width = table.targets + 2;
  const padded = new Float64Array(width * width);
  const covariance = covarianceOf(moments);
  for (let i = 0; i < table.targets; i++) {
    for (let j = 0; j < table.targets; j++) padded[i * width + j] = covariance[i * table.targets + j];
  }
  const standard: StandardCovariance = standardise(padded, table.targets, [
    { name: "a", size: 1 },
    { name: "b", size: 1 },
  ]);
  const retained = independentTargets(standard);
  if (retained.length === 0) throw new InputError("no target column varies, so there is nothing to know about it");
  return {
    columns: retained.map((j) => targets[j].map((v) => (v - moments.mean[j]) / standard.scale[j])),
  };
}

/** Columns of a set of modalities; none for the empty set, whose prediction is the mean. */
function columnsOf(table: PidTable, set: ModalitySet): Float64Array[] {
  let start = table.targets;
  const chosen = new Set(members(set, table.sources.length));
  return table.sources.flatMap(({ size }, k) => {
    start += size;
    return chosen.has(k) ? table.columns.slice(start - size, start) : [];
  });
}

/** Columns to rows: flat [rows, columns]. */
function interleave(columns: readonly Float64Array[]): Float64Array {
  if (columns.length === 1) return columns[0];
  const rows = columns[0].length;
  const out = new Float64Array(rows * columns.length);
  columns.forEach((column, j) => {
    for (let r = 0; r < rows; r++) out[r * columns.length + j] = column[r];
  });
  return out;
}

function residualSystem(
  residuals: ResidualRows,
  modalities: number,
  n: number,
  rows: Int32Array | null,
): PosteriorSystem {
  const posteriors = new Map<ModalitySet, Float64Array>();
  for (const [set, values] of residuals) if (set !== emptySet) posteriors.set(set, secondMoments(values, n, rows));
  return { n, modalities, target: secondMoments(residuals.get(emptySet) as Float64Array, n, rows), posteriors };
}

/** A fit that leaves nothing of its own rows counts as leaving this share of the target. */
const leastLeft = 1e-6;

/** The same of the rows that the predictors were fitted on: what they show of these is too much. */
function fittedSystem(residuals: ResidualRows, modalities: number, n: number): PosteriorSystem {
  const system = residualSystem(residuals, modalities, n, null);
  const posteriors = new Map(
    [...system.posteriors].map(([set, matrix]) => [set, combine([matrix, system.target], [1, leastLeft])]),
  );
  return { ...system, posteriors };
}

/** Mean of e e', not centred: a held-out prediction that is off counts. */
function secondMoments(values: Float64Array, n: number, rows: Int32Array | null): Float64Array {
  const count = rows === null ? values.length / n : rows.length;
  const out = new Float64Array(n * n);
  for (let t = 0; t < count; t++) {
    const from = (rows === null ? t : rows[t]) * n;
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[i * n + j] += values[from + i] * values[from + j];
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      out[i * n + j] /= count;
      out[j * n + i] = out[i * n + j];
    }
  }
  return out;
}
