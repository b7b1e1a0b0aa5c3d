import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatNumber } from "../text.js";

/** How far the mean prediction of one target moves with each column. */
export interface DependenceFacts {
  readonly target: string;
  /** After a number: " years". */
  readonly unit: string;
  /** Largest movement first. */
  readonly columns: readonly {
    readonly column: string;
    /** Highest minus lowest mean prediction. */
    readonly most: number;
    /** At the 5th and at the 95th percentile; undefined for categories. */
    readonly ends?: { readonly from: number; readonly to: number };
  }[];
}

/** A curve whose ends are this share of its movement apart runs from one to the other. */
const oneWay = 0.9;

function direction({ columns: [first] }: DependenceFacts): "rises" | "falls" | null {
  if (first?.ends === undefined || !(first.most > 0)) return null;
  const change = (first.ends.to - first.ends.from) / first.most;
  if (Math.abs(change) < oneWay) return null;
  return change > 0 ? "rises" : "falls";
}

/** What the curves of a target say. */
export const dependenceSentences: readonly Sentence<DependenceFacts, Html>[] = [
  {
    id: "dependence/one-way",
    when: (facts) => direction(facts) !== null,
    say: (facts) => {
      const [{ column, most, ends }] = facts.columns;
      return html`From the 5th to the 95th percentile of <b>${column}</b> the mean prediction of ${facts.target} ${direction(facts)} by
        <b>${formatNumber(most)}</b>${facts.unit}, from ${formatNumber(ends?.from ?? null)} to ${formatNumber(ends?.to ?? null)}: the most of the columns below.`;
    },
  },
  {
    id: "dependence/not-one-way",
    when: (facts) => facts.columns.length > 0 && direction(facts) === null,
    say: ({ target, unit, columns: [{ column, most }] }) =>
      html`The mean prediction of ${target} moves most with <b>${column}</b>, by ${formatNumber(most)}${unit}, and not in one direction
        from end to end.`,
  },
];
