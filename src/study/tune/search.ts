import type { Config } from "../../config/schema.js";
import { splitByFile } from "../../config/split.js";
import { meanErrors } from "../../evaluation/paired-errors.js";
import { mean } from "../../math/descriptive.js";
import { derivedSeed } from "../../math/rng.js";
import { type FinishedRun, type StudyRun, splitPath } from "../study.js";
import { errorScales, rowCosts } from "../summarise.js";
import { SearchClock, type Spending } from "./budget.js";
import { keptOne, onRung, type Rung, rungs } from "./rungs.js";
import type { DrawnTrials, Trial } from "./trials.js";

/** A random search with successive halving (Jamieson & Talwalkar 2016) on the inner splits of a table. */
export interface Search {
  readonly trials: DrawnTrials;
  /** Trials besides the config as it is, at most. */
  readonly most: number;
  /** Names of the inner splits, and rows of the training part of each. */
  readonly inner: readonly { readonly name: string; readonly rows: number }[];

  /** What a budget of time allows; null where the number of trials is given. */
  readonly spending: Spending | null;
}

/** What a trial came to on a rung. */
export interface RungError {
  readonly rung: number;
  /** Mean over the inner splits. */
  readonly error: number;
  readonly bySplit: readonly number[];
}

/** A trial with what is known of it. */
export interface TrialFound extends Trial {
  /** Trials that were begun together; the config as it is belongs to the first. */
  readonly bracket: number;
  readonly rungs: readonly RungError[];
}

/** Where a budget ended a search. */
export interface Cut {
  readonly bracket: number;
  /** The rung that not all trials of the bracket came to, counted from 1. */
  readonly rung: number;
  /** Trials of the bracket that were not begun. */
  readonly untried: number;
}

/** A search that is over. */
export interface EndedSearch {
  readonly found: readonly TrialFound[];
  readonly chosen: TrialFound;
  /** Errors on this rung decided, counted from 1: the highest that others than the config as it is came to. */
  readonly decided: number;
  /** Undefined where the last bracket was done. */
  readonly cut: Cut | undefined;
  readonly clock: SearchClock;
  readonly next?: undefined;
}

/** Where a search stands: its next trainings, or what it has chosen. */
export type Searched = EndedSearch | { readonly next: readonly StudyRun[]; readonly clock: SearchClock };

/**
 * Goes through the brackets and rungs of a search as far as finished trainings tell: on each rung the trials with the least error on the
 * rows that decide go on, one of `keptOne`; the config as it is always does. Chosen is the least error of the last rung, or of the
 * highest one that trials came to where a budget ended the search before.
 */
export function searched(search: Search, finished: ReadonlyMap<string, FinishedRun>): Searched {
  const found = new Map<number, TrialFound>();
  // What a later bracket takes says nothing of whether it was to be begun.
  const clock = new SearchClock(search.spending);
  for (let bracket = 1, begun = 0; ; bracket++) {
    const size = clock.nextBracket({ left: search.most - begun, brackets: bracket - 1 });
    const drawn = search.trials(1 + begun, size);
    if (bracket > 1 && drawn.length === 0) return conclusion(found, clock, undefined);
    const trials = [...(bracket === 1 ? search.trials(0, 1) : []), ...drawn];
    begun += drawn.length;
    let alive: readonly Trial[] = trials;
    for (const [r, rung] of rungs.entries()) {
      const climbed = climb(search, { alive, r: r + 1, rung, bracket, clock }, { found, finished });
      if (climbed.next !== undefined) return { next: climbed.next, clock };
      if (!climbed.whole) {
        const untried = trials.filter(({ trial }) => !found.has(trial)).length;
        return conclusion(found, clock, { bracket, rung: r + 1, untried });
      }
      alive = r + 1 < rungs.length ? best(alive, found) : alive;
    }
  }
}

interface Climb {
  readonly alive: readonly Trial[];
  readonly r: number;
  readonly rung: Rung;
  readonly bracket: number;
  readonly clock: SearchClock;
}

interface Known {
  readonly found: Map<number, TrialFound>;
  readonly finished: ReadonlyMap<string, FinishedRun>;
}

