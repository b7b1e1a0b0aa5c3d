import { targetUnits } from "../../config/data.js";
import type { EngineName } from "../../config/engines.js";
import { InputError } from "../../errors.js";
import { errorsByPattern, type MissingModalities, type PatternErrors } from "../../evaluation/missing-modalities.js";
import { lacksInformation } from "../../pid/estimate/no-information.js";
import { undigestedMessages } from "../../record/digests.js";
import type { Decomposition, PidFile, RunPid, StoredPid } from "../../record/pid-schemas.js";
import { type RunFiles, readRun } from "../../record/read-run.js";
import type { EvaluatedTable } from "../../report/evaluation/evaluated.js";
import { flagWarnings } from "../../report/flag-warnings.js";
import { influenceCaution } from "../../report/row-cautions.js";
import { warningsOf } from "../../report/run-warnings.js";
import { storedTask } from "../../tasks/tasks.js";
import { minAtomRows } from "../../training/atoms/atoms.js";
import { correctedPredictions, intervalRows, targetBounds, withScores } from "../calibration.js";
import type { LatentCheck } from "../check/check-rows.js";
import { withLatentCheck } from "../check/checked-pid.js";
import { completePositions, completeRowsMessage } from "../complete-rows.js";
import { finitePredictions } from "../finite-predictions.js";
import { tableImportance } from "../importance/table-importance.js";
import { coded } from "../warnings.js";
import type { Evaluation } from "./evaluation.js";
import { type GivenTables, tablesLabel } from "./given-tables.js";
import type { PredictedTable } from "./predict-dataset.js";
import type { PredictTableOptions } from "./predict-options.js";
import { type ComparedPredictions, predictTable } from "./predict-table.js";

/** What a run recorded about its test part. @throws InputError when the run is not finished */
export async function evaluateTestPart(run: string): Promise<Evaluation> {
  const files = await readRun(run);
  const { metrics, pid, digested } = files;
  if (pid.test === null || pid.test === undefined)
    throw new InputError(`${run}/pid.json: holds no atoms of the test part`);
  return {
    on: "test",
    ...storedTask(files.task),
    targets: metrics.targets,
    ...targetUnits(metrics),
    metrics: metrics.test,
    corrected: metrics.biasCorrection?.test ?? null,
    intervals: metrics.intervals ?? null,
    byMissing: patternsOf(metrics.missingModalities),
    baselines: Object.fromEntries(Object.entries(metrics.baselines).map(([name, { test }]) => [name, test])),
    pid: { ...pid.test, modalities: pid.modalities, ...checkOfTest(pid) },
    ...{ departed: null, seen: null },
    warnings: warningsOf(files),
    messages: [
      ...undigestedMessages(digested ? [] : [run]),
      ...lackingMessage(metrics),
      ...influence(pid.test, " of the test part"),
    ],
  };
}

/** The check of a run, as of its test part. */
function checkOfTest({ check, checkLeftOut }: PidFile): Pick<PidFile, "check" | "checkLeftOut"> {
  return {
    ...(check === undefined
      ? {}
      : { check: { ...check, gaussianFound: { own: check.gaussianFound.test ?? false, test: null } } }),
    ...(checkLeftOut === undefined ? {} : { checkLeftOut }),
  };
}

/** Whether the Gaussian reading is enough on the table; rows that trained the model cannot say. */
async function checkedTable({ seen, check, config, classes }: ComparedPredictions): Promise<LatentCheck> {
  if (classes !== undefined) return null;
  const trained = seen?.parts.train ?? 0;
  if (config.evaluation.check !== "off" && trained > 0) {
    return { leftOut: `${trained} rows of the table are among those that trained the encoders` };
  }
  return check();
}

/** Rows that the atoms rest on. */
function influence(pid: Decomposition, where: string): string[] {
  return pid.influentialRows ? [influenceCaution(pid, pid.influentialRows, { rows: "row", where })] : [];
}

/** Which rows of the test part its atoms leave out; nothing where every row has every modality. */
function lackingMessage({ test, missingModalities }: RunFiles["metrics"]): string[] {
  const complete = missingModalities?.complete.test?.n;
  return complete === undefined ? [] : completeRowsMessage("test part", test.n, test.n - complete);
}

/** What the atoms of a table leave out, rest on, and are not to be trusted in. */
function tableWarnings(
  pid: StoredPid & Pick<RunPid, "check">,
  { rows, complete }: { readonly rows: number; readonly complete: number },
) {
  const neither = pid.check === undefined ? "" : ", and a conditional density found none either";
  const nothing = `No information was found: on the rows of the table the total cannot be told from 0${neither}.`;
  return [
    ...coded("no-information", lacksInformation(pid) ? [nothing] : []),
    ...flagWarnings(pid),
    ...coded("influential-rows", influence(pid, "")),
    ...coded("complete-rows", completeRowsMessage("table", rows, rows - complete)),
  ];
}

