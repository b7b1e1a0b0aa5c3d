import { type Html, html } from "../../html.js";
import type { Sentence } from "../../sentence.js";
import { formatNumber, formatShare } from "../../text.js";

/** The gap, prediction minus truth, of one target before or after the correction. */
interface GapFacts {
  readonly mae: number;
  /** Change of the gap per unit of the true value, and its correlation with that. */
  readonly slope: number;
  readonly correlation: number | null;
}

/** What the correction for regression towards the mean does to one target on the test rows. */
export interface CorrectionFacts {
  readonly target: string;
  readonly unit: string;
  readonly raw: GapFacts;
  readonly corrected: GapFacts;
}

/** What is bought, and what it costs. */
export const correctionSentences: readonly Sentence<CorrectionFacts, Html>[] = [
  {
    id: "correction/raw",
    when: () => true,
    say: ({
      target,
      unit,
      raw,
    }) => html`Raw predictions of ${target} are off by <b>${formatNumber(raw.mae)}${unit}</b> on
      average, and their gap changes by ${formatNumber(raw.slope, 2)} per unit of the true value (correlation
      ${formatShare(raw.correlation)}).`,
  },
  {
    id: "correction/corrected",
    when: () => true,
    say: ({ unit, corrected }) => html`Corrected, the gap changes by ${formatNumber(corrected.slope, 2)} (correlation
      ${formatShare(corrected.correlation)}), and predictions are off by <b>${formatNumber(corrected.mae)}${unit}</b> on average.`,
  },
  {
    id: "correction/costs",
    when: ({ raw, corrected }) => corrected.mae > raw.mae,
    say: () => html`The correction makes the mean absolute error larger.`,
  },
  {
    id: "correction/steeper",
    when: ({ raw, corrected }) => Math.abs(corrected.slope) > Math.abs(raw.slope),
    say: () => html`On these rows the corrected gap depends <b>more</b> on the true value than the raw one.`,
  },
];
