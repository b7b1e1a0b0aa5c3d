import type { EvaluatedSplit } from "../evaluation/compared-errors.js";
import type { AnyMetrics } from "../evaluation/metrics.js";
import type { RowCosts } from "../evaluation/paired-errors.js";
import { mean, standardDeviation } from "../math/descriptive.js";
import type { RunFiles } from "../record/read-run.js";
import { sharedIsSplit } from "../report/atom-rows.js";
import { type Units, withUnit } from "../report/with-unit.js";
import { taskNamed } from "../tasks/tasks.js";
import type { AtomsOverRuns, MeanSd } from "./results-schemas.js";

/** Null where a value does not exist, or is infinite, in some run. */
export function meanSd(values: readonly (number | null)[]): MeanSd | null {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length || known.length === 0) return null;
  return { mean: mean(known), sd: known.length > 1 ? standardDeviation(known) : null };
}

/** Each metric over runs. */
export type MetricsOverRuns = Readonly<Record<string, MeanSd | null>>;

/** Mean and standard deviation of each metric. */
export function metricsOverRuns(metrics: readonly AnyMetrics[]): MetricsOverRuns {
  return Object.fromEntries(
    Object.keys(metrics[0]).map((key) => [key, meanSd(metrics.map((values) => values[key] ?? null))]),
  );
}

/** Fusion weights, modalities before products, by the names that the first run has. */
export function weightsOverRuns(runs: readonly RunFiles[]): Record<string, MeanSd | null> {
  const all = runs.map(({ pid }) => ({ ...pid.weights?.byModality, ...pid.weights?.interaction }));
  return Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, meanSd(all.map((weights) => weights[name] ?? null))]),
  );
}

/** Mean and standard deviation of the reported decompositions. @param runs of the same modalities */
export function atomsOverRuns(runs: readonly RunFiles[]): AtomsOverRuns {
  return {
    ...eachAtom(runs, meanSd),
    ...(runs.every(({ pid }) => sharedIsSplit(pid)) ? {} : { sharedNotSplit: true as const }),
  };
}

/** The reported decompositions over runs of the same modalities. @param of what its values in the runs come to */
export function eachAtom<T>(runs: readonly RunFiles[], of: (values: readonly (number | null)[]) => T) {
  const over = (pick: (pid: RunFiles["pid"]) => number | null) => of(runs.map(({ pid }) => pick(pid)));
  const byName = (pick: (pid: RunFiles["pid"], name: string) => number | null) =>
    Object.fromEntries(runs[0].pid.modalities.map((name) => [name, over((pid) => pick(pid, name))]));
  return {
    information: {
      total: over(({ information }) => information.total),
      byModality: byName(({ information }, name) => information.byModality[name]),
    },
    atoms: {
      unique: byName(({ atoms }, name) => atoms.unique[name]),
      redundancy: over(({ atoms }) => atoms.redundancy),
      synergy: over(({ atoms }) => atoms.synergy),
      partialRedundancy: over(({ atoms }) => atoms.partialRedundancy),
    },
  };
}

/** What is known of every atom and information. */
interface OfAtoms<T> {
  readonly information: { readonly total: T; readonly byModality: Readonly<Record<string, T>> };
  readonly atoms: {
    readonly unique: Readonly<Record<string, T>>;
    readonly redundancy: T;
    readonly synergy: T;
    readonly partialRedundancy: T;
  };
  readonly sharedNotSplit?: true | undefined;
}

/** Rows of a table of atoms: label, and what is known of each. */
export function atomRows<T>({ information, atoms, sharedNotSplit }: OfAtoms<T>): [string, T][] {
  const names = Object.keys(atoms.unique);
  const shared = sharedNotSplit ? "in two or more" : "redundant";
  const rows: [string, T][] = [
    ...names.map((name): [string, T] => [`unique to ${name}`, atoms.unique[name]]),
    [shared, atoms.redundancy],
    ["shared by some", atoms.partialRedundancy],
    ["synergistic", atoms.synergy],
    ["all together", information.total],
    ...names.map((name): [string, T] => [`${name} alone`, information.byModality[name]]),
  ];
  const left = new Set([
    ...(names.length > 1 ? [] : [shared, "synergistic"]),
    ...(names.length > 2 && !sharedNotSplit ? [] : ["shared by some"]),
  ]);
  return rows.filter(([label]) => !left.has(label));
}

/** What "-" is in a table of atoms; nothing where every value is known. */
export function infiniteLegend(values: readonly (unknown | null)[]): string[] {
  return values.includes(null) ? ['"-": infinite in at least one training.'] : [];
}

/** What the rows of one part cost a run, per target. */
export function rowCosts(run: RunFiles, part: "validation" | "test"): RowCosts {
  const { headline } = run.task.metrics;
  return run.metrics.targets.map((name) => {
    const { truth, prediction } = run[part].targets.get(name) ?? { truth: [], prediction: [] };
    return headline.rowCosts(truth, prediction);
  });
}

/** What errors are divided by: 1 for one target, for several the scale of each on the part. */
export function errorScales(run: RunFiles, part: "validation" | "test"): number[] {
  const { scale } = run.task.metrics.headline;
  if (run.metrics.targets.length === 1 || scale === null) return run.metrics.targets.map(() => 1);
  return run.metrics.targets.map((name) => scale.of(run[part].targets.get(name)?.truth ?? []));
}

/** Results whose errors are those of a task; without its name, of regression. */
interface ErrorResults {
  readonly task?: string;
  readonly targets: readonly string[];
  readonly units?: Units;
}

/** What errors of a part over those scales are, as the head of a column: "test ERROR of age (years)". */
export function errorHeading(results: ErrorResults, part: "validation" | "test"): string {
  const { name, scale } = taskNamed(results.task).metrics.headline;
  const [target, ...others] = results.targets;
  if (others.length === 0) return `${part} ${name} of ${withUnit(results, target)}`;
  return scale === null ? `${part} ${name}` : `${part} ${name} / ${scale.name}`;
}

/**
 * Models on one part of every split.
 * @param models per model its runs, split by split
 */
export function evaluatedSplits(
  models: readonly (readonly RunFiles[])[],
  part: "validation" | "test",
  splits: readonly { readonly heldToTrain: number }[],
): EvaluatedSplit[] {
  const seeds = models[0].length / splits.length;
  return splits.map(({ heldToTrain }, r) => {
    const own = models.map((runs) => runs.slice(r * seeds, (r + 1) * seeds));
    const [[first]] = own;
    return {
      models: own.map((runs) => runs.map((run) => rowCosts(run, part))),
      ...{ groups: first[part].groups, scales: errorScales(first, part), heldToTrain },
    };
  });
}

/** What the error of several targets is, said once; nothing for one. */
export function errorLegend({ task, targets }: ErrorResults): string {
  if (targets.length === 1) return "";
  const { name, scale } = taskNamed(task).metrics.headline;
  if (scale === null) return `${name}: the mean over the targets.`;
  return `${name} / ${scale.name}: the mean over the targets of ${name} over ${scale.called} on that part.`;
}
