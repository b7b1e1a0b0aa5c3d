import { errorLevel, groupSums, groupsToLeaveOut, membersOf, type RowGroups, widening } from "./row-groups.js";

/** Numbers of an estimate, and how they move when rows are left out. */
export interface GroupedEstimate {
  readonly groups: RowGroups;
  /** Centred influence of the rows on each number, [numbers][rows]. */
  readonly influences: readonly Float64Array[];
  /** The numbers from some of the rows. */
  readonly from: (rows: Int32Array) => ArrayLike<number>;
}

/**
 * Standard errors where groups are fewer than 60 (of equal size): the influence of a group is then no longer small, and
 * what leaving it out does to the numbers says more than its derivative. Of the 60 largest groups the larger of the two
 * counts, with n rows in all and n_g in the group
 *   s_g = max(|Σ influence|, (n - n_g) |θ - θ without g|),   SE = widening sqrt(G / (G - 1) Σ s_g²) / n
 * (delete-a-group jackknife; Bell & McCaffrey 2002 on its being the wider). A group whose absence leaves nothing to
 * estimate counts by its derivative.
 */
export function fewGroupErrors({ groups, influences, from }: GroupedEstimate): Float64Array {
  const { of, count, sizes } = groups;
  const n = of.length;
  const sums = influences.map((influence) => groupSums(influence, groups));
  const everyRow = Int32Array.from(of.keys());
  const all = from(everyRow);
  const members = membersOf(groups);
  const largest = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a]).slice(0, groupsToLeaveOut);
  for (const g of largest) {
    const left = new Set(members[g]);
    const rest = from(everyRow.filter((r) => !left.has(r)));
    sums.forEach((sum, i) => {
      const moved = (n - sizes[g]) * Math.abs(rest[i] - all[i]);
      if (Number.isFinite(moved)) sum[g] = Math.max(Math.abs(sum[g]), moved);
    });
  }
  const factor = (widening(groups, errorLevel) * Math.sqrt(count / (count - 1))) / n;
  return Float64Array.from(sums, (sum) => factor * Math.sqrt(sum.reduce((total, s) => total + s * s, 0)));
}
