import type { DataConfig } from "../../config/data.js";
import { keyNames } from "../../config/dialect.js";
import type { NeededColumns } from "../../config/modalities/beside.js";
import { requireColumn, resolveColumns } from "./columns.js";
import type { TableSource } from "./table-source.js";

/** A modality whose rows lie beside the table, and the columns of its file that it is read by. */
export interface PlannedBeside {
  readonly name: string;
  readonly source: number;
  readonly needs: readonly NeededColumns[];
}

/** The columns of a table under their own names that a modality beside it is read by. */
export function findNeeded(
  { id, join }: Pick<DataConfig, "id" | "join">,
  need: NeededColumns,
  modality: string,
  { columns, label }: TableSource,
): NeededColumns {
  const where = `data.modalities.${modality}.${need.key} (${label})`;
  if (need.role === "features") return { ...need, columns: resolveColumns(need.columns, columns, where) };
  const named = (column: string) =>
    need.key === "pattern" && column === "id" && !columns.includes("id")
      ? (id ?? keyNames(join)?.[0] ?? column)
      : column;
  return { ...need, columns: need.columns.map((column) => requireColumn(named(column), columns, where)) };
}

/** The features that such a modality has in its file. */
export function ownFeatures({ name, source, needs }: PlannedBeside): {
  readonly name: string;
  readonly source: number;
  readonly columns: readonly string[];
} {
  return { name, source, columns: needs.flatMap(({ role, columns }) => (role === "features" ? columns : [])) };
}
