/** Fewer groups say nothing of how groups differ. */
export const fewestGroups = 5;

/** Rows of each group, groups in the order in which they first appear. */
export function rowsByGroup(group: readonly string[], rows?: ArrayLike<number>): Map<string, number[]> {
  const members = new Map<string, number[]>();
  const chosen = rows ?? group;
  for (let i = 0; i < chosen.length; i++) {
    const row = rows === undefined ? i : rows[i];
    const known = members.get(group[row]);
    if (known === undefined) members.set(group[row], [row]);
    else known.push(row);
  }
  return members;
}

/** How many groups of equal size tell as much about groups: (sum of sizes)^2 / sum of squared sizes (Kish 1965). */
export function effectiveGroups(sizes: Iterable<number>): number {
  let rows = 0;
  let squares = 0;
  for (const size of sizes) {
    rows += size;
    squares += size * size;
  }
  return rows ** 2 / squares;
}
