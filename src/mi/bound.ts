import { InputError } from "../errors.js";
import type { RowGroups } from "../pid/estimate/row-groups.js";
import { countedRow } from "../row-number.js";
import { bitsPerNat, type Estimate, errorOfMean } from "./estimate.js";
import { type Pairs, pairsOf } from "./pairs.js";

/**
 * Learned log-ratios t(x_i, y_j), nats: a function of two row numbers, or the values [n, n] row-major. Neither row may
 * have taken part in learning. -Infinity is "cannot be".
 */
export type LogRatios = Float64Array | ((x: number, y: number) => number);

/** Which rows are scored, and how they depend on one another. */
export interface BoundOptions {
  /** Rows that were scored by one model each, as row numbers: pairs are formed within a part only. One part if left out. */
  readonly parts?: readonly ArrayLike<number>[];
  /** Rows of one group depend on one another; pairs are of two groups. Null or left out: rows are independent. */
  readonly groups?: RowGroups | null;
}

/** A lower bound of an information. */
export interface BoundEstimate extends Estimate {
  /** m - 1, what is taken off the mean log-ratio, nats: near 0 where the ratio is normalised. */
  readonly correction: number;
}

/** Ratios are cut at e^30, in both terms of the bound, which stays one. */
export const largestRatio = 30;
/** A correction beyond this, nats, says that the ratio is far from normalised. */
const largeCorrection = 0.05;

/**
 * Lower bound of I(X; Y) from any log-ratio t that did not see the rows, bits:
 *   I_lb = mean_i t(x_i, y_i) - (m - 1),   m = mean of exp t(x_i, y_j) over pairs of different rows (of different groups)
 * E I_lb <= I whatever t is; equal for t = log p(y|x)/p(y). The standard error is that of a U-statistic, with the influence
 *   psi_i = t(x_i, y_i) - (n / pairs) [ sum_j exp t(x_i, y_j) + sum_j exp t(x_j, y_i) ].
 * All pairs up to 2000 rows, else 64 cyclic shifts of the rows.
 * Source: Nguyen, Wainwright & Jordan 2010, with f = t + 1.
 * @param ratios of rows 0 .. n - 1
 * @throws InputError for fewer than 2 rows in a part, and for rows of one group alone
 */
export function heldOutBound(ratios: LogRatios, n: number, options: BoundOptions = {}): BoundEstimate {
  const { groups = null, parts = [Int32Array.from({ length: n }, (_, i) => i)] } = options;
  const ratio = ratioOf(ratios, n);
  const scored = parts.reduce((sum, part) => sum + part.length, 0);
  if (scored !== n) throw new InputError(`bound: the parts hold ${scored} rows, expected each of ${n} once`);
  const psi = new Float64Array(n).fill(Number.NaN);
  let [direct, m] = [0, 0];
  for (const rows of parts) {
    const pairs = pairsOf(rows, groups, n);
    const own = partInfluence(ratio, rows, pairs);
    for (let i = 0; i < rows.length; i++) psi[rows[i]] = own.psi[i];
    direct += own.direct;
    m += (own.m * rows.length) / n;
  }
  const correction = m - 1;
  return {
    bits: (direct / n - correction) * bitsPerNat,
    standardError: errorOfMean(psi, groups) * bitsPerNat,
    n,
    converged: Number.isFinite(direct) && Number.isFinite(m),
    warnings: correctionWarnings(correction),
    correction,
  };
}

/** What is believed of a log-ratio, t -> scale t + shift. */
export interface Calibration {
  readonly scale: number;
  readonly shift: number;
}

const scales = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.35, 0.2, 0] as const;
/** Rows of a calibration up to which all their pairs are looked at. */
const calibrationRows = 500;

/**
 * The scale and shift under which the bound on validation rows is largest; with scale 0 both are 0 and so is the bound. They
 * are two numbers from rows that are not scored, so the bound of the calibrated ratio holds.
 * @param rows validation rows, by the numbers that `ratio` takes
 */
