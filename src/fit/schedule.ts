import type { TrainingConfig } from "../config/training.js";

type Optimizer = TrainingConfig["optimizer"];

/**
 * Learning rate of a step.
 * Linear warm-up, then constant, half a cosine down to 0 at the last step, or a plateau factor chosen by validation.
 * @param progress     epochs done in this phase, as a fraction (epoch 3.25 = a quarter into the fourth)
 * @param totalEpochs  epochs the phase has at most
 * @param plateauScale product of the plateau reductions so far
 */
export function learningRate(options: Optimizer, progress: number, totalEpochs: number, plateauScale: number): number {
  const { learningRate: peak, schedule, warmupEpochs } = options;
  const warmup = Math.min(warmupEpochs, totalEpochs / 4);
  if (progress < warmup) return (peak * (progress + 1e-2)) / (warmup + 1e-2);
  if (schedule === "constant") return peak;
  if (schedule === "plateau") return peak * plateauScale;
  const share = Math.min(1, (progress - warmup) / (totalEpochs - warmup));
  return 0.5 * peak * (1 + Math.cos(Math.PI * share));
}

/** Reduction of the learning rate when the validation loss stops improving. */
export interface PlateauState {
  readonly scale: number;
  /** Best validation loss so far; null before the first epoch. */
  readonly best: number | null;
  readonly waited: number;
}

export const plateauStart: PlateauState = { scale: 1, best: null, waited: 0 };

/** State after an epoch with the given validation loss. */
export function plateauUpdate(
  state: PlateauState,
  loss: number,
  { factor, patience }: Optimizer["plateau"],
): PlateauState {
  if (state.best === null || loss < state.best) return { ...state, best: loss, waited: 0 };
  if (state.waited + 1 < patience) return { ...state, waited: state.waited + 1 };
  return { ...state, scale: state.scale * factor, waited: 0 };
}
