import { mean } from "../../math/descriptive.js";
import type { FinishedRun } from "../study.js";
import { rungs } from "./rungs.js";

/** A budget of time, and how it is spent. */
export interface Spending {
  /** Seconds that trainings may take by the clock. */
  readonly seconds: number;
  /** Trainings at a time. */
  readonly atOnce: number;
  /** Trainings with the config's own epochs that follow the search. */
  readonly final: number;
}

/** Trials that are begun together where a budget of time decides how many there are. */
export const bracketSize = 9;

interface Begun {
  /** Trials that may still be begun. */
  readonly left: number;
  /** Brackets that are done. */
  readonly brackets: number;
  /** Their trainings. */
  readonly finished: readonly FinishedRun[];
}

/**
 * Trials of the next bracket; 0 where the search ends. Without a budget all are begun at once. With one another bracket is begun
 * when, at the pace so far, it and the trainings after the search fit. What trainings took stands in their run folders, so that a search
 * that was stopped ends as it would have, and time between sittings does not count.
 */
export function bracketsFor(spending: Spending | null, { left, brackets, finished }: Begun): number {
  if (spending === null) return brackets === 0 ? left : 0;
  if (brackets === 0) return Math.min(left, bracketSize);
  const spent = spentSeconds(finished, spending);
  const ahead = spent / brackets + finalSeconds(finished, spending);
  return spent + ahead <= spending.seconds ? Math.min(left, bracketSize) : 0;
}

/** Seconds by the clock that finished trainings took, so many at a time. */
export function spentSeconds(finished: readonly FinishedRun[], { atOnce }: Pick<Spending, "atOnce">): number {
  return finished.reduce((sum, run) => sum + secondsOf(run), 0) / atOnce;
}

/** In the names of trainings with the config's own epochs. */
const lastRung = `rung-${rungs.length}-`;

/** What the trainings after the search will take. */
function finalSeconds(finished: readonly FinishedRun[], { atOnce, final }: Spending): number {
  const whole = finished.filter(({ name }) => name.includes(lastRung)).map(secondsOf);
  return whole.length === 0 ? 0 : (mean(whole) * final) / atOnce;
}

/** Seconds that a run took: the sitting that finished it, or its epochs where these took longer. */
export function secondsOf({ files: { provenance, epochs } }: FinishedRun): number {
  const inEpochs = epochs.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
  return Math.max(provenance?.seconds ?? 0, inEpochs);
}
