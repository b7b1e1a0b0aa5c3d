import type { z } from "zod";
import { shown } from "../../../shown.js";
import type { regressionTogether } from "../../../tasks/regression/metrics.js";
import { fixed } from "../../bits-text.js";
import type { Sentence } from "../../sentence.js";

/** What the predictions of tested rows tell about one target. */
interface RegressionTogether extends z.infer<typeof regressionTogether> {
  readonly target: string;
  /** Column whose values were tested as a whole. */
  readonly outerGroup: string | null;
}

const rowsOf = ({ outerGroup }: RegressionTogether) =>
  outerGroup === null
    ? "On the tested rows, all folds together"
    : `On the rows of every "${shown(outerGroup)}", each predicted by a training without it`;

/** Bits of the predictions themselves, where they were tested; at most one holds. */
export const togetherSentences: readonly Sentence<RegressionTogether>[] = [
  {
    id: "tested/bits",
    when: ({ r2, bits }) => r2 !== null && bits !== null && r2 > 0,
    say: (facts) =>
      `${rowsOf(facts)}, R2 of ${shown(facts.target)} is ${fixed(facts.r2 ?? 0, 3)}: read as Gaussian, ${fixed(facts.bits ?? 0, 2)} bits ` +
      "(1/2 log2(1 / (1 - R2))).",
  },
  {
    id: "tested/no-bits",
    when: ({ r2 }) => r2 !== null && r2 <= 0,
    say: (facts) =>
      `${rowsOf(facts)}, R2 of ${shown(facts.target)} is ${fixed(facts.r2 ?? 0, 3)}: predictions are no better than the mean of ` +
      "those rows, 0 bits.",
  },
];
