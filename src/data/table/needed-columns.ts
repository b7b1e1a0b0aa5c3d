import { columnName } from "../../config/column-name.js";
import type { DataConfig } from "../../config/data.js";
import { keyNames } from "../../config/dialect.js";
import type { NeededColumns } from "../../config/modalities/beside.js";
import { requireColumn, resolveColumns } from "./columns.js";
import type { TableSource } from "./table-source.js";

/** A modality whose rows lie beside the table, and the columns of its file that it is read by. */
export interface PlannedBeside {
  readonly name: string;
  readonly source: number;
  readonly needs: readonly PlannedNeed[];
}

/** Needed columns under their own names. */
export interface PlannedNeed extends NeededColumns {
  /** Of columns of the past, those that are written out, by no glob or range. */
  readonly written?: readonly string[];
}

/** The columns of a table under their own names that a modality beside it is read by. */
export function findNeeded(
  { id, join }: Pick<DataConfig, "id" | "join">,
  need: NeededColumns,
  modality: string,
  { columns, label }: TableSource,
): PlannedNeed {
  const where = `data.modalities.${modality}.${need.key} (${label})`;
  if (need.role === "past") {
    const written = need.columns.map(columnName).filter((column) => columns.includes(column));
    return { ...need, columns: resolveColumns(need.columns, columns, where), written };
  }
  const named = (column: string) =>
    need.key === "pattern" && column === "id" && !columns.includes("id")
      ? (id ?? keyNames(join)?.[0] ?? column)
      : column;
  return { ...need, columns: need.columns.map((column) => requireColumn(named(column), columns, where)) };
}

/** A column of the past that a modality beside the table holds. */
export interface PastColumn {
  readonly modality: string;
  readonly source: number;
  readonly column: string;
  /** Whether it is written out, by no glob or range. */
  readonly written: boolean;
}

/** The columns of the past that such modalities hold. */
export function pastColumns(beside: readonly PlannedBeside[]): PastColumn[] {
  return beside.flatMap(({ name, source, needs }) =>
    needs
      .filter(({ role }) => role === "past")
      .flatMap(({ columns, written = [] }) =>
        columns.map((column) => ({ modality: name, source, column, written: written.includes(column) })),
      ),
  );
}
