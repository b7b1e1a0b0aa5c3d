import { effectiveGroups, rowsByGroup } from "../data/split/groups.js";
import { mean, quantileOfSorted, standardDeviation, variance } from "../math/descriptive.js";
import type { Rng } from "../math/rng.js";
import { studentTQuantile } from "../math/student-t.js";

/** Group of each row (subject, site, ..), as rows that are alike; null where rows have none. */
export type RowGroupNames = readonly string[] | null;

/**
 * How values are found that another sample of rows would have given. Rows that are independent, and groups of rows where there are
 * many, are drawn with replacement (bootstrap). Few groups are left out one after another (jackknife): percentiles of a
 * bootstrap of few groups are far too narrow, Student's t with the jackknife's standard error is not.
 * Sources: Efron & Tibshirani 1993, chapters 8 and 11; Cameron & Miller 2015 (few clusters); MacKinnon, Nielsen & Webb 2023.
 */
export interface Resampling {
  readonly method: "bootstrap" | "jackknife";
  /** Row indices of each unit; null where every row is a unit of its own. */
  readonly units: readonly Int32Array[] | null;
  /** Number of units. */
  readonly count: number;
  /** Degrees of freedom of a variance between the units: as many equal groups as tell as much (Kish 1965), less 1; at least 1. */
  readonly degrees: number;
  /** What is drawn or left out: "over rows", "over 40 whole groups". */
  readonly text: string;
  /** What follows it where groups are few; nothing else. */
  readonly caution: string;
}

/** From so many groups of equal size on they are drawn, not left out in turn. */
const manyGroups = 100;
/** Below so many, how groups differ is known roughly. */
const fewGroups = 20;

/** Units of `rows` rows. @param groups group of each row; null or left out for rows that are independent */
export function resamplingOf(rows: number, groups?: RowGroupNames): Resampling {
  const alone = { method: "bootstrap", units: null, count: rows, degrees: rows - 1, text: "over rows" } as const;
  if (groups === null || groups === undefined) return { ...alone, caution: "" };
  const units = [...rowsByGroup(groups).values()].map((own) => Int32Array.from(own));
  const { length: count } = units;
  if (count < 2) {
    const caution = ", which come from 1 group: intervals say nothing of other groups, and are too narrow for them";
    return { ...alone, caution };
  }
  const effective = effectiveGroups(units.map(({ length }) => length));
  return {
    method: effective < manyGroups ? "jackknife" : "bootstrap",
    ...{ units, count, degrees: Math.max(1, effective - 1) },
    text: `over ${count} whole groups`,
    caution: fewGroupsCaution(count, effective),
  };
}

function fewGroupsCaution(count: number, effective: number): string {
  if (effective >= fewGroups) return "";
  const equal = Math.round(effective) === count ? "" : `, which tell as much as ${Math.round(effective)} of equal size`;
  return `${equal}: so few that intervals are wide and may be off; ${fewGroups} groups or more tell better`;
}

/** What intervals are made by: "bootstrap over rows", "jackknife over 12 whole groups of the test part: so few that ..". */
export function resamplingWords({ method, text, caution }: Resampling, ofWhat = ""): string {
  return `${method} ${text}${ofWhat === "" ? "" : ` ${ofWhat}`}${caution}`;
}

/** Number of resamples: what was asked for, or one per unit that is left out. */
export function resampleCount({ method, count }: Resampling, draws: number): number {
  return method === "jackknife" ? count : draws;
}

/** Writes into `counts` [rows] how often every row is in resample `b`. */
export function fillCounts({ method, units, count }: Resampling, rng: Rng, b: number, counts: Uint16Array): void {
  if (method === "jackknife") {
    counts.fill(1);
    for (const row of units?.[b] ?? []) counts[row] = 0;
    return;
  }
  counts.fill(0);
  for (let i = 0; i < count; i++) {
    const drawn = rng.integer(count);
    if (units === null) counts[drawn]++;
    else for (const row of units[drawn]) counts[row]++;
  }
}

/**
 * Rows of resample `b`, the same as those that `fillCounts` counts from the same generator.
 * @param index [rows], overwritten and returned where rows are drawn; groups may make another number of rows
 */
export function resampledRows(
  { method, units, count }: Resampling,
  rng: Rng,
  b: number,
  index: Int32Array,
): Int32Array {
  if (units !== null) {
    const kept =
      method === "jackknife"
        ? units.filter((_, u) => u !== b)
        : Array.from({ length: count }, () => units[rng.integer(count)]);
    const rows = new Int32Array(kept.reduce((sum, own) => sum + own.length, 0));
    kept.reduce((at, own) => {
      rows.set(own, at);
      return at + own.length;
    }, 0);
    return rows;
  }
  for (let i = 0; i < count; i++) index[i] = rng.integer(count);
  return index;
}

/**
 * Variance of a value over samples of rows, from its values on resamples:
 *   bootstrap: their variance;   jackknife of G units: (G - 1) / G sum (v_g - mean)^2
 */
export function resampledVariance({ method }: Pick<Resampling, "method">, drawn: ArrayLike<number>): number {
  if (method === "bootstrap") return variance(drawn);
  const centre = mean(drawn);
  let sum = 0;
  for (let g = 0; g < drawn.length; g++) sum += (drawn[g] - centre) ** 2;
  return ((drawn.length - 1) / drawn.length) * sum;
}

/** A scale on which a value is nearer to normal, and back. */
export interface Scale {
  readonly to: (value: number) => number;
  readonly from: (scaled: number) => number;
}

export const asItIs: Scale = { to: (value) => value, from: (scaled) => scaled };
/** Of errors, which are above 0 and skewed. */
export const logScale: Scale = { to: Math.log, from: Math.exp };
/** Of one error over another, less 1. */
export const relativeScale: Scale = { to: Math.log1p, from: Math.expm1 };

/** Ends of an interval with its standard error. */
export interface ResampledEnds {
  readonly low: number;
  readonly high: number;
  readonly standardError: number;
}

/** Ends of the interval of a value from its values on resamples: percentiles of a bootstrap, Student's t of a jackknife. */
export function resampledEnds(
  resampling: Resampling,
  value: number,
  drawn: ArrayLike<number>,
  level: number,
  scale: Scale = asItIs,
): ResampledEnds {
  if (resampling.method === "bootstrap") {
    const ascending = Float64Array.from(drawn).sort();
    return {
      low: quantileOfSorted(ascending, (1 - level) / 2),
      high: quantileOfSorted(ascending, (1 + level) / 2),
      standardError: standardDeviation(ascending),
    };
  }
  const standardError = Math.sqrt(resampledVariance(resampling, drawn));
  const scaled = Float64Array.from(drawn, scale.to);
  if (!Number.isFinite(scale.to(value)) || !scaled.every(Number.isFinite)) {
    return { ...studentEnds(value, standardError, resampling.degrees, level), standardError };
  }
  const error = Math.sqrt(resampledVariance(resampling, scaled));
  return { ...studentEnds(value, error, resampling.degrees, level, scale), standardError };
}

/** scale(value) +- t standardError, back from the scale. @param standardError on the scale */
export function studentEnds(value: number, standardError: number, degrees: number, level: number, scale = asItIs) {
  if (standardError === 0) return { low: value, high: value };
  const half = studentTQuantile(level, degrees) * standardError;
  return { low: scale.from(scale.to(value) - half), high: scale.from(scale.to(value) + half) };
}
