import { type CellValue, takeRows, withCells, withoutModalities, withTargets } from "../data/changed-rows.js";
import type { Dataset } from "../data/dataset.js";
import type { LocalPid } from "../pid/pointwise/local-pid.js";
import { modalityCosts } from "../run/acquisition/costs.js";
import { expectedNext, type NextModalities, readByHead } from "../run/acquisition/expected-next.js";
import { explainRows } from "./explain.js";
import type { PageModel } from "./model.js";
import type { Pace } from "./pace.js";
import { type PredictedRows, predictRows } from "./table.js";

/** One row of a table, and what is asked of it: other values, modalities taken away, a target supposed. */
export interface AskedRow {
  /** The table as each member loads it. */
  readonly tables: readonly Dataset[];
  readonly row: number;
  /** By modality and column. */
  readonly edits: readonly { readonly modality: string; readonly column: string; readonly value: CellValue }[];
  /** Names of modalities that are taken away. */
  readonly without: readonly string[];
}

/** Shares of the predictive distribution that are drawn. */
export const drawnQuantiles = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975] as const;

/** Where messages say that the row comes from. */
const where = "the row";

/** A row as it is asked for, several times: once for each of the values of one column, or once. */
function rowsAsked({ tables, row, edits, without }: AskedRow, along?: Along): Dataset[] {
  const count = along?.values.length ?? 1;
  return tables.map((table) => {
    const alone = takeRows(table, new Array<number>(count).fill(row));
    const named = { ...alone, rowIds: alone.rowIds.map((id, i) => (count === 1 ? id : `${id} (${i + 1})`)) };
    const edited = edits.reduce<Dataset>(
      (rows, { modality, column, value }) => withEdit(rows, modality, column, new Array<CellValue>(count).fill(value)),
      named,
    );
    const moved = along === undefined ? edited : withEdit(edited, along.modality, along.column, along.values);
    return withoutModalities(moved, without);
  });
}

/** Members of an ensemble may leave out columns that others read. */
function withEdit(rows: Dataset, modality: string, column: string, values: readonly CellValue[]): Dataset {
  const known = rows.modalities.some(({ name, columns }) => name === modality && columns.includes(column));
  return known ? withCells(rows, modality, column, values) : rows;
}

/** What a row is moved along: one column, and the values that it takes. */
export interface Along {
  readonly modality: string;
  readonly column: string;
  readonly values: readonly CellValue[];
}

/** Predicts one row as it is asked for. */
export function predictRow(model: PageModel, asked: AskedRow, pace: Pace): Promise<PredictedRows> {
  const { task } = model.stored;
  const quantiles = task.intervals === undefined ? [] : drawnQuantiles;
  return predictRows(model, rowsAsked(asked), where, { pace, quantiles });
}

/** Predicts one row at every value of a column: its partial dependence. */
export function predictAlong(model: PageModel, asked: AskedRow, along: Along, pace: Pace): Promise<PredictedRows> {
  return predictRows(model, rowsAsked(asked, along), where, { pace });
}

/**
 * Sample-level atoms of one row, or of the same row moved along a column, if its targets were as given; NaN where it lacks a
 * modality.
 * @param supposed one value per target; of classes a place among them
 */
export async function atomsIf(
  model: PageModel,
  asked: AskedRow,
  supposed: readonly number[],
  pace: Pace,
  along?: Along,
): Promise<LocalPid> {
  const { coding } = model.stored;
  const tables = rowsAsked(asked, along).map((rows) => {
    const values = coding.names.map((name, t) => [name, new Float64Array(rows.rows).fill(supposed[t])] as const);
    return withTargets(rows, new Map(values), coding.classes);
  });
  return (await explainRows(model.members, tables, where, { pace })).localAtoms();
}

/** What each modality that a row lacks may be expected to bring; null for a model that does not know. */
export async function nextOf(model: PageModel, rows: PredictedRows): Promise<NextModalities | null> {
  const [first, ...others] = model.members;
  const { stored, inference } = first;
  if (others.length > 0 || stored.acquisition === null) return null;
  const { inputs } = rows.ready;
  const { costs } = modalityCosts(stored.config, stored.acquisition.modalities);
  const valued = { stored, value: stored.acquisition };
  const count = rows.ready.dataset.rows;
  return expectedNext(valued, inputs, count, costs, (kind) =>
    readByHead(inference(count), stored, inputs, count, kind),
  );
}
