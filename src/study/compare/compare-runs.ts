import { InputError } from "../../errors.js";
import type { AnyMetrics } from "../../evaluation/metrics.js";
import { repeatedFolder } from "../../files/make-folder.js";
import { undigestedMessages } from "../../record/digests.js";
import { type RunFiles, readRun } from "../../record/read-run.js";
import type { ComparedGroup, Comparison, RepeatedRuns, SideBySide } from "../../report/compare/comparison.js";
import type { Units } from "../../report/with-unit.js";
import { storedTask } from "../../tasks/tasks.js";
import type { MeanSd } from "../results-schemas.js";
import { atomRows, atomsOverRuns, metricsOverRuns, weightsOverRuns } from "../summarise.js";
import { trainingWarnings } from "../training-warnings.js";
import { type ConfigGroup, groupByConfig } from "./compare-groups.js";
import { groupDifference } from "./compare-pairs.js";
import { groupLetters, namesOfRuns } from "./letters.js";

/**
 * Puts finished runs side by side: runs of equal config form a group with mean and spread, and every group is compared
 * with the first on the test rows that both have.
 * @param folders at least two different run folders
 * @throws InputError when a folder is no finished run, given twice, or is of another task or other targets than the first
 */
export async function compareRuns(folders: readonly string[]): Promise<Comparison> {
  if (folders.length < 2) throw new InputError(`compare needs at least two run folders, got ${folders.length}`);
  const runs: RunFiles[] = [];
  for (const folder of folders) runs.push(await readRun(folder));
  await checkDifferent(folders);
  checkTasks(runs);
  checkTargets(runs);
  checkClasses(runs);
  const groups = groupByConfig(runs);
  const letters = groupLetters(groups.length, namesOfRuns(runs));
  const { targets } = runs[0].metrics;
  const [reference, ...others] = groups;
  return {
    ...storedTask(runs[0].task),
    targets,
    units: unitsOf(runs),
    groups: groups.map((group, i) => comparedGroup(group, letters[i])),
    repeated: groups.flatMap((group, i) => repeatedRuns(group, letters[i])),
    differences: targets.flatMap((target) =>
      others.map((group, i) => ({
        target,
        group: letters[i + 1],
        reference: letters[0],
        ...groupDifference(group.runs, reference.runs, target),
      })),
    ),
    atoms: sideBySide(groups, (group) => atomRows(atomsOverRuns(group.runs))),
    messages: [
      ...undigestedMessages(runs.flatMap(({ folder, digested }) => (digested ? [] : [folder]))),
      ...trainingWarnings(
        runs.map((files) => ({ files })),
        ["non-gaussian"],
      ),
    ],
    weights: sideBySide(groups, (group) => Object.entries(weightsOverRuns(group.runs))),
  };
}

async function checkDifferent(folders: readonly string[]): Promise<void> {
  const again = await repeatedFolder(folders);
  if (again !== undefined) throw new InputError(`${again}: is given twice`);
}

function checkTasks([first, ...others]: readonly RunFiles[]): void {
  const odd = others.find(({ task }) => task.name !== first.task.name);
  if (odd === undefined) return;
  throw new InputError(
    `${odd.folder}: learned ${odd.task.name}, but ${first.folder} ${first.task.name}; ` +
      "runs can be compared when their errors are of one kind",
  );
}

function checkTargets(runs: readonly RunFiles[]): void {
  const [first, ...others] = runs;
  const wanted = first.metrics.targets.join(", ");
  const odd = others.find(({ metrics }) => metrics.targets.join(", ") !== wanted);
  if (odd === undefined) return;
  throw new InputError(
    `${odd.folder}: predicts ${odd.metrics.targets.join(", ")}, but ${first.folder} predicts ${wanted}; ` +
      "runs can be compared when they predict the same targets in the same order",
  );
}

/** Probabilities of other classes are no probabilities of these. */
function checkClasses([first, ...others]: readonly RunFiles[]): void {
  const named = ({ metrics }: RunFiles) => metrics.classes?.map((label) => JSON.stringify(label)).join(", ") ?? "";
  const odd = others.find((run) => named(run) !== named(first));
  if (odd === undefined) return;
  throw new InputError(
    `${odd.folder}: predicts the classes ${named(odd)}, but ${first.folder} predicts ${named(first)}; runs can be compared when ` +
      "they predict the same classes",
  );
}

/**
 * Units of all runs together; runs may have been written before units were named.
 * @throws InputError when runs give a target different units
 */
function unitsOf(runs: readonly RunFiles[]): Units {
  const units = new Map<string, string>();
  for (const { folder, metrics } of runs) {
    for (const [target, unit] of Object.entries(metrics.units ?? {})) {
      const before = units.get(target) ?? unit;
      units.set(target, before);
      if (before === unit) continue;
      throw new InputError(
        `${folder}: gives ${target} in ${unit}, another run in ${before}; errors in different units cannot be compared`,
      );
    }
  }
  return Object.fromEntries(units);
}

function comparedGroup({ label, runs }: ConfigGroup, letter: string): ComparedGroup {
  const { targets } = runs[0].metrics;
  const names = Object.keys(runs[0].metrics.baselines).filter((name) =>
    runs.every(({ metrics }) => Object.hasOwn(metrics.baselines, name)),
  );
  const perTarget = (pick: (run: RunFiles, target: string) => AnyMetrics) =>
    Object.fromEntries(targets.map((target) => [target, metricsOverRuns(runs.map((run) => pick(run, target)))]));
  return {
    letter,
    label,
    runs: runs.map(({ folder, name, environment, metrics }) => ({
      ...{ folder, name, seed: environment.seed },
      testRows: metrics.test.n,
      test: metrics.test.perTarget,
    })),
    test: perTarget(({ metrics }, target) => metrics.test.perTarget[target]),
    baselines: Object.fromEntries(
      names.map((name) => [name, perTarget(({ metrics }, target) => metrics.baselines[name].test.perTarget[target])]),
    ),
  };
}

function repeatedRuns({ runs }: ConfigGroup, group: string): RepeatedRuns[] {
  const seeds = new Set(runs.map(({ environment }) => environment.seed));
  return [...seeds].flatMap((seed) => {
    const same = runs.filter(({ environment }) => environment.seed === seed);
    return same.length < 2 ? [] : [{ group, seed, runs: same.map(({ folder }) => folder) }];
  });
}

/** One line per label that some group has, in the order of first appearance. */
function sideBySide(
  groups: readonly ConfigGroup[],
  rowsOf: (group: ConfigGroup) => [string, MeanSd | null][],
): SideBySide[] {
  const columns = groups.map(
    (group) => new Map(rowsOf(group).map(([label, value]) => [termOf(label), { label, value }])),
  );
  const labels = new Map<string, string>();
  for (const [term, { label }] of columns.flatMap((column) => [...column])) {
    if (!labels.has(term)) labels.set(term, label);
  }
  return [...labels].map(([term, label]) => ({
    label,
    values: columns.map((column) => column.get(term)?.value ?? null),
  }));
}

/** The product of two modalities is the same whichever is named first; no name holds the sign. */
function termOf(label: string): string {
  return label.split("*").sort().join("*");
}
