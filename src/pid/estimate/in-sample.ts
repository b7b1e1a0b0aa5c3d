import { choleskyFactor } from "../../math/dense.js";
import type { Rng } from "../../math/rng.js";
import { byName } from "../closed-form/settle.js";
import { type CovarianceSystem, eliminateSources } from "../closed-form/system.js";
import { informationBits } from "../closed-form/two-source.js";
import { type StandardCovariance, standardise } from "../covariance/covariance.js";
import { covarianceOf, type Moments, momentsOfColumns } from "../covariance/moments.js";
import {
  detailSets,
  errorSets,
  fullSet,
  leaveOneOutSets,
  type ModalitySet,
  shapleyLimit,
  singleSet,
} from "../multi/modality-sets.js";
import type { PidFlag, PidMeasure } from "../types.js";
import { noCorrection, sampleCorrection } from "./correction.js";
import type { PidTable } from "./data-columns.js";
import { effectiveRows } from "./effective-rows.js";
import { flatEstimate } from "./estimate-parts.js";
import { fittedInflation, gaussianEvidence, rowEvidence } from "./evidence.js";
import type { FittedSample } from "./fitted-sample.js";
import type { Shuffle } from "./permutation.js";
import { type Predictions, residualCovariance, residualRows, setPredictions } from "./predictions.js";

/** Choices of an estimate on in-sample covariances. */
export interface InSampleOptions {
  readonly measure: PidMeasure;
  readonly level: number;
  /** "none" reports the plug-in values. */
  readonly bias: "psi" | "none";
  readonly rng: Rng;
}

/** A sample covariance, eliminated and with its corrections. */
export interface SampleSystem {
  readonly standard: StandardCovariance;
  readonly system: CovarianceSystem;
  readonly predictions: Predictions;
}

/** Eliminates a sample covariance for an estimate. @throws InputError as `standardise` does */
export function sampleSystem(standard: StandardCovariance): SampleSystem {
  const m = standard.sources.length;
  const system = eliminateSources(standard, detailSets(m));
  const sets = new Set([...errorSets(m), ...system.posteriors.keys()]);
  return { standard, system, predictions: setPredictions(standard, system.retained, sets) };
}

/**
 * The common parts of an estimate from a sample covariance, apart from its errors.
 * @param rowsOf independent rows that the rows are worth to a set of modalities: all of them, unless rows have groups
 */
export function inSampleParts(
  { standard, system, predictions }: SampleSystem,
  rows: number,
  options: InSampleOptions,
  rowsOf: (set: ModalitySet) => number = () => rows,
) {
  const names = standard.sources.map((s) => s.name);
  const ranks = new Map<ModalitySet, number>();
  for (const set of system.posteriors.keys()) ranks.set(set, predictions.get(set)?.pivots.length ?? 0);
  const flags: PidFlag[] = [];
  if (system.n < standard.targets) flags.push("dependent-target");
  if (standard.sources.some((s, k) => system.ranks[k] < s.size)) flags.push("dependent-source");
  const correction =
    options.bias === "none"
      ? noCorrection
      : sampleCorrection(standard, system, ranks, rowsOf, options.rng.split("bias"));
  return {
    names,
    measure: options.measure,
    estimator: options.bias === "none" ? ("plug-in" as const) : ("bias-corrected" as const),
    rows,
    rowsOf,
    system,
    correction,
    rank: { target: system.n, byModality: byName(names, system.ranks), total: system.totalRank },
    condBits: system.condBits,
    flags,
    level: options.level,
    standard,
    allSets: names.length <= shapleyLimit,
  };
}

/** Gaussian-theory errors of a sample covariance. */
export function covarianceEvidence({ standard, system, predictions }: SampleSystem, rows: number) {
  const prediction = (set: ModalitySet) => predictions.get(set) as NonNullable<ReturnType<Predictions["get"]>>;
  return gaussianEvidence(
    (a, b) => residualCovariance(standard, system.retained, prediction(a), prediction(b)),
    system,
    rows,
    fittedInflation(rows, system.totalRank),
  );
}

/**
 * Fits an estimate on the covariance of all rows.
 * @throws RunError when there are too few rows for the columns
 */
export function fitInSample(table: PidTable, options: InSampleOptions): FittedSample {
  const moments = momentsOfColumns(table.columns);
  const fitted = sampleSystem(standardCovariance(table, moments));
  const rowsOf = independentRows(table, moments, fitted);
  const parts = inSampleParts(fitted, table.rows, options, rowsOf);
  const needed = new Set(errorSets(parts.names.length));
  const residuals = new Map(
    [...fitted.predictions]
      .filter(([set]) => needed.has(set))
      .map(([set, prediction]) => [
        set,
        residualRows(fitted.standard, fitted.system.retained, prediction, table.columns, moments.mean),
      ]),
  );
  return {
    parts: {
      ...parts,
      evidence: rowEvidence(
        residuals,
        fitted.system.n,
        fittedInflation(rowsOf(fullSet(parts.names.length)), fitted.system.totalRank),
        table.groups,
      ),
    },
    replicate: (rows) => {
      const system = eliminateSources(
        standardCovariance(table, momentsOfColumns(table.columns, rows)),
        leaveOneOutSets(parts.names.length),
      );
      return flatEstimate(system, options.measure, parts.correction, 2).values;
    },
    permutationInformation: () => permutationInformation(table, moments, fitted),
  };
}

