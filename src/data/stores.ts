import type { Dataset, Modality } from "./dataset.js";
import type { RowStore } from "./rows.js";

/** Columns of a table as rows. */
export interface TableStore extends RowStore {
  readonly kind: "table";
  readonly table: Modality;
}

/** Rows of every modality of a data set, in the order of the config. */
export function storesOf(dataset: Pick<Dataset, "rows" | "modalities" | "stores" | "order">): RowStore[] {
  const { rows, modalities, stores = [], order } = dataset;
  const all = [...modalities.map((table) => tableStore(table, rows)), ...stores];
  if (order === undefined) return all;
  return order.flatMap((name) => all.filter((store) => store.name === name));
}

/** Whether rows are columns of a table. */
export function isTableStore(store: RowStore): store is TableStore {
  return store.kind === "table";
}

/** Rows of the columns of one modality. */
export function tableStore(table: Modality, rows: number): TableStore {
  const { name, columns, values } = table;
  const width = columns.length;
  return {
    ...{ name, kind: "table", rows, shape: [width], table },
    get gaps() {
      const counts = new Uint32Array(rows);
      for (let at = 0; at < values.length; at++) if (Number.isNaN(values[at])) counts[Math.floor(at / width)]++;
      return counts;
    },
    read: async (numbers, out) => {
      for (let i = 0; i < numbers.length; i++) {
        for (let j = 0, from = numbers[i] * width; j < width; j++) out[i * width + j] = values[from + j];
      }
    },
  };
}
