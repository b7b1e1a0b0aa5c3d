import { normalCdf } from "../../math/special.js";
import { flatLayout } from "../closed-form/flat-values.js";
import { hull, rangesOfOrders, spreadOver, type Weights } from "./orderings.js";
import {
  beyondSelection,
  effectGivenSelection,
  type Measured,
  type Range,
  rangeGivenSelection,
  type SelectedEffect,
} from "./selection.js";

/** Two modalities closer than this many standard errors in a direction of the target tie. */
export const TIE = 2;
/** Advantages that intervals are made to hold for, those nearest to a tie; of more, one per pair of many modalities, it takes long. */
const mostConditions = 12;
/** Advantages below this are rounding, bits. */
const rounding = 1e-12;

/** What intervals of atoms are made of. */
export interface OrderIntervals {
  /** As `OrderedEstimate.combine` does. */
  readonly combine: (weights: Weights) => Measured;
  readonly modalities: number;
  /** Columns of the target. */
  readonly directions: number;
  /** Of one modality over another, pair after pair, and of a pair by direction of the target. */
  readonly advantages: readonly Measured[];
  /** Standard errors to either side of an interval. */
  readonly z: number;
}

/**
 * What the order of the modalities did to intervals: nothing, or why they were grown. `near`: no tie, but near one; `open`:
 * so near that given the selection either may know more.
 */
export type OrderDoubt = "none" | "tie" | "near" | "open";

/** An advantage that was found to be more than `TIE` errors, near enough for that to matter. */
interface Condition {
  readonly place: number;
  /** In standard errors. */
  readonly estimate: number;
  readonly error: number;
  readonly effect: SelectedEffect;
}

/** Whether an advantage is within two standard errors of a tie. */
export function isTied({ value, error }: Measured): boolean {
  return Math.abs(value) <= TIE * error + rounding;
}

/**
 * Grows 95 % intervals (or others) so that they hold whichever modality knows more, in place.
 * - At a tie, some advantage within two errors of 0: over every order that is not ruled out (`rangesOfOrders`).
 * - Without one the estimate was selected for that: near a tie the leader is too large, and an interval around it holds too
 *   rarely. Each is then joined with the interval given the selection (`rangeGivenSelection`), for each advantage, and over the orders
 *   that the advantages leave open given the selection. 6.5 errors from a tie nothing changes.
 * @param errors of the numbers, in the order of `flatLayout`
 */
export function growOverOrders(
  { combine, modalities, directions, advantages, z }: OrderIntervals,
  errors: ArrayLike<number>,
  lower: Float64Array,
  upper: Float64Array,
): OrderDoubt {
  if (advantages.some(isTied)) {
    const range = (weights: Weights) => plainRange(combine(weights), z);
    spreadOver(modalities, rangesOfOrders({ combine, modalities, directions, range, isOpen: isTied }), lower, upper);
    return "tie";
  }
  const tail = normalCdf(-z);
  const { gain: first } = flatLayout(modalities);
  const conditions = conditionsOf(advantages, first, tail);
  if (conditions.length === 0) return "none";
  for (let i = 0; i < first; i++) {
    if (!(errors[i] > 0)) continue;
    [lower[i], upper[i]] = hull([lower[i], upper[i]], selectedRange(combine, conditions, { [i]: 1 }, z, errors[i]));
  }
  if (!conditions.some(({ effect }) => crosses(effect))) return "near";
  const range = (weights: Weights) => selectedRange(combine, conditions, weights, z);
  const isOpen = ({ value, error }: Measured) => crosses(effectGivenSelection(value / error, TIE, tail));
  spreadOver(modalities, rangesOfOrders({ combine, modalities, directions, range, isOpen }), lower, upper);
  return "open";
}

function conditionsOf(advantages: readonly Measured[], first: number, tail: number): Condition[] {
  return advantages
    .map(({ value, error }, i) => ({ place: first + i, estimate: value / error, error }))
    .filter(({ estimate }) => Math.abs(estimate) < beyondSelection)
    .sort((a, b) => Math.abs(a.estimate) - Math.abs(b.estimate))
    .slice(0, mostConditions)
    .map((near) => ({ ...near, effect: effectGivenSelection(near.estimate, TIE, tail) }));
}

function crosses({ low, high }: SelectedEffect): boolean {
  return low < 0 && high > 0;
}

function plainRange({ value, error }: Measured, z: number): Range {
  return [Math.max(0, value - z * error), Math.max(0, value + z * error)];
}

/** @param own error of the sum where it is larger than that of the influence of the rows */
function selectedRange(
  combine: OrderIntervals["combine"],
  conditions: readonly Condition[],
  weights: Weights,
  z: number,
  own?: number,
): Range {
  const sum = combine(weights);
  const measured = { value: sum.value, error: own ?? sum.error };
  const wider = sum.error > 0 ? measured.error / sum.error : 1;
  const [low, high] = conditions
    .map(({ place, estimate, error, effect }) => {
      // Var(a + b) - Var(a) - Var(b) is twice the covariance, whatever the errors are made of
      const both = combine({ ...weights, [place]: (weights[place] ?? 0) + 1 }).error;
      const share = (both * both - sum.error * sum.error - error * error) / (2 * error);
      return rangeGivenSelection(measured, wider * share, estimate, effect, z);
    })
    .reduce(hull);
  return [Math.max(0, low), Math.max(0, high)];
}
