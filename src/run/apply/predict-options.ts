import type { EngineName } from "../../config/engines.js";

/** Which run predicts which table, and how. */
export interface PredictTableOptions {
  readonly run: string;
  readonly data: string;
  /** Whether the table must hold the target columns. */
  readonly targets: "required" | "optional";
  readonly engine: EngineName;
  /** Draws of the bottleneck noise for the predictive spread; 0 for none. */
  readonly draws: number;
}
