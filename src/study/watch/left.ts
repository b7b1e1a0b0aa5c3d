import { mean } from "../../math/descriptive.js";
import type { RunInProgress } from "../../record/run-in-progress.js";
import { RemainingTime } from "../../report/remaining-time.js";
import { expectedPhases } from "../../training/phases/expected-phases.js";
import type { Watched } from "./watched.js";

/** How far a training is: share of the epochs that it may take, and seconds that it likely still takes. */
export interface HowFar {
  readonly share: number;
  readonly secondsLeft: number | null;
}

/** The same estimate as `train` shows, made of the lines of its files; null before its inputs are written. */
export function howFar({ config, trainRows, columns, epochs, pidEpochs }: RunInProgress): HowFar | null {
  if (config === null || trainRows === null) return null;
  const remaining = new RemainingTime();
  remaining.plan(expectedPhases(config, trainRows, columns));
  const stable = new Map(pidEpochs.map(({ phase, epoch, stableEpochs }) => [`${phase}/${epoch}`, stableEpochs]));
  let now = "";
  for (const { phase, epoch, seconds = 0, best = false } of epochs) {
    if (phase !== now) remaining.phase(phase);
    now = phase;
    const stableEpochs = stable.get(`${phase}/${epoch}`);
    remaining.done(epoch, seconds, stableEpochs === undefined ? { best } : { best, stableEpochs });
  }
  return { share: remaining.share(), secondsLeft: remaining.secondsLeft()?.likely ?? null };
}

/**
 * Seconds that all of it likely still takes: of one training its own estimate; of several what the finished ones took on
 * average for each that is open, so many at a time as run now. Null before one has told.
 */
export function watchedSecondsLeft({ trainings }: Watched): number | null {
  const running = trainings.filter(({ state }) => state === "running");
  const open = trainings.filter(({ state }) => state === "running" || state === "planned");
  if (open.length === 0) return 0;
  const own = running.flatMap(({ run }) => (run === null ? [] : (howFar(run)?.secondsLeft ?? [])));
  const longest = own.length === 0 ? null : Math.max(...own);
  const waiting = open.length - running.length;
  if (waiting === 0) return own.length < running.length ? null : longest;
  const took = trainings.flatMap(({ run }) => run?.seconds ?? []);
  if (took.length === 0) return null;
  return (longest ?? 0) + (mean(took) * waiting) / Math.max(1, running.length);
}
