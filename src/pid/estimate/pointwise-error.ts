import { mean, standardDeviation } from "../../math/descriptive.js";
import { errorOfInfluence } from "./influence.js";
import type { RowGroups } from "./row-groups.js";

/** Standard error of a mean of pointwise values, [n]. @param groups null where rows are independent */
export function errorOf(values: Float64Array, groups: RowGroups | null): number {
  if (groups === null) return standardDeviation(values) / Math.sqrt(values.length);
  return errorOfInfluence(centred(values), groups);
}

/** Values less their mean. */
export function centred(values: Float64Array): Float64Array {
  const centre = mean(values);
  return values.map((v) => v - centre);
}
