import type { FinishedRun } from "../study.js";
import { secondsOf } from "./budget.js";
import { type FinalTrainings, isFinal } from "./final.js";
import { keptOne, rungs } from "./rungs.js";
import { byName, type Search, searched } from "./search.js";

interface Ahead {
  readonly trials: number;
  readonly final: FinalTrainings;
  readonly finished: readonly FinishedRun[];
}

/**
 * Seconds that the trainings to come will take one after another, by the epochs of what is still to be trained, at the pace so far; of a
 * search with a budget what is left of that, and the trainings behind it.
 */
export function secondsLeft(search: Search, { trials, final, finished }: Ahead): number {
  const { spending, inner } = search;
  const finals = 2 * (final.splits.length * final.seeds + 1);
  if (spending !== null) {
    const state = searched(search, byName(finished));
    const asked = state.next === undefined && state.chosen.trial === 0 ? 1 : finals;
    const behind = state.clock.secondsOfFinal(asked - finished.filter(isFinal).length);
    const ahead = state.next === undefined ? 0 : Math.max(0, spending.seconds - state.clock.spent);
    return spending.atOnce * (ahead + behind);
  }
  const spent = finished.reduce((sum, run) => sum + secondsOf(run), 0);
  const planned = rungs.map(({ epochs, splits }, r) => {
    const trained = Math.ceil(trials / keptOne ** r) + 1;
    return { epochs, trainings: trained * Math.min(splits, inner.length) };
  });
  const all = planned.reduce((sum, { epochs, trainings }) => sum + epochs * trainings, finals);
  const done = finished.reduce((sum, run) => sum + epochsOf(run), 0);
  return Math.max(0, (spent / done) * (all - done));
}

/** Share of the config's epochs that a training may take. */
function epochsOf(run: FinishedRun): number {
  if (isFinal(run)) return 1;
  return rungs.find((_, r) => run.name.includes(`rung-${r + 1}-`))?.epochs ?? 1;
}
