import type { TableSource } from "../../data/table/table-source.js";
import type { TableLayout } from "./layout.js";

/** An open table with the columns that a decomposition reads; whoever opens it closes it. */
export interface OpenedRows {
  readonly table: TableSource;
  readonly layout: TableLayout;
}

/** Rows that a config describes, ready to be decomposed. */
export interface ConfigRows extends OpenedRows {
  /** The part of the split that they are. */
  readonly part: "train" | "train+validation" | "all";
  /** [rows] their names, as a run has them. */
  readonly ids: readonly string[];
}
