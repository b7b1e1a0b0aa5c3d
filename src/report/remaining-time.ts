import type { PlannedPhase } from "../training/observer.js";
import { duration } from "./duration.js";

/** Epochs that an estimate is averaged over: enough to be calm, few enough to notice a busy machine. */
const window = 5;

/** What an epoch says about how soon its phase may end. */
export interface SeenProgress {
  /** Whether it is the best of its phase so far. */
  readonly best: boolean;
  /** Consecutive epochs that did not move what the phase waits for; left out where it waits for a better loss. */
  readonly stableEpochs?: number;
}

/**
 * How far a run is and how long its training may still take, at the mean time of the last epochs: at most all epochs that
 * are left, and likely
 *   of a phase to come that may end early: half of its epochs;
 *   of the phase in progress: the epochs that its patience still has, and of the patience once more the share of
 *   the last epochs that brought something better; where it waits for something to be stable, at least half of its epochs.
 */
export class RemainingTime {
  private phases: readonly PlannedPhase[] = [];
  private index = 0;
  private epoch = 0;
  private recent: number[] = [];
  /** Epochs of the phase that were the best so far. */
  private bests: number[] = [];
  private stable: number | undefined;

  plan(phases: readonly PlannedPhase[]): void {
    this.phases = phases;
  }

  /** The phase that begins, or goes on after an interruption. Epochs of another phase may take another time. */
  phase(name: string): void {
    const index = this.phases.findIndex((phase) => phase.name === name);
    this.index = Math.max(0, index);
    this.epoch = 0;
    this.bests = [];
    this.stable = undefined;
    this.recent = this.recent.slice(-1);
  }

  /** @param epoch 1, 2, .. within the phase, now done */
  done(epoch: number, seconds: number, { best, stableEpochs }: SeenProgress): void {
    if (this.epoch === 0 && this.recent.length > 0) this.recent = [];
    this.epoch = epoch;
    if (best) this.bests.push(epoch);
    this.stable = stableEpochs;
    this.recent = [...this.recent, seconds].slice(-window);
  }

  /** Share of all planned epochs that are behind, in [0, 1]. */
  share(): number {
    const count = (phases: readonly PlannedPhase[]) => phases.reduce((sum, { maxEpochs }) => sum + maxEpochs, 0);
    const all = count(this.phases);
    return all === 0 ? 0 : (count(this.phases.slice(0, this.index)) + this.epoch) / all;
  }

  /** How long training likely takes, and at most, as words; null before the first epoch. */
  left(): { readonly likely: string; readonly most: string } | null {
    const seconds = this.secondsLeft();
    return seconds === null ? null : { likely: duration(seconds.likely), most: duration(seconds.most) };
  }

  /** The same in seconds. */
  secondsLeft(): { readonly likely: number; readonly most: number } | null {
    const [now, ...ahead] = this.phases.slice(this.index);
    if (this.recent.length === 0 || now === undefined) return null;
    const mean = this.recent.reduce((sum, seconds) => sum + seconds, 0) / this.recent.length;
    const sum = (epochs: readonly number[]) => epochs.reduce((all, count) => all + count, -this.epoch);
    const most = sum([now.maxEpochs, ...ahead.map(({ maxEpochs }) => maxEpochs)]);
    const likely = sum([this.likelyEnd(now), ...ahead.map(halfWhereEarly)]);
    return { likely: likely * mean, most: most * mean };
  }

  private likelyEnd({ maxEpochs, patience }: PlannedPhase): number {
    if (patience === undefined) return maxEpochs;
    if (this.stable !== undefined)
      return Math.min(maxEpochs, Math.max(Math.ceil(maxEpochs / 2), this.epoch + patience - this.stable));
    const waited = this.epoch - (this.bests.at(-1) ?? 0);
    const seen = Math.min(this.epoch, patience);
    const better = this.bests.filter((epoch) => epoch > this.epoch - seen).length / Math.max(1, seen);
    return Math.min(maxEpochs, this.epoch + Math.max(1, Math.round(patience - waited + better * patience)));
  }
}

function halfWhereEarly({ maxEpochs, patience }: PlannedPhase): number {
  return patience === undefined ? maxEpochs : Math.ceil(maxEpochs / 2);
}
