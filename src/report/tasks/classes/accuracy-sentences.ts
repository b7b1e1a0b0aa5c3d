import type { Difference } from "../../../evaluation/baseline-differences.js";
import { shown } from "../../../shown.js";
import { within } from "../../alike.js";
import { type Html, html } from "../../html.js";
import type { Sentence } from "../../sentence.js";
import { formatCount, formatNumber, formatPercent } from "../../text.js";

/** The test error of a target of classes. */
export interface ClassAccuracyFacts {
  readonly target: string;
  readonly classes: readonly string[];
  readonly rows: number;
  readonly logLoss: number;
  readonly interval: Pick<Difference, "low" | "high">;
  readonly balancedAccuracy: number;
  /** Null where no class can be told from the others. */
  readonly auc: number | null;
  readonly ece: number;
  /** Log loss of the class shares of the training rows on the same rows. */
  readonly shares: number;
  /** Rows of the rarest and of the most frequent class among the test rows. */
  readonly rarest: { readonly label: string; readonly rows: number };
  readonly commonest: { readonly label: string; readonly rows: number };
  /** Whether test rows equal rows of another part in every feature and target. */
  readonly copied: boolean;
}

/** How many times more frequent the commonest class has to be for shares to be told. */
const imbalance = 3;
/** Calibration error from which probabilities are called off. */
const miscalibrated = 0.05;

/** How good predicted probabilities are. */
export const classAccuracySentences: readonly Sentence<ClassAccuracyFacts, Html>[] = [
  {
    id: "classes/loss-of-new-rows",
    when: ({ copied }) => !copied,
    say: (facts) => html`On ${formatCount(facts.rows)} test rows that training never saw, ${loss(facts)}`,
  },
  {
    id: "classes/loss-with-copies",
    when: ({ copied }) => copied,
    say: (facts) =>
      html`On ${formatCount(facts.rows)} test rows, some of which equal rows of another part, ${loss(facts)}`,
  },
  {
    id: "classes/tells",
    when: ({ logLoss, shares }) => logLoss < shares,
    say: ({ logLoss, shares }) =>
      html`The class shares of the training rows, which know no feature, have ${formatNumber(shares)}: the prediction tells
        ${formatNumber((shares - logLoss) / Math.LN2)} bits of a row's class.`,
  },
  {
    id: "classes/tells-nothing",
    when: ({ logLoss, shares }) => logLoss >= shares,
    say: ({ shares }) =>
      html`The class shares of the training rows, which know no feature, have ${formatNumber(shares)}: the prediction is no
        better than these.`,
  },
  {
    id: "classes/right",
    when: () => true,
    say: ({ classes, balancedAccuracy, auc }) =>
      html`If the likeliest class is taken, ${formatPercent(balancedAccuracy)} of the rows of a class are right, the mean over
        the classes; ${formatPercent(1 / classes.length)} would be by chance.${
          auc === null ? "" : html` Area under the curve, one class against the rest: ${formatNumber(auc)}.`
        }`,
  },
  {
    id: "classes/imbalance",
    when: ({ rarest, commonest }) => commonest.rows > imbalance * rarest.rows,
    say: ({ rarest, commonest }) =>
      html`Classes differ in size: ${formatCount(commonest.rows)} test rows are "${shown(commonest.label)}", ${formatCount(rarest.rows)}
        "${shown(rarest.label)}". No class was given more weight, so that probabilities are those of rows as frequent as here; a rare
        class is seldom the likeliest. To find its rows, sort by its probability or choose a threshold of it.`,
  },
  {
    id: "classes/miscalibrated",
    when: ({ ece }) => ece > miscalibrated,
    say: ({ ece }) =>
      html`Probabilities of the likeliest class are off by ${formatPercent(ece)} on average over ten bins; the calibration
        curve shows where.`,
  },
];

function loss({ target, logLoss, interval }: ClassAccuracyFacts): Html {
  const { value, low, high } = within({ value: logLoss, low: interval.low, high: interval.high });
  return html`the log loss of <b>${target}</b> is <b>${value} nats</b> (95 % interval ${low} to ${high}).`;
}
