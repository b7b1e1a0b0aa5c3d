/** What the studies do unless they are told otherwise, on the command line and in the library. */
export const studyDefaults = {
  crossval: { folds: 5, repeats: 1 },
  select: { margin: 0.02, decideOn: "validation" },
  "select-nested": { folds: 5, repeats: 1, seeds: 1, margin: 0.02 },
  ablate: {},
  /** Trials where there is no budget of time; splits of the final figures. */
  tune: { trials: 27, repeats: 5 },
  "crossval-tune": { folds: 5, repeats: 1, trials: 9 },
  /** Splits of select and ablate, with one training of each; trainings where there is one split. */
  trainings: { repeats: 5, seeds: 3 },
} as const;
