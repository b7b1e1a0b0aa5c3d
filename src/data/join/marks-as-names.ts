import { isMissingText } from "../missing/missing-marks.js";
import type { TablePlan } from "../table/table-plan.js";

/**
 * Sentences about groups and sites that are named like a missing value: they are taken at their word, and a table that
 * meant "unknown" would make one group of strangers.
 */
export function nameMessages(
  { group }: Pick<TablePlan, "group">,
  groups: readonly string[] | undefined,
  labels: ReadonlyMap<string, readonly (string | null)[]>,
): string[] {
  const columns = new Map([...labels]);
  if (group !== undefined && groups !== undefined) columns.set(group.column, groups);
  return [...columns].flatMap(([column, values]) => {
    const counts = new Map<string, number>();
    for (const value of values) {
      if (value !== null && isMissingText(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts].map(
      ([name, rows]) =>
        `column "${column}": ${rows} ${rows === 1 ? "row says" : "rows say"} "${name}", which is a name there; only an ` +
        "empty cell is unknown",
    );
  });
}
