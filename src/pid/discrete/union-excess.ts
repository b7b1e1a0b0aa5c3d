import type { Rng } from "../../math/rng.js";
import type { RowGroups } from "../estimate/row-groups.js";
import { type ClassReadings, type ClassRows, readClasses } from "./class-rows.js";
import type { UnionOptions } from "./union-discrete.js";

/** Times that the rows are cut into halves. */
const splits = 2;

/**
 * By how much the union of cells may be too large because few rows fall on a class of a cell, bits. Where modalities see a class
 * about equally well, chance makes each the better one for some classes, and the union counts both: an excess of the order of
 * 1/sqrt(n), while that of an information is of the order of 1/n. With U the union of the cells as counted and U_half its mean over
 * halves of the rows, the excess of counts is
 *   (U_half - U) / (sqrt 2 - 1),
 * and the limit is the distance of the union of the readings, less the largest bias of their tables, from the union of counts less that. It
 * is an upper limit: an excess of the order of 1/n is U_half - U, and taken off that way parts that are unique would count as redundant.
 * @param groups whole groups stay in one half; null where rows are independent
 */
export function unionExcess(
  rows: ClassRows,
  readings: ClassReadings,
  { groups, options, rng }: { readonly groups: RowGroups | null; readonly options: UnionOptions; readonly rng: Rng },
): number {
  const alone = { ...rows, posteriors: null };
  const counted = readClasses(alone, [...rows.labels.keys()], options, readings);
  let sum = 0;
  for (let split = 0; split < splits; split++) {
    for (const half of halves(rows.labels.length, groups, rng.split(String(split))))
      sum += readClasses(alone, half, options, counted).union.bits;
  }
  const growth = sum / (2 * splits) - counted.union.bits;
  const most = Math.max(...counted.bias);
  const excess = Math.max(most, growth / (Math.SQRT2 - 1));
  return Math.max(0, readings.union.bits - Math.max(...readings.bias) - (counted.union.bits - excess));
}

/** The rows, or whole groups of them, dealt out at random to two halves. */
function halves(n: number, groups: RowGroups | null, rng: Rng): [number[], number[]] {
  const units = groups === null ? n : groups.sizes.length;
  const place = new Int32Array(units);
  for (const [i, unit] of rng.permutation(units).entries()) place[unit] = i % 2;
  const parts: [number[], number[]] = [[], []];
  for (let row = 0; row < n; row++) parts[place[groups === null ? row : groups.of[row]]].push(row);
  return parts;
}
