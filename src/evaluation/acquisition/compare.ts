import type { Rng } from "../../math/rng.js";
import { fillCounts, type Resampling, resampleCount, resampledEnds } from "../resampling.js";
import {
  adaptiveCurve,
  bestOrder,
  meanCurve,
  meanOverBudgets,
  orderCurve,
  type RowCurve,
  randomCurve,
  type SubsetLosses,
} from "./policy.js";

/** Ways to acquire modalities, compared on the same rows. */
export interface ComparedPolicies {
  /** The order of the fixed policy, the modalities that cost something; chosen on other rows. */
  readonly order: readonly number[];
  readonly curves: { readonly adaptive: RowCurve; readonly fixed: RowCurve; readonly random: RowCurve };
  /** Error over all budgets, and by how much the adaptive one is lower than the fixed one, with its 95 % interval. */
  readonly overBudgets: { readonly adaptive: number; readonly fixed: number; readonly random: number };
  readonly gained: { readonly value: number; readonly low: number; readonly high: number };
}

const resamples = 500;
/** Differences below this share of what is compared are rounding. */
const roundingShare = 1e-12;

/**
 * Compares the adaptive policy with the best fixed order and a random one.
 * @param base  mean loss per subset of other rows, by which the fixed order is chosen
 * @param error the error from a mean loss
 */
export function comparePolicies(
  rows: SubsetLosses,
  {
    costs,
    base,
    error,
    resampling,
    rng,
  }: {
    readonly costs: readonly number[];
    readonly base: readonly number[];
    readonly error: (meanLoss: number) => number;
    readonly resampling: Resampling;
    readonly rng: Rng;
  },
): ComparedPolicies {
  const order = bestOrder(base, costs);
  const curves = {
    adaptive: adaptiveCurve(rows, costs),
    fixed: orderCurve(rows, costs, order),
    random: randomCurve(rows, costs),
  };
  const over = (curve: RowCurve, counts?: ArrayLike<number>) => error(meanOverBudgets(meanCurve(curve, counts)));
  const overBudgets = { adaptive: over(curves.adaptive), fixed: over(curves.fixed), random: over(curves.random) };
  const counts = new Uint16Array(rows.rows);
  const drawn = Float64Array.from({ length: resampleCount(resampling, resamples) }, (_, b) => {
    fillCounts(resampling, rng, b, counts);
    return over(curves.fixed, counts) - over(curves.adaptive, counts);
  });
  const value = overBudgets.fixed - overBudgets.adaptive;
  const { low, high } = resampledEnds(resampling, value, drawn, 0.95);
  // Equal curves differ by rounding.
  const tiny = roundingShare * Math.max(Math.abs(overBudgets.fixed), Math.abs(overBudgets.adaptive));
  const shownOf = (amount: number) => (Math.abs(amount) <= tiny ? 0 : amount);
  return { order, curves, overBudgets, gained: { value: shownOf(value), low: shownOf(low), high: shownOf(high) } };
}

/** Whether what is expected of a modality comes: means over rows, and over the subsets that may be at hand and lack it. */
export interface ExpectedAgainstRealised {
  readonly expected: number;
  readonly realised: number;
  /** Of the difference, by rows. */
  readonly standardError: number;
}

/** Expected and realised drop of the loss by one modality. @param start subset that every row has */
export function expectedAgainstRealised(rows: SubsetLosses, modality: number, start: number): ExpectedAgainstRealised {
  const subsets = rows.losses
    .map((_, subset) => subset)
    .filter((subset) => (subset & start) === start && ((subset >> modality) & 1) === 0);
  const sums = { expected: 0, realised: 0, difference: 0, squares: 0 };
  for (let row = 0; row < rows.rows; row++) {
    let [expected, realised] = [0, 0];
    for (const subset of subsets) {
      const { atHand, after } = rows.expected(subset, row);
      expected += (atHand - (after[modality] ?? atHand)) / subsets.length;
      realised += (rows.losses[subset][row] - rows.losses[subset | (1 << modality)][row]) / subsets.length;
    }
    sums.expected += expected;
    sums.realised += realised;
    sums.difference += expected - realised;
    sums.squares += (expected - realised) ** 2;
  }
  const n = rows.rows;
  const variance = sums.squares / n - (sums.difference / n) ** 2;
  return { expected: sums.expected / n, realised: sums.realised / n, standardError: Math.sqrt(variance / n) };
}
