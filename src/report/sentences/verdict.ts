import type { Difference } from "../../evaluation/baseline-differences.js";
import type { HeadlineError } from "../../evaluation/headline.js";
import { within } from "../alike.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatNumber, formatPercent, formatTimes } from "../text.js";

/** The error of the model beside that of a baseline on the same rows. */
export interface AgainstFacts {
  /** The error, as a reader knows it, and the same with its article. */
  readonly error: Pick<HeadlineError, "name" | "oneOf">;
  /** "ridge regression", or a name and why it is compared with. */
  readonly called: Html;
  readonly own: number;
  readonly other: number;
  /** Own minus other; undefined where predictions of the baseline were not recorded. */
  readonly difference: Difference | undefined;
}

/** Above this ratio a change is told as a multiple. */
const mostPercent = 11;

const isOpen = ({ difference }: AgainstFacts) =>
  difference !== undefined && difference.low <= 0 && difference.high >= 0;
const isLower = ({ difference }: AgainstFacts) => difference !== undefined && difference.high < 0;
const isHigher = ({ difference }: AgainstFacts) => difference !== undefined && difference.low > 0;

/** Whether the model is better than a baseline; one of these holds. */
export const againstSentences: readonly Sentence<AgainstFacts, Html>[] = [
  {
    id: "against/open",
    when: isOpen,
    say: (facts) => html`These rows cannot tell it from ${facts.called}: ${numbers(facts)}.`,
  },
  {
    id: "against/lower",
    when: isLower,
    say: (facts) =>
      html`Its ${facts.error.name} is <b>${change(facts)} lower</b> than that of ${facts.called} on the same rows (${numbers(facts)}).`,
  },
  {
    id: "against/higher",
    when: (facts) => isHigher(facts) && facts.own < mostPercent * facts.other,
    say: (facts) =>
      html`Its ${facts.error.name} is <b>${change(facts)} higher</b> than that of ${facts.called} on the same rows (${numbers(facts)}).`,
  },
  {
    id: "against/times-higher",
    when: (facts) => isHigher(facts) && facts.other > 0 && facts.own >= mostPercent * facts.other,
    say: (facts) =>
      html`Its ${facts.error.name} is <b>${formatTimes(facts.own / facts.other)}</b> that of ${facts.called} on the same rows (${numbers(facts)}).`,
  },
  {
    id: "against/no-error",
    when: (facts) => isHigher(facts) && facts.other === 0,
    say: (facts) =>
      html`On the same rows ${facts.called} makes no error, this model ${facts.error.oneOf} of ${formatNumber(facts.own)}.`,
  },
  {
    id: "against/unknown",
    when: ({ difference }) => difference === undefined,
    say: (facts) =>
      html`On the same rows ${facts.called} has ${facts.error.oneOf} of ${formatNumber(facts.other)}, this model
        ${formatNumber(facts.own)}; without the predictions of ${facts.called} there is no interval of the difference.`,
  },
];

function change({ own, other }: AgainstFacts): string {
  const share = Math.abs(own / other - 1);
  return share < 0.0005 ? "less than 0.1 %" : formatPercent(share);
}

function numbers({ error, own, other, difference }: AgainstFacts): Html {
  const errors = html`${error.name} ${formatNumber(own)} against ${formatNumber(other)}`;
  if (difference === undefined) return errors;
  const { value, low, high } = within(difference);
  return html`${errors}; difference ${value}, 95 % interval ${low} to ${high}`;
}
