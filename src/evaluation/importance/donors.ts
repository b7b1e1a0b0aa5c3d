import { rowsByGroup } from "../../data/split/groups.js";
import type { Rng } from "../../math/rng.js";

/** A permutation of rows by which each takes what another one has. */
export interface Donors {
  /** [rows], the row that each takes from; never itself. */
  readonly donors: Int32Array;
  /** Whether some rows take from rows of their own group: where one group holds more than half of the rows. */
  readonly withinGroups: boolean;
}

/**
 * A random permutation without fixed points. Rows stand in random order, those of a group side by side, and each takes
 * from the row that stands a random distance, at least the size of the largest group, further on: so that with groups,
 * whose rows may hold the same values, no row takes from its own group.
 * @param rows   at least 2
 * @param groups label of each row; left out where rows are independent
 */
export function drawDonors(rows: number, groups: readonly string[] | undefined, rng: Rng): Donors {
  const members = groups === undefined ? null : [...rowsByGroup(groups).values()];
  const order = members === null ? rng.permutation(rows) : shuffledByGroup(members, rng);
  const largest = members === null ? 1 : Math.max(...members.map(({ length }) => length));
  const least = Math.min(largest, Math.floor(rows / 2));
  const shift = least + rng.integer(rows - 2 * least + 1);
  const donors = new Int32Array(rows);
  for (let i = 0; i < rows; i++) donors[order[i]] = order[(i + shift) % rows];
  return { donors, withinGroups: largest > least };
}

function shuffledByGroup(members: readonly (readonly number[])[], rng: Rng): Int32Array {
  const groups = Array.from(rng.permutation(members.length), (g) => members[g]);
  return Int32Array.from(groups.flatMap((rows) => Array.from(rng.permutation(rows.length), (i) => rows[i])));
}
