import { z } from "zod";
import { targetUnits } from "../config/data.js";
import { comparisonWords } from "../evaluation/compared-errors.js";
import type { Interval } from "../evaluation/intervals.js";
import { byName, count, type Stored } from "../files/document.js";
import { mean, variance } from "../math/descriptive.js";
import type { RunFiles } from "../record/read-run.js";
import { said } from "../report/sentence.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { storedTask } from "../tasks/tasks.js";
import { cautionSentences } from "./caution-sentences.js";
import type { SplitParts } from "./repeats.js";
import {
  checkedParts,
  heldToTrain,
  information,
  interval,
  learned,
  ownRowsSchema,
  splitParts,
} from "./results-schemas.js";
import {
  type ComparedSubsets,
  candidatesOf,
  chosenOf,
  compareSubsets,
  costOf,
  type DecisionOptions,
  evaluatedOn,
  type TrainedSubset,
} from "./select-decision.js";

export type { TrainedSubset } from "./select-decision.js";

/** Error of a subset on one part of the rows. */
const subsetError = z.object({
  error: interval.describe("in the unit of the target; for several targets the mean of error over scale"),
  difference: interval.describe("error over that of all modalities, less 1"),
  bound: z.number().describe("upper end of the difference at 95 %, one-sided, for all subsets together"),
});

/** One subset of the modalities. */
const subsetResult = z.object({
  modalities: z
    .array(z.string())
    .describe("empty: what is predicted from none, of a number the mean of the training rows"),
  cost: z.number().nullable().describe("sum of the costs; null when the config gives none"),
  decision: subsetError.describe("on the rows that decide"),
  test: subsetError,
  validation: z.number().describe("error on the validation rows, whichever decide"),
  targets: byName(z.object({ validation: z.number(), test: z.number() })).describe("errors of each target"),
  bySplit: z.array(z.object({ validation: z.number(), test: z.number() })).describe("errors split by split"),
  information: information.nullable().describe("about the target, bits; null where it is infinite"),
  acceptable: z.boolean().describe("the bound of the deciding rows is within the margin"),
  onFront: z.boolean().describe("no other subset costs as little (has as few modalities, without costs) and errs less"),
});

/** Trainings with seeds that decided nothing, on the test rows. */
const finalFigures = z.object({
  trainings: count.describe("of each, on every split"),
  full: interval.describe("error of all modalities"),
  chosen: interval,
  difference: interval.describe("error of the chosen subset over that of all modalities, less 1"),
  bound: z.number().describe("upper end of the difference at 95 %, one-sided"),
  targets: byName(z.object({ full: z.number(), chosen: z.number() })).describe("errors of each target"),
});

/** What the trainings on all modalities would have said, against what the subsets say. */
const weightsAdviceSchema = z.object({
  order: z
    .array(z.object({ modality: z.string(), weight: z.number() }))
    .describe("fusion weights, mean over the trainings, a product's weight shared by its two; largest first"),
  /** Per number of modalities: those of largest weight, and the subset of least error; errors on the rows that decide. */
  bySize: z.array(
    z.object({
      size: count,
      byWeight: z.array(z.string()),
      byWeightError: z.number().nullable().describe("null when a greedy search did not come across it"),
      best: z.array(z.string()),
      bestError: z.number(),
    }),
  ),
});

