/** How the learning rate goes over the epochs of a phase. */
export interface ScheduleOptions {
  /** Largest learning rate. */
  readonly learningRate: number;
  /** What follows the warm-up. */
  readonly schedule: "cosine" | "constant" | "plateau" | "coslog4";
  /** Epochs of linear warm-up; a quarter of the phase at most. */
  readonly warmupEpochs: number;
  /** Factor by which a plateau lowers the rate, and the epochs without improvement before it does. */
  readonly plateau: { readonly factor: number; readonly patience: number };
}

/** What a schedule remembers from epoch to epoch: plain data, so that a checkpoint can hold it. */
export interface PlateauState {
  /** Product of the reductions so far. */
  readonly scale: number;
  /** Best validation loss so far; null before the first epoch. */
  readonly best: number | null;
  readonly waited: number;
}

/** A learning rate that depends on progress and validation loss; pure, its state goes in and out. */
export interface Schedule {
  readonly init: PlateauState;
  /**
   * Learning rate of a step.
   * @param progress    epochs done in this phase, as a fraction (epoch 3.25 = a quarter into the fourth)
   * @param totalEpochs epochs the phase has at most
   */
  rate(state: PlateauState, progress: number, totalEpochs: number): number;
  /** State after an epoch with the given validation loss; every schedule keeps count, `plateau` acts on it. */
  seen(state: PlateauState, loss: number): PlateauState;
}

/** Linear warm-up, then constant, half a cosine down to 0 at the last step, or a plateau factor chosen by validation. */
export function schedule(options: ScheduleOptions): Schedule {
  const { learningRate: peak, schedule: kind, warmupEpochs, plateau } = options;
  return {
    init: { scale: 1, best: null, waited: 0 },
    rate: ({ scale }, progress, totalEpochs) => {
      if (kind === "coslog4") return peak * fourCycles(progress / totalEpochs);
      const warmup = Math.min(warmupEpochs, totalEpochs / 4);
      if (progress < warmup) return (peak * (progress + 1e-2)) / (warmup + 1e-2);
      if (kind === "constant") return peak;
      if (kind === "plateau") return peak * scale;
      const share = Math.min(1, (progress - warmup) / (totalEpochs - warmup));
      return 0.5 * peak * (1 + Math.cos(Math.PI * share));
    },
    seen: (state, loss) => {
      if (state.best === null || loss < state.best) return { ...state, best: loss, waited: 0 };
      if (state.waited + 1 < plateau.patience) return { ...state, waited: state.waited + 1 };
      return { ...state, scale: state.scale * plateau.factor, waited: 0 };
    },
  };
}

/** (1 - cos(2 pi log2(1 + 15 t))) / 2: four cycles, each twice as long as the one before (RealMLP, arXiv 2407.04491). */
function fourCycles(share: number): number {
  return 0.5 * (1 - Math.cos(2 * Math.PI * Math.log2(1 + 15 * Math.min(1, share))));
}
