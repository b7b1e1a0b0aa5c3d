import { mean, standardDeviation } from "../../math/descriptive.js";
import type { LocalPid } from "../pointwise/local-pid.js";
import { errorOfInfluence } from "./influence.js";
import { groupSums, type RowGroups } from "./row-groups.js";

/** Standard error of a mean of pointwise values, [n]. @param groups null where rows are independent */
export function errorOf(values: Float64Array, groups: RowGroups | null): number {
  if (groups === null) return standardDeviation(values) / Math.sqrt(values.length);
  return errorOfInfluence(centred(values), groups);
}

/** Values less their mean, of every row, or summed over the rows of every group. */
export function independentSums(values: Float64Array, groups: RowGroups | null): Float64Array {
  return groups === null ? centred(values) : groupSums(centred(values), groups);
}

/** Values less their mean. */
export function centred(values: Float64Array): Float64Array {
  const centre = mean(values);
  return values.map((v) => v - centre);
}

/** Pointwise values in the order of `flatLayout`, without gains. */
export function pointwiseInOrder(names: readonly string[], local: LocalPid): Float64Array[] {
  const { information, unique, redundancy, synergy, partialRedundancy, union } = local;
  const single = names.map((name) => information.byModality[name]);
  return [
    information.total,
    ...single,
    ...names.map((name) => unique[name]),
    redundancy,
    synergy,
    partialRedundancy,
    union,
  ];
}
