import { targetUnits } from "../../config/data.js";
import { weighsTerms } from "../../config/model.js";
import type { Config } from "../../config/schema.js";
import type { Engine } from "../../engine/engine.js";
import { headlineOf } from "../../evaluation/headline.js";
import type { Part } from "../../evaluation/metrics.js";
import type { MissingModalities } from "../../evaluation/missing-modalities.js";
import { columnsOfTarget } from "../../evaluation/row-values.js";
import { mean } from "../../math/descriptive.js";
import { nearestInTime } from "../../models/baselines/nearest-in-time.js";
import type { Commit } from "../../record/commit.js";
import { ensembleDocument, memberFolder } from "../../record/ensemble-folder.js";
import type { RunPid } from "../../record/pid-schemas.js";
import { provenanceOf, type Sitting, writeProvenance } from "../../record/provenance.js";
import { hasRunFile, type RunFiles, readRun, readRunText } from "../../record/read-run.js";
import { modelFiles, type RunFolder, runFiles } from "../../record/run-folder.js";
import type { EnsembleMetrics, RunMetrics, RunWarning } from "../../record/run-schemas.js";
import type { PredictionCalibration } from "../../record/stored-calibration.js";
import { writeReport } from "../../report/write-report.js";
import type { Task } from "../../tasks/task.js";
import { storedTask } from "../../tasks/tasks.js";
import { absenceErrors, absenceWarnings, absentNames, measuredBy, missingColumn } from "../absence.js";
import { fitBaselines } from "../baselines/baselines.js";
import { calibratePredictions, evaluateCalibration, withScores } from "../calibration.js";
import { heldRowNotes } from "../held-rows.js";
import { documentOf } from "../importance/run-importance.js";
import { removeImportance, writeImportance } from "../importance/write-importance.js";
import { recordedEnds } from "../interval-ends.js";
import { linearCautions } from "../linear-caution.js";
import { fileOrderNotes } from "../order-notes.js";
import { groupColumn, predictionCsv } from "../prediction-table.js";
import type { PreparedRun } from "../prepare.js";
import { checkNotes, completenessNotes, influenceNotes, testDifferences, withWarnings } from "../run-metrics.js";
import type { RunResult } from "../run-result.js";
import { coded } from "../warnings.js";
import { type AveragedPart, averagedPart, interleaved, joined, predictionColumns, required } from "./averaged-part.js";
import { averagedPid } from "./averaged-pid.js";
import { ensembleAbsence } from "./ensemble-absence.js";
import { ensembleImportance } from "./ensemble-importance.js";

/** Where an ensemble is written, and what its members' models run on. */
export interface EnsemblePlace {
  readonly folder: RunFolder;
  /** Holds the files that were written before, and takes the others. */
  readonly commit: Commit;
  readonly engine: Engine;
  readonly sitting: Sitting;
}

/** Averages the members of an ensemble and writes what a finished run folder holds. */
export async function finishEnsemble(
  { folder, commit, engine, sitting }: EnsemblePlace,
  config: Config,
  prepared: PreparedRun,
): Promise<RunResult> {
  const { targetNames: targets } = prepared.training;
  const averaged = await averageMembers(folder, config, prepared, engine);
  const { calibration, validation, test, missing } = averaged;
  await folder.createInside(runFiles.model);
  await commit.write(modelFiles.ensemble, ensembleDocument(config.ensemble, targets.length, calibration));
  const pid = await commit.writeJson(runFiles.pid, await averagedPid(folder, config.ensemble));
  const { dataset, split } = prepared;
  const groups = groupColumn(dataset, [...split.validation, ...split.test]);
  const { task, coding } = prepared;
  const { coverage: level } = config.evaluation.intervals;
  const named = { targets, classes: coding.classes, level, modalities: pid.modalities, task };
  const columns = predictionColumns(named, calibration, [validation, test]);
  const run = { ...prepared, evaluation: config.evaluation };
  const ends = recordedEnds(run, calibration, { validation: validation.rows, test: test.rows });
  const table = { ...columns, ...ends, ...groups, ...missingColumn(missing, config) };
  await commit.write(runFiles.predictions, predictionCsv(table, runFiles.predictions));
  const compared = await takeFromFirst(folder, commit);
  const members = averaged.members.map((member) => member.folder);
  const importance = await ensembleImportance({ members, config, prepared, engine });
  await writeImportance(commit, documentOf(importance));
  const parameters = averaged.members.reduce((sum, { provenance }) => sum + (provenance?.parameters ?? 0), 0);
  const metrics = await commit.writeJson(
    runFiles.metrics,
    await averagedMetrics(targets, config, prepared, averaged, pid),
  );
  await commit.finish();
  await writeProvenance(folder, provenanceOf(sitting, engine.name, parameters));
  if (!compared) await folder.remove(runFiles.comparedPredictions);
  if (documentOf(importance) === null) await removeImportance(folder);
  const { file: report } = await writeReport(folder.path, undefined, config.evaluation.figures);
  const weighted = weighsTerms(config.model.fusion.method);
  return { folder: folder.path, metrics, pid, weighted, parts: prepared.parts, report };
}

/**
 * What is of member 1 alone: the training curves, and what networks to compare with predict, whose rows are the same in
 * the same order as those of the ensemble.
 * @returns whether it has such networks
 */
async function takeFromFirst({ path }: RunFolder, commit: Commit): Promise<boolean> {
  const first = memberFolder(path, 1);
  for (const name of [runFiles.metricsByEpoch, runFiles.pidByEpoch]) {
    await commit.write(name, await readRunText(first, name));
  }
  const name = runFiles.comparedPredictions;
  const compared = await hasRunFile(first, name);
  if (compared) await commit.write(name, await readRunText(first, name));
  return compared;
}

