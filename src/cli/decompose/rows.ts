import { InputError, RunError } from "../../errors.js";
import type { LocalEstimates, PidEstimate } from "../../pid/estimate/estimate-types.js";
import type { TableLayout } from "./layout.js";
import type { DecomposeArguments } from "./options.js";
import type { StageProgress } from "./progress.js";
import type { RowsTable } from "./table.js";

/** Per-row values of the pooled estimate, with the table's row numbers (from 1) and groups. */
export interface LocalRows {
  readonly rows: Int32Array;
  readonly groups: readonly string[] | null;
  readonly values: LocalEstimates;
}

/** Columns per modality. */
export function widthsOf(layout: TableLayout): Record<string, number> {
  return Object.fromEntries(layout.modalities.map((m) => [m.name, m.columns.length]));
}

/** Rows that have a group, if rows are grouped. @throws InputError for one without, under the policy "error" */
export function grouped(table: RowsTable, rows: Int32Array, args: DecomposeArguments): Int32Array {
  const { groups } = table;
  if (groups === null) return rows;
  const gap = groups.indexOf(-1);
  if (gap >= 0 && args.missing === "error") {
    throw new InputError(
      `column "${args.by}", data row ${gap + 1} has no value, but rows are grouped by it. ` +
        "Leave such rows out with --missing drop.",
    );
  }
  return rows.filter((r) => groups[r] >= 0);
}

/** Rows that have a label, if rows have labels. @throws InputError for one without, unless such rows are to be left out */
export function labelled(
  { labels }: RowsTable,
  rows: Int32Array,
  { missing, group, data, rows: read }: DecomposeArguments,
): Int32Array {
  if (labels === null) return rows;
  const gap = labels.indexOf(null);
  if (gap >= 0 && missing !== "drop") {
    throw new InputError(
      `${read?.table.label ?? data}: row ${gap + 1} (header not counted): column "${group}" says which rows depend on one another (--group) and ` +
        "must not be empty. Leave such rows out with --missing drop.",
    );
  }
  return rows.filter((r) => labels[r] !== null);
}

/**
 * Per-row values with the numbers that their rows have in the file.
 * @param rows numbers, from 0; @param kept places of the rows in `table`
 */
export function localRows(
  { groups, groupNames }: RowsTable,
  rows: Int32Array,
  kept: Int32Array,
  values: LocalEstimates,
): LocalRows {
  return {
    rows: rows.map((r) => r + 1),
    groups: groups === null ? null : Array.from(kept, (r) => groupNames[groups[r]]),
    values,
  };
}

/** Estimates of the groups by name; a group that cannot be estimated (too few rows, say) is listed with the reason. */
export async function eachGroup(
  names: readonly string[],
  progress: StageProgress,
  estimate: (group: number) => PidEstimate | Promise<PidEstimate>,
) {
  const groups: [string, PidEstimate][] = [];
  const skipped: [string, string][] = [];
  const collator = new Intl.Collator("en", { numeric: true });
  const order = names.map((name, g) => ({ name, g })).sort((a, b) => collator.compare(a.name, b.name));
  for (const [i, { name, g }] of order.entries()) {
    progress.update("groups", i + 1, order.length);
    try {
      groups.push([name, await estimate(g)]);
    } catch (error) {
      if (!(error instanceof InputError || error instanceof RunError)) throw error;
      skipped.push([name, error.message]);
    }
  }
  return { groups: Object.fromEntries(groups), skipped: Object.fromEntries(skipped) };
}
