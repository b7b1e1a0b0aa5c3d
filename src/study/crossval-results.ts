import { z } from "zod";
import { targetUnits } from "../config/data.js";
import type { SavedSplit } from "../data/dataset.js";
import { headlineOf } from "../evaluation/headline.js";
import { correctedResampledInterval, type ResampledInterval } from "../evaluation/paired.js";
import { byName, count, encoded, type Stored } from "../files/document.js";
import { mean } from "../math/descriptive.js";
import { partsSummary, unfitPart } from "../record/data-schemas.js";
import type { RunFiles } from "../record/read-run.js";
import type { MeasuredTask } from "../tasks/measured-task.js";
import type { measuredTasks, TaskName } from "../tasks/measured-tasks.js";
import { storedTask } from "../tasks/tasks.js";
import type { FoldParts } from "./crossval-parts.js";
import { atomsOverRunsSchema, learned, meanSdOrNull, resampledInterval } from "./results-schemas.js";
import { atomsOverRuns, type MetricsOverRuns, metricsOverRuns, weightsOverRuns } from "./summarise.js";

/** A finished fold. */
export interface FoldRun {
  readonly name: string;
  readonly repeat: number;
  readonly fold: number;
  readonly split: SavedSplit;
  readonly parts: FoldParts;
  readonly files: RunFiles;
}

/** Quality of one target over the folds. */
export interface TargetFound {
  /** `pidreg` and every baseline that all runs recorded. */
  readonly models: Readonly<Record<string, MetricsOverRuns>>;
  /** Error of pidreg minus that of the baseline. */
  readonly differences: Readonly<Record<string, ResampledInterval>>;
  /** Error of pidreg; the lower end is cut at 0. */
  readonly error: Omit<ResampledInterval, "pValue">;
  /** All tested rows together, each predicted by a training that did not have it, by the keys of the task. */
  readonly tested: Readonly<Record<string, number | null>>;
}

/** A task, as far as the keys of results.json depend on it. */
type NamedErrors = Pick<MeasuredTask, "name"> & {
  readonly metrics: { readonly headline: { readonly key: string } };
  readonly baselines: { readonly linear: { readonly name: string } };
};

type ErrorKey<T extends NamedErrors> = T["metrics"]["headline"]["key"];
type LinearName<T extends NamedErrors> = T["baselines"]["linear"]["name"];

/** What the key of a task describes. */
function keyed<K extends string, S>(key: K, schema: S): { readonly [P in K]: S } {
  return { [key]: schema } as { readonly [P in K]: S };
}

const metrics = byName(z.number().nullable());
const part = z.object({ n: count, overall: metrics, perTarget: byName(metrics) });

/** Of one target: its error and differences of it stand under the key of the error, KEY and KEYDifference. */
function targetSchema<T extends NamedErrors>(task: T) {
  const error: ErrorKey<T> = task.metrics.headline.key;
  return z.object({
    models: byName(byName(meanSdOrNull)),
    ...keyed(`${error}Difference` as const, byName(resampledInterval)),
    // That an error is 0 is no hypothesis that anyone tests.
    ...keyed(error, resampledInterval.omit({ pValue: true })),
    tested: metrics,
  });
}

/** results.json of a cross-validation of that task. */
export function crossvalDocument<T extends NamedErrors>(task: T) {
  const linear: LinearName<T> = task.baselines.linear.name;
  return z.object({
    kind: z.literal("crossval"),
    task: learned.shape.task,
    folds: count,
    repeats: count,
    outerGroup: z.string().nullable(),
    warnings: z
      .array(z.string())
      .describe("about the table, folds whose parts are unfit, and what trainings warn of their atoms"),
    rows: count.describe("that were tested"),
    setAside: count.describe("rows that `data.split` names for no training; they are in no fold"),
    testToTrain: z
      .number()
      .describe("mean rows of a test part over mean rows of a training part: the correction of the intervals"),
    targets: byName(targetSchema(task)),
    units: learned.shape.units,
    pid: atomsOverRunsSchema,
    atomsFrom: z.string().describe("`model.fusion.atoms`: the rows behind `pid`"),
    fusion: z.string().describe("`model.fusion.method`"),
    weights: byName(meanSdOrNull).describe("fusion weights over the runs"),
    runs: z.array(
      z.object({
        name: z.string(),
        repeat: count,
        fold: count,
        seed: z.int(),
        testRows: count,
        test: part,
        ...keyed(linear, part.nullable()),
        parts: partsSummary.describe("rows, groups and targets of the fold's parts"),
        unfit: z.array(unfitPart).describe("what is wrong with them"),
        validationOfTrainedGroups: count.optional(),
      }),
    ),
  });
}

