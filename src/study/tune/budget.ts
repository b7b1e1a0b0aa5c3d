import { mean } from "../../math/descriptive.js";
import type { FinishedRun } from "../study.js";
import { rungs } from "./rungs.js";

/** A budget of time, and how it is spent. */
export interface Spending {
  /** Seconds that the trainings of the search may take by the clock. */
  readonly seconds: number;
  /** Trainings at a time. */
  readonly atOnce: number;
  /** Trainings with the config's own epochs that follow the search, at most. */
  readonly final: number;
}

/** Trials that are begun together where a budget of time decides how many there are. */
export const bracketSize = 9;

interface Begun {
  /** Trials that may still be begun. */
  readonly left: number;
  /** Brackets that are done. */
  readonly brackets: number;
}

/** A portion of trainings that waits, all of one rung. */
interface Waiting {
  /** Index of the rung. */
  readonly rung: number;
  readonly trainings: number;
}

/**
 * The time of a search by the clock. What trainings took stands in their run folders, so that a search that was stopped ends as it would
 * have, and time between sittings does not count.
 */
export class SearchClock {
  /** Seconds that the search has taken. */
  spent = 0;
  private readonly finished: FinishedRun[] = [];

  /** @param spending null where the number of trials is given: everything is begun at once then */
  constructor(private readonly spending: Spending | null) {}

  /**
   * Trials of the next bracket; 0 where the search ends. Another one is begun when, at the pace so far, it and the trainings after
   * the search fit into the budget.
   */
  nextBracket({ left, brackets }: Begun): number {
    const { spending, spent } = this;
    if (spending === null) return brackets === 0 ? left : 0;
    if (brackets === 0) return Math.min(left, bracketSize);
    const ahead = spent / brackets + this.secondsOfFinal(spending.final);
    return spent + ahead <= spending.seconds ? Math.min(left, bracketSize) : 0;
  }

  /**
   * How many of the trainings that wait may be begun now: those that are expected to end within the budget. On the first rung that is
   * as many as go at a time, or so many that they take half of what is left; trials of a later rung are only of use together.
   */
  begins({ rung, trainings }: Waiting): number {
    const { spending, spent } = this;
    if (spending === null) return trainings;
    const { seconds, atOnce } = spending;
    const pace = this.paceOf(rungs[rung].epochs);
    if (pace === undefined) return Math.min(trainings, atOnce);
    const left = seconds - spent;
    if (rung > 0) return Math.ceil(trainings / atOnce) * pace <= left ? trainings : 0;
    if (pace > left) return 0;
    return Math.min(trainings, atOnce * Math.max(1, Math.floor(left / 2 / pace)));
  }

  /** Trainings that were begun together have ended. */
  take(portion: readonly FinishedRun[]): void {
    this.finished.push(...portion);
    this.spent += clockSeconds(portion.map(secondsOf), this.spending?.atOnce ?? portion.length);
  }

  /** Seconds that a training with such a share of the epochs is expected to take; undefined before any has ended. */
  paceOf(epochs: number): number | undefined {
    const nearest = this.finished.reduce<number | undefined>((best, run) => {
      const own = epochsOf(run);
      return best === epochs || (best !== undefined && own !== epochs && own <= best) ? best : own;
    }, undefined);
    if (nearest === undefined) return undefined;
    return mean(
      this.finished.filter((run) => epochsOf(run) === nearest).map((run) => stretched(run, epochs / nearest)),
    );
  }

  /** Seconds by the clock that so many trainings after the search are expected to take; 0 before any has ended. */
  secondsOfFinal(trainings: number): number {
    const atOnce = this.spending?.atOnce ?? 1;
    return Math.ceil(trainings / atOnce) * (this.paceOf(1) ?? 0);
  }
}

/** Seconds by the clock of trainings that are begun in their order, so many at a time. */
export function clockSeconds(seconds: readonly number[], atOnce: number): number {
  const lanes = new Array<number>(Math.max(1, Math.min(atOnce, seconds.length))).fill(0);
  for (const each of seconds) lanes[lanes.indexOf(Math.min(...lanes))] += each;
  return Math.max(...lanes);
}

/** Share of the config's epochs that a training of the search may take. */
function epochsOf({ name }: Pick<FinishedRun, "name">): number {
  return rungs.find((_, r) => name.includes(`rung-${r + 1}-`))?.epochs ?? 1;
}

/** Seconds of a training with so many times the epochs: what else it does takes as long. */
function stretched(run: FinishedRun, times: number): number {
  const inEpochs = epochSeconds(run);
  return secondsOf(run) - inEpochs + times * inEpochs;
}

function epochSeconds({ files: { epochs } }: FinishedRun): number {
  return epochs.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
}

/** Seconds that a run took: the sitting that finished it, or its epochs where these took longer. */
export function secondsOf(run: FinishedRun): number {
  return Math.max(run.files.provenance?.seconds ?? 0, epochSeconds(run));
}