/** results.json of a selection. */
export const selectDocument = checkedParts.extend({
  kind: z.literal("select"),
  ...learned.shape,
  repeats: count.describe("splits of the rows; with one, all of this is for that split"),
  seeds: count.describe("trainings of each subset on every split"),
  margin: z.number(),
  decideOn: z.enum(["validation", "test"]),
  greedy: z.boolean().describe("whether subsets were searched by backward elimination"),
  rows: z.object({
    decision: count.describe("of the first split"),
    test: count,
    setAside: count.describe("rows that `data.split` names for the test alone, where several splits are drawn"),
    resampled: z
      .object({ decision: z.string(), test: z.string() })
      .describe('what intervals were made by: "bootstrap over rows", "jackknife over 40 whole groups"'),
    lacking: count.describe("rows of the table that lack a modality: subsets are compared on the others"),
  }),
  heldToTrain,
  splits: splitParts,
  cautions: z.array(z.string()).describe("what intervals do not hold, as sentences"),
  subsets: z.array(subsetResult).describe("large subsets first; the first is all modalities, the last none"),
  comparisons: z.object({
    subsets: count.describe("that were compared with all modalities"),
    near: count.describe(
      "of these, whose error may be within the margin: bounds allow for the largest of so many deviations",
    ),
    critical: z.number().describe("standard errors from a difference to its bound"),
  }),
  chosen: z.array(z.string()).describe("the cheapest (smallest, without costs) acceptable subset"),
  final: finalFigures.nullable().describe("null where all modalities are kept"),
  ownRows: ownRowsSchema.nullable().describe("null where subsets were trained on complete rows alone"),
  fusion: z.string().describe("`model.fusion.method` of the trainings on all modalities"),
  atomsFrom: z.string().describe("`model.fusion.atoms`: the rows behind `information`"),
  weights: weightsAdviceSchema,
});

/** results.json of a selection. */
export type SelectResults = Stored<typeof selectDocument>;
export type SubsetResult = Stored<typeof subsetResult>;
export type FinalFigures = Stored<typeof finalFigures>;
export type SubsetError = Stored<typeof subsetError>;
export type WeightsAdvice = Stored<typeof weightsAdviceSchema>;

type Options = DecisionOptions &
  Pick<SelectResults, "repeats" | "seeds" | "greedy" | "ownRows"> & {
    readonly lacking: number;
    readonly setAside: number;
    readonly parts: readonly SplitParts[];
  };

/**
 * Compares trained subsets.
 * @param trained all modalities first
 * @param final   trained anew: all modalities, then the chosen subset unless that is empty; none where all are kept
 */
export function selectResults(
  trained: readonly TrainedSubset[],
  final: readonly TrainedSubset[],
  options: Options,
): Omit<SelectResults, keyof CheckedParts> {
  const { config, splits, lacking, setAside, parts, ...asked } = options;
  const { decideOn, repeats, seeds } = asked;
  const words = (part: "validation" | "test") => comparisonWords(evaluatedOn(trained.slice(0, 1), part, splits));
  const [{ files }] = trained[0].runs;
  const decision = compareSubsets(trained, decideOn, options);
  const other = compareSubsets(trained, decideOn === "test" ? "validation" : "test", options);
  const [validation, test] = decideOn === "test" ? [other, decision] : [decision, other];
  const candidates = candidatesOf(trained);
  const chosen = chosenOf(candidates, decision, options);
  const { compared: near, critical } = decision;
  return {
    kind: "select",
    ...storedTask(files.task),
    targets: files.metrics.targets,
    ...targetUnits(files.metrics),
    ...asked,
    rows: {
      decision: files.metrics[decideOn].n,
      test: files.metrics.test.n,
      setAside,
      resampled: { decision: words(decideOn), test: words("test") },
      lacking,
    },
    heldToTrain: mean(splits.map((split) => split.heldToTrain)),
    splits: [...parts],
    cautions: said(cautionSentences, { repeats, seeds, compared: trained.length, together: true }),
    subsets: subsetResults(trained, { decision, validation, test }, options),
    comparisons: { subsets: trained.length, near, critical },
    chosen,
    final: final.length === 0 ? null : finalOf(final, chosen, options),
    fusion: config.model.fusion.method,
    atomsFrom: config.model.fusion.atoms,
    weights: weightsAdvice(trained[0], candidates, decision.errors),
  };
}

type Compared = Readonly<Record<"decision" | "validation" | "test", ComparedSubsets>>;

