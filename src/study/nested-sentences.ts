import type { Sentence } from "../report/sentence.js";
import { comparedTo, percent, plainPercent } from "./markdown.js";

/** What a nested selection found, as far as sentences speak of it. */
export interface NestedSentenceFacts {
  /** Outer folds over all repeats. */
  readonly folds: number;
  readonly margin: number;
  /** Error of the selection over that of all modalities, less 1, on the outer test folds. */
  readonly change: { readonly value: number; readonly low: number; readonly high: number };
  readonly bound: number;
  /** The subset that most folds chose, and how many did. */
  readonly often: { readonly name: string; readonly chosen: number; readonly isAll: boolean; readonly tied: boolean };
  /** Of groups that are tested as a whole, the rows that decide, and those of them whose group has trained; else null. */
  readonly outer: { readonly column: string; readonly rows: number; readonly ofTrainedGroups: number } | null;
}

const alwaysAll = ({ often, folds }: NestedSentenceFacts) => often.isAll && often.chosen === folds;
const changed = (facts: NestedSentenceFacts) => !alwaysAll(facts);
const found = ({ folds, change }: NestedSentenceFacts) =>
  `On test rows that decided nothing, the error of what is kept inside each of ${folds} outer folds is ${comparedTo(change.value)} that of all ` +
  `modalities (95 %: ${percent(change.low)} to ${percent(change.high)})`;

/** What is said first of a nested selection, in order. */
export const nestedSentences: readonly Sentence<NestedSentenceFacts>[] = [
  {
    id: "nested/always-all",
    when: alwaysAll,
    say: ({ folds }) =>
      `All modalities are kept in every one of ${folds} outer folds: the selection drops nothing here.`,
  },
  {
    id: "nested/within",
    when: (facts) => changed(facts) && facts.bound <= facts.margin,
    say: (facts) => `${found(facts)}: at 95 % at most ${plainPercent(facts.margin)} more, as was asked for.`,
  },
  {
    id: "nested/open",
    when: (facts) => changed(facts) && facts.bound > facts.margin && facts.change.low <= facts.margin,
    say: (facts) =>
      `${found(facts)}: these folds do not tell whether it errs at most ${plainPercent(facts.margin)} more.`,
  },
  {
    id: "nested/above",
    when: (facts) => changed(facts) && facts.change.low > facts.margin,
    say: (facts) => `${found(facts)}: **more than ${plainPercent(facts.margin)} above**.`,
  },
  {
    id: "nested/steady",
    when: (facts) => changed(facts) && facts.often.chosen === facts.folds,
    say: ({ often }) => `Every fold chose ${often.name}.`,
  },
  {
    id: "nested/unsteady",
    when: (facts) => changed(facts) && facts.often.chosen < facts.folds,
    say: ({ often, folds }) =>
      often.tied
        ? `What is chosen depends on the rows: no subset was chosen more often than every other, the first in ${often.chosen} of ${folds} folds.`
        : `What is chosen depends on the rows: most often, in ${often.chosen} of ${folds} folds, it was ${often.name}.`,
  },
  {
    id: "nested/decided-by-trained-groups",
    when: ({ outer }) => outer !== null && outer.ofTrainedGroups > 0,
    say: ({ outer }) => {
      const { column, rows, ofTrainedGroups } = outer ?? { column: "", rows: 0, ofTrainedGroups: 0 };
      const which = ofTrainedGroups === rows ? `All ${rows}` : `${ofTrainedGroups} of ${rows}`;
      return (
        `${which} rows that decided share their "${column}" with rows that trained: what was chosen is what suffices where a "${column}" has ` +
        `trained. With data.group: ${column} others decide.`
      );
    },
  },
];
