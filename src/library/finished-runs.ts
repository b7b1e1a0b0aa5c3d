import type { Dialect } from "../config/dialect.js";
import type { EngineName } from "../config/engines.js";
import { InputError } from "../errors.js";
import type { ModelCard, RunReport } from "../report/written-report.js";
import type { Evaluation } from "../run/apply/evaluation.js";
import type { ExportResult, MlflowExport } from "../run/apply/export-result.js";
import type { PredictRunResult } from "../run/apply/predict-run.js";

/** What `predictRun` takes. */
export interface PredictRunOptions {
  /** Folder of a finished run. */
  readonly run: string;
  /** Table with the columns of the model; or tables that are joined as those of the training were (`FILE`, `NAME=FILE`). */
  readonly data: string | readonly string[];
  /** CSV file to write. */
  readonly out: string;
  /** Coverage of the prediction intervals, in (0, 1); the run's own if left out. */
  readonly level?: number;
  /** Quantiles of the predictive distribution to write, each in (0, 1); none if left out. */
  readonly quantiles?: readonly number[];
  /** Draws of the bottleneck noise, whose spread becomes a column; 0, none, if left out. */
  readonly draws?: number;
  /** Array files of modalities that lie in one, by name; those of the training if left out. */
  readonly arrays?: Readonly<Record<string, string>>;
  /** How the table is written (`decimal`, `delimiter`, ..), where that is otherwise than the run's config says. */
  readonly dialect?: Dialect;
  /** `auto` if left out. */
  readonly engine?: EngineName;
}

/** What `evaluateRun` takes. */
export interface EvaluateRunOptions {
  /** Folder of a finished run. */
  readonly run: string;
  /** Table with the columns of the model and the target, or tables that are joined; the test part of the run if left out. */
  readonly data?: string | readonly string[];
  /** Array files of modalities that lie in one, by name; those of the training if left out. */
  readonly arrays?: Readonly<Record<string, string>>;
  /** How the table is written (`decimal`, `delimiter`, ..), where that is otherwise than the run's config says. */
  readonly dialect?: Dialect;
  /** Also measures how much the errors on the table rest on each column; that of the test part is in importance.json. */
  readonly importance?: boolean;
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
export async function evaluateRun({ run, data, engine = "auto", ...written }: EvaluateRunOptions): Promise<Evaluation> {
  const { evaluateTable, evaluateTestPart } = await import("../run/apply/evaluate-run.js");
  if (data !== undefined) return evaluateTable(run, data, engine, written);
  const lost = Object.entries(written).find(([, value]) => value !== undefined);
  if (lost !== undefined)
    throw new InputError(
      `${lost[0]}: says how another table is written; give data, or leave it out for the run's test part`,
    );
  return evaluateTestPart(run);
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
 * `pidreg export --card`: writes the model card of a run, Markdown.
 * @throws InputError when the run is not finished, or the file could not be there; RunError when the disk refuses it
 */
export async function writeModelCard(run: string, file: string): Promise<ModelCard> {
  const { writeModelCard: write } = await import("../report/model-card.js");
  return write(run, file);
}

/**
 * `pidreg export --mlflow`: adds a run to a folder of MLflow's file store.
 * @param folder     such as mlruns; made where there is none
 * @param experiment the run's name in its config if left out
 * @throws InputError when the run is not finished; RunError when the disk refuses a file
 */
export async function exportMlflow(run: string, folder: string, experiment?: string): Promise<MlflowExport> {
  const { exportMlflow: write } = await import("../run/apply/export-mlflow.js");
  return write(run, folder, experiment);
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