/** results.json of a cross-validation, of whichever task. */
export type CrossvalResults = ResultsOf<(typeof measuredTasks)[TaskName]>;
type ResultsOf<T> = T extends NamedErrors
  ? Stored<ReturnType<typeof crossvalDocument<T>>> & NamedTask<T["name"]>
  : never;
/** By which results of tasks are told apart: regression goes without its name. */
type NamedTask<N extends string> = N extends "regression" ? { readonly task?: undefined } : { readonly task: N };

/** What the folds found, before it is written under the keys of the task. */
export interface CrossvalFound
  extends Pick<
    CrossvalResults,
    | "folds"
    | "repeats"
    | "outerGroup"
    | "setAside"
    | "warnings"
    | "atomsFrom"
    | "fusion"
    | "pid"
    | "weights"
    | "units"
    | "rows"
  > {
  readonly task: MeasuredTask;
  readonly testToTrain: number;
  readonly targets: Readonly<Record<string, TargetFound>>;
  readonly runs: readonly FoldRun[];
}

/** Gathers what the folds found. */
export function crossvalFound(
  runs: readonly FoldRun[],
  options: Pick<CrossvalFound, "folds" | "repeats" | "outerGroup" | "setAside" | "warnings" | "atomsFrom" | "fusion">,
): CrossvalFound {
  const first = runs.filter(({ repeat }) => repeat === 1);
  const testToTrain =
    mean(runs.map(({ split }) => split.test.length)) / mean(runs.map(({ split }) => split.train.length));
  const files = runs.map((run) => run.files);
  const [{ task, metrics }] = files;
  return {
    ...options,
    task,
    rows: first.reduce((sum, { split }) => sum + split.test.length, 0),
    testToTrain,
    targets: Object.fromEntries(metrics.targets.map((target) => [target, targetFound(files, target, testToTrain)])),
    ...targetUnits(metrics),
    pid: atomsOverRuns(files),
    weights: weightsOverRuns(files),
    runs,
  };
}

/** results.json. @throws RunError naming the place of what its schema does not describe */
export function crossvalResults(found: CrossvalFound, label: string): CrossvalResults {
  const { task, rows, testToTrain, targets, units, pid, weights, runs, ...options } = found;
  const { linear } = task.baselines;
  const { key } = task.metrics.headline;
  const document = {
    kind: "crossval",
    ...storedTask(task),
    ...options,
    rows,
    testToTrain,
    targets: Object.fromEntries(
      Object.entries(targets).map(([target, { models, differences, error, tested }]) => [
        target,
        { models, [`${key}Difference`]: differences, [key]: error, tested },
      ]),
    ),
    units,
    pid,
    weights,
    runs: runs.map(({ name, repeat, fold, parts, files: { environment, metrics } }) => ({
      ...{ name, repeat, fold, seed: environment.seed, testRows: metrics.test.n, test: metrics.test },
      [linear.name]: metrics.baselines[linear.name]?.test ?? null,
      ...parts,
    })),
  };
  // The schema of the task has checked it.
  return encoded<object>(crossvalDocument(task), document, label) as CrossvalResults;
}

function targetFound(runs: readonly RunFiles[], target: string, testToTrain: number): TargetFound {
  const { headline, together } = runs[0].task.metrics;
  const baselines = Object.keys(runs[0].metrics.baselines).filter((name) =>
    runs.every(({ metrics }) => Object.hasOwn(metrics.baselines, name)),
  );
  const own = runs.map(({ metrics }) => metrics.test.perTarget[target]);
  const of = (name: string) => runs.map(({ metrics }) => metrics.baselines[name].test.perTarget[target]);
  const errors = own.map((values) => headlineOf(values, headline));
  const differences = (name: string) => of(name).map((values, i) => errors[i] - headlineOf(values, headline));
  const all = (pick: "truth" | "prediction") =>
    runs.flatMap(({ test }) => Array.from(test.targets.get(target)?.[pick] ?? []));
  return {
    models: Object.fromEntries([
      ["pidreg", metricsOverRuns(own)],
      ...baselines.map((name): [string, MetricsOverRuns] => [name, metricsOverRuns(of(name))]),
    ]),
    differences: Object.fromEntries(
      baselines.map((name) => [name, correctedResampledInterval(differences(name), testToTrain)]),
    ),
    error: aboveZero(correctedResampledInterval(errors, testToTrain)),
    tested: together(all("truth"), all("prediction")),
  };
}

/** No error is below 0; a t interval of few folds does not know that. */
function aboveZero({ pValue: _pValue, ...interval }: ResampledInterval): TargetFound["error"] {
  return { ...interval, low: Math.max(0, interval.low) };
}
