import type { DepartedColumn } from "../../data/prepare/range-check.js";
import type { SeenRows } from "./seen-rows.js";

/** What results say of a table beside its predictions. */
export interface TableChecks {
  /** Columns and targets that left the range of the training rows; null for a model stored without the ranges. */
  readonly departed: readonly DepartedColumn[] | null;
  /** Rows of the table that the run knows; null where that cannot be said. */
  readonly seen: SeenRows | null;
}
