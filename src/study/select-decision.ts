import type { Config } from "../config/schema.js";
import { type ResampledError, type RowCosts, resampleErrors } from "../evaluation/paired-errors.js";
import { simultaneousBounds } from "../evaluation/simultaneous.js";
import { mean } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import type { RunFiles } from "../record/read-run.js";
import type { FinishedRun } from "./study.js";
import { errorScales, rowCosts } from "./summarise.js";
import type { ConstantPrediction } from "./variants.js";

/** A subset of the modalities with its trainings. */
export interface TrainedSubset {
  readonly modalities: readonly string[];
  readonly runs: readonly FinishedRun[];
}

/** What a decision rests on. */
export interface DecisionOptions {
  readonly config: Config;
  readonly margin: number;
  readonly decideOn: "validation" | "test";
  /** What is predicted from no modality. */
  readonly constant: ConstantPrediction;
}

/** Subsets with their errors on one part, the empty one last; all of one resampling. */
export interface ComparedSubsets {
  readonly errors: readonly ResampledError[];
  /** Of every subset, over that of all modalities; that one's own is 0. */
  readonly bounds: readonly number[];
  readonly compared: number;
  readonly critical: number;
  /** Error of each target by itself, mean over the trainings, of every subset. */
  readonly targets: readonly Readonly<Record<string, number>>[];
}

/**
 * Errors of all subsets and of none on a part, with bounds that hold together.
 * @param trained all modalities first
 */
export function compareSubsets(
  trained: readonly TrainedSubset[],
  part: "validation" | "test",
  { config, margin, constant }: DecisionOptions,
): ComparedSubsets {
  const [{ runs: first }] = trained;
  const [{ files }] = first;
  const none = constantCosts(files, part, constant);
  const rng = new Rng(config.seed).split(`select/${part}`);
  const trainedCosts = trained.map(({ runs }) => runs.map((run) => rowCosts(run.files, part)));
  const costs = [...trainedCosts, first.map(() => none)];
  const [full, ...others] = resampleErrors(costs, {
    rng,
    error: files.task.metrics.headline,
    scales: errorScales(files, part),
    groups: files[part].groups,
  });
  const { bounds, ...rest } = simultaneousBounds(others, full, { margin, rng: rng.split("bounds") });
  const { ofMeanCost } = files.task.metrics.headline;
  const ofTarget = (trainings: readonly RowCosts[], t: number) =>
    mean(trainings.map((each) => ofMeanCost(mean(each[t]))));
  const targets = costs.map((trainings) =>
    Object.fromEntries(files.metrics.targets.map((name, t) => [name, ofTarget(trainings, t)])),
  );
  return { errors: [full, ...others], bounds: [0, ...bounds], ...rest, targets };
}

/** What rows of a part cost that are predicted from no modality. */
function constantCosts(files: RunFiles, part: "validation" | "test", constant: ConstantPrediction): RowCosts {
  const { headline } = files.task.metrics;
  return files.metrics.targets.map((name) => {
    const truth = files[part].targets.get(name)?.truth ?? [];
    const each = constant[name];
    const prediction = Float64Array.from({ length: truth.length * each.length }, (_, i) => each[i % each.length]);
    return headline.rowCosts(truth, prediction);
  });
}

/** Modalities of every candidate, the empty subset last. */
export function candidatesOf(trained: readonly TrainedSubset[]): (readonly string[])[] {
  return [...trained.map(({ modalities }) => modalities), []];
}

/** Cost of a subset; null where the config gives none for one of its modalities, or for any. */
export function costOf({ data }: Pick<Config, "data">, modalities: readonly string[]): number | null {
  if (Object.values(data.modalities).some(({ cost }) => cost === undefined)) return null;
  return modalities.reduce((sum, name) => sum + (data.modalities[name].cost ?? 0), 0);
}

/**
 * The cheapest (smallest, without costs) subset whose bound is within the margin; of equal ones that of the least error.
 * @param trained all modalities first
 */
export function chosenSubset(trained: readonly TrainedSubset[], options: DecisionOptions): readonly string[] {
  return chosenOf(candidatesOf(trained), compareSubsets(trained, options.decideOn, options), options);
}

/** The same of errors that are known. */
export function chosenOf(
  candidates: readonly (readonly string[])[],
  { bounds, errors }: ComparedSubsets,
  { config, margin }: DecisionOptions,
): readonly string[] {
  const sizes = candidates.map((modalities) => costOf(config, modalities) ?? modalities.length);
  const order = candidates.map((_, i) => i).filter((i) => bounds[i] <= margin);
  order.sort((a, b) => sizes[a] - sizes[b] || errors[a].value - errors[b].value);
  return candidates[order[0]];
}