function subsetResults(
  trained: readonly TrainedSubset[],
  { decision, validation, test }: Compared,
  { config, margin }: Options,
): SubsetResult[] {
  const candidates = candidatesOf(trained);
  const costs = candidates.map((modalities) => costOf(config, modalities));
  const sizes = candidates.map((modalities, i) => costs[i] ?? modalities.length);
  return candidates.map((modalities, i) => ({
    modalities,
    cost: costs[i],
    decision: against(decision, i),
    test: against(test, i),
    validation: validation.errors[i].value,
    targets: Object.fromEntries(
      Object.entries(test.targets[i]).map(([target, value]) => [
        target,
        { validation: validation.targets[i][target], test: value },
      ]),
    ),
    bySplit: test.bySplit[i].map((error, r) => ({ validation: validation.bySplit[i][r], test: error })),
    information: i < trained.length ? informationOf(trained[i].runs.map((run) => run.files)) : noInformation,
    acceptable: decision.bounds[i] <= margin,
    onFront: !sizes.some((size, k) =>
      dominates([size, decision.errors[k].value], [sizes[i], decision.errors[i].value]),
    ),
  }));
}

const noInformation = { value: 0, standardError: null };

function against({ errors, changes, bounds }: ComparedSubsets, i: number): SubsetError {
  return { error: errors[i], difference: changes[i], bound: bounds[i] };
}

/** Errors of trainings that decided nothing, on the test rows. */
function finalOf(final: readonly TrainedSubset[], chosen: readonly string[], options: Options): FinalFigures {
  const compared = compareSubsets(final, "test", options);
  const at = chosen.length === 0 ? final.length : 1;
  return {
    trainings: options.seeds,
    full: compared.errors[0],
    chosen: compared.errors[at],
    difference: compared.changes[at],
    // By itself: this one comparison was chosen by other trainings.
    bound: compared.upper[at],
    targets: Object.fromEntries(
      Object.keys(compared.targets[0]).map((target) => [
        target,
        { full: compared.targets[0][target], chosen: compared.targets[at][target] },
      ]),
    ),
  };
}

function dominates(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] <= b[0] && a[1] <= b[1] && (a[0] < b[0] || a[1] < b[1]);
}

/** Whether both are the same modalities; their order is that of the config. */
export function isSubset(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, i) => name === other[i]);
}

/** Mean over the trainings; its error holds that of the rows, which they share, and their own spread. */
function informationOf(runs: readonly RunFiles[]): SubsetResult["information"] {
  const values = runs.flatMap(({ pid }) => pid.information.total ?? []);
  if (values.length < runs.length) return null;
  const errors = runs.flatMap(({ pid }) => pid.standardErrors?.information.total ?? []);
  const value = mean(values);
  if (errors.length < runs.length) return { value, standardError: null };
  const between = values.length > 1 ? variance(values) / values.length : 0;
  return { value, standardError: Math.sqrt(mean(errors.map((error) => error ** 2)) + between) };
}

function weightsAdvice(
  { modalities, runs }: TrainedSubset,
  candidates: readonly (readonly string[])[],
  errors: readonly Interval[],
): WeightsAdvice {
  const weightOf = (name: string) => mean(runs.map(({ files }) => weightIn(files, name)));
  const order = modalities.map((modality) => ({ modality, weight: weightOf(modality) }));
  order.sort((a, b) => b.weight - a.weight);
  const bySize = modalities.map((_, i) => {
    const byWeight = modalities.filter((name) => order.slice(0, i + 1).some(({ modality }) => modality === name));
    const same = candidates
      .map((subset, k) => ({ subset, error: errors[k].value }))
      .filter(({ subset }) => subset.length === i + 1);
    const best = same.reduce((a, b) => (b.error < a.error ? b : a));
    const found = same.find(({ subset }) => subset.every((name) => byWeight.includes(name)));
    return {
      size: i + 1,
      byWeight,
      byWeightError: found?.error ?? null,
      best: best.subset,
      bestError: best.error,
    };
  });
  return { order, bySize };
}

/** A modality's fusion weight with half of each product's that it takes part in. */
function weightIn({ pid }: RunFiles, name: string): number {
  const { weights } = pid;
  const own = weights?.byModality[name];
  if (weights === undefined || own === undefined) {
    throw new RangeError(`the run of all modalities has no fusion weight of "${name}"`);
  }
  const products = Object.entries(weights.interaction);
  const shared = products
    .filter(([term]) => term.split("*").includes(name))
    .reduce((sum, [, weight]) => sum + weight / 2, 0);
  return own + shared;
}
