import type { Sentence } from "../../report/sentence.js";
import { comparedTo, percent } from "../markdown.js";
import { rungs } from "./rungs.js";
import type { Cut } from "./search.js";
import { cutWords, epochsWords } from "./tune-words.js";

interface Change {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What a search found, as far as sentences speak of it. */
export interface TuneSentenceFacts {
  /** Trials besides the config as it is. */
  readonly trials: number;
  /** 0: the config as it is. */
  readonly chosen: number;
  /** Error of the chosen trial over that of the config, less 1: on the rows that chose it, and anew. */
  readonly searchChange: number;
  readonly final: Change | null;
  readonly test: Change | null;
  /** Where a budget ended the search; null where it did not. */
  readonly cut: (Cut & { readonly decided: number }) | null;
  /** Splits of the final figures; on one, its rows decided too. */
  readonly repeats: number;
}

const among = ({ chosen, trials }: TuneSentenceFacts) => `Trial ${chosen} of ${trials}`;
const interval = ({ low, high }: Change) => `95 %: ${percent(low)} to ${percent(high)}`;
const where = ({ repeats }: TuneSentenceFacts) =>
  repeats === 1 ? "trained anew on the same inner split" : `trained anew on ${repeats} inner splits that chose nothing`;
/** The final change; sentences that need it hold only where there is one. */
const change = ({ final }: TuneSentenceFacts) => final ?? { value: 0, low: 0, high: 0 };

/** What is said first of a search, in order. */
export const tuneSentences: readonly Sentence<TuneSentenceFacts>[] = [
  {
    id: "tune/nothing-tried",
    when: ({ trials }) => trials === 0,
    say: () =>
      "The budget was spent before a trial could be begun: **nothing was searched**. A longer --budget, or --trials, begins some.",
  },
  {
    id: "tune/none",
    when: ({ final, trials }) => final === null && trials > 0,
    say: ({ trials }) =>
      `None of ${trials} trials has a lower error than the config as it is, on the rows that decide: **keep it as it is**.`,
  },
  {
    id: "tune/gain",
    when: ({ final }) => final !== null && final.high < 0,
    say: (facts) =>
      `${among(facts)}, ${where(facts)}: its error is **${comparedTo(change(facts).value)} that of the config as it is** (${interval(change(facts))}).`,
  },
  {
    id: "tune/open",
    when: ({ final }) => final !== null && final.low <= 0 && final.high >= 0,
    say: (facts) =>
      `${among(facts)}, ${where(facts)}: its error is ${comparedTo(change(facts).value)} that of the config as it is ` +
      `(${interval(change(facts))}). **No gain is shown.**`,
  },
  {
    id: "tune/worse",
    when: ({ final }) => final !== null && final.low > 0,
    say: (facts) =>
      `${among(facts)}, ${where(facts)}: its error is ${comparedTo(change(facts).value)} that of the config as it is ` +
      `(${interval(change(facts))}): **keep the config as it is**.`,
  },
  {
    id: "tune/best-of-many",
    when: ({ final }) => final !== null,
    say: ({ searchChange, trials }) =>
      `On the rows that chose it the change was ${percent(searchChange)}: the least of ${trials + 1} errors is low by chance too, so ` +
      "that figure is no gain, and none of its trainings is among those above.",
  },
  {
    id: "tune/cut",
    when: ({ cut, trials }) => cut !== null && trials > 0,
    say: ({ cut }) =>
      cut === null
        ? ""
        : `The budget ended the search: ${cutWords(cut)}. What was chosen is by trainings with ${epochsWords(rungs[cut.decided - 1].epochs)}` +
          `${cut.decided < rungs.length ? ", which favour what learns quickly; a longer --budget lets trials go further" : ""}.`,
  },
  {
    id: "tune/same-rows",
    when: ({ final, repeats }) => final !== null && repeats === 1,
    say: () => "The rows that decided are measured again, with other seeds: the change is still a little too good.",
  },
  {
    id: "tune/test",
    when: ({ test }) => test !== null,
    say: ({ test }) =>
      test === null
        ? ""
        : `On the test part, which was read once, at the end: ${comparedTo(test.value)} that of the config as it is (${interval(test)}). ` +
          "That is one training of each, whose chance is not in the interval.",
  },
];
