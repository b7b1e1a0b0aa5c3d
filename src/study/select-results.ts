import { z } from "zod";
import { targetUnits } from "../config/data.js";
import type { Config } from "../config/schema.js";
import { errorInterval, type ResampledError, relativeDifference, resampleErrors } from "../evaluation/paired-errors.js";
import { count, type Stored } from "../files/document.js";
import { mean, variance } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import type { RunFiles } from "../record/read-run.js";
import { said } from "../report/sentence.js";
import type { CheckedParts } from "../run/checked-parts.js";
import { storedTask } from "../tasks/tasks.js";
import { cautionSentences } from "./caution-sentences.js";
import { checkedParts, information, interval, learned } from "./results-schemas.js";
import type { FinishedRun } from "./study.js";
import { errorScales, resamplingText, rowCosts } from "./summarise.js";

/** A subset of the modalities with its trainings. */
export interface TrainedSubset {
  readonly modalities: readonly string[];
  readonly runs: readonly FinishedRun[];
}

/** Error of a subset on one part of the rows. */
const subsetError = z.object({
  error: interval.describe("in the unit of the target; for several targets the mean of error over scale"),
  difference: interval.describe("error over that of all modalities, less 1"),
  bound: z.number().describe("upper end of the difference at 95 %, one-sided"),
});

/** One subset of the modalities. */
const subsetResult = z.object({
  modalities: z.array(z.string()),
  cost: z.number().nullable().describe("sum of the costs; null when the config gives none"),
  decision: subsetError.describe("on the rows that decide"),
  test: subsetError,
  information: information.nullable().describe("about the target, bits; null where it is infinite"),
  acceptable: z.boolean().describe("the bound of the deciding rows is within the margin"),
  onFront: z.boolean().describe("no other subset costs as little (has as few modalities, without costs) and errs less"),
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
  seeds: count,
  margin: z.number(),
  decideOn: z.enum(["validation", "test"]),
  greedy: z.boolean().describe("whether subsets were searched by backward elimination"),
  rows: z.object({
    decision: count,
    test: count,
    resampled: z
      .object({ decision: z.string(), test: z.string() })
      .describe('what intervals were made by: "bootstrap over rows", "jackknife over 40 whole groups"'),
    lacking: count.describe("rows of the table that lack a modality: subsets are compared on the others"),
  }),
  cautions: z.array(z.string()).describe("what intervals do not hold, as sentences"),
  subsets: z.array(subsetResult).describe("large subsets first; the first is all modalities"),
  chosen: z.array(z.string()).describe("the cheapest (smallest, without costs) acceptable subset"),
  fusion: z.string().describe("`model.fusion.method` of the trainings on all modalities"),
  atomsFrom: z.string().describe("`model.fusion.atoms`: the rows behind `information`"),
  weights: weightsAdviceSchema,
});

/** results.json of a selection. */
export type SelectResults = Stored<typeof selectDocument>;
export type SubsetResult = Stored<typeof subsetResult>;
export type SubsetError = Stored<typeof subsetError>;
export type WeightsAdvice = Stored<typeof weightsAdviceSchema>;

type Options = Pick<SelectResults, "seeds" | "margin" | "decideOn" | "greedy"> & {
  readonly config: Config;
  readonly lacking: number;
};

