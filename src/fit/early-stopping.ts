/** The best epoch of a phase: plain data, so that a checkpoint can hold it. */
export interface BestEpoch {
  readonly loss: number;
  /** 0 for what the phase began with. */
  readonly epoch: number;
}

/** What an epoch means for stopping. */
export interface SeenEpoch {
  readonly best: BestEpoch;
  /** Whether it is the best so far; an equal loss is not. */
  readonly improved: boolean;
  /** Epochs since the best one. */
  readonly waited: number;
  /** Whether it is time to stop. */
  readonly exhausted: boolean;
}

/** Ends a phase whose validation loss has stopped improving; pure, its state goes in and out. */
export interface EarlyStopping {
  /** @param best the best epoch before; null when none was */
  seen(best: BestEpoch | null, epoch: number, loss: number): SeenEpoch;
}

/**
 * Stops after `patience` epochs in a row without an improvement.
 * @param patience 1 or more; infinite: never stops, keeps the best epoch all the same
 * @throws RangeError for a patience below 1
 */
export function earlyStopping(patience: number): EarlyStopping {
  if (!(patience >= 1)) throw new RangeError(`patience is ${patience}; expected at least 1 epoch`);
  return {
    seen: (before, epoch, loss) => {
      const improved = before === null || loss < before.loss;
      const best = improved ? { loss, epoch } : before;
      const waited = epoch - best.epoch;
      return { best, improved, waited, exhausted: waited >= patience };
    },
  };
}
