import { InputError, RunError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { gaussianPid, type PidLayout } from "../closed-form/gaussian-pid.js";
import { addTargetNoise, isSaturated, markInfinite, NOISE } from "../closed-form/saturation.js";
import { otherMeasure, secondReadingOf } from "../closed-form/second-reading.js";
import { byName } from "../closed-form/settle.js";
import { eliminateSources } from "../closed-form/system.js";
import { type CovarianceInput, standardise } from "../covariance/covariance.js";
import type { Moments } from "../covariance/moments.js";
import { fullSet, leaveOneOutSets } from "../multi/modality-sets.js";
import type { PidMeasure } from "../types.js";
import { gainsOf } from "./correction.js";
import { describeEstimate } from "./describe-estimate.js";
import type { PidEstimate } from "./estimate-types.js";
import { fittedInflation } from "./evidence.js";
import { type DependentRows, type GroupedEvidence, groupedEvidence } from "./grouped-evidence.js";
import { covarianceEvidence, inSampleParts, type SampleSystem, sampleSystem, spareRows } from "./in-sample.js";
import { featureEvidence } from "./residual-features.js";

/** Choices common to estimates from rows and from a sample covariance. */
export interface PidEstimateOptions {
  /** Definition of unique information; `idep` for two modalities only. Default `broja`. */
  readonly measure?: PidMeasure;
  /** Coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Seed of everything drawn at random. Default 1. */
  readonly seed?: number;
}

/**
 * The same from a sample covariance of `n` rows, without the rows: bias-corrected, errors from Gaussian theory (the
 * delta method with the exact variance of a quadratic form in normal variables), no resampling.
 * @param covariance order [target, source 1, .., source M]
 * @throws InputError when the matrix or the layout is wrong
 */
export function gaussianPidFromCovariance(
  covariance: CovarianceInput,
  layout: PidLayout,
  n: number,
  options: PidEstimateOptions = {},
): PidEstimate {
  return estimateFromCovariance(covariance, layout, n, options, null);
}

/** The same with errors from the rows. @param errors what is known of these; null for Gaussian theory */
export function estimateFromCovariance(
  covariance: CovarianceInput,
  layout: PidLayout,
  n: number,
  { measure = "broja", level = 0.95, seed = 1 }: PidEstimateOptions,
  errors: RowErrors | null,
): PidEstimate {
  refuseDependencyOfMany(measure, layout.sources.length);
  const standard = standardise(covariance, layout.targets, layout.sources);
  const system = eliminateSources(standard);
  const tooFew = n <= system.totalRank + system.n + 1;
  if (tooFew || isSaturated(system)) return plugInEstimate(covariance, layout, { measure, n });
  const fitted = sampleSystem(standard);
  const groups = errors?.dependent ? groupedEvidence(errors.dependent, errors.moments, fitted, layout) : null;
  if (groups !== null) refuseFewGroups(groups, fitted);
  const parts = inSampleParts(fitted, n, { measure, level, bias: "psi", rng: new Rng(seed) }, groups?.rowsOf);
  const { n: targets, totalRank, modalities } = system;
  const evidence =
    groups?.evidence ??
    (errors === null
      ? covarianceEvidence(fitted, n)
      : featureEvidence(errors.features, modalities, targets, fittedInflation(n, totalRank)));
  return describeEstimate({ ...parts, evidence }, groups?.without(measure, parts.correction));
}

/** What is known of rows beside their covariance. */
export interface RowErrors {
  readonly moments: Moments;
  /** Moments of the products of their residuals (`ResidualFeatures`). */
  readonly features: Moments;
  /** Groups of rows that depend on one another; null where rows are independent. */
  readonly dependent: DependentRows | null;
}

/** @throws RunError where the table in memory is cross-fitted, for which moments do not do */
function refuseFewGroups({ rowsOf, evidence }: GroupedEvidence, { standard, system }: SampleSystem): void {
  const worth = Math.min(
    rowsOf(fullSet(standard.sources.length)),
    evidence.groups?.effective ?? Number.POSITIVE_INFINITY,
  );
  const left = worth - system.totalRank - system.n;
  if (left >= spareRows) return;
  throw new RunError(
    `rows of groups are worth ${Math.floor(worth)} independent ones, too few for ${system.totalRank} columns and ` +
      `${system.n} of the target; such a table is cross-fitted, which needs its rows: decompose the whole table with --group`,
  );
}

/** The closed form on a covariance as it is: no correction, no errors. */
export function plugInEstimate(
  covariance: CovarianceInput,
  layout: PidLayout,
  options: { readonly measure?: PidMeasure; readonly n?: number },
): PidEstimate {
  const result = gaussianPid(covariance, layout, options);
  const other = otherMeasure(result.measure);
  return {
    ...result,
    ...(layout.sources.length === 2
      ? { secondReading: secondReadingOf(other, gaussianPid(covariance, layout, { ...options, measure: other }), null) }
      : {}),
    estimator: "plug-in",
    gain: { byModality: byName(result.modalities, plugInGains(covariance, layout)), standardErrors: null },
    standardErrorSource: null,
    bootstrap: null,
    permutation: null,
    notes: [],
  };
}

function plugInGains(covariance: CovarianceInput, layout: PidLayout): number[] {
  const standard = standardise(covariance, layout.targets, layout.sources);
  const system = eliminateSources(standard, leaveOneOutSets(layout.sources.length));
  if (!isSaturated(system)) return gainsOf(system);
  const [near, far] = [NOISE, 4 * NOISE].map((noise) => gainsOf(addTargetNoise(system, noise).system));
  return markInfinite(near, far);
}

/** @throws InputError for a measure that so many modalities do not have */
export function refuseDependencyOfMany(measure: PidMeasure, modalities: number): void {
  if (measure === "idep" && modalities > 2) {
    throw new InputError(`measure idep is defined for two modalities, got ${modalities}; use broja`);
  }
}