export function calibrate(
  ratio: (x: number, y: number) => number,
  rows: ArrayLike<number>,
  groups: RowGroups | null = null,
): Calibration {
  const pairs = calibrationPairs(rows, groups);
  const products: number[] = [];
  pairs.each((i, j) => products.push(ratio(rows[i], rows[j])));
  const joint = Array.from(rows as ArrayLike<number>, (r) => ratio(r, r));
  let best: Calibration & { readonly bound: number } = { scale: 0, shift: 0, bound: 0 };
  for (const scale of scales.slice(0, -1)) {
    const shift = -Math.log(products.reduce((sum, t) => sum + Math.exp(cut(scale * t)), 0) / products.length);
    const of = (t: number) => cut(scale * t + shift);
    const direct = joint.reduce((sum, t) => sum + of(t), 0) / joint.length;
    const bound = direct - (products.reduce((sum, t) => sum + Math.exp(of(t)), 0) / products.length - 1);
    if (bound > best.bound) best = { scale, shift, bound };
  }
  return { scale: best.scale, shift: best.shift };
}

/** The pairs of validation rows that a calibration looks at. */
export function calibrationPairs(rows: ArrayLike<number>, groups: RowGroups | null): Pairs {
  return pairsOf(rows, groups, rows.length, calibrationRows);
}

/** The ratio that a calibration makes of one. */
export function calibrated(
  ratio: (x: number, y: number) => number,
  { scale, shift }: Calibration,
): (x: number, y: number) => number {
  return scale === 0 ? () => 0 : (x, y) => scale * ratio(x, y) + shift;
}

function cut(t: number): number {
  return Math.min(t, largestRatio);
}

function ratioOf(ratios: LogRatios, n: number): (x: number, y: number) => number {
  if (n < 2) throw new InputError(`bound: at least 2 rows are needed, got ${n}`);
  if (typeof ratios === "function") return ratios;
  if (ratios.length === n * n) return (x, y) => ratios[x * n + y];
  throw new InputError(`bound: expected the log-ratios of all ${n} x ${n} pairs, got ${ratios.length} values`);
}

/** What exp t comes to over pairs of unrelated rows. */
export interface PairSums {
  /** Mean of exp t. */
  readonly m: number;
  /** [rows] (rows / pairs) [ sum_j exp t(x_i, y_j) + sum_j exp t(x_j, y_i) ], whose mean is 2 m. */
  readonly ofRow: Float64Array;
}

/** Mean of exp t over pairs of a part, and what each row contributes. @param rows of the part, by the numbers that `ratio` takes */
export function pairSums(ratio: (x: number, y: number) => number, rows: ArrayLike<number>, pairs: Pairs): PairSums {
  const sums = new Float64Array(rows.length);
  let total = 0;
  pairs.each((i, j) => {
    const e = Math.exp(cut(ratio(rows[i], rows[j])));
    sums[i] += e;
    sums[j] += e;
    total += e;
  });
  const share = rows.length / pairs.count;
  return { m: total / pairs.count, ofRow: sums.map((sum) => share * sum) };
}

/** Sum of t, mean of exp t over pairs, and the influence of each row of a part. */
function partInfluence(ratio: (x: number, y: number) => number, rows: ArrayLike<number>, pairs: Pairs) {
  const { m, ofRow } = pairSums(ratio, rows, pairs);
  let direct = 0;
  const psi = ofRow.map((sum, i) => {
    const t = cut(ratio(rows[i], rows[i]));
    if (Number.isNaN(t))
      throw new InputError(`bound: the log-ratio of ${countedRow(rows[i])} with itself is not a number`);
    direct += t;
    return t - sum;
  });
  return { psi, direct, m };
}

function correctionWarnings(correction: number): string[] {
  if (Math.abs(correction) <= largeCorrection) return [];
  return [
    `the mean ratio of unrelated pairs is ${(1 + correction).toFixed(2)} and not 1, so the model behind it fits badly; ` +
      "the bound holds, and is loose",
  ];
}
