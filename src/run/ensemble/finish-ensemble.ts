import { targetUnits } from "../../config/data.js";
import type { Config } from "../../config/schema.js";
import type { Engine } from "../../engine/engine.js";
import { evaluatePart, type Metrics, type Part } from "../../evaluation/metrics.js";
import type { MissingModalities } from "../../evaluation/missing-modalities.js";
import { mean } from "../../math/descriptive.js";
import type { PidResult } from "../../pid/types.js";
import type { Predictions } from "../../report/predictions.js";
import { type RunFiles, readRun } from "../../report/run-files.js";
import { writeReport } from "../../report/write-report.js";
import { absenceErrors, absenceMessages, absentNames, missingColumn } from "../absence.js";
import {
  type Calibration,
  calibrate,
  correctedPredictions,
  type EvaluatedRows,
  evaluateCalibration,
  rowGroups,
} from "../calibration.js";
import { completenessNotes, type RunMetrics, type RunPid, type RunResult } from "../finish-run.js";
import { type LocalAtoms, type PredictionRows, predictionCsv } from "../prediction-table.js";
import type { PreparedRun } from "../prepare.js";
import { RunFolder, runFiles } from "../run-folder.js";
import { averageColumns, averagePid, combineTrees, spreadColumns } from "./average.js";
import { ensembleAbsence } from "./ensemble-absence.js";
import { memberFolder, saveEnsemble } from "./ensemble-folder.js";

/** What metrics.json says of an ensemble beside its own quality. */
export interface EnsembleMetrics {
  readonly members: number;
  /** Per target, one per member, in the unit of the target. */
  readonly testRmse: Readonly<Record<string, readonly number[]>>;
  /** Per target the standard deviation between members' predictions: root mean square over the test rows. */
  readonly spread: Readonly<Record<string, number>>;
}

/** Averages the members of an ensemble and writes what a finished run folder holds. */
export async function finishEnsemble(
  folder: RunFolder,
  config: Config,
  prepared: PreparedRun,
  engine: Engine,
): Promise<RunResult> {
  const { targetNames: targets } = prepared.training;
  const averaged = await averageMembers(folder, config, prepared, engine);
  const { calibration, validation, test, missing } = averaged;
  await saveEnsemble(folder.path, config.ensemble, targets.length, calibration);
  const pid = await averagedPid(folder, config.ensemble);
  await folder.writeJson(runFiles.pid, pid);
  const columns = predictionColumns(targets, pid.modalities, calibration, [validation, test]);
  await folder.writeText(runFiles.predictions, predictionCsv({ ...columns, ...missingColumn(missing, config) }));
  for (const name of [runFiles.metricsByEpoch, runFiles.pidByEpoch]) {
    await folder.writeText(name, await new RunFolder(memberFolder(folder.path, 1)).readText(name));
  }
  const metrics = averagedMetrics(targets, config, prepared, averaged);
  await folder.writeJson(runFiles.metrics, metrics);
  const { file: report } = await writeReport(folder.path);
  return { folder: folder.path, metrics, pid, report };
}

/** The members' mean on validation and test rows, and what follows from it. */
interface Averaged {
  readonly members: readonly RunFiles[];
  readonly validation: AveragedPart;
  readonly test: AveragedPart;
  readonly calibration: Calibration;
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
  const { inputs, split, training } = prepared;
  const { targetNames: targets } = training;
  const validation = averagedPart(members, prepared, config, "validation");
  const test = averagedPart(members, prepared, config, "test");
  const rows = Int32Array.from([...split.validation, ...split.test]);
  const absence = await ensembleAbsence({
    ...{ members: members.map((member) => member.folder), config, prepared, engine, rows },
    truth: joined([validation.rows.truth, test.rows.truth]),
    prediction: joined([validation.rows.prediction, test.rows.prediction]),
  });
  const calibration = calibrate(config.evaluation, targets.length, validation.rows);
  return {
    ...{ members, validation, test, absence, missing: absentNames(inputs, rows) },
    calibration: { ...calibration, absence: absenceErrors(absence, targets) },
  };
}

function averagedMetrics(
  targets: readonly string[],
  config: Config,
  prepared: PreparedRun,
  { members, validation, test, calibration, absence, missing }: Averaged,
): RunMetrics & { readonly ensemble: EnsembleMetrics } {
  const part = ({ rows }: AveragedPart): Part => evaluatePart(targets, rows.truth, rows.prediction);
  const parts = { validation: validation.rows, test: test.rows };
  const evaluated = evaluateCalibration(config.evaluation.intervals, targets, calibration, parts);
  return {
    targets,
    ...targetUnits(config.data),
    validation: part(validation),
    test: part(test),
    baselines: members[0].metrics.baselines as unknown as RunMetrics["baselines"],
    ...evaluated,
    ...(absence === undefined ? {} : { missingModalities: absence }),
    notes: [
      ...evaluated.notes,
      ...absenceMessages(missing, config, targets, calibration.absence),
      ...completenessNotes(prepared),
    ],
    ensemble: ensembleMetrics(members, test),
  };
}

