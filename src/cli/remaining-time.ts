import { duration } from "../report/duration.js";
import type { PlannedPhase } from "../training/observer.js";

/** Epochs that an estimate is averaged over: enough to be calm, few enough to notice a busy machine. */
const window = 5;

/**
 * How far a run is and how long it may still take: the most epochs that are left, times the mean time of the last
 * epochs. Phases that end early make it shorter, never longer.
 */
export class RemainingTime {
  private phases: readonly PlannedPhase[] = [];
  private index = 0;
  private epoch = 0;
  private recent: number[] = [];

  plan(phases: readonly PlannedPhase[]): void {
    this.phases = phases;
  }

  /** The phase that begins, or goes on after an interruption. Epochs of another phase may take another time. */
  phase(name: string): void {
    const index = this.phases.findIndex((phase) => phase.name === name);
    this.index = Math.max(0, index);
    this.epoch = 0;
    this.recent = this.recent.slice(-1);
  }

  /** @param epoch 1, 2, .. within the phase, now done */
  done(epoch: number, seconds: number): void {
    if (this.epoch === 0 && this.recent.length > 0) this.recent = [];
    this.epoch = epoch;
    this.recent = [...this.recent, seconds].slice(-window);
  }

  /** Share of all planned epochs that are behind, in [0, 1]. */
  share(): number {
    const count = (phases: readonly PlannedPhase[]) => phases.reduce((sum, { maxEpochs }) => sum + maxEpochs, 0);
    const all = count(this.phases);
    return all === 0 ? 0 : (count(this.phases.slice(0, this.index)) + this.epoch) / all;
  }

  /** `max 2m 40s left`; empty before the first epoch. */
  text(): string {
    if (this.recent.length === 0) return "";
    const left = this.phases.slice(this.index).reduce((sum, { maxEpochs }) => sum + maxEpochs, -this.epoch);
    const mean = this.recent.reduce((sum, seconds) => sum + seconds, 0) / this.recent.length;
    return `max ${duration(left * mean)} left`;
  }
}
