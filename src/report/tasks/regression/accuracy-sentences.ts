import type { Difference } from "../../../evaluation/baseline-differences.js";
import { alike } from "../../alike.js";
import { type Html, html } from "../../html.js";
import type { Sentence } from "../../sentence.js";
import { formatCount, formatNumber, formatPortion } from "../../text.js";

/** The test error of one target, in its unit. */
export interface AccuracyFacts {
  readonly target: string;
  /** With a leading space, or nothing. */
  readonly unit: string;
  readonly rows: number;
  readonly mae: number;
  readonly rmse: number;
  /** Null where the true value does not vary. */
  readonly r2: number | null;
  readonly maeInterval: Pick<Difference, "low" | "high">;
  readonly rmseInterval: Pick<Difference, "low" | "high">;
  /** RMSE of the network alone, where near training rows add something. */
  readonly networkRmse: number | null;
  /** Whether test rows equal rows of another part in every feature and target. */
  readonly copied: boolean;
}

/** How far off predictions are. */
export const accuracySentences: readonly Sentence<AccuracyFacts, Html>[] = [
  {
    id: "verdict/error-of-new-rows",
    when: ({ copied }) => !copied,
    say: (facts) => html`On ${formatCount(facts.rows)} test rows that training never saw, ${error(facts)}`,
  },
  {
    id: "verdict/error-with-copies",
    when: ({ copied }) => copied,
    say: (facts) =>
      html`On ${formatCount(facts.rows)} test rows, some of which equal rows of another part, ${error(facts)}`,
  },
  {
    id: "verdict/explains",
    when: ({ r2 }) => r2 !== null && r2 >= 0,
    say: ({ r2 }) => html`It explains ${formatPortion(r2 ?? 0)} of the variance.`,
  },
  {
    id: "verdict/worse-than-mean",
    when: ({ r2 }) => r2 !== null && r2 < 0,
    say: ({ r2 }) =>
      html`Its R² is ${formatNumber(r2)}: below 0, worse than predicting the mean of the test rows for each of them.`,
  },
  {
    id: "verdict/near-rows",
    when: ({ networkRmse }) => networkRmse !== null,
    say: ({ networkRmse, rmse, unit }) => {
      const write = alike([networkRmse ?? 0, rmse]);
      return html`Part of a prediction is what the network errs by at training rows of like latents; the network by itself has RMSE
        ${write(networkRmse ?? 0)}${unit}. A row that is unlike all training rows does not gain by them, and what the modalities
        contribute is told of the network.`;
    },
  },
  {
    id: "verdict/constant",
    when: ({ r2 }) => r2 === null,
    say: ({ target }) => html`${target} is the same in every test row, so that there is no variance to explain.`,
  },
];

function error({ target, unit, mae, rmse, maeInterval, rmseInterval }: AccuracyFacts): Html {
  const write = alike([mae, maeInterval.low, maeInterval.high, rmse, rmseInterval.low, rmseInterval.high]);
  return html`the prediction of <b>${target}</b>
    is off by <b>${write(mae)}${unit}</b> on average (95 % interval ${write(maeInterval.low)} to
    ${write(maeInterval.high)}); RMSE ${write(rmse)} (${write(rmseInterval.low)} to ${write(rmseInterval.high)}).`;
}
