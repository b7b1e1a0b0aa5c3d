import type { Rng } from "../../math/rng.js";
import type { Target } from "../dataset.js";
import { rowsByGroup } from "../split/groups.js";

/** What must stay together, or apart, when targets are dealt anew; values per row. */
export interface PermutedAmong {
  /** Rows that belong together (subjects, sites); every row by itself if left out. */
  readonly group?: readonly string[] | undefined;
  /** Values are dealt within these alone; among all rows if left out. */
  readonly within?: readonly string[] | undefined;
}

/**
 * Targets dealt anew, all of a row together, as if features said nothing of them:
 * - a group in which they vary keeps its values and deals them among its rows, so that what groups share stays;
 * - groups in which they are constant, those of one row too, deal their values among one another as wholes.
 * @returns row from which each row takes its targets [rows]
 */
export function permutedRows(
  targets: readonly Pick<Target, "values">[],
  rows: number,
  { group, within }: PermutedAmong,
  rng: Rng,
): Int32Array {
  const source = Int32Array.from({ length: rows }, (_, row) => row);
  const all = within ?? new Array<string>(rows).fill("");
  const own = group ?? Array.from({ length: rows }, (_, row) => `${row}`);
  const isSame = (a: number, b: number) => targets.every(({ values }) => values[a] === values[b]);
  for (const [name, members] of rowsByGroup(all)) {
    const stream = rng.split(`within/${name}`);
    const constant: number[][] = [];
    for (const [unit, inside] of rowsByGroup(own, members)) {
      if (inside.every((row) => isSame(row, inside[0]))) constant.push(inside);
      else {
        const order = stream.split(`group/${unit}`).permutation(inside.length);
        inside.forEach((row, i) => {
          source[row] = inside[order[i]];
        });
      }
    }
    const order = stream.split("groups").permutation(constant.length);
    constant.forEach((inside, i) => {
      for (const row of inside) source[row] = constant[order[i]][0];
    });
  }
  return source;
}

/** The targets as those rows have them. */
export function withRowsOf(targets: readonly Target[], source: Int32Array): Target[] {
  return targets.map((target) => ({ ...target, values: Float64Array.from(source, (row) => target.values[row]) }));
}