/** Said where networks were trained to compare with. */
const comparedOnce =
  "networks to compare with were trained once, with member 1: they are single networks, the ensemble is the mean of several";

/** The members' mean on validation and test rows, and what follows from it. */
interface Averaged {
  readonly members: readonly RunFiles[];
  readonly validation: AveragedPart;
  readonly test: AveragedPart;
  readonly calibration: PredictionCalibration;
  readonly absence: MissingModalities | undefined;
  /** Names of the modalities that each row lacks, validation rows first. */
  readonly missing: readonly (readonly string[])[];
}

async function averageMembers(
  folder: RunFolder,
  config: Config,
  prepared: PreparedRun,
  engine: Engine,
): Promise<Averaged> {
  const members: RunFiles[] = [];
  for (let k = 1; k <= config.ensemble; k++) members.push(await readRun(memberFolder(folder.path, k)));
  const { inputs, split } = prepared;
  const validation = averagedPart(members, prepared, config, "validation");
  const test = averagedPart(members, prepared, config, "test");
  const rows = Int32Array.from([...split.validation, ...split.test]);
  const absence = await ensembleAbsence({
    ...{ members: members.map((member) => member.folder), config, prepared, engine, rows },
    truth: joined([validation.rows.truth, test.rows.truth]),
    prediction: joined([validation.rows.prediction, test.rows.prediction]),
  });
  const run = { ...prepared, evaluation: config.evaluation };
  const calibration = calibratePredictions(run, validation.rows, validation.crossed);
  return {
    ...{ members, validation, test, absence, missing: absentNames(inputs, rows) },
    calibration: { ...calibration, absence: absenceErrors(absence, measuredBy(prepared)) },
  };
}

async function averagedMetrics(
  targets: readonly string[],
  config: Config,
  prepared: PreparedRun,
  { members, validation, test, calibration, absence, missing }: Averaged,
  pid: RunPid,
): Promise<RunMetrics> {
  const { evaluate } = prepared.task.metrics;
  const part = ({ rows }: AveragedPart): Part => evaluate(targets, rows.truth, rows.prediction);
  const parts = { validation: validation.rows, test: test.rows };
  const run = { ...prepared, evaluation: config.evaluation };
  const evaluated = evaluateCalibration(run, calibration, parts, evaluate);
  const metrics = {
    ...storedTask(prepared.task),
    targets,
    classes: prepared.coding.classes,
    ...targetUnits(config.data),
    validation: part(validation),
    test: withScores(part(test), evaluated.scores),
    baselines: members[0].metrics.baselines,
    differences: testDifferences(prepared, test.rows, {
      ...(await (
        await fitBaselines(prepared)
      )(prepared.split.test)),
      ...comparedPredictions(members[0], targets, prepared.task),
    }),
    ...evaluated.metrics,
    missingModalities: absence,
    ensemble: ensembleMetrics(members, test, prepared.task),
  };
  return withWarnings(prepared, config, metrics, pid, [
    ...memberNotes(members),
    ...evaluated.warnings,
    ...absenceWarnings(missing, config, measuredBy(prepared), calibration.absence, {
      absence,
      validationRows: prepared.split.validation.length,
    }),
    ...completenessNotes(prepared),
    ...checkNotes(config, pid),
    ...fileOrderNotes(prepared, config, test.rows),
    ...linearCautions(prepared, config, metrics),
    ...prepared.cautions,
    ...coded("compared-once", config.evaluation.baselines === false ? [] : [comparedOnce]),
  ]);
}

/** What the networks to compare with predict of the test rows, row-major; the baselines of the task are fitted again. */
function comparedPredictions(
  { test, metrics }: RunFiles,
  targets: readonly string[],
  { baselines: { constant, linear } }: Task,
): Record<string, Float64Array> {
  const fitted: readonly string[] = [constant.name, linear.name, nearestInTime.name];
  const own = (name: string) => fitted.includes(name) || name.startsWith(`${linear.name}.`);
  const names = Object.keys(metrics.baselines).filter((name) => !own(name));
  return Object.fromEntries(
    names.map((name) => [name, interleaved(test, targets, ({ baselines }) => required(baselines, name))]),
  );
}

/** Rows that carry the atoms of a member. */
function memberNotes(members: readonly RunFiles[]): RunWarning[] {
  const having = members.filter(({ metrics }) => metrics.network !== undefined).length;
  const own = members.flatMap(({ pid }, k) =>
    influenceNotes(pid).map(({ code, text }) => ({ code, text: `member ${k + 1}: ${text}` })),
  );
  return [...heldRowNotes(having, members.length), ...own];
}

function ensembleMetrics(
  members: readonly RunFiles[],
  { spread, ids }: AveragedPart,
  { metrics: { headline } }: Task,
): EnsembleMetrics {
  const { targets } = members[0].metrics;
  const errorsOf = (name: string) => members.map(({ metrics }) => headlineOf(metrics.test.perTarget[name], headline));
  const key = `test${headline.key[0].toUpperCase()}${headline.key.slice(1)}` as const;
  const spreadOf = (t: number) =>
    Math.sqrt(mean(columnsOfTarget(spread, ids.length, targets.length, t).map((value) => value ** 2)));
  const metrics = {
    members: members.length,
    [key]: Object.fromEntries(targets.map((name) => [name, errorsOf(name)])),
    spread: Object.fromEntries(targets.map((name, t) => [name, spreadOf(t)])),
  };
  // TypeScript has no type for keys that are known but for one, whose name is that of the error; the schema checks it.
  return metrics as unknown as EnsembleMetrics;
}
