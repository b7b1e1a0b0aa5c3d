import type { ColumnPreparation } from "../../data/prepare/column-preparation.js";
import {
  absentInputs,
  applyModality,
  fitModality,
  type ModalityPreparation,
  type PreparedColumn,
} from "../../data/prepare/preprocessor.js";
import type { ReadOutside } from "../../data/prepare/range-check.js";
import { modalityPreparationSchema } from "../../data/prepare/stored.js";
import type { RowStore } from "../../data/rows.js";
import { isTableStore, type TableStore } from "../../data/stores.js";
import { describeColumns } from "../../data/table/columns.js";
import { InputError } from "../../errors.js";
import type { ModalityKind } from "../kind.js";
import { prepareModality } from "./export-preparation.js";
import { tableFeatures } from "./features.js";

/** Columns of a table, each prepared by itself. */
export const tableKind: ModalityKind<ModalityPreparation> = {
  stored: modalityPreparationSchema,
  fit: async (store, trainRows, settings) => fitModality(tableOf(store).table, trainRows, settings),
  prepare: async (fitted, store, { missing, absentModalities, rowIds }) => {
    const rows = Int32Array.from({ length: store.rows }, (_, i) => i);
    return applyModality(fitted, tableOf(store).table, rows, { missing, absentModalities }, rowIds);
  },
  width: ({ columns, indicators }) => columns.length + indicators.length,
  absent: absentInputs,
  encoder: ({ name, width }, { hidden, dropout, batchNorm, activation, embedding, linear }) => ({
    ...{ name, inputWidth: width, hidden, dropout, batchNorm, embedding, linear },
    ...(activation && { activation }),
  }),
  kernelFeatures: (batch) => batch,
  kernelValues: (values, width) => ({ values, width }),
  linearRows: (_fitted, store) => store,
  identity: ({ columns }, store) => {
    const { table } = tableOf(store);
    const places = columns.map(({ name }) => place(store, name));
    const width = table.columns.length;
    const read: RowStore["read"] = async (numbers, out) => {
      for (let i = 0; i < numbers.length; i++) {
        places.forEach((at, k) => {
          out[i * places.length + k] = table.values[numbers[i] * width + at];
        });
      }
    };
    return { width: places.length, read };
  },
  features: tableFeatures,
  watched: async ({ columns }, store) =>
    columns.flatMap(({ name, range, preparation }: PreparedColumn) => {
      if (range === undefined) return [];
      const { table } = tableOf(store);
      const at = table.columns.indexOf(name);
      const values = Float64Array.from({ length: store.rows }, (_, i) =>
        at < 0 ? Number.NaN : table.values[i * table.columns.length + at],
      );
      return [{ column: name, range, outsideReadAs: readOutside(preparation), values }];
    }),
  input: ({ columns }) => ({ columns: columns.map(({ name }) => name), shape: [columns.length] }),
  toGraph: (graph, raw, fitted, missing, marks) => prepareModality(graph, raw, fitted, missing, marks),
  describe: () => null,
  draw: () => null,
};

function tableOf(store: RowStore): TableStore {
  if (isTableStore(store)) return store;
  throw new RangeError(`modality "${store.name}" is no table`);
}

function place(store: RowStore, column: string): number {
  const { columns } = tableOf(store).table;
  const at = columns.indexOf(column);
  if (at >= 0) return at;
  throw new InputError(`modality "${store.name}": there is no column "${column}". ${describeColumns(column, columns)}`);
}

function readOutside(preparation: ColumnPreparation): ReadOutside {
  if (preparation.kind === "quantile") return { as: "nearest" };
  if (preparation.smooth !== undefined) return { as: "levelled", distances: preparation.smooth };
  return { as: "clipped", deviations: preparation.clip };
}
