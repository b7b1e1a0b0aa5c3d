import type { Rng } from "../../math/rng.js";
import { byName } from "../closed-form/settle.js";
import type { PidPermutation } from "./estimate-types.js";
import { membersOf, type RowGroups } from "./row-groups.js";

/** A draw of the target as it would be if it had nothing to do with the modalities. */
export interface Shuffle {
  /** The values of a column of the target, centred, as drawn; centred too. */
  readonly apply: (column: Float64Array) => Float64Array;
  /** Whether the values are the same in another order, with the same covariances. */
  readonly keepsValues: boolean;
}

/** Rows in another order. */
function ordered(order: Int32Array): Shuffle {
  return { apply: (column) => Float64Array.from(order, (r) => column[r]), keepsValues: true };
}

/**
 * A draw under which rows of a group stay together, since they depend on one another.
 * - Groups of equal size exchange their targets, whole and in the order of their rows: exact, whatever the dependence.
 * - Otherwise each group's centred targets keep or change their sign, by the toss of a coin: the wild cluster bootstrap under
 *   the null hypothesis (Cameron, Gelbach & Miller 2008), which needs no equal sizes.
 */
function groupedShuffle(groups: RowGroups, members: readonly Int32Array[], rng: Rng): Shuffle {
  const { of, sizes, count } = groups;
  if (sizes.every((size) => size === sizes[0])) {
    const from = rng.permutation(count);
    const order = new Int32Array(of.length);
    members.forEach((rows, g) => {
      rows.forEach((r, i) => {
        order[r] = members[from[g]][i];
      });
    });
    return ordered(order);
  }
  const signs = Float64Array.from({ length: count }, () => (rng.integer(2) === 0 ? -1 : 1));
  const apply = (column: Float64Array) => centred(column.map((v, r) => signs[of[r]] * v));
  return { apply, keepsValues: false };
}

function centred(column: Float64Array): Float64Array {
  let mean = 0;
  for (const v of column) mean += v / column.length;
  return column.map((v) => v - mean);
}

/**
 * Permutation test of "the modality knows nothing about the target": the target's rows are shuffled, rows of one
 * group together.
 *   p = (1 + number of shuffles with at least the observed information) / (1 + shuffles)
 * @param information of a shuffled target, [I_total, I_1 .. I_M]; any monotone function of the estimate will do
 */
export function permutationTest(
  names: readonly string[],
  rows: number,
  groups: RowGroups | null,
  information: (shuffle: Shuffle) => number[],
  permutations: number,
  rng: Rng,
  onProgress?: (done: number) => void,
): PidPermutation {
  const observed = information(ordered(Int32Array.from({ length: rows }, (_, r) => r)));
  const members = groups === null ? [] : membersOf(groups);
  const reached = observed.map(() => 1);
  for (let p = 0; p < permutations; p++) {
    const stream = rng.split(String(p));
    const shuffle = groups === null ? ordered(stream.permutation(rows)) : groupedShuffle(groups, members, stream);
    information(shuffle).forEach((v, i) => {
      if (v >= observed[i] - 1e-12) reached[i]++;
    });
    onProgress?.(p + 1);
  }
  const pValues = reached.map((count) => count / (1 + permutations));
  return { permutations, pValues: { total: pValues[0], byModality: byName(names, pValues.slice(1)) } };
}
