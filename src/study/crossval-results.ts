import { targetUnits } from "../config/data.js";
import type { SavedSplit } from "../data/dataset.js";
import { type Part, r2 } from "../evaluation/metrics.js";
import { correctedResampledInterval, type ResampledInterval } from "../evaluation/paired.js";
import { mean } from "../math/descriptive.js";
import type { RunFiles } from "../record/read-run.js";
import type { Units } from "../report/with-unit.js";
import type { FoldParts } from "./crossval-parts.js";
import {
  type AtomsOverRuns,
  atomsOverRuns,
  type MeanSd,
  type MetricsOverRuns,
  metricsOverRuns,
  weightsOverRuns,
} from "./summarise.js";

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
export interface TargetResults {
  /** `pidreg` and every baseline that all runs recorded. */
  readonly models: Readonly<Record<string, MetricsOverRuns>>;
  /** RMSE of pidreg minus that of the baseline, in the unit of the target. */
  readonly rmseDifference: Readonly<Record<string, ResampledInterval>>;
  /** RMSE of pidreg; the lower end is cut at 0. */
  readonly rmse: ResampledInterval;
  /** All tested rows together, each predicted by a training that did not have it. */
  readonly tested: {
    readonly r2: number | null;
    /** -1/2 log2(1 - R2), 0 where R2 is below 0: the information of Gaussian variables; null where R2 is null or 1. */
    readonly bits: number | null;
  };
}

/** results.json of a cross-validation. */
export interface CrossvalResults {
  readonly kind: "crossval";
  readonly folds: number;
  readonly repeats: number;
  readonly outerGroup: string | null;
  /** Sentences about the table, folds whose parts are unfit, and what trainings warn of their atoms. */
  readonly warnings: readonly string[];
  /** Rows that were tested. */
  readonly rows: number;
  /** Mean rows of a test part over mean rows of a training part: the correction of the intervals. */
  readonly testToTrain: number;
  readonly targets: Readonly<Record<string, TargetResults>>;
  /** Units of targets; only where the config names any. */
  readonly units?: Units;
  readonly pid: AtomsOverRuns;
  /** `model.fusion.atoms`: the rows behind `pid`. */
  readonly atomsFrom: string;
  /** `model.fusion.method`. */
  readonly fusion: string;
  /** Fusion weights over the runs. */
  readonly weights: Readonly<Record<string, MeanSd | null>>;
  readonly runs: readonly {
    readonly name: string;
    readonly repeat: number;
    readonly fold: number;
    readonly seed: number;
    readonly testRows: number;
    readonly test: Part;
    readonly ridge: Part | null;
    /** Rows, groups and targets of the fold's parts, and what is wrong with them. */
    readonly parts: FoldParts["parts"];
    readonly unfit: FoldParts["unfit"];
    readonly validationOfTrainedGroups?: number;
  }[];
}

/** Gathers what the folds found. */
export function crossvalResults(
  runs: readonly FoldRun[],
  options: Pick<CrossvalResults, "folds" | "repeats" | "outerGroup" | "warnings" | "atomsFrom" | "fusion">,
): CrossvalResults {
  const first = runs.filter(({ repeat }) => repeat === 1);
  const testToTrain =
    mean(runs.map(({ split }) => split.test.length)) / mean(runs.map(({ split }) => split.train.length));
  const files = runs.map((run) => run.files);
  return {
    kind: "crossval",
    ...options,
    rows: first.reduce((sum, { split }) => sum + split.test.length, 0),
    testToTrain,
    targets: Object.fromEntries(
      files[0].metrics.targets.map((target) => [target, targetResults(files, target, testToTrain)]),
    ),
    ...targetUnits(files[0].metrics),
    pid: atomsOverRuns(files),
    weights: weightsOverRuns(files),
    runs: runs.map(({ name, repeat, fold, parts, files: { environment, metrics } }) => ({
      ...{ name, repeat, fold, seed: environment.seed, testRows: metrics.test.n, test: metrics.test },
      ridge: metrics.baselines.ridge?.test ?? null,
      ...parts,
    })),
  };
}

function targetResults(runs: readonly RunFiles[], target: string, testToTrain: number): TargetResults {
  const baselines = Object.keys(runs[0].metrics.baselines).filter((name) =>
    runs.every(({ metrics }) => Object.hasOwn(metrics.baselines, name)),
  );
  const own = runs.map(({ metrics }) => metrics.test.perTarget[target]);
  const of = (name: string) => runs.map(({ metrics }) => metrics.baselines[name].test.perTarget[target]);
  const differences = (name: string) => of(name).map(({ rmse }, i) => own[i].rmse - rmse);
  return {
    models: Object.fromEntries([
      ["pidreg", metricsOverRuns(own)],
      ...baselines.map((name): [string, MetricsOverRuns] => [name, metricsOverRuns(of(name))]),
    ]),
    rmseDifference: Object.fromEntries(
      baselines.map((name) => [name, correctedResampledInterval(differences(name), testToTrain)]),
    ),
    rmse: aboveZero(
      correctedResampledInterval(
        own.map(({ rmse }) => rmse),
        testToTrain,
      ),
    ),
    tested: testedTogether(runs, target),
  };
}

/** No error is below 0; a t interval of few folds does not know that. */
function aboveZero(interval: ResampledInterval): ResampledInterval {
  return { ...interval, low: Math.max(0, interval.low) };
}

function testedTogether(runs: readonly RunFiles[], target: string): TargetResults["tested"] {
  const all = (pick: "truth" | "prediction") =>
    runs.flatMap(({ test }) => Array.from(test.targets.get(target)?.[pick] ?? []));
  const found = r2(all("truth"), all("prediction"));
  return { r2: found, bits: found === null || found >= 1 ? null : Math.max(0, -0.5 * Math.log2(1 - found)) };
}
