import type { Config } from "../../config/schema.js";
import { hasTablesAlone, resolveTraining } from "../../training/settings.js";

/** A stage of successive halving. */
export interface Rung {
  /** Share of the config's epochs that a training may take. */
  readonly epochs: number;
  /** Inner splits that a trial is trained on. */
  readonly splits: number;
}

/** One of so many trials goes on to the next rung. */
export const keptOne = 3;

/**
 * The rungs, every training begun anew: the learning rate falls over the epochs that a stage may take, so that a short training
 * that went on would not be a long one. The last has the config's own epochs, on three splits.
 */
export const rungs: readonly Rung[] = [
  { epochs: 1 / 9, splits: 1 },
  { epochs: 1 / 3, splits: 1 },
  { epochs: 1, splits: 3 },
];

/**
 * A trial as it is trained on a rung: fewer epochs, one member, and nothing that only describes a finished model.
 * @param rows of the training part, by which `auto` goes
 */
export function onRung(config: Config, { epochs }: Pick<Rung, "epochs">, rows: number): Config {
  const evaluation = { ...config.evaluation, baselines: false, check: "off" as const, importance: "off" as const };
  const lean: Config = { ...config, ensemble: 1, evaluation };
  if (epochs === 1) return lean;
  const { pilotEpochs, stage1Epochs, stage2Epochs, stage2Patience } = resolveTraining(config, {
    trainRows: rows,
    tables: hasTablesAlone(config),
  });
  const share = (whole: number) => Math.max(1, Math.round(epochs * whole));
  const { training } = config;
  return {
    ...lean,
    training: {
      ...training,
      pilot: { ...training.pilot, epochs: share(pilotEpochs) },
      stage1: { ...training.stage1, maxEpochs: share(stage1Epochs) },
      stage2: { ...training.stage2, maxEpochs: share(stage2Epochs), patience: share(stage2Patience) },
    },
  };
}
