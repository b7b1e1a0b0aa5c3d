import { normalQuantile } from "../../math/special.js";
import { combineValues } from "../closed-form/combine-values.js";
import type { Amount, PidFlag, PidIntervals } from "../types.js";

/** A total within this many standard errors of 0 is not told from it. */
const TOTAL = 2;
/** The chance of noise to exceed `TOTAL` standard errors, shared out over the modalities when they are tested too. */
const TAIL = 0.0228;

/** Information of all modalities and of each, as measured, and what it is judged by; bits. */
export interface Measured {
  readonly total: number;
  readonly single: readonly number[];
}

/**
 * Whether held-out readings show no information: the total is within two standard errors of 0, and no modality by itself
 * is further from 0 than the largest of as many noise readings (a joint prediction can be worse than a single one).
 * @param values before they were reconciled: a reading of noise is as often below 0 as above
 */
export function withinErrors(values: Measured, errors: Measured): boolean {
  const limit = singleLimit(values.single.length);
  return values.total <= TOTAL * errors.total && values.single.every((v, k) => v <= limit * errors.single[k]);
}

/** What sampling gives to an information without any: degrees of freedom, (targets x columns), for all and for each. */
export interface ChanceLevel {
  readonly rows: number;
  readonly total: number;
  readonly single: readonly number[];
}

/**
 * Whether bias-corrected information of the rows that fitted it is what chance gives. Without information
 * 2 n ln 2 times the plug-in value is χ² with the given degrees of freedom; the total must lie within two of its standard
 * deviations above its mean, and every modality below the largest of as many χ² (Wilson & Hilferty 1931).
 */
export function withinChance(values: Measured, { rows, total, single }: ChanceLevel): boolean {
  const scale = 2 * Math.LN2 * rows;
  const limit = singleLimit(single.length);
  const excess = (df: number) => df * (1 - 2 / (9 * df) + limit * Math.sqrt(2 / (9 * df))) ** 3 - df;
  return (
    scale * values.total <= TOTAL * Math.sqrt(2 * total) &&
    single.every((df, k) => df === 0 || scale * values.single[k] <= excess(df))
  );
}

function singleLimit(modalities: number): number {
  return normalQuantile(1 - TAIL / modalities);
}

/** The part of a decomposition that says whether anything was found; null is infinite, as in pid.json. */
export interface Finding {
  readonly flags: readonly string[];
  readonly intervals?: { readonly lower: { readonly information: { readonly total: number | null } } } | null;
}

/**
 * The one answer to "was no information found?", behind every sentence that says so and behind the fusion weights: the
 * flag `no-information`, unless a recorded interval of the total leaves 0 out.
 */
export function lacksInformation({ flags, intervals }: Finding): boolean {
  if (!flags.includes("no-information" satisfies PidFlag)) return false;
  const low = intervals?.lower.information.total;
  return low === undefined || (low !== null && low <= 0);
}

/** Intervals of a decomposition that found nothing: no part of a total that may be 0 is above 0, so all reach it. */
export function reachingZero<T extends PidIntervals<Amount> | null>(intervals: T): T {
  if (intervals === null) return intervals;
  return { ...intervals, lower: combineValues([intervals.lower], () => 0) };
}

/** Intervals that agree with the flags. */
export function intervalsFor<T extends PidIntervals<Amount> | null>(flags: readonly PidFlag[], intervals: T): T {
  return flags.includes("no-information") ? reachingZero(intervals) : intervals;
}
