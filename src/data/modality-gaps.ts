import type { Selection } from "./join/gather.js";
import type { RowStore } from "./rows.js";
import type { ReadColumns } from "./table/read-columns.js";
import type { TablePlan } from "./table/table-plan.js";

/** Rows beside the table with the file whose rows they are numbered by. */
export interface BesideRows {
  readonly source: number;
  readonly store: RowStore;
}

/** Missing values of one modality in the selected rows. */
export interface ModalityGaps {
  readonly name: string;
  /** Values of a row. */
  readonly size: number;
  /** The selected rows, as numbers of the file. */
  readonly rows: Int32Array;
  /** [selected rows] values that each misses. */
  readonly counts: Uint32Array;
  /** What messages name: the columns, or the modality as a whole; by row of the file, NaN where something is missing. */
  readonly parts: readonly { readonly label: string; readonly values: Float64Array }[];
  /** Whether the parts are columns of a table. */
  readonly columns: boolean;
  /** Why a row of the file lacks the modality, where that is known. */
  readonly lacks?: RowStore["lacks"];
  /** Rows of the file that lack it because too few come before them. */
  readonly tooFew?: RowStore["tooFew"];
}

/** Missing values of every modality, in the order of the config. */
export function modalityGaps(
  order: readonly string[],
  plan: TablePlan,
  tables: readonly ReadColumns[],
  beside: readonly BesideRows[],
  selection: Selection,
): ModalityGaps[] {
  return order.map((name) => {
    const table = plan.modalities.find((modality) => modality.name === name);
    if (table !== undefined) return tableGaps(table, tables[table.source], selection.rows[table.source]);
    const { source, store } = beside.find((rows) => rows.store.name === name) as BesideRows;
    const rows = selection.rows[source];
    const size = store.shape.reduce((product, length) => product * length, 1);
    const values = Float64Array.from(store.gaps, (count) => (count > 0 ? Number.NaN : 0));
    const counts = Uint32Array.from(rows, (row) => store.gaps[row]);
    return {
      name,
      size,
      rows,
      counts,
      parts: [{ label: name, values }],
      columns: false,
      lacks: store.lacks,
      tooFew: store.tooFew,
    };
  });
}

function tableGaps(
  { name, columns }: TablePlan["modalities"][number],
  table: ReadColumns,
  rows: Int32Array,
): ModalityGaps {
  const counts = new Uint32Array(rows.length);
  const parts = columns.map((label) => ({ label, values: table.numbers.get(label) as Float64Array }));
  for (const { values } of parts) {
    rows.forEach((row, i) => {
      counts[i] += Number(Number.isNaN(values[row]));
    });
  }
  return { name, size: columns.length, rows, counts, parts, columns: true };
}
