import type { EngineName } from "../config/engines.js";
import type { RunReport } from "../report/written-report.js";
import type { Evaluation } from "../run/apply/evaluate-run.js";
import type { ExportResult } from "../run/apply/export-result.js";
import type { PredictRunResult } from "../run/apply/predict-run.js";

/** What `predictRun` takes. */
export interface PredictRunOptions {
  /** Folder of a finished run. */
  readonly run: string;
  /** Table with the columns of the model. */
  readonly data: string;
  /** CSV file to write. */
  readonly out: string;
  /** Coverage of the prediction intervals, in (0, 1); the run's own if left out. */
  readonly level?: number;
  /** Draws of the bottleneck noise, whose spread becomes a column; 0, none, if left out. */
  readonly draws?: number;
  /** `auto` if left out. */
  readonly engine?: EngineName;
}

/** What `evaluateRun` takes. */
export interface EvaluateRunOptions {
  /** Folder of a finished run. */
  readonly run: string;
  /** Table with the columns of the model and the target; the test part of the run if left out. */
  readonly data?: string;
  /** `auto` if left out. */
  readonly engine?: EngineName;
}

/**
 * `pidreg predict`: predicts every row of a table and writes them as CSV, with intervals, contributions and, where the
 * target is known, sample-level atoms.
 * @throws InputError when the run is not finished or the table does not fit; RunError when a number is not finite
 */
export async function predictRun({
  draws = 0,
  engine = "auto",
  ...given
}: PredictRunOptions): Promise<PredictRunResult> {
  const { predictRun: predict } = await import("../run/apply/predict-run.js");
  return predict({ ...given, draws, engine });
}

/**
 * `pidreg evaluate`: errors and atoms of a run on its test part, or on another table.
 * @throws InputError when the run is not finished or the table does not fit
 */
export async function evaluateRun({ run, data, engine = "auto" }: EvaluateRunOptions): Promise<Evaluation> {
  const { evaluateTable, evaluateTestPart } = await import("../run/apply/evaluate-run.js");
  return data === undefined ? evaluateTestPart(run) : evaluateTable(run, data, engine);
}

/**
 * `pidreg export`: writes a run's model as an ONNX file.
 * @throws InputError when the run is not finished, or the file could not be there; RunError when the disk refuses it
 */
export async function exportRun(run: string, file: string): Promise<ExportResult> {
  const { exportOnnx } = await import("../run/apply/export-onnx.js");
  return exportOnnx(run, file);
}

/**
 * `pidreg report`: writes the report of a finished run anew, from its folder alone.
 * @param outFile HTML file; report.html in the run folder if left out
 * @throws InputError when the folder is no finished run or the file cannot be written
 */
export async function writeReport(run: string, outFile?: string): Promise<RunReport> {
  const { writeReport: write } = await import("../report/write-report.js");
  return write(run, outFile);
}
