import { normalQuantile } from "../../math/special.js";
import { flatLayout, flatten, namedGains, namedValues } from "../closed-form/flat-values.js";
import { addGradients, directionGradients, valueGradients } from "../closed-form/gradients.js";
import { otherMeasure, secondReadingOf } from "../closed-form/second-reading.js";
import type { PosteriorSystem } from "../closed-form/system.js";
import type { StandardCovariance } from "../covariance/covariance.js";
import { multiDetails } from "../multi/multi-details.js";
import type { Contrast, MultiDetails, PidFlag, PidMeasure, PidRank } from "../types.js";
import { oInformationBias } from "./bias.js";
import { correctedRaw, correctedSystem, gainsOf, type SampleCorrection } from "./correction.js";
import type { PidEstimate, PidEstimator } from "./estimate-types.js";
import type { ErrorEvidence } from "./evidence.js";
import { intervalsFor, withinChance, withinErrors } from "./no-information.js";
import { reconcile } from "./reconcile.js";

/** Everything a finished estimate is made of. */
export interface EstimateParts {
  readonly names: readonly string[];
  readonly measure: PidMeasure;
  readonly estimator: PidEstimator;
  readonly rows: number;
  readonly system: PosteriorSystem;
  readonly correction: SampleCorrection;
  readonly evidence: ErrorEvidence;
  readonly rank: PidRank;
  readonly condBits: number;
  readonly flags: readonly PidFlag[];
  readonly level: number;
  /** For the details of three or more modalities; null leaves them out. */
  readonly standard: StandardCovariance | null;
  /** Whether `system` holds every set of modalities, as the Shapley split needs. */
  readonly allSets: boolean;
}

/** Two modalities closer than this many standard errors in a direction of the target tie. */
const TIE = 2;
/** An estimate that had to be moved by more standard errors than this to be consistent is flagged. */
const SURPRISE = 3;
/** Values and errors below this are 0, bits. */
const ROUNDING = 1e-12;

/** The decomposition, its values as one array, and what moved them. */
export function flatEstimate(
  system: PosteriorSystem,
  measure: PidMeasure,
  correction: SampleCorrection,
  times: number,
): { values: Float64Array; largestChange: number } {
  const scaled = correctedSystem(system, correction, times);
  const { raw, largestChange } = reconcile(correctedRaw(system, measure, correction, times, scaled));
  const gains = gainsOf(scaled).map((g) => Math.max(0, g));
  // what is 0 by definition comes out as a difference of equal numbers
  const values = flatten(raw, gains).map((v) => (Math.abs(v) < ROUNDING ? 0 : v));
  return { values, largestChange };
}

/** Puts values, errors, intervals, contrasts and flags together. */
export function describeEstimate(parts: EstimateParts): PidEstimate {
  const { names, measure, system, correction, evidence, rows } = parts;
  const { values, largestChange } = flatEstimate(system, measure, correction, 1);
  const gradients = valueGradients(system, measure);
  const errors = Float64Array.from(gradients, (g) => evidence.standardError(g)).map((e) => (e < ROUNDING ? 0 : e));
  const contrasts = contrastsOf(parts, values, gradients);
  const flags = [...parts.flags];
  if (isTied(parts, contrasts)) flags.push("boundary");
  if (isChance(parts, values, errors)) flags.push("no-information");
  if (largestChange > SURPRISE * Math.max(...errors) + 1e-9) flags.push("inconsistent");
  return {
    unit: "bits",
    measure,
    modalities: names,
    ...namedValues(names, values),
    standardErrors: namedValues(names, errors),
    intervals: intervalsFor(flags, normalIntervals(names, values, errors, parts.level, evidence.source)),
    contrasts,
    n: rows,
    rank: parts.rank,
    condBits: parts.condBits,
    residual: 0,
    flags,
    ...(names.length > 2 && parts.standard ? { multi: details(parts, parts.standard) } : {}),
    ...(names.length === 2 ? { secondReading: readBy(parts, otherMeasure(measure)) } : {}),
    estimator: parts.estimator,
    gain: { byModality: namedGains(names, values), standardErrors: namedGains(names, errors) },
    standardErrorSource: evidence.source,
    bootstrap: null,
    permutation: null,
    notes: [],
  };
}