/** Takes the trials of a bracket through a rung, in portions where a budget asks for them. @returns what is to be trained, or whether all came through */
function climb(search: Search, { alive, r, rung, bracket, clock }: Climb, { found, finished }: Known) {
  const runs = rungRuns(search, alive, r, rung);
  for (let done = 0; done < runs.length; ) {
    const count = clock.begins({ rung: r - 1, trainings: runs.length - done });
    const portion = runs.slice(done, done + count);
    const ended = portion.flatMap(({ name }) => finished.get(name) ?? []);
    if (ended.length < portion.length) return { next: portion };
    if (count === 0) return { whole: false };
    clock.take(ended);
    done += count;
    for (const trial of alive) {
      const known = found.get(trial.trial) ?? { ...trial, bracket, rungs: [] };
      const error = known.rungs.length < r ? rungError(search, trial, r, rung, finished) : undefined;
      if (error !== undefined) found.set(trial.trial, { ...known, rungs: [...known.rungs, error] });
    }
  }
  return { whole: true };
}

function conclusion(found: ReadonlyMap<number, TrialFound>, clock: SearchClock, cut: Cut | undefined): EndedSearch {
  const all = [...found.values()];
  const on = (rung: number) => all.filter((trial) => trial.rungs.length >= rung);
  const decided = rungs.map((_, r) => r + 1).findLast((rung) => on(rung).length > 1) ?? all[0].rungs.length;
  const chosen = on(decided).reduce((least, trial) =>
    errorOn(trial, decided) < errorOn(least, decided) ? trial : least,
  );
  return { found: all, chosen, decided, cut, clock };
}

/** Error of a trial on a rung that it came to, counted from 1. */
export function errorOn({ rungs: own }: Pick<TrialFound, "rungs">, rung: number): number {
  return own[rung - 1].error;
}

/** Finished trainings by their names. */
export function byName(finished: readonly FinishedRun[]): ReadonlyMap<string, FinishedRun> {
  return new Map(finished.map((run) => [run.name, run]));
}

/** Error of a trial on the highest rung that it came to. */
export function lastError({ rungs: own }: Pick<TrialFound, "rungs">): number {
  return own[own.length - 1].error;
}

function best(alive: readonly Trial[], found: ReadonlyMap<number, TrialFound>): Trial[] {
  const error = ({ trial }: Trial) => lastError(found.get(trial) as TrialFound);
  const drawn = alive.filter(({ trial }) => trial > 0);
  const kept = new Set(drawn.toSorted((a, b) => error(a) - error(b)).slice(0, Math.ceil(drawn.length / keptOne)));
  return alive.filter((trial) => trial.trial === 0 || kept.has(trial));
}

function splitsOf({ inner }: Search, rung: Rung) {
  return inner.slice(0, rung.splits);
}

function runName({ trial }: Pick<Trial, "trial">, rung: number, split: string): string {
  return `rung-${rung}-trial-${trial}-${split}`;
}

/** Trials of one rung share the seeds of their splits, so that they differ in their settings alone. */
function rungRuns(search: Search, trials: readonly Trial[], r: number, rung: Rung): StudyRun[] {
  return trials.flatMap((trial) =>
    splitsOf(search, rung).map(({ name, rows }) => ({
      name: runName(trial, r, name),
      config: onSplit(onRung(trial.config, rung, rows), {
        ...{ split: name, seed: derivedSeed(trial.config.seed, `tune/rung/${r}/${name}`) },
        title: `trial ${trial.trial}`,
      }),
    })),
  );
}

/** A config on the rows of a split of the study. */
export function onSplit(
  config: Config,
  { split, seed, title }: { readonly split: string; readonly seed: number; readonly title: string },
): Config {
  const rows = splitByFile(config.data.split, splitPath(split));
  return { ...config, name: `${config.name.slice(0, 70)} ${title}`, seed, data: { ...config.data, split: rows } };
}

/** Undefined where it is not finished on all splits. */
function rungError(
  search: Search,
  trial: Trial,
  r: number,
  rung: Rung,
  finished: ReadonlyMap<string, FinishedRun>,
): RungError | undefined {
  const runs = splitsOf(search, rung).map(({ name }) => finished.get(runName(trial, r, name)));
  const bySplit = runs.flatMap((run) => (run === undefined ? [] : [decidingError(run)]));
  return bySplit.length < runs.length ? undefined : { rung: r, error: mean(bySplit), bySplit };
}

/** Error of a training on the rows that its split keeps to be tested: of an inner split those that decide. */
export function decidingError({ files }: FinishedRun): number {
  const { headline } = files.task.metrics;
  return meanErrors([[rowCosts(files, "test")]], { error: headline, scales: errorScales(files, "test") })[0];
}
