import { InputError } from "../../errors.js";
import { completeTexts, type ReadColumns } from "../table/read-columns.js";
import type { TablePlan } from "../table/table-plan.js";
import type { MatchedRows } from "./join-tables.js";
import { KeyMaker } from "./row-keys.js";

/**
 * Names of matched rows: of the columns that name them, else the join key, else their numbers in the file, from 1.
 * @throws InputError for a name that two rows have
 */
export function rowIds(
  plan: TablePlan,
  tables: readonly ReadColumns[],
  { rows, keys }: MatchedRows,
): readonly string[] {
  const { id } = plan;
  if (id === undefined) {
    const { fileRow = own } = plan.sources[0];
    return keys ?? Array.from(rows[0], (row) => String(fileRow(row) + 1));
  }
  const source = plan.sources[id.source];
  const { fileRow = own } = source;
  const parts = id.columns.map((column) => completeTexts(tables[id.source], source, column, "row id", rows[id.source]));
  const [single] = parts;
  const names = new KeyMaker().of(tables[id.source], id.columns, source.label).keys;
  const values = parts.length === 1 ? single : Array.from(rows[id.source], (row) => names[row] as string);
  const seen = new Map<string, number>();
  values.forEach((value, i) => {
    const row = rows[id.source][i];
    const before = seen.get(value);
    if (before !== undefined) {
      const place = `in column ${id.columns.map((column) => `"${column}"`).join(" and ")}`;
      throw new InputError(
        `${source.label}: rows ${fileRow(before) + 1} and ${fileRow(row) + 1} (header not counted) both have the id "${value}" ` +
          `${place}; data.id must name one row, leave it out to count rows instead.`,
      );
    }
    seen.set(value, row);
  });
  return values;
}

function own(row: number): number {
  return row;
}
