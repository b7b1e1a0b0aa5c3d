/** Group of each row; null where it is not known. */
export type RowGroups = readonly (string | null)[];

/** Rows of each group, groups in alphabetical order; rows of no group are in none. */
export function membersOf(groups: RowGroups): Map<string, number[]> {
  const members = new Map<string, number[]>();
  groups.forEach((name, i) => {
    if (name === null) return;
    const known = members.get(name);
    if (known === undefined) members.set(name, [i]);
    else known.push(i);
  });
  return new Map([...members].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}