/** How a table is written, and what is asked of it beside errors and atoms. */
export interface EvaluateTableOptions extends Partial<Pick<PredictTableOptions, "arrays" | "dialect" | "progress">> {
  /** Also measures how much the errors rest on each column. */
  readonly importance?: boolean | undefined;
}

/** An evaluation with the rows that it is of. */
export interface EvaluatedPredictions {
  readonly evaluation: Evaluation;
  readonly table: ComparedPredictions;
  /** Row-major [rows, targets], user's units. */
  readonly truth: Float64Array;
  /** The whole decomposition; null as in the evaluation. */
  readonly pid: EvaluatedTable["pid"];
}

/**
 * Evaluates a run on another table, which must hold the target.
 * @param options array files of modalities that lie in one, and how the table is written
 * @throws InputError when the table does not fit
 */
export async function evaluateTable(
  run: string,
  data: GivenTables,
  engine: EngineName,
  options: EvaluateTableOptions = {},
): Promise<Evaluation> {
  return (await evaluatePredictions(run, data, engine, options)).evaluation;
}

/** The same with the predictions. */
export async function evaluatePredictions(
  run: string,
  data: GivenTables,
  engine: EngineName,
  { arrays = {}, dialect, progress, importance = false }: EvaluateTableOptions,
): Promise<EvaluatedPredictions> {
  const table = await predictTable({ run, data, arrays, dialect, progress, targets: "required", engine, draws: 0 });
  const { task, targets, dataset, truth } = table;
  if (truth === null)
    throw new InputError(`${tablesLabel(data)}: holds no column ${targets.join(", ")} to compare with`);
  const complete = completePositions(table.missing).length;
  const enough = complete >= minAtomRows;
  const pid = enough ? withLatentCheck(table.decompose(), await checkedTable(table)) : null;
  const evaluation: Evaluation = {
    on: tablesLabel(data),
    ...storedTask(task),
    targets,
    ...targetUnits(table.config.data),
    ...calibrated(table, truth, tablesLabel(data)),
    baselines: null,
    ...(importance ? { importance: await tableImportance(run, table, truth) } : {}),
    pid,
    ...{ departed: table.departed, seen: table.seen },
    warnings: pid === null ? [] : tableWarnings(pid, { rows: dataset.rows, complete }),
    messages: [
      ...table.messages,
      ...(enough ? completeRowsMessage("table", dataset.rows, dataset.rows - complete) : []),
      ...(pid === null ? [] : influence(pid, "")),
    ],
  };
  return { evaluation, table, truth, pid };
}

/** How corrected predictions, intervals and rows that lack modalities do on the table. */
function calibrated(
  { task, config, targets, calibration, dataset, explained, missing, ranges }: PredictedTable,
  truth: Float64Array,
  on: string,
): Pick<Evaluation, "metrics" | "corrected" | "intervals" | "byMissing"> {
  const { prediction, scale } = explained;
  const { evaluate } = task.metrics;
  const { corrected } = correctedPredictions(prediction, calibration);
  const { coverage: level, group } = config.evaluation.intervals;
  const own = intervalRows(
    dataset,
    group,
    dataset.rowIds.map((_, i) => i),
  );
  const test = { truth, prediction, scale, ...own, missing };
  const options = { names: targets, level, ...targetBounds(config.evaluation.intervals, { ranges }), test };
  const { intervals: calibrated } = calibration;
  const evaluated = calibrated === null ? undefined : task.intervals?.evaluate({ ...options, calibrated });
  const patterns = errorsByPattern({ evaluate, targets, truth, prediction, missing, validationRows: 0 });
  const lacking = patterns.some((pattern) => pattern.missing.length > 0);
  if (corrected !== undefined) {
    const rows = dataset.rowIds.map((_, i) => i);
    const names = { where: on, rowIds: dataset.rowIds, targets };
    finitePredictions(corrected, names, rows, " corrected for bias");
  }
  return {
    corrected: corrected === undefined ? null : evaluate(targets, truth, corrected),
    metrics: withScores(evaluate(targets, truth, prediction), evaluated?.scores ?? null),
    intervals: evaluated?.intervals ?? null,
    byMissing: lacking ? testParts(patterns) : [],
  };
}

function patternsOf(recorded: MissingModalities | undefined): Evaluation["byMissing"] {
  if (recorded === undefined || recorded.observed.length === 0) return [];
  return testParts([recorded.complete, ...recorded.observed]);
}

function testParts(patterns: readonly PatternErrors[]): Evaluation["byMissing"] {
  return patterns.flatMap(({ missing, test }) => (test === null ? [] : [{ missing, metrics: test }]));
}
