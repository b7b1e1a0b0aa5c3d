import { InputError, RunError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { combineValues } from "../closed-form/combine-values.js";
import { valueGradients } from "../closed-form/gradients.js";
import { isSaturated } from "../closed-form/saturation.js";
import { eliminateSources } from "../closed-form/system.js";
import { standardise } from "../covariance/covariance.js";
import { covarianceOf, momentsOfColumns } from "../covariance/moments.js";
import type { PidIntervals, PidMeasure } from "../types.js";
import { psiBias } from "./bias.js";
import { bootstrap } from "./bootstrap.js";
import { fewestRows, type PidColumns, type PidTable, type PidTransform, preparePidTable } from "./data-columns.js";
import { estimateWithEnds } from "./describe-estimate.js";
import { cappedAtEntropy } from "./entropy-cap.js";
import type { GrownEnds } from "./estimate-intervals.js";
import { flatEstimate } from "./estimate-parts.js";
import type { GaussianEstimator, PidBootstrap, PidEstimate } from "./estimate-types.js";
import { leavingOut } from "./few-group-errors.js";
import { fitCrossFitted } from "./fit-cross-fitted.js";
import type { FittedSample } from "./fitted-sample.js";
import { degreesLeft, fitInSample, spareRows } from "./in-sample.js";
import { influentialRows, withoutRows } from "./influential-rows.js";
import { localEstimates } from "./local-estimates.js";
import { intervalsFor } from "./no-information.js";
import { permutationTest } from "./permutation.js";
import { type PidEstimateOptions, plugInEstimate, refuseDependencyOfMany } from "./pid-from-covariance.js";
import type { GroupLabel, RowGroups } from "./row-groups.js";
import { entropyOfTies } from "./target-entropy.js";

/** Choices of `gaussianPidFromData`. */
export interface PidFromDataOptions extends PidEstimateOptions {
  /** Default `auto`: bias-corrected, unless there are too few rows for it (`spareRows`), then cross-fitted. */
  readonly estimator?: GaussianEstimator | "auto";
  /**
   * Label of the group of each row (subject, site, day): rows of one group may depend on one another. Errors, intervals,
   * resampling, the bias correction and the folds of cross-fitting then go by groups. Left out: rows are independent.
   */
  readonly groups?: ArrayLike<GroupLabel>;
  /** Of the target columns. Default `none`. */
  readonly transform?: PidTransform;
  /** Transform the modalities' columns too. Default false. */
  readonly transformSources?: boolean;
  /** Bootstrap replicates; 0 for none. Default 0. */
  readonly bootstrap?: number;
  /** Shuffles of the permutation test; 0 for none. Default 0. */
  readonly permutations?: number;
  /** Also return per-row values. Default false. */
  readonly local?: boolean;
  readonly onProgress?: (stage: "bootstrap" | "permutations", done: number, of: number) => void;
}

/** Rows per column from which the tables behind the coverage of docs/decompose.md need no flag. */
const rowsPerColumn = 5;

/**
 * Gaussian partial information decomposition of a table, bits, with bias correction, standard errors and intervals. Of a
 * target with ties nothing is more than its entropy (`cappedAtEntropy`).
 * @param target  the target's columns
 * @param sources at least two modalities
 * @throws InputError for unusable columns; RunError when an asked-for estimator needs more rows
 */
export function gaussianPidFromData(
  target: PidColumns,
  sources: readonly PidColumns[],
  options: PidFromDataOptions = {},
): PidEstimate {
  const { transform = "none", transformSources = false, groups } = options;
  refuseDependencyOfMany(options.measure ?? "broja", sources.length);
  const table = preparePidTable(target, sources, transform, transformSources, groups);
  const estimator = chooseEstimator(table, options.estimator ?? "auto");
  const estimate = estimateTable(table, { ...options, estimator });
  const rest = (block: PidColumns, rows: readonly number[]) => ({
    ...block,
    columns: block.columns.map((column) => withoutRows(column, rows)),
  });
  const without = (rows: readonly number[]) => {
    if (table.rows - rows.length < fewestRows) return null;
    const others = sources.map((source) => rest(source, rows));
    const left = new Set(rows);
    const labels = groups === undefined ? undefined : Array.from(groups).filter((_, r) => !left.has(r));
    return estimateWithout(rest(target, rows), others, { ...options, estimator, groups: labels });
  };
  const found = { ...estimate, influentialRows: influentialRows(table.columns, estimate, without) };
  return cappedAtEntropy(found, entropyOfTies(target.columns));
}

/** Null where the other rows alone cannot be decomposed: their target does not vary, say. */
function estimateWithout(target: PidColumns, sources: readonly PidColumns[], options: PidFromDataOptions) {
  const { transform = "none", transformSources = false, groups } = options;
  try {
    const table = preparePidTable(target, sources, transform, transformSources, groups);
    return estimateTable(table, { ...options, bootstrap: 0, permutations: 0, local: false });
  } catch (error) {
    if (error instanceof InputError || error instanceof RunError) return null;
    throw error;
  }
}

function estimateTable(table: PidTable, options: PidFromDataOptions): PidEstimate {
  const { measure = "broja" } = options;
  const estimator = chooseEstimator(table, options.estimator ?? "auto");
  const exact = estimator === "cross-fitted" ? null : determined(table, measure, estimator);
  if (exact !== null) return exact;
  const rng = new Rng(options.seed ?? 1);
  const settings = { measure, level: options.level ?? 0.95, rng };
  const fitted =
    estimator === "cross-fitted"
      ? fitCrossFitted(table, settings)
      : fitInSample(table, { ...settings, bias: estimator === "plug-in" ? "none" : "psi" });
  const width = table.sources.reduce((sum, s) => sum + s.size, 0);
  const few = estimator === "cross-fitted" ? degreesLeft(table) < spareRows : table.rows < rowsPerColumn * width;
  const parts = few ? { ...fitted.parts, flags: [...fitted.parts.flags, "few-rows" as const] } : fitted.parts;
  const leftOut = table.groups === null ? undefined : leavingOut(table.groups, fitted.replicate);
  const { estimate, grown } = estimateWithEnds(parts, leftOut);
  const { bootstrap: resampling, ...others } = resampled(fitted, table.groups, options, rng);
  return {
    ...estimate,
    ...others,
    bootstrap: bootstrapFor(estimate, grown, resampling),
    notes: [...estimate.notes, ...table.notes],
  };
}

function chooseEstimator(table: PidTable, wanted: GaussianEstimator | "auto"): GaussianEstimator {
  if (wanted !== "auto") return wanted;
  const width = table.targets + table.sources.reduce((sum, s) => sum + s.size, 0);
  // most tables have rows enough for every column, whatever their rank and their groups
  if (table.groups === null && table.rows >= width + spareRows) return "bias-corrected";
  return degreesLeft(table) >= spareRows ? "bias-corrected" : "cross-fitted";
}

/**
 * A target that the columns determine exactly has infinite information, which no sampling error qualifies.
 * @throws RunError when a bias correction is asked for and there are too few rows for it
 */
function determined(table: PidTable, measure: PidMeasure, estimator: GaussianEstimator): PidEstimate | null {
  const covariance = covarianceOf(momentsOfColumns(table.columns));
  const system = eliminateSources(standardise(covariance, table.targets, table.sources));
  if (estimator === "bias-corrected") psiBias(system.n, system.totalRank, table.rows);
  if (!isSaturated(system)) return null;
  const layout = { targets: table.targets, sources: table.sources };
  return { ...plugInEstimate(covariance, layout, { measure, n: table.rows }), notes: table.notes };
}

/** Intervals that agree with the flags; at a tie and near one they hold whoever knows more, as the estimate's own do. */
function bootstrapFor(
  { flags, intervals, measure }: PidEstimate,
  grown: GrownEnds,
  resampling: PidBootstrap | null,
): PidBootstrap | null {
  if (resampling === null) return null;
  const settled = (own: PidIntervals) => {
    const lower = combineValues([own.lower, grown.lower], ([end, by]) => Math.max(0, end - by));
    const upper = combineValues([own.upper, grown.upper], ([end, by]) => end + by);
    if (!flags.includes("boundary") || measure !== "broja" || intervals === null) {
      return intervalsFor(flags, { ...own, lower, upper });
    }
    return intervalsFor(flags, {
      ...own,
      lower: {
        ...combineValues([own.lower, intervals.lower], (v) => Math.min(...v)),
        information: own.lower.information,
      },
      upper: {
        ...combineValues([own.upper, intervals.upper], (v) => Math.max(...v)),
        information: own.upper.information,
      },
    });
  };
  return { ...resampling, basic: settled(resampling.basic), bca: settled(resampling.bca) };
}

function resampled(
  fitted: FittedSample,
  groups: RowGroups | null,
  options: PidFromDataOptions,
  rng: Rng,
): Pick<PidEstimate, "bootstrap" | "permutation" | "local"> {
  const { parts } = fitted;
  const { names, rows, evidence, measure, system } = parts;
  const progress = (stage: "bootstrap" | "permutations", of: number) => (done: number) =>
    options.onProgress?.(stage, done, of);
  const wanted = options.bootstrap ?? 0;
  const shuffles = options.permutations ?? 0;
  if (wanted === 0 && shuffles === 0 && !options.local) return { bootstrap: null, permutation: null };
  const { values } = flatEstimate(system, measure, parts.correction, 1);
  const influences = () =>
    valueGradients(system, measure).map((g) => evidence.influence?.(g) ?? new Float64Array(rows));
  return {
    bootstrap:
      wanted === 0
        ? null
        : bootstrap(
            { names, rows, groups, values, influences: influences(), replicate: fitted.replicate },
            wanted,
            parts.level,
            rng.split("bootstrap"),
            progress("bootstrap", wanted),
          ),
    permutation:
      shuffles === 0
        ? null
        : permutationTest(
            names,
            rows,
            groups,
            fitted.permutationInformation(),
            shuffles,
            rng.split("permutation"),
            progress("permutations", shuffles),
          ),
    ...(options.local ? { local: localEstimates(names, values, influences()) } : {}),
  };
}
