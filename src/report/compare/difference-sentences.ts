import { within } from "../alike.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import type { PairedDifference } from "./comparison.js";

/** A difference, and the name of the error that differs. */
export interface ComparedFacts extends PairedDifference {
  readonly error: string;
}

/** A difference whose interval is known. */
type Known = ComparedFacts & { readonly interval: NonNullable<PairedDifference["interval"]> };

const isKnown = (difference: ComparedFacts): difference is Known => difference.interval !== null;
const ends = (difference: PairedDifference) => difference.interval ?? { low: Number.NaN, high: Number.NaN };
const isSame = (difference: PairedDifference) => ends(difference).low === 0 && ends(difference).high === 0;

/** "1.2 (0.8 to 1.6)". */
export function amount({ interval }: PairedDifference): string {
  if (interval === null) return "not known";
  const { value, low, high } = within(interval);
  return `${value} (${low} to ${high})`;
}

const numbers = (difference: ComparedFacts) => html`difference of ${difference.error} ${amount(difference)}`;

/** Whether a group predicts better than the first, in words; exactly one of all but the last holds. */
export const comparedSentences: readonly Sentence<ComparedFacts, Html>[] = [
  {
    id: "compared/unknown",
    when: (difference) => !isKnown(difference),
    say: ({ target, group, reference, note }) =>
      html`${target}: ${group} and ${reference} cannot be compared row by row: ${note}.`,
  },
  {
    id: "compared/same",
    when: isSame,
    say: ({ target, group, reference, error }) =>
      html`${target}: the ${error} of ${group} and ${reference} is the same.`,
  },
  {
    id: "compared/open",
    when: (difference) => ends(difference).low <= 0 && ends(difference).high >= 0 && !isSame(difference),
    say: (difference) =>
      html`${difference.target}: these rows cannot tell ${difference.group} and ${difference.reference} apart (${numbers(difference)}).`,
  },
  {
    id: "compared/better",
    when: (difference) => ends(difference).high < 0,
    say: (difference) =>
      html`${difference.target}: <b>the ${difference.error} of ${difference.group} is lower than that of ${difference.reference}</b> (${numbers(difference)}).`,
  },
  {
    id: "compared/worse",
    when: (difference) => ends(difference).low > 0,
    say: (difference) =>
      html`${difference.target}: <b>the ${difference.error} of ${difference.group} is higher than that of ${difference.reference}</b> (${numbers(difference)}).`,
  },
  {
    id: "compared/one-training",
    when: (difference) => isKnown(difference) && difference.pairs === 1 && !isSame(difference),
    say: ({ group, reference }) =>
      html`One training of ${group} and one of ${reference}: two trainings of one config differ too, and that chance is not in the
        interval.`,
  },
];
