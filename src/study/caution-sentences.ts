import type { Sentence } from "../report/sentence.js";

/** How models were compared in a study. */
export interface CautionFacts {
  /** Trainings of each. */
  readonly seeds: number;
  /** Models that were compared with the first. */
  readonly compared: number;
  /** Whether bounds hold for all of them together. */
  readonly together?: boolean;
}

/** What the intervals of a comparison hold, and what they do not. */
export const cautionSentences: readonly Sentence<CautionFacts>[] = [
  {
    id: "caution/one-training",
    when: ({ seeds, compared }) => seeds === 1 && compared > 0,
    say: () =>
      "With one training each, the intervals hold the chance of the rows of this split only; two trainings of one config differ " +
      "too. Use --seeds 3 or more.",
  },
  {
    id: "caution/trainings",
    when: ({ seeds, compared }) => seeds > 1 && compared > 0,
    say: ({ seeds }) =>
      `The intervals hold the chance of the rows and of ${seeds} trainings, for this split: other splits differ too.`,
  },
  {
    id: "caution/many",
    when: ({ compared, together }) => compared > 1 && together !== true,
    say: ({ compared }) => `No correction is made for ${compared} comparisons.`,
  },
];
