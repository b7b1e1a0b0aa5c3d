import type { Dialect } from "../../config/dialect.js";
import type { EngineName } from "../../config/engines.js";
import type { DecodingProgress } from "../../data/rows.js";

/** Which run predicts which table, and how. */
export interface PredictTableOptions {
  readonly run: string;
  /** A table, or those that are joined as the tables of the training were, `NAME=FILE` where it has to be said for which modality. */
  readonly data: string | readonly string[];
  /** Array files of modalities that lie in one, by name; those of the training if left out. */
  readonly arrays?: Readonly<Record<string, string>>;
  /** How the table is written, where that is otherwise than the model's config says of all tables. */
  readonly dialect?: Dialect;
  /** Column of groups that is read into the labels; null: `data.group` of the model, where the table has it. Not read if left out. */
  readonly group?: string | null | undefined;
  /** Whether the table must hold the target columns. */
  readonly targets: "required" | "optional";
  readonly engine: EngineName;
  /** Draws of the bottleneck noise for the predictive spread; 0 for none. */
  readonly draws: number;
  /** Whether rows that lack a modality are left out afterwards, so that nothing is to be told of their predictions. */
  readonly leavesOutLacking?: boolean;
  /** Told how many files of a modality are decoded. */
  readonly progress?: DecodingProgress;
}
