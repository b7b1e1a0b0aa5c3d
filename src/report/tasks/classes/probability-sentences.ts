import { shown } from "../../../shown.js";
import { type Html, html } from "../../html.js";
import type { Sentence } from "../../sentence.js";
import { formatCount, formatNumber, formatPercent } from "../../text.js";

/** One class among the test rows. */
export interface ClassFacts {
  readonly y: number;
  readonly label: string;
  readonly rows: number;
  /** Share of its rows whose likeliest class it is; null without rows. */
  readonly recall: number | null;
  /** Share of rows of the class among those whose likeliest class it is; null where there are none. */
  readonly precision: number | null;
  /** Area under the curve of the class against the rest; null without rows on one side. */
  readonly auc: number | null;
  /** The class that its rows are most often taken for, and how many. */
  readonly confused: { readonly label: string; readonly rows: number };
}

interface ProbabilityFacts {
  readonly classes: readonly ClassFacts[];
  readonly rows: number;
}

const known = ({ classes }: ProbabilityFacts) => classes.filter(({ recall }) => recall !== null);
const byRecall = (facts: ProbabilityFacts) => known(facts).toSorted((a, b) => (a.recall ?? 0) - (b.recall ?? 0));
const never = ({ classes }: ProbabilityFacts) => classes.filter(({ precision }) => precision === null);

/** Which classes are found, and which are taken for others. */
export const probabilitySentences: readonly Sentence<ProbabilityFacts, Html>[] = [
  {
    id: "classes/found",
    when: (facts) => known(facts).length > 1,
    say: (facts) => {
      const ascending = byRecall(facts);
      const [least, most] = [ascending[0], ascending[ascending.length - 1]];
      return html`Found best is <b>${shown(most.label)}</b>: it is the likeliest class of ${formatPercent(most.recall ?? 0)} of its
        ${formatCount(most.rows)} test rows; worst <b>${shown(least.label)}</b>, of ${formatPercent(least.recall ?? 0)} of
        ${formatCount(least.rows)}.`;
    },
  },
  {
    id: "classes/taken-for",
    when: ({ classes }) => classes.length > 2 && classes.some(({ confused }) => confused.rows > 0),
    say: ({ classes }) => {
      const most = classes.reduce((a, b) => (b.confused.rows > a.confused.rows ? b : a));
      return html`Most often ${shown(most.label)} is taken for ${shown(most.confused.label)}: ${formatCount(most.confused.rows)} rows.`;
    },
  },
  {
    id: "classes/never-predicted",
    when: (facts) => never(facts).length > 0,
    say: (facts) =>
      html`${never(facts)
        .map(({ label }) => shown(label))
        .join(", ")}: the likeliest class of no test row.`,
  },
  {
    id: "classes/order",
    when: ({ classes }) => classes.length === 2 && classes[1].auc !== null,
    say: ({ classes: [first, second] }) =>
      html`Of a row of ${shown(second.label)} and a row of ${shown(first.label)}, the former has the higher probability of
        ${shown(second.label)} in ${formatPercent(second.auc ?? 0)} of pairs (AUC ${formatNumber(second.auc ?? 0)}).`,
  },
];
