import type { Sentence } from "../report/sentence.js";

/** How models were compared in a study. */
export interface CautionFacts {
  /** Splits of the rows. */
  readonly repeats: number;
  /** Trainings of each on every split. */
  readonly seeds: number;
  /** Models that were compared with the first. */
  readonly compared: number;
  /** Whether bounds hold for all of them together. */
  readonly together?: boolean;
}

/** Below so many splits their number is what makes intervals wide. */
const fewSplits = 5;

/** What the intervals of a comparison hold, and what they do not. */
export const cautionSentences: readonly Sentence<CautionFacts>[] = [
  {
    id: "caution/one-training",
    when: ({ repeats, seeds, compared }) => repeats === 1 && seeds === 1 && compared > 0,
    say: () =>
      "With one training each, the intervals hold the chance of the rows of this split only; two trainings of one config differ " +
      "too. Use --seeds 3, or --repeats 5 for other splits as well.",
  },
  {
    id: "caution/trainings",
    when: ({ repeats, seeds, compared }) => repeats === 1 && seeds > 1 && compared > 0,
    say: ({ seeds }) =>
      `The intervals hold the chance of the rows and of ${seeds} trainings, for this split: other splits differ too (--repeats).`,
  },
  {
    id: "caution/splits",
    when: ({ repeats, compared }) => repeats > 1 && compared > 0,
    say: ({ repeats }) =>
      `The intervals hold the chance of the rows, of the training and of the split: Student's t over ${repeats} splits, corrected for ` +
      "the rows that they share (Nadeau & Bengio 2003).",
  },
  {
    id: "caution/few-splits",
    when: ({ repeats, compared }) => repeats > 1 && repeats < fewSplits && compared > 0,
    say: ({ repeats }) =>
      `${repeats} splits leave ${repeats - 1} ${repeats === 2 ? "degree" : "degrees"} of freedom, so that intervals are wide; ` +
      `--repeats ${fewSplits} tells more.`,
  },
  {
    id: "caution/many",
    when: ({ compared, together }) => compared > 1 && together !== true,
    say: ({ compared }) => `No correction is made for ${compared} comparisons.`,
  },
];
