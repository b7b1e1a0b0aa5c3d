import type { ImportanceDocument } from "../record/importance-schemas.js";
import type { RunMetrics, RunPid } from "../run/run-result.js";
import type { ModalityValues } from "./memory-values.js";

/** Rows to predict: every modality of the model, the columns in the order of the training rows. */
export type RowsToPredict = Readonly<Record<string, ModalityValues>>;

/**
 * Predictions with what stands beside them; every array is row-major [rows, targets], in the units of the targets, of classes
 * probabilities [rows, classes].
 */
export interface ExplainedRows {
  readonly prediction: Float64Array;
  /** Ends of conformal intervals; infinite where the validation rows are too few for the coverage, empty for classes. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Of classes the conformal prediction set of each row, the likeliest class first; left out for numbers. */
  readonly sets?: readonly (readonly string[])[];
  /** Quantiles of the predictive distribution that were asked for, by their share: `quantiles["0.05"]`. */
  readonly quantiles: Readonly<Record<string, Float64Array>>;
  /** What the prediction loses without a modality, or a product "a*b", by name. */
  readonly contributions: Readonly<Record<string, Float64Array>>;
  /** Sentences about rows unlike those of the training. */
  readonly messages: readonly string[];
}

/** A model that was trained in memory. */
export interface FittedModel {
  readonly targets: readonly string[];
  /** Labels of the classes, in the order of their probabilities; left out where numbers are predicted. */
  readonly classes?: readonly string[];
  /** Quality on validation and test part, in the units of the targets, beside ridge regression and the mean. */
  readonly metrics: RunMetrics;
  /** Atoms of the information about the target, bits, measured on the validation part; null where infinite. */
  readonly atoms: RunPid["atoms"];
  /** The same with its evidence: standard errors, intervals, flags, and the test part. */
  readonly pid: RunPid;
  /** Permutation importance and partial dependence on the test rows, as importance.json has them; null where they were left out. */
  readonly importance: ImportanceDocument | null;
  /**
   * One prediction a row; with several targets row-major [rows, targets], of classes probabilities [rows, classes]. Compiles the model anew at every call: many rows
   * at once cost little more than one.
   * @throws InputError when modalities or columns do not fit, or values are missing that the model does not fill
   */
  predict(rows: RowsToPredict): Promise<Float64Array>;
  /**
   * Predictions with intervals, of classes with prediction sets, and contributions.
   * @param options.level coverage of the intervals or sets, in (0, 1); that of the config if left out
   * @param options.quantiles quantiles to give beside them, each in (0, 1)
   * @throws InputError as `predict`
   */
  explain(
    rows: RowsToPredict,
    options?: { readonly level?: number; readonly quantiles?: readonly number[] },
  ): Promise<ExplainedRows>;
  /**
   * Writes a run folder, which `pidreg predict`, `evaluate`, `report` and `export` take; the table is not in it.
   * @param folder new or empty
   * @returns the folder, and the path of its report
   */
  save(folder: string): Promise<{ readonly folder: string; readonly report: string }>;
}