/** Compares trained subsets. @param trained all modalities first */
export function selectResults(
  trained: readonly TrainedSubset[],
  { config, lacking, ...options }: Options,
): Omit<SelectResults, keyof CheckedParts> {
  const { margin, decideOn } = options;
  const [{ files }] = trained[0].runs;
  const decision = errorsOn(trained, decideOn, config.seed);
  const test = errorsOn(trained, "test", config.seed);
  const costs = trained.map(({ modalities }) => costOf(config, modalities));
  const sizes = trained.map(({ modalities }, i) => costs[i] ?? modalities.length);
  const subsets = trained.map(
    ({ modalities, runs }, i): SubsetResult => ({
      modalities,
      cost: costs[i],
      decision: against(decision[i], decision[0]),
      test: against(test[i], test[0]),
      information: informationOf(runs.map((run) => run.files)),
      acceptable: upperBound(decision[i], decision[0]) <= margin,
      onFront: !sizes.some((size, k) => dominates([size, decision[k].value], [sizes[i], decision[i].value])),
    }),
  );
  return {
    kind: "select",
    ...storedTask(files.task),
    targets: files.metrics.targets,
    ...targetUnits(files.metrics),
    ...options,
    rows: {
      decision: files.metrics[decideOn].n,
      test: files.metrics.test.n,
      resampled: { decision: resamplingText(files, decideOn), test: resamplingText(files, "test") },
      lacking,
    },
    cautions: said(cautionSentences, { seeds: options.seeds, compared: subsets.length - 1 }),
    subsets,
    chosen: chosenOf(subsets, sizes),
    fusion: config.model.fusion.method,
    atomsFrom: config.model.fusion.atoms,
    weights: weightsAdvice(trained[0], subsets),
  };
}

/** Errors of all subsets on a part, on the same resamples. */
function errorsOn(trained: readonly TrainedSubset[], part: "validation" | "test", seed: number): ResampledError[] {
  const [{ files }] = trained[0].runs;
  return resampleErrors(
    trained.map(({ runs }) => runs.map((run) => rowCosts(run.files, part))),
    {
      rng: new Rng(seed).split(`select/${part}`),
      error: files.task.metrics.headline,
      scales: errorScales(files, part),
      groups: files[part].groups,
    },
  );
}

function against(error: ResampledError, full: ResampledError): SubsetError {
  return {
    error: errorInterval(error),
    difference: relativeDifference(error, full),
    bound: upperBound(error, full),
  };
}

/** The upper end of a two-sided 90 % interval is a one-sided 95 % bound. */
function upperBound(error: ResampledError, full: ResampledError): number {
  return relativeDifference(error, full, 0.9).high;
}

function dominates(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] <= b[0] && a[1] <= b[1] && (a[0] < b[0] || a[1] < b[1]);
}

/** Whether both are the same modalities; their order is that of the config. */
export function isSubset(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, i) => name === other[i]);
}

function chosenOf(subsets: readonly SubsetResult[], sizes: readonly number[]): readonly string[] {
  const order = subsets.map((_, i) => i).filter((i) => subsets[i].acceptable);
  order.sort((a, b) => sizes[a] - sizes[b] || subsets[a].decision.error.value - subsets[b].decision.error.value);
  return subsets[order[0]].modalities;
}

function costOf({ data }: Config, modalities: readonly string[]): number | null {
  const costs = modalities.map((name) => data.modalities[name].cost);
  return costs.reduce<number | null>((sum, cost) => (sum === null || cost === undefined ? null : sum + cost), 0);
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

function weightsAdvice({ modalities, runs }: TrainedSubset, subsets: readonly SubsetResult[]): WeightsAdvice {
  const weightOf = (name: string) => mean(runs.map(({ files }) => weightIn(files, name)));
  const order = modalities.map((modality) => ({ modality, weight: weightOf(modality) }));
  order.sort((a, b) => b.weight - a.weight);
  const bySize = modalities.map((_, i) => {
    const byWeight = modalities.filter((name) => order.slice(0, i + 1).some(({ modality }) => modality === name));
    const same = subsets.filter((subset) => subset.modalities.length === i + 1);
    const best = same.reduce((a, b) => (b.decision.error.value < a.decision.error.value ? b : a));
    const found = same.find((subset) => subset.modalities.every((name) => byWeight.includes(name)));
    return {
      size: i + 1,
      byWeight,
      byWeightError: found?.decision.error.value ?? null,
      best: best.modalities,
      bestError: best.decision.error.value,
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
