import type { ResampledInterval } from "../../evaluation/paired.js";
import type { Sentence } from "../../report/sentence.js";

/** The error with the largest share below 1, less that with all rows. */
export interface CurveFacts {
  /** Has passed `shown`. */
  readonly target: string;
  readonly error: string;
  readonly share: number;
  readonly interval: Pick<ResampledInterval, "low" | "high"> | null;
  /** "0.31 (0.10 to 0.52)". */
  readonly said: string;
}

const ends = ({ interval }: CurveFacts) => interval ?? { low: Number.NaN, high: Number.NaN };
const from = ({ error, target, share, said }: CurveFacts) =>
  `${error} of ${target} with ${share} of the rows, minus that with all: ${said}`;

/** Whether the curve still falls at its end; at most one holds. */
export const curveSentences: readonly Sentence<CurveFacts>[] = [
  {
    id: "curve/falls",
    when: (facts) => ends(facts).low > 0,
    say: (facts) => `${from(facts)}. The error still falls: more rows are likely to help.`,
  },
  {
    id: "curve/open",
    when: (facts) => ends(facts).low <= 0 && ends(facts).high >= 0,
    say: (facts) => `${from(facts)}. Whether more rows would help is not told by these folds.`,
  },
  {
    id: "curve/rises",
    when: (facts) => ends(facts).high < 0,
    say: (facts) =>
      `${from(facts)}. The error with all rows is higher: look at how the rows were gathered, and at the training.`,
  },
];
