import { InputError } from "../../errors.js";
import { fitInverseNormal } from "../../math/inverse-normal.js";
import { countedRow } from "../../row-number.js";
import type { SourceSpec } from "../covariance/covariance.js";
import { refuseMany } from "../covariance/covariance.js";
import { type GroupLabel, type RowGroups, rowGroups, singleGroup } from "./row-groups.js";

/** Named columns: the target, or one modality. */
export interface PidColumns {
  readonly name: string;
  /** one array per column, each [rows], finite */
  readonly columns: readonly ArrayLike<number>[];
}

/** `inverse-normal`: every column is replaced by the normal scores of its ranks (Gaussian copula). */
export type PidTransform = "none" | "inverse-normal";

/** A checked table in the order of the covariance. */
export interface PidTable {
  readonly rows: number;
  readonly targets: number;
  readonly sources: readonly SourceSpec[];
  /** target columns first, then each modality's */
  readonly columns: readonly Float64Array[];
  /** of rows that depend on one another; null where rows are independent */
  readonly groups: RowGroups | null;
  readonly notes: readonly string[];
}

/** Fewest rows of any estimate: below, standard errors mean nothing. */
export const fewestRows = 20;

/**
 * Checks and copies the columns, and transforms them.
 * @param transformSources also transform the modalities' columns; the target's always are
 * @param labels of the groups that rows belong to, one per row; null where rows are independent
 * @throws InputError naming column and row
 */
export function preparePidTable(
  target: PidColumns,
  sources: readonly PidColumns[],
  transform: PidTransform,
  transformSources: boolean,
  labels: ArrayLike<GroupLabel> | null = null,
): PidTable {
  if (sources.length < 2) throw new InputError(`at least two modalities are needed, got ${sources.length}`);
  refuseMany(sources.length);
  const rows = target.columns[0]?.length ?? 0;
  for (const block of [target, ...sources]) checkBlock(block, rows);
  if (rows < fewestRows) {
    throw new InputError(`a decomposition needs at least ${fewestRows} complete rows, got ${rows}`);
  }
  if (target.columns.every((column) => isConstant(column))) {
    throw new InputError(
      `target "${target.name}" has the same value in every row, so there is nothing to know about it`,
    );
  }
  const groups = labels === null ? null : severalGroups(labels, rows);
  const notes: string[] = [];
  const copy = (block: PidColumns, transformed: boolean) =>
    block.columns.map((column, j) => {
      const values = Float64Array.from(column);
      return transformed ? normalScores(values, `${block.name}[${j}]`, notes, block === target) : values;
    });
  const scores = transform === "inverse-normal";
  const columns = [...copy(target, scores), ...sources.flatMap((s) => copy(s, scores && transformSources))];
  return {
    rows,
    targets: target.columns.length,
    sources: sources.map((s) => ({ name: s.name, size: s.columns.length })),
    columns,
    groups,
    notes,
  };
}

/** @throws InputError where every row is of one group: nothing then says how far another group would be */
function severalGroups(labels: ArrayLike<GroupLabel>, rows: number): RowGroups | null {
  const groups = rowGroups(labels, rows);
  if (groups?.count !== 1) return groups;
  throw singleGroup(rows, String(labels[0]));
}

function checkBlock({ name, columns }: PidColumns, rows: number): void {
  if (columns.length === 0) throw new InputError(`"${name}" has no columns`);
  columns.forEach((column, j) => {
    if (column.length !== rows) {
      throw new InputError(`"${name}", column ${j}: has ${column.length} rows, but the target has ${rows}`);
    }
    for (let r = 0; r < rows; r++) {
      if (!Number.isFinite(column[r])) {
        throw new InputError(
          `"${name}", column ${j}, ${countedRow(r)} is ${column[r]}; every value must be a finite number`,
        );
      }
    }
  });
}

function isConstant(column: ArrayLike<number>): boolean {
  for (let r = 1; r < column.length; r++) if (column[r] !== column[0]) return false;
  return true;
}

function normalScores(values: Float64Array, label: string, notes: string[], isTarget: boolean): Float64Array {
  const transform = fitInverseNormal(values);
  if (isTarget && transform.maxTieShare > 0.2) {
    notes.push(
      `${label}: ${Math.round(100 * transform.maxTieShare)} % of the rows share one value, so its normal scores are ` +
        "far from normal; per-row atoms and intervals are unreliable.",
    );
  }
  if (isTarget && transform.distinct <= 10) {
    notes.push(`${label} has ${transform.distinct} distinct values; a discrete decomposition suits it better.`);
  }
  return values.map((v) => transform.forward(v));
}
