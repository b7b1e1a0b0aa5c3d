import type { ReadColumns } from "../table/read-columns.js";
import type { TablePlan } from "../table/table-plan.js";

/** Rows that lack a confound. */
export interface LackingRows {
  /** [rows] 1 for such a row. */
  readonly rows: Uint8Array;
  /** Why they are left out. */
  readonly reason: string;
  /** What to do where they must not be; `external`: the table is read by a trained model. */
  readonly problem: (ids: readonly string[], external: boolean) => string;
}

/** Rows that lack a confound; undefined where none does. @param rows of each file */
export function lackingConfounds(
  { confounds = [] }: Pick<TablePlan, "confounds">,
  tables: readonly ReadColumns[],
  rows: readonly Int32Array[],
): LackingRows | undefined {
  const columns = confounds.map(({ source, column }) => {
    const values = tables[source].confounds?.get(column)?.values;
    return { column, missing: Uint8Array.from(rows[source], (row) => Number(Number.isNaN(values?.[row]))) };
  });
  const lacking = columns.filter(({ missing }) => missing.includes(1));
  if (lacking.length === 0) return undefined;
  const any = lacking[0].missing.map((_, i) => Number(lacking.some(({ missing }) => missing[i] === 1)));
  const names = lacking.map(({ column }) => `"${column}"`).join(", ");
  return {
    rows: any,
    reason: `no value of ${names}, data.confounds`,
    problem: (ids, external) => {
      const counts = lacking.map(
        ({ column, missing }) => `"${column}" (${missing.reduce((sum, gap) => sum + gap, 0)})`,
      );
      const remedy = external
        ? "Complete the table or leave those rows out."
        : "Set data.missing: drop (leave such rows out) or mean (read them as the mean of the training rows).";
      return (
        `data.confounds: rows have no value of ${counts.join(", ")}, the first is row "${ids[any.indexOf(1)]}"; what it tells cannot be ` +
        `taken out of their features. ${remedy}`
      );
    },
  };
}
