import type { TrainingObserver } from "../training/observer.js";

type Told = {
  [K in keyof TrainingObserver]-?: [K, Parameters<NonNullable<TrainingObserver[K]>>];
}[keyof TrainingObserver];

/** Remembers what a training tells, to tell it again to whoever writes it down. */
export class RememberedTraining implements Required<TrainingObserver> {
  private readonly told: Told[] = [];

  decoding(...given: Parameters<Required<TrainingObserver>["decoding"]>): void {
    this.told.push(["decoding", given]);
  }

  plan(...given: Parameters<Required<TrainingObserver>["plan"]>): void {
    this.told.push(["plan", given]);
  }

  phase(...given: Parameters<Required<TrainingObserver>["phase"]>): void {
    this.told.push(["phase", given]);
  }

  epoch(...given: Parameters<Required<TrainingObserver>["epoch"]>): void {
    this.told.push(["epoch", given]);
  }

  atoms(...given: Parameters<Required<TrainingObserver>["atoms"]>): void {
    this.told.push(["atoms", given]);
  }

  message(...given: Parameters<Required<TrainingObserver>["message"]>): void {
    this.told.push(["message", given]);
  }

  warning(...given: Parameters<Required<TrainingObserver>["warning"]>): void {
    this.told.push(["warning", given]);
  }

  /** Tells everything once more, in its order. */
  tellAgain(observer: TrainingObserver): void {
    for (const [event, given] of this.told)
      (observer[event] as ((...all: unknown[]) => void) | undefined)?.call(observer, ...given);
  }
}
