import type { Config } from "../config/schema.js";
import { type ComparedErrors, compareErrors, type EvaluatedSplit } from "../evaluation/compared-errors.js";
import type { RowCosts } from "../evaluation/paired-errors.js";
import { mean } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import type { RunFiles } from "../record/read-run.js";
import type { FinishedRun } from "./study.js";
import { evaluatedSplits } from "./summarise.js";
import type { ConstantPrediction } from "./variants.js";

/** A subset of the modalities with its trainings. */
export interface TrainedSubset {
  readonly modalities: readonly string[];
  /** Split by split, those of a split one after the other. */
  readonly runs: readonly FinishedRun[];
}

/** One split of the rows on which subsets are compared. */
export interface ComparedSplit {
  /** Rows that did not train over rows that did. */
  readonly heldToTrain: number;
  /** What is predicted from no modality. */
  readonly constant: ConstantPrediction;
}

/** What a decision rests on. */
export interface DecisionOptions {
  readonly config: Config;
  readonly margin: number;
  readonly decideOn: "validation" | "test";
  readonly splits: readonly ComparedSplit[];
}

/** Subsets with their errors on one part, the empty one last. */
export interface ComparedSubsets extends Pick<ComparedErrors, "errors" | "changes" | "upper" | "bySplit"> {
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
  { config, margin, splits }: DecisionOptions,
): ComparedSubsets {
  const evaluated = evaluatedOn(trained, part, splits);
  const [{ runs: first }] = trained;
  const { headline } = first[0].files.task.metrics;
  const rng = new Rng(config.seed).split(`select/${part}`);
  const { together, ...found } = compareErrors(evaluated, { rng, error: headline, margin });
  if (together === null) throw new RangeError("subsets were compared without a margin");
  const { bounds, compared, critical } = together;
  const ofTarget = (m: number, t: number) =>
    mean(evaluated.flatMap(({ models }) => models[m].map((each) => headline.ofMeanCost(mean(each[t])))));
  const targets = candidatesOf(trained).map((_, m) =>
    Object.fromEntries(first[0].files.metrics.targets.map((name, t) => [name, ofTarget(m, t)])),
  );
  return { ...found, bounds: [0, ...bounds], compared, critical, targets };
}

/** What rows of a part cost every subset, and what is predicted from none, split by split. */
export function evaluatedOn(
  trained: readonly TrainedSubset[],
  part: "validation" | "test",
  splits: readonly ComparedSplit[],
): EvaluatedSplit[] {
  const runs = trained.map((subset) => subset.runs.map(({ files }) => files));
  return evaluatedSplits(runs, part, splits).map((split, r) => {
    const [{ length: seeds }] = split.models;
    const none = constantCosts(runs[0][r * seeds], part, splits[r].constant);
    return { ...split, models: [...split.models, Array.from({ length: seeds }, () => none)] };
  });
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
