import type { Sentence } from "../../report/sentence.js";
import { digits } from "../markdown.js";

/** What a permutation test says of one target; names have passed `shown`. */
export interface PermutationFacts {
  readonly target: string;
  /** Name of the error. */
  readonly error: string;
  readonly permutations: number;
  readonly pValue: number;
  /** Permutations whose error is as low. */
  readonly better: number;
  /** Columns of groups, and of groups that were tested as a whole. */
  readonly groups: string | null;
  readonly within: string | null;
}

const timesAsLow = (better: number, permutations: number) =>
  better === 0
    ? `none of ${permutations}, which are few, in which targets were dealt anew`
    : `${better} of ${permutations} in which targets were dealt anew`;

/** Above it nothing is said to be shown. */
const level = 0.05;

/** What follows from p: exactly one of the first two holds. */
export const permutationSentences: readonly Sentence<PermutationFacts>[] = [
  {
    id: "permutation/shown",
    when: ({ pValue }) => pValue <= level,
    say: ({ target, error, pValue }) =>
      `The features tell something of ${target}: targets that were dealt anew gave so low a ${error} too rarely (p = ${digits(pValue, 2)}).`,
  },
  {
    id: "permutation/open",
    when: ({ pValue }) => pValue > level,
    say: ({ target, error, pValue, better, permutations }) =>
      `That the features tell anything of ${target} is not shown: ${timesAsLow(better, permutations)} gave as low a ${error} (p = ${digits(pValue, 2)}).`,
  },
  {
    id: "permutation/few",
    when: ({ permutations }) => 1 / (permutations + 1) > level,
    say: ({ permutations }) =>
      `With ${permutations} permutations p is at least ${digits(1 / (permutations + 1), 2)}: --permutations ${Math.round(1 / level) - 1} is the fewest that can ` +
      `show anything at ${level}.`,
  },
];