/** What predictions.csv holds of validation rows, then of test rows. */
function predictionColumns(
  targets: readonly string[],
  modalities: readonly string[],
  calibration: Calibration,
  parts: readonly [AveragedPart, AveragedPart],
): PredictionRows {
  const column = (pick: (part: AveragedPart) => Float64Array) => joined(parts.map(pick));
  const prediction = column(({ rows }) => rows.prediction);
  const contribution = (term: string) => column(({ contributions }) => required(contributions, term));
  return {
    ids: parts.flatMap(({ ids }) => ids),
    parts: parts.flatMap(({ ids }, p) => ids.map(() => (p === 0 ? "validation" : "test"))),
    targets,
    truth: column(({ rows }) => rows.truth),
    explained: {
      prediction,
      contributions: new Map([...parts[1].contributions.keys()].map((term) => [term, contribution(term)])),
    },
    ...correctedPredictions(prediction, calibration),
    ridge: column(({ ridge }) => ridge),
    local: localAtoms(modalities, parts),
  };
}

/** Rows of one part with means over the members, values row-major [rows, targets]. */
interface AveragedPart {
  readonly ids: readonly string[];
  readonly rows: EvaluatedRows;
  readonly ridge: Float64Array;
  readonly contributions: ReadonlyMap<string, Float64Array>;
  /** Standard deviation between members. */
  readonly spread: Float64Array;
  readonly local: ReadonlyMap<string, Float64Array>;
}

function averagedPart(
  members: readonly RunFiles[],
  { dataset, split }: PreparedRun,
  config: Config,
  name: "validation" | "test",
): AveragedPart {
  const tables = members.map((member) => member[name]);
  const { targets } = members[0].metrics;
  const predictions = tables.map((table) => interleaved(table, targets, ({ prediction }) => prediction));
  const [first] = tables;
  const [firstTarget] = first.targets.values();
  const terms = [...(firstTarget?.contributions.keys() ?? [])];
  const contribution = (term: string) =>
    tables.map((table) => interleaved(table, targets, ({ contributions }) => required(contributions, term)));
  const local = (key: string) => tables.map((table) => required(table.local, key));
  return {
    ids: first.ids,
    rows: {
      truth: interleaved(first, targets, ({ truth }) => truth),
      prediction: averageColumns(predictions),
      groups: rowGroups(dataset, config.evaluation.intervals.group, split[name]),
    },
    ridge: interleaved(first, targets, ({ baselines }) => required(baselines, "ridge")),
    contributions: new Map(terms.map((term) => [term, averageColumns(contribution(term))])),
    spread: spreadColumns(predictions),
    local: new Map([...first.local.keys()].map((key) => [key, averageColumns(local(key))])),
  };
}

type TargetColumns = Predictions["targets"] extends ReadonlyMap<string, infer T> ? T : never;

/** One column per target as row-major [rows, targets]. */
function interleaved(
  { targets, ids }: Predictions,
  names: readonly string[],
  pick: (target: TargetColumns) => Float64Array,
): Float64Array {
  const out = new Float64Array(ids.length * names.length);
  names.forEach((name, t) => {
    const values = pick(required(targets, name));
    for (let i = 0; i < ids.length; i++) out[i * names.length + t] = values[i];
  });
  return out;
}

/** @throws RangeError when members do not have the same columns, which would otherwise be averaged with nothing */
function required<T>(columns: ReadonlyMap<string, T>, name: string): T {
  const values = columns.get(name);
  if (values === undefined) throw new RangeError(`a member of the ensemble has no predictions of "${name}"`);
  return values;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => [...part]));
}

function localAtoms(names: readonly string[], parts: readonly AveragedPart[]): LocalAtoms {
  const column = (key: string) => joined(parts.map(({ local }) => required(local, key)));
  const redundancy = column("redundancy");
  return {
    unique: Object.fromEntries(names.map((name) => [name, column(`unique.${name}`)])),
    redundancy,
    synergy: column("synergy"),
    // With up to two modalities nothing is shared by some, not all: the tables have no such column, and it is 0.
    partialRedundancy: names.length > 2 ? column("partialRedundancy") : redundancy.map(() => 0),
  };
}

/** Mean of the members' pid.json. */
async function averagedPid(folder: RunFolder, members: number): Promise<RunPid> {
  const all: RunPid[] = [];
  for (let k = 1; k <= members; k++) {
    all.push((await new RunFolder(memberFolder(folder.path, k)).readJson(runFiles.pid)) as RunPid);
  }
  const [{ stage1, ...first }] = all;
  const over = <K extends "weights" | "lambda">(key: K): RunPid[K] =>
    combineTrees(
      all.map((pid) => pid[key]),
      mean,
    );
  return {
    ...first,
    ...averagePid(all),
    weights: over("weights"),
    lambda: over("lambda"),
    ...(stage1 === undefined ? {} : { stage1: stagesOf(all) }),
    test: averagePid(all.map(({ test }): PidResult => test)),
  };
}

/** Epochs of the longest stage 1, and whether all settled. */
function stagesOf(all: readonly RunPid[]) {
  const stages = all.flatMap(({ stage1 }) => stage1 ?? []);
  return {
    epochs: Math.max(...stages.map(({ epochs }) => epochs)),
    converged: stages.every(({ converged }) => converged),
  };
}

function ensembleMetrics(members: readonly RunFiles[], { spread, ids }: AveragedPart): EnsembleMetrics {
  const { targets } = members[0].metrics;
  const rmseOf = (name: string) => members.map(({ metrics }) => (metrics.test.perTarget[name] as Metrics).rmse);
  const spreadOf = (t: number) => Math.sqrt(mean(Array.from(ids, (_, i) => spread[i * targets.length + t] ** 2)));
  return {
    members: members.length,
    testRmse: Object.fromEntries(targets.map((name) => [name, rmseOf(name)])),
    spread: Object.fromEntries(targets.map((name, t) => [name, spreadOf(t)])),
  };
}
