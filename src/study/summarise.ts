import type { Metrics } from "../evaluation/metrics.js";
import type { RowCosts } from "../evaluation/paired-errors.js";
import { resamplingOf } from "../evaluation/resampling.js";
import { mean, standardDeviation } from "../math/descriptive.js";
import type { RunFiles } from "../record/read-run.js";
import { type Units, withUnit } from "../report/with-unit.js";

/** Mean and standard deviation over runs; null for a single run. */
export interface MeanSd {
  readonly mean: number;
  readonly sd: number | null;
}

/** Null where a value does not exist, or is infinite, in some run. */
export function meanSd(values: readonly (number | null)[]): MeanSd | null {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length || known.length === 0) return null;
  return { mean: mean(known), sd: known.length > 1 ? standardDeviation(known) : null };
}

/** Each metric over runs. */
export type MetricsOverRuns = Readonly<Record<keyof Metrics, MeanSd | null>>;

/** Mean and standard deviation of each metric. */
export function metricsOverRuns(metrics: readonly Metrics[]): MetricsOverRuns {
  return {
    mae: meanSd(metrics.map(({ mae }) => mae)),
    rmse: meanSd(metrics.map(({ rmse }) => rmse)),
    r2: meanSd(metrics.map(({ r2 }) => r2)),
    pearson: meanSd(metrics.map(({ pearson }) => pearson)),
  };
}

/** Fusion weights, modalities before products, by the names that the first run has. */
export function weightsOverRuns(runs: readonly RunFiles[]): Record<string, MeanSd | null> {
  const all = runs.map(({ pid }) => ({ ...pid.weights?.byModality, ...pid.weights?.interaction }));
  return Object.fromEntries(
    Object.keys(all[0]).map((name) => [name, meanSd(all.map((weights) => weights[name] ?? null))]),
  );
}

/** Information and atoms over runs, bits; the shape of pid.json. */
export interface AtomsOverRuns {
  readonly information: { readonly total: MeanSd | null; readonly byModality: Readonly<Record<string, MeanSd | null>> };
  readonly atoms: {
    readonly unique: Readonly<Record<string, MeanSd | null>>;
    readonly redundancy: MeanSd | null;
    readonly synergy: MeanSd | null;
    readonly partialRedundancy: MeanSd | null;
  };
}

/** Mean and standard deviation of the reported decompositions. @param runs of the same modalities */
export function atomsOverRuns(runs: readonly RunFiles[]): AtomsOverRuns {
  const over = (pick: (pid: RunFiles["pid"]) => number | null) => meanSd(runs.map(({ pid }) => pick(pid)));
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

/** Rows of a table of atoms: label, mean, standard deviation. */
export function atomRows({ information, atoms }: AtomsOverRuns): [string, MeanSd | null][] {
  const names = Object.keys(atoms.unique);
  return [
    ...names.map((name): [string, MeanSd | null] => [`unique to ${name}`, atoms.unique[name]]),
    ...(names.length > 1 ? [["redundant", atoms.redundancy] as [string, MeanSd | null]] : []),
    ...(names.length > 2 ? [["shared by some", atoms.partialRedundancy] as [string, MeanSd | null]] : []),
    ...(names.length > 1 ? [["synergistic", atoms.synergy] as [string, MeanSd | null]] : []),
    ["all together", information.total],
    ...names.map((name): [string, MeanSd | null] => [`${name} alone`, information.byModality[name]]),
  ];
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

/** What errors are divided by: 1 for one target, for several their standard deviations on the part. */
export function errorScales(run: RunFiles, part: "validation" | "test"): number[] {
  if (run.metrics.targets.length === 1) return [1];
  return run.metrics.targets.map((name) => standardDeviation(run[part].targets.get(name)?.truth ?? []));
}

/** What errors of a part over those scales are, as the head of a column: "test RMSE of age (years)". */
export function errorHeading(
  results: { readonly targets: readonly string[]; readonly units?: Units },
  part: "validation" | "test",
): string {
  const [target, ...others] = results.targets;
  return others.length === 0 ? `${part} RMSE of ${withUnit(results, target)}` : `${part} RMSE / sd`;
}

/** What the error of several targets is, said once; nothing for one. */
export function errorLegend({ targets }: { readonly targets: readonly string[] }): string {
  return targets.length === 1
    ? ""
    : "RMSE / sd: the mean over the targets of RMSE over standard deviation on that part.";
}

/** What intervals of errors on a part are made by, as the end of "bootstrap ..". */
export function resamplingText(files: RunFiles, part: "validation" | "test"): string {
  const { ids, groups } = files[part];
  const { text, caution } = resamplingOf(ids.length, groups);
  return text + caution;
}
