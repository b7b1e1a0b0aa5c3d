import { csvText } from "../files/csv.js";
import type { ImportanceDocument } from "./importance-schemas.js";

/** The items of importance.json as a table, one line per target and item; columns of an item are separated by semicolons. */
export function importanceCsv({ modalities }: Pick<ImportanceDocument, "modalities">, label: string): string {
  const rows = Object.entries(modalities).flatMap(([modality, { rows: permuted, items }]) =>
    items.flatMap(({ kind, name, columns, targets }) =>
      Object.entries(targets).map(([target, { increase, low, high }]) => {
        return [target, modality, kind, name, columns.join(";"), permuted, increase, low, high];
      }),
    ),
  );
  const header = ["target", "modality", "kind", "name", "columns", "rows", "increase", "low", "high"];
  return csvText(header, rows, label);
}
