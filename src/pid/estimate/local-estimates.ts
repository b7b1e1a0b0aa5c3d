import { flatLayout } from "../closed-form/flat-values.js";
import type { LocalEstimates } from "./estimate-types.js";

/** value + influence: the rows' shares, [rows] each, whose means are the values; bits. */
export function localEstimates(
  names: readonly string[],
  values: Float64Array,
  influences: readonly Float64Array[],
): LocalEstimates {
  const at = flatLayout(names.length);
  const rows = (i: number) => influences[i].map((v) => v + values[i]);
  const each = (start: number) => Object.fromEntries(names.map((name, k) => [name, rows(start + k)]));
  return {
    information: { total: rows(at.total), byModality: each(at.single) },
    unique: each(at.unique),
    redundancy: rows(at.redundancy),
    synergy: rows(at.synergy),
    partialRedundancy: rows(at.partialRedundancy),
  };
}
