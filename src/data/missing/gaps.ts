import type { Selection } from "../join/gather.js";
import type { ReadColumns } from "../table/read-columns.js";
import type { TablePlan } from "../table/table-plan.js";

/** Rows that miss feature values which they must not miss. */
export interface Gaps {
  /** [rows] 1 for such a row. */
  readonly rows: Uint8Array;
  /** Missing values of such rows, by column. */
  readonly columns: ReadonlyMap<string, number>;
  /** Rows that lack every column of a modality, by modality, where that counts as a gap. */
  readonly absent: ReadonlyMap<string, number>;
}

/** @param absentModalities whether a row may lack whole modalities, if it has at least one */
export function findGaps(
  plan: TablePlan,
  tables: readonly ReadColumns[],
  selection: Selection,
  absentModalities: boolean,
): Gaps {
  const total = selection.ids.length;
  const missing = plan.modalities.map(({ source, columns }) => {
    const counts = new Uint32Array(total);
    for (const column of columns) {
      const values = tables[source].numbers.get(column) as Float64Array;
      selection.rows[source].forEach((row, i) => {
        counts[i] += Number(Number.isNaN(values[row]));
      });
    }
    return counts;
  });
  const lacks = (m: number, i: number) => missing[m][i] === plan.modalities[m].columns.length;
  const rows = new Uint8Array(total);
  const absent = new Map<string, number>();
  for (let i = 0; i < total; i++) {
    const lost = plan.modalities.filter((_, m) => lacks(m, i));
    const allowed = absentModalities && lost.length < plan.modalities.length;
    if (!allowed) for (const { name } of lost) absent.set(name, (absent.get(name) ?? 0) + 1);
    rows[i] = Number(missing.some((counts, m) => counts[i] > 0 && !(allowed && lacks(m, i))));
  }
  return { rows, columns: countByColumn(plan, tables, selection, rows), absent };
}

function countByColumn(plan: TablePlan, tables: readonly ReadColumns[], selection: Selection, gaps: Uint8Array) {
  const columns = new Map<string, number>();
  for (const modality of plan.modalities) {
    for (const column of modality.columns) {
      const values = tables[modality.source].numbers.get(column) as Float64Array;
      let count = 0;
      selection.rows[modality.source].forEach((row, i) => {
        if (gaps[i] === 1 && Number.isNaN(values[row])) count++;
      });
      if (count > 0) columns.set(column, count);
    }
  }
  return columns;
}

/**
 * How many rows have gaps, where, and what helps.
 * @param external the table is read by a trained model, whose config cannot be changed any more
 */
export function describeGaps(
  { rows, columns, absent }: Gaps,
  ids: readonly string[],
  { external = false, absentModalities = false }: { readonly external?: boolean; readonly absentModalities?: boolean },
): string {
  const total = rows.reduce((sum, gap) => sum + gap, 0);
  const listed = [...columns].slice(0, 5).map(([name, count]) => `"${name}" (${count})`);
  const more = columns.size > 5 ? ` and ${columns.size - 5} more columns` : "";
  const remedy = external
    ? "Complete the table or leave those rows out; a model that is trained with data.missing: mean fills them in."
    : "Set data.missing: drop (leave those rows out) or mean (fill them in).";
  const whole = [...absent].map(([name, count]) => `"${name}" (${count} ${count === 1 ? "row" : "rows"})`);
  const instead = external
    ? "a model that is trained with training.modalityDropout above 0 predicts such rows from the other modalities"
    : "with training.modalityDropout above 0 such rows are used for what they have";
  const advice =
    whole.length === 0 || absentModalities
      ? ""
      : ` Every column is missing of modality ${whole.join(", ")}: ${instead}.`;
  return (
    `${total} of ${ids.length} rows have missing feature values, the first is row "${ids[rows.indexOf(1)]}"; ` +
    `missing in ${listed.join(", ")}${more}. ${remedy}${advice}`
  );
}
