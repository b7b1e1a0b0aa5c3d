/** An ONNX file of a model, as it was written. */
export interface ExportResult {
  readonly file: string;
  readonly bytes: number;
  /** Raw columns per input, in the order the input expects them. */
  readonly inputs: Readonly<Record<string, readonly string[]>>;
  readonly targets: readonly string[];
  /** Sentences for the user about the model. */
  readonly messages: readonly string[];
}
