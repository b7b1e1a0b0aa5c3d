import { normalQuantile } from "../../math/special.js";
import { namedValues, valuesInOrder } from "../closed-form/flat-values.js";
import type { LocalPid } from "../pointwise/local-pid.js";
import type { PidResult, PidValues } from "../types.js";
import { rangesOfOrders, spreadOver } from "./orderings.js";
import { errorOf } from "./pointwise-error.js";
import { errorLevel, type RowGroups } from "./row-groups.js";
import type { DirectionContrast } from "./ties.js";

/** An estimate with what its intervals at ties rest on. */
export interface TiedParts {
  readonly result: PidResult;
  readonly standardErrors: PidValues;
  readonly local: LocalPid;
  readonly directions: readonly DirectionContrast[];
  readonly groups: RowGroups | null;
  /** Factor by which errors of few groups exceed those of the influence alone. */
  readonly widened: number;
  /** Standard errors within which two modalities tie. */
  readonly tie: number;
}

/** Intervals of 95 % grown so that those of atoms hold whichever modality knows more; see `rangesOfOrders`. */
export function intervalsOfOrders({ result, standardErrors, local, directions, groups, widened, tie }: TiedParts) {
  const { modalities: names } = result;
  const z = normalQuantile((1 + errorLevel) / 2);
  const { total, byModality } = local.information;
  const shown = names.length === 2 ? directions : [];
  const series = [total, ...names.map((name) => byModality[name]), ...shown.map(({ local: ratio }) => ratio)];
  const { information } = result;
  const bits = [information.total, ...names.map((name) => information.byModality[name]), ...shown.map((d) => d.bits)];
  const combine = (weights: Readonly<Record<number, number>>) => {
    const used = Object.entries(weights).map(([i, weight]): [number, number] => [Number(i), weight]);
    const sum = Float64Array.from(total, (_, t) => used.reduce((all, [i, weight]) => all + weight * series[i][t], 0));
    const value = used.reduce((all, [i, weight]) => all + weight * bits[i], 0);
    return { value, error: widened * errorOf(sum, groups) };
  };
  const own = valuesInOrder(result);
  const error = valuesInOrder(standardErrors);
  const lower = Float64Array.from(own, (v, i) => Math.max(0, v - z * error[i]));
  const upper = Float64Array.from(own, (v, i) => v + z * error[i]);
  const ranges = rangesOfOrders({ combine, modalities: names.length, directions: result.rank.target, tie, z });
  spreadOver(names.length, ranges, lower, upper);
  return { lower: namedValues(names, lower), upper: namedValues(names, upper) };
}
