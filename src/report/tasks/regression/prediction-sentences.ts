import { type Html, html } from "../../html.js";
import type { Sentence } from "../../sentence.js";
import { formatNumber, formatPercent } from "../../text.js";

/** The errors of one target on the test rows, over the range of its true values. */
export interface PredictionFacts {
  readonly target: string;
  readonly unit: string;
  /** Quantiles of the absolute error. */
  readonly half: number;
  readonly most: number;
  /** The rows of lowest and of highest true value; null where they were not told apart. */
  readonly lowest: EndFacts | null;
  readonly highest: EndFacts | null;
}

/** Rows at one end of the range of the true value. */
export interface EndFacts {
  /** Share of all test rows. */
  readonly share: number;
  /** Mean of prediction minus truth, and half its 95 % interval. */
  readonly bias: number;
  readonly margin: number;
}

/** Shares that are called a fifth. */
const fifth = [0.18, 0.22] as const;

/** How the errors are spread, and whether predictions are drawn to the middle. */
export const predictionSentences: readonly Sentence<PredictionFacts, Html>[] = [
  {
    id: "predictions/spread",
    when: () => true,
    say: ({ target, unit, half, most }) => html`Half of the predictions of ${target} are within
      <b>${formatNumber(half)}${unit}</b> of the truth, 95 % within ${formatNumber(most)}${unit}.`,
  },
  ...(["lowest", "highest"] as const).flatMap((end): Sentence<PredictionFacts, Html>[] => [
    {
      id: `predictions/${end}-shifted`,
      when: (facts) => facts[end] !== null && isShifted(facts[end]),
      say: (facts) => {
        const rows = facts[end] as EndFacts;
        return html`By true value, ${named(end, rows)} predicted too ${rows.bias > 0 ? "high" : "low"} by
          ${amount(rows, facts.unit)} on average.`;
      },
    },
    {
      id: `predictions/${end}-open`,
      when: (facts) => facts[end] !== null && !isShifted(facts[end]),
      say: (facts) => {
        const rows = facts[end] as EndFacts;
        return html`By true value, ${named(end, rows)} not shifted by an amount these rows can show (${amount(rows, facts.unit)}).`;
      },
    },
  ]),
];

function isShifted({ bias, margin }: EndFacts): boolean {
  return Math.abs(bias) > margin;
}

function amount({ bias, margin }: EndFacts, unit: string): string {
  return `${formatNumber(Math.abs(bias))} ± ${formatNumber(margin, 2)}${unit}`;
}

function named(end: string, { share }: EndFacts): string {
  return share >= fifth[0] && share <= fifth[1]
    ? `the ${end} fifth is`
    : `the ${formatPercent(share)} of the rows that are ${end} are`;
}
