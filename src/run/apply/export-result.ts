/** An ONNX file of a model, as it was written. */
export interface ExportResult {
  readonly file: string;
  readonly bytes: number;
  /** Raw columns per input that is made of columns, in the order the input expects them. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** Shape of a row of inputs that are made of arrays; only where there are any. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Columns of the input of confounds; only where they are taken out. */
  readonly confounds?: readonly string[];
  /** Labels of the columns of the output, where the target is of classes. */
  readonly classes?: readonly string[];
  readonly targets: readonly string[];
  /** Sentences for the user about the model. */
  readonly messages: readonly string[];
}

/** A run in a folder of MLflow's, as it was written. */
export interface MlflowExport {
  /** The run's folder below `mlruns`. */
  readonly folder: string;
  readonly experiment: string;
  readonly messages: readonly string[];
}