/**
 * Rows that a bias-corrected estimate needs beyond the independent columns of all modalities and of the target. With fewer
 * the residuals have too few degrees of freedom for an error (experiments/coverage).
 */
export const spareRows = 4;

/**
 * Independent rows beyond the independent columns of the target and of all modalities, or groups of equal size if these are
 * fewer: as many groups as columns can be told apart by their columns alone, and what rows are worth is then not measured.
 * Below 0 where the columns are as many as the rows.
 */
export function degreesLeft(table: PidTable): number {
  const moments = momentsOfColumns(table.columns);
  const standard = standardCovariance(table, moments);
  const { totalRank, n } = eliminateSources(standard);
  if (table.rows <= totalRank + n + 1) return -1;
  const fitted = sampleSystem(standard);
  const worth = independentRows(table, moments, fitted)(fullSet(table.sources.length));
  return Math.min(worth, table.groups?.effective ?? table.rows) - totalRank - n;
}

function standardCovariance(table: PidTable, moments: Moments): StandardCovariance {
  return standardise(covarianceOf(moments), table.targets, table.sources);
}

/** Information of a shuffled target from orthonormal scores of each set: E = S - (Q'Y)'(Q'Y). */
function permutationInformation(table: PidTable, moments: Moments, { standard, system, predictions }: SampleSystem) {
  const n = system.n;
  const sets = [fullSet(table.sources.length), ...table.sources.map((_, k) => singleSet(k))];
  const unit = (column: number) => unitColumn(table, moments, standard, column);
  const scores = sets.map((set) => orthonormal((predictions.get(set)?.pivots ?? []).map(unit)));
  const target = system.retained.map(unit);
  const same = choleskyFactor(system.target, n, "target covariance");
  return (shuffle: Shuffle) => {
    const shuffled = target.map((y) => shuffle.apply(y));
    const covariance = shuffle.keepsValues ? system.target : innerProducts(shuffled);
    const own = shuffle.keepsValues ? same : choleskyFactor(covariance, n, "target covariance");
    return scores.map((q) => {
      const posterior = covariance.slice();
      for (const score of q) {
        const g = shuffled.map((y) => dotProduct(score, y));
        for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) posterior[i * n + j] -= g[i] * g[j];
      }
      return informationBits(own, choleskyFactor(posterior, n, "posterior covariance of a shuffled target"), n);
    });
  };
}

/** A column of the table, centred, of length 1. */
function unitColumn(table: PidTable, moments: Moments, standard: StandardCovariance, column: number): Float64Array {
  const scale = 1 / (standard.scale[column] * Math.sqrt(table.rows - 1));
  return table.columns[column].map((v) => (v - moments.mean[column]) * scale);
}

/** Covariances of centred columns of length 1, flat. */
function innerProducts(columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from(columns.flatMap((a) => columns.map((b) => dotProduct(a, b))));
}

/**
 * Independent rows that rows of groups are worth to each set of modalities (`effectiveRows`); to sets that the errors do
 * not need, the fewest of the others.
 */
function independentRows(
  table: PidTable,
  moments: Moments,
  { standard, system, predictions }: SampleSystem,
): (set: ModalitySet) => number {
  const { groups, rows } = table;
  if (groups === null) return () => rows;
  const known = new Map<ModalitySet, number>();
  for (const set of errorSets(table.sources.length)) {
    const prediction = predictions.get(set);
    if (prediction === undefined || prediction.pivots.length === 0) continue;
    const scores = orthonormal(prediction.pivots.map((column) => unitColumn(table, moments, standard, column)));
    const left = residualRows(standard, system.retained, prediction, table.columns, moments.mean);
    known.set(set, effectiveRows(scores, equalised(left, system.n), groups));
  }
  const fewest = Math.min(rows, ...known.values());
  return (set) => known.get(set) ?? fewest;
}

/** Columns of row-major residuals, each of length 1. */
function equalised(residuals: Float64Array, n: number): Float64Array[] {
  return Array.from({ length: n }, (_, j) => {
    const column = Float64Array.from({ length: residuals.length / n }, (_r, r) => residuals[r * n + j]);
    const length = Math.sqrt(dotProduct(column, column));
    return length === 0 ? column : column.map((v) => v / length);
  });
}

/** Gram-Schmidt with one reorthogonalisation; the columns are independent. */
function orthonormal(columns: Float64Array[]): Float64Array[] {
  const out: Float64Array[] = [];
  for (const column of columns) {
    for (let pass = 0; pass < 2; pass++) {
      for (const q of out) {
        const overlap = dotProduct(q, column);
        for (let r = 0; r < column.length; r++) column[r] -= overlap * q[r];
      }
    }
    const norm = Math.sqrt(dotProduct(column, column));
    out.push(column.map((v) => v / norm));
  }
  return out;
}

function dotProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
