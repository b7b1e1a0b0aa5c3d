import { InputError } from "../../errors.js";
import { correctedResampledInterval } from "../../evaluation/paired.js";
import { errorDifference, type RowCosts, resampleErrors } from "../../evaluation/paired-errors.js";
import { type RowGroupNames, resamplingOf, resamplingWords } from "../../evaluation/resampling.js";
import { pickRows } from "../../evaluation/row-values.js";
import { mean } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import type { RunFiles } from "../../record/read-run.js";
import type { PairedDifference } from "../../report/compare/comparison.js";

/** A run of the group, and one of the reference that is compared with it on the rows that both tested. */
interface Pair {
  readonly own: RunFiles;
  readonly reference: RunFiles;
  /** Ids of the rows in both test parts, sorted. */
  readonly ids: readonly string[];
}

type Found = Pick<PairedDifference, "interval" | "pairs" | "rows" | "note">;

/**
 * Test error of some runs minus that of others, on the rows that both tested, matched by id. Runs are paired by seed; two
 * single runs are a pair in any case.
 * - one pair, or pairs that all tested the same rows: the chance of the rows (of whole groups of them where the runs
 *   have groups), and with several pairs of the trainings;
 * - pairs of different splits: t interval corrected for their overlap (Nadeau & Bengio 2003).
 * Runs of different tables, where rows of one id have different true values, get no interval, and a note.
 */
export function groupDifference(own: readonly RunFiles[], reference: readonly RunFiles[], target: string): Found {
  const pairs = pairRuns(own, reference).map(([a, b]) => ({ own: a, reference: b, ids: commonIds(a, b) }));
  const usable = pairs.filter(({ ids }) => ids.length >= fewestRows);
  const rows = new Set(usable.flatMap(({ ids }) => ids)).size;
  const found = { pairs: usable.length, rows };
  if (pairs.length === 0) return { ...found, interval: null, note: "no run of one has the seed of a run of the other" };
  if (usable.length === 0) return { ...found, interval: null, note: `fewer than ${fewestRows} test rows in common` };
  const stranger = usable.map((pair) => differentTruth(pair, target)).find((note) => note !== null);
  if (stranger !== undefined) return { ...found, interval: null, note: stranger };
  const sameRows = usable.every(({ ids }) => ids.join("\n") === usable[0].ids.join("\n"));
  if (sameRows) {
    const groups = groupsOf(usable[0]);
    const words = resamplingWords(resamplingOf(usable[0].ids.length, groups));
    const note = usable.length === 1 ? words : `${words}, and ${usable.length} trainings each`;
    return { ...found, interval: overRows(usable, target, groups), note };
  }
  return { ...found, interval: overSplits(usable, target), note: "over splits, corrected for their overlap" };
}

/** Fewer rows in common make no interval. */
const fewestRows = 10;

function pairRuns(own: readonly RunFiles[], reference: readonly RunFiles[]): [RunFiles, RunFiles][] {
  if (own.length === 1 && reference.length === 1) return [[own[0], reference[0]]];
  const free = [...reference];
  return own.flatMap((run): [RunFiles, RunFiles][] => {
    const at = free.findIndex(({ environment }) => environment.seed === run.environment.seed);
    return at === -1 ? [] : [[run, ...free.splice(at, 1)] as [RunFiles, RunFiles]];
  });
}

function commonIds(a: RunFiles, b: RunFiles): string[] {
  const known = rowsById(b);
  return [...rowsById(a).keys()].filter((id) => known.has(id)).sort();
}

/** Index of each test row; an id that comes again is numbered. */
function rowsById({ test: { ids } }: RunFiles): Map<string, number> {
  const times = new Map<string, number>();
  return new Map(
    ids.map((id, i) => {
      const before = times.get(id) ?? 0;
      times.set(id, before + 1);
      return [before === 0 ? id : `${id}\u0000${before}`, i];
    }),
  );
}

interface Chosen {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
}

function chosenRows(run: RunFiles, target: string, ids: readonly string[]): Chosen {
  const rows = run.test.targets.get(target);
  if (rows === undefined) throw new Error(`no predictions of "${target}"`); // readRun reads every target
  const at = rowsById(run);
  const index = ids.map((id) => at.get(id) as number);
  const pick = (values: Float64Array) => pickRows(values, run.test.ids.length, index);
  return { truth: pick(rows.truth), prediction: pick(rows.prediction) };
}

/** Why the rows of a pair cannot be matched by id: the runs are of different tables; null when they can. */
function differentTruth({ own, reference, ids }: Pair, target: string): string | null {
  const a = chosenRows(own, target, ids).truth;
  const b = chosenRows(reference, target, ids).truth;
  const differs = a.findIndex((value, i) => Math.abs(value - b[i]) > 1e-6 * Math.max(1, Math.abs(value)));
  if (differs === -1) return null;
  const id = ids[differs].split("\u0000")[0];
  return `different tables, row "${id}" has ${target} ${a[differs]} in one run and ${b[differs]} in the other`;
}

/** Group of each row that both runs tested; null where neither run has groups. */
function groupsOf({ own, reference, ids }: Pair): RowGroupNames {
  const run = own.test.groups === null ? reference : own;
  const { groups } = run.test;
  if (groups === null) return null;
  const at = rowsById(run);
  return ids.map((id) => groups[at.get(id) as number]);
}

function overRows(pairs: readonly Pair[], target: string, groups: RowGroupNames) {
  const error = pairs[0].own.task.metrics.headline;
  const costs = (run: RunFiles, ids: readonly string[]): RowCosts => {
    const { truth, prediction } = chosenRows(run, target, ids);
    return [error.rowCosts(truth, prediction)];
  };
  const models = (["own", "reference"] as const).map((side) => pairs.map((pair) => costs(pair[side], pair.ids)));
  const [first, second] = resampleErrors(models, { rng: new Rng("compare").split(target), error, groups });
  const { value, low, high, level } = errorDifference(first, second);
  return { value, low, high, level };
}

function overSplits(pairs: readonly Pair[], target: string) {
  const differences = pairs.map(({ own, reference, ids }) => {
    const { rowCosts, ofMeanCost } = own.task.metrics.headline;
    const error = (run: RunFiles) => {
      const { truth, prediction } = chosenRows(run, target, ids);
      return ofMeanCost(mean(rowCosts(truth, prediction)));
    };
    return error(own) - error(reference);
  });
  const testToTrain = mean(pairs.map(({ own, ids }) => ids.length / trainRows(own)));
  const { value, low, high, level } = correctedResampledInterval(differences, testToTrain);
  return { value, low, high, level };
}

function trainRows({ folder, data }: RunFiles): number {
  const rows = data.splits?.train;
  if (rows === undefined || rows < 1) throw new InputError(`${folder}/data.json: "splits.train" is missing`);
  return rows;
}
