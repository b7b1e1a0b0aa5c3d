import { normalQuantile } from "../../math/special.js";
import { namedValues, valuesInOrder } from "../closed-form/flat-values.js";
import type { LocalPid } from "../pointwise/local-pid.js";
import type { PidResult, PidValues } from "../types.js";
import { growOverOrders, type OrderDoubt } from "./order-intervals.js";
import type { Weights } from "./orderings.js";
import { errorOf, pointwiseInOrder } from "./pointwise-error.js";
import { errorLevel, type RowGroups } from "./row-groups.js";
import type { Measured } from "./selection.js";
import type { DirectionContrast } from "./ties.js";

/** An estimate with what its intervals at ties rest on. */
export interface TiedParts {
  readonly result: PidResult;
  readonly standardErrors: PidValues;
  readonly local: LocalPid;
  /** Of every pair of modalities, by direction of the target. */
  readonly directions: readonly DirectionContrast[];
  readonly groups: RowGroups | null;
  /** Factor by which errors of few groups exceed those of the influence alone. */
  readonly widened: number;
}

/** Intervals that hold whichever modality knows more, and why they had to be grown. */
export interface OrderedEnds {
  readonly doubt: OrderDoubt;
  readonly lower: PidValues;
  readonly upper: PidValues;
}

/** Intervals of 95 % grown over the orders of the modalities (`growOverOrders`); null where no order is in doubt. */
export function intervalsOfOrders(parts: TiedParts): OrderedEnds | null {
  const { result, standardErrors, local, directions, groups, widened } = parts;
  const { modalities: names } = result;
  const z = normalQuantile((1 + errorLevel) / 2);
  const own = Float64Array.from(valuesInOrder(result));
  const series = [...pointwiseInOrder(names, local), ...directions.map(({ local: ratio }) => ratio)];
  const bits = [...own, ...directions.map((d) => d.bits)];
  const combine = (weights: Weights): Measured => {
    const used = Object.entries(weights).map(([i, weight]): [number, number] => [Number(i), weight]);
    const sum = series[0].map((_, t) => used.reduce((all, [i, weight]) => all + weight * series[i][t], 0));
    const value = used.reduce((all, [i, weight]) => all + weight * bits[i], 0);
    return { value, error: widened * errorOf(sum, groups) };
  };
  const advantages = directions.map((d): Measured => ({ value: d.bits, error: widened * d.standardError }));
  const error = valuesInOrder(standardErrors);
  const lower = own.map((v, i) => Math.max(0, v - z * error[i]));
  const upper = own.map((v, i) => v + z * error[i]);
  const orders = { combine, modalities: names.length, directions: result.rank.target, advantages, z };
  const doubt = growOverOrders(orders, error, lower, upper);
  return doubt === "none" ? null : { doubt, lower: namedValues(names, lower), upper: namedValues(names, upper) };
}
