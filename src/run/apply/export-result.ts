/** An ONNX file of a model, as it was written. */
export interface ExportResult {
  readonly file: string;
  readonly bytes: number;
  /** Raw columns per input that is made of columns, in the order the input expects them. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  /** Shape of a row of inputs that are made of arrays; only where there are any. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Labels of the columns of the output, where the target is of classes. */
  readonly classes?: readonly string[];
  readonly targets: readonly string[];
  /** Sentences for the user about the model. */
  readonly messages: readonly string[];
}
