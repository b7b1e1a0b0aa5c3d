import { z } from "zod";
import { byName, count, encoded, type Stored } from "../files/document.js";
import { partsSummary, unfitPart } from "../record/data-schemas.js";
import type { RunFiles } from "../record/read-run.js";
import type { MeasuredTask } from "../tasks/measured-task.js";
import type { measuredTasks, TaskName } from "../tasks/measured-tasks.js";
import { storedTask } from "../tasks/tasks.js";
import type { ArmFound, ArmInStudy } from "./crossval/arm.js";
import { coverageOf } from "./crossval/coverage.js";
import { type CurveFound, curveSchema } from "./crossval/learning-curve.js";
import { type ComparedArms, comparedKeys, comparedResults } from "./crossval/paired.js";
import { type PermutationFound, permutationSchema } from "./crossval/permutations.js";
import { sitesSchema } from "./crossval/sites.js";
import { targetKeys, testedRows } from "./crossval/target-found.js";
import {
  atomIntervalsSchema,
  atomsOverRunsSchema,
  learned,
  meanSdOrNull,
  resampledInterval,
  splitIntervalSchema,
} from "./results-schemas.js";

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
    ...keyed(error, splitIntervalSchema),
    tested: metrics,
    ...targetKeys,
  });
}

/** What the folds of one config found. */
function armKeys<T extends NamedErrors>(task: T) {
  const linear: LinearName<T> = task.baselines.linear.name;
  return {
    testToTrain: z
      .number()
      .describe("mean rows of a test part over mean rows of a training part: the correction of the intervals"),
    targets: byName(targetSchema(task)),
    units: learned.shape.units,
    pid: atomsOverRunsSchema,
    atomIntervals: atomIntervalsSchema.describe(
      "the same with intervals, corrected by validation rows over training rows",
    ),
    atomsFrom: z.string().describe("`model.fusion.atoms`: the rows behind `pid`"),
    fusion: z.string().describe("`model.fusion.method`"),
    weights: byName(meanSdOrNull).describe("fusion weights over the runs"),
    sites: sitesSchema.nullable().describe("errors by site; null where rows have none, or none has rows enough"),
    runs: z.array(
      z.object({
        name: z.string(),
        repeat: count,
        fold: count,
        seed: z.int(),
        testRows: count,
        test: part,
        ...keyed(linear, part.nullable()),
        calibration: byName(metrics).describe("of the test rows, by target"),
        coverage: byName(z.number().nullable()).describe("share of the test rows inside their interval or set"),
        parts: partsSummary.describe("rows, groups and targets of the fold's parts"),
        unfit: z.array(unfitPart).describe("what is wrong with them"),
        validationOfTrainedGroups: count.optional(),
      }),
    ),
  };
}

/** results.json of a cross-validation of that task; of several configs the first, and `others` beside it. */
export function crossvalDocument<T extends NamedErrors>(task: T) {
  const arm = armKeys(task);
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
    ...arm,
    ...comparedKeys,
    curve: curveSchema.optional().describe("learning curve, with --train-share"),
    permutation: permutationSchema.optional().describe("permutation test, with --permutations"),
    others: z
      .array(z.object({ letter: z.string(), warnings: z.array(z.string()), ...arm }))
      .optional()
      .describe("the other configs, on the same folds"),
  });
}

/** results.json of a cross-validation, of whichever task. */
export type CrossvalResults = ResultsOf<(typeof measuredTasks)[TaskName]>;
type ResultsOf<T> = T extends NamedErrors
  ? Stored<ReturnType<typeof crossvalDocument<T>>> & NamedTask<T["name"]>
  : never;
/** By which results of tasks are told apart: regression goes without its name. */
type NamedTask<N extends string> = N extends "regression" ? { readonly task?: undefined } : { readonly task: N };

/** What a whole cross-validation found: of the first config, and of what was trained beside it. */
export interface CrossvalFound extends ArmInStudy, Pick<CrossvalResults, "folds" | "setAside" | "rows"> {
  readonly compared?: ComparedArms;
  readonly curve?: CurveFound;
  readonly permutation?: PermutationFound;
}

/** results.json. @throws RunError naming the place of what its schema does not describe */
export function crossvalResults(found: CrossvalFound, label: string): CrossvalResults {
  const { task, folds, repeats, outerGroup, setAside, rows, warnings, compared, curve, permutation } = found;
  const document = {
    kind: "crossval",
    ...storedTask(task),
    ...{ folds, repeats, outerGroup, setAside, warnings, rows },
    ...armResults(found),
    ...(compared === undefined ? {} : comparedResults(compared)),
    ...{ curve, permutation },
    others: compared?.arms
      .slice(1)
      .map((arm) => ({ letter: arm.letter, warnings: arm.found.warnings, ...armResults(arm.found) })),
  };
  // The schema of the task has checked it.
  return encoded<object>(crossvalDocument(task), document, label) as CrossvalResults;
}

function armResults({ task, targets, runs, warnings: _warnings, ...found }: ArmFound) {
  const { linear } = task.baselines;
  const { headline, calibration } = task.metrics;
  const { testToTrain, units, pid, atomIntervals, atomsFrom, fusion, weights, sites } = found;
  const measured = (files: RunFiles, target: string) => {
    const { truth, prediction } = testedRows([files], target);
    return calibration.measure(truth, prediction);
  };
  const byTarget = <T>(of: (target: string) => T) =>
    Object.fromEntries(Object.keys(targets).map((target) => [target, of(target)]));
  return {
    ...{ atomsFrom, fusion, testToTrain },
    targets: Object.fromEntries(
      Object.entries(targets).map(([target, { models, differences, error, tested, ...more }]) => [
        target,
        { models, [`${headline.key}Difference`]: differences, [headline.key]: error, tested, ...more },
      ]),
    ),
    ...{ units, pid, atomIntervals, weights, sites },
    runs: runs.map(({ name, repeat, fold, parts, files }) => ({
      ...{ name, repeat, fold, seed: files.environment.seed, testRows: files.metrics.test.n, test: files.metrics.test },
      [linear.name]: files.metrics.baselines[linear.name]?.test ?? null,
      calibration: byTarget((target) => measured(files, target)),
      coverage: byTarget((target) => coverageOf(files, target)?.achieved ?? null),
      ...parts,
    })),
  };
}
