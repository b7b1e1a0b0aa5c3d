import { errorLevel, type GroupSizes, groupsToLeaveOut, membersOf, type RowGroups, widening } from "./row-groups.js";

/** Numbers of an estimate, and how they move when rows are left out. */
export interface GroupedEstimate {
  readonly groups: GroupSizes;
  /** Sums of the centred influence of the rows of each group on each number, [numbers][groups]. */
  readonly sums: readonly Float64Array[];
  readonly without: WithoutGroup;
}

/** The numbers from all rows but those of a group; from all rows for null. */
export type WithoutGroup = (group: number | null) => ArrayLike<number>;

/** Leaves out the rows of a group. @param from the numbers from some of the rows */
export function leavingOut(groups: RowGroups, from: (rows: Int32Array) => ArrayLike<number>): WithoutGroup {
  const members = membersOf(groups);
  const everyRow = Int32Array.from(groups.of.keys());
  return (group) => {
    if (group === null) return from(everyRow);
    const left = new Set(members[group]);
    return from(everyRow.filter((r) => !left.has(r)));
  };
}

/** The groups that are left out, one after the other: the largest. */
export function leftOut({ sizes }: GroupSizes): number[] {
  return [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a]).slice(0, groupsToLeaveOut);
}

/**
 * Standard errors where groups are fewer than 60 (of equal size): the influence of a group is then no longer small, and
 * what leaving it out does to the numbers says more than its derivative. Of the 60 largest groups the larger of the two
 * counts, with n rows in all and n_g in the group
 *   s_g = max(|Σ influence|, (n - n_g) |θ - θ without g|),   SE = widening sqrt(G / (G - 1) Σ s_g²) / n
 * (delete-a-group jackknife; Bell & McCaffrey 2002 on its being the wider). A group whose absence leaves nothing to
 * estimate counts by its derivative.
 */
export function fewGroupErrors({ groups, sums, without }: GroupedEstimate): Float64Array {
  const { sizes } = groups;
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const worst = sums.map((sum) => sum.slice());
  const all = without(null);
  for (const g of leftOut(groups)) {
    const rest = without(g);
    worst.forEach((sum, i) => {
      const moved = (n - sizes[g]) * Math.abs(rest[i] - all[i]);
      if (Number.isFinite(moved)) sum[g] = Math.max(Math.abs(sum[g]), moved);
    });
  }
  const factor = (widening(groups, errorLevel) * Math.sqrt(groups.count / (groups.count - 1))) / n;
  return Float64Array.from(worst, (sum) => factor * Math.sqrt(sum.reduce((total, s) => total + s * s, 0)));
}