/** The other definition's atoms of the same system, with errors from the same rows. */
function readBy({ names, system, correction, evidence }: EstimateParts, measure: PidMeasure) {
  const { values } = flatEstimate(system, measure, correction, 1);
  const errors = Float64Array.from(valueGradients(system, measure), (gradient) => evidence.standardError(gradient));
  const settled = errors.map((e) => (e < ROUNDING ? 0 : e));
  return secondReadingOf(measure, namedValues(names, values), namedValues(names, settled));
}

/** value ± z error; no number of a decomposition is below 0, so the lower end is not either. */
function normalIntervals(
  names: readonly string[],
  values: Float64Array,
  errors: Float64Array,
  level: number,
  source: string,
) {
  const z = normalQuantile((1 + level) / 2);
  const lower = values.map((v, i) => Math.max(0, v - z * errors[i]));
  const upper = values.map((v, i) => v + z * errors[i]);
  return {
    level,
    method: `normal, standard errors from ${source === "rows" ? "rows" : "Gaussian theory"}`,
    lower: namedValues(names, lower),
    upper: namedValues(names, upper),
  };
}

function contrastsOf(
  { names, evidence }: EstimateParts,
  values: Float64Array,
  gradients: ReturnType<typeof valueGradients>,
): Contrast[] {
  const at = flatLayout(names.length);
  const out: Contrast[] = [];
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      const gradient = addGradients([gradients[at.single + a], gradients[at.single + b]], [1, -1]);
      out.push({
        modalities: [names[a], names[b]],
        value: values[at.single + a] - values[at.single + b],
        standardError: evidence.standardError(gradient),
      });
    }
  }
  return out;
}

/**
 * Whether two modalities see some direction of the target equally well, within two standard errors. A direction's
 * advantage is corrected by its share of the bias of I_a - I_b.
 */
function isTied({ system, evidence }: EstimateParts, contrasts: readonly Contrast[]): boolean {
  let pair = 0;
  for (let a = 0; a < system.modalities; a++) {
    for (let b = a + 1; b < system.modalities; b++, pair++) {
      const directions = directionGradients(system, a, b);
      const plugIn = directions.reduce((sum, { bits }) => sum + bits, 0);
      const shift = (contrasts[pair].value - plugIn) / directions.length;
      for (const { bits, gradient } of directions) {
        if (Math.abs(bits + shift) < TIE * evidence.standardError(gradient) + ROUNDING) return true;
      }
    }
  }
  return false;
}

/** Whether there is no more than chance gives: to held-out residuals by their errors, to fitted ones by χ². */
function isChance({ names, system, rows, rank, estimator }: EstimateParts, values: Float64Array, errors: Float64Array) {
  const at = flatLayout(names.length);
  const single = (flat: Float64Array) => [...flat.subarray(at.single, at.single + names.length)];
  const total = values[at.total];
  if (estimator === "cross-fitted") {
    return withinErrors({ total, single: single(values) }, { total: errors[at.total], single: single(errors) });
  }
  const level = {
    rows,
    total: system.n * rank.total,
    single: names.map((name) => system.n * rank.byModality[name]),
  };
  if (estimator === "bias-corrected") return withinChance({ total, single: single(values) }, level);
  const expected = (df: number) => df / (2 * Math.LN2 * rows);
  const excess = single(values).map((value, k) => value - expected(level.single[k]));
  return withinChance({ total: total - expected(level.total), single: excess }, level);
}

function details(parts: EstimateParts, standard: StandardCovariance): MultiDetails {
  const { names, system, correction, allSets, rank, rows, estimator } = parts;
  const plugIn = multiDetails(names, standard, correctedSystem(system, correction, 1), allSets);
  if (plugIn.oInformation === null || estimator !== "bias-corrected") return plugIn;
  return { ...plugIn, oInformation: plugIn.oInformation - oInformationBias(Object.values(rank.byModality), rows) };
}
