import type { Dataset, Modality } from "../dataset.js";
import { cyclicColumns } from "../dates/date-coding.js";
import { fitColumn, valuePreparer } from "./column-preparation.js";
import type { FittedInputs } from "./fitted-inputs.js";
import { columnValues, type LeftOutColumns } from "./preprocessor.js";

/** Columns of tables in some rows. */
export interface SampledColumns {
  readonly dataset: Pick<Dataset, "modalities">;
  readonly rows: ArrayLike<number>;
  /** Columns that are not used, by modality. */
  readonly leftOut: ReadonlyMap<string, LeftOutColumns>;
}

/** Columns of all tables of a data set. */
export function tableWidth({ modalities }: SampledColumns["dataset"]): number {
  return modalities.reduce((sum, { columns }) => sum + columns.length, 0);
}

/** Columns prepared in these rows alone, [rows] each; one that holds nothing to learn from in them is left out. */
export function preparedColumns({ dataset, rows, leftOut }: SampledColumns, inputs: FittedInputs): Float64Array[] {
  return dataset.modalities.flatMap((modality) =>
    modality.columns.flatMap((name, j) => {
      if (leftOut.get(modality.name)?.columns.has(name)) return [];
      const values = columnValues(modality, j, rows);
      const fitted = fitColumn(values, ofColumn(modality, name, inputs));
      return typeof fitted === "string" ? [] : [values.map(valuePreparer(fitted, values.length))];
    }),
  );
}

/** A circle stays one, whatever the others are. */
function ofColumn({ dated = [] }: Modality, name: string, inputs: FittedInputs): FittedInputs {
  return dated.flatMap(cyclicColumns).includes(name) ? { ...inputs, preparation: "standardize" } : inputs;
}
