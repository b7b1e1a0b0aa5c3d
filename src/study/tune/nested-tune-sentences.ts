import type { Sentence } from "../../report/sentence.js";
import { comparedTo, percent } from "../markdown.js";

/** What tuning inside folds found, as far as sentences speak of it. */
export interface NestedTuneSentenceFacts {
  /** Outer folds over all repeats. */
  readonly folds: number;
  /** Error of tuning over that of the config as it is, less 1, on the outer test folds. */
  readonly change: { readonly value: number; readonly low: number; readonly high: number };
  /** Folds that chose the config as it is. */
  readonly asItIs: number;
  /** Different settings that the folds chose. */
  readonly settings: number;
}

const nothing = ({ asItIs, folds }: NestedTuneSentenceFacts) => asItIs === folds;
const tuned = (facts: NestedTuneSentenceFacts) => !nothing(facts);
const found = ({ folds, change }: NestedTuneSentenceFacts) =>
  `On the test rows of ${folds} outer folds, which chose nothing, the error of settings that were searched inside each fold is ` +
  `${comparedTo(change.value)} that of the config as it is (95 %: ${percent(change.low)} to ${percent(change.high)})`;

/** What is said first of tuning inside folds, in order. */
export const nestedTuneSentences: readonly Sentence<NestedTuneSentenceFacts>[] = [
  {
    id: "nested-tune/none",
    when: nothing,
    say: ({ folds }) => `Each of ${folds} outer folds chose **the config as it is**: no trial erred less inside any.`,
  },
  {
    id: "nested-tune/gain",
    when: (facts) => tuned(facts) && facts.change.high < 0,
    say: (facts) => `${found(facts)}: **tuning gains**.`,
  },
  {
    id: "nested-tune/open",
    when: (facts) => tuned(facts) && facts.change.low <= 0 && facts.change.high >= 0,
    say: (facts) => `${found(facts)}: **no gain is shown**.`,
  },
  {
    id: "nested-tune/worse",
    when: (facts) => tuned(facts) && facts.change.low > 0,
    say: (facts) => `${found(facts)}: **tuning loses**.`,
  },
  {
    id: "nested-tune/steady",
    when: (facts) => tuned(facts) && facts.settings === 1,
    say: () => "Every fold chose the same settings.",
  },
  {
    id: "nested-tune/unsteady",
    when: (facts) => tuned(facts) && facts.settings > 1,
    say: ({ settings, folds }) =>
      `What is chosen depends on the rows: ${folds} folds chose ${settings} different settings, so that the figure is of tuning and of no one setting.`,
  },
];
