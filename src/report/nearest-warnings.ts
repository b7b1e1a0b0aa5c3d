import type { RunWarning } from "../record/run-schemas.js";
import { type Beside, inNumbers, loses, wins } from "./baseline-beside.js";
import type { Sentence } from "./sentence.js";
import { formatNumber, formatPortion } from "./text.js";

/** The test error of one target beside that of the nearest training rows in time. */
export interface NearestFacts {
  readonly target: string;
  /** Name of the error of the task. */
  readonly error: string;
  readonly own: number;
  readonly nearest: Beside;
  /** Whether the nearest rows err less than what predicts the same of every row: else time tells nothing. */
  readonly tells: boolean;
  /** Column of the order. */
  readonly column: string;
  /** Share of the test rows that stand beside training rows in the order. */
  readonly share: number;
  /** Whether the test asks how gaps are filled, and not how other times are predicted. */
  readonly amid: boolean;
  /** Whether every training row stands before every test row. */
  readonly later: boolean;
  /** The linear baseline of the features; undefined where the run has none. */
  readonly linear: Pick<Beside, "called" | "error"> | undefined;
}

/** The code of these warnings. */
export const nearestInTimeCode = "less-than-nearest-in-time";
const code = nearestInTimeCode;

const isWorse = ({ own, nearest, tells }: NearestFacts) => tells && loses(own, nearest);
const isOpen = ({ own, nearest, tells }: NearestFacts) => tells && !loses(own, nearest) && !wins(own, nearest);

const gapsOnly = ({ share, column }: NearestFacts) =>
  `${formatPortion(share)} of the test rows stand beside training rows in "${column}": such a split tells how well gaps ` +
  "between known rows are filled, not how well the future is predicted; use data.split.by: time";

/** What the features are worth beside time, on rows of other times than the training rows. */
function otherTimes({ later, linear, nearest, error }: NearestFacts): string {
  const known = later ? "the last value that was known" : "the values that were known before and after";
  const when = later
    ? "the test rows are later than all training rows"
    : "training rows stand before and after the test rows";
  if (linear === undefined) return `${when}, and there the network adds nothing that is seen to ${known}`;
  if (linear.error < nearest.error) {
    return (
      `${when}, and there the network adds nothing that is seen to ${known}; the features may: ${linear.called} on them has the ` +
      `${error} ${formatNumber(linear.error)}`
    );
  }
  return (
    `${when}, and there the features add nothing that is seen to ${known}, neither by the network nor by ${linear.called} ` +
    `(${error} ${formatNumber(linear.error)})`
  );
}

/** Whether the model knows more than what stands before and after a row. */
export const nearestWarnings: readonly Sentence<NearestFacts, RunWarning>[] = [
  {
    id: "nearest-in-time/gaps-worse",
    when: (facts) => facts.amid && isWorse(facts),
    say: (facts) => ({
      code,
      text:
        `${facts.nearest.called}, which know no feature, predict ${facts.target} better on the test rows ` +
        `(${inNumbers(facts.error, facts.own, facts.nearest)}). ${gapsOnly(facts)}`,
    }),
  },
  {
    id: "nearest-in-time/gaps-open",
    when: (facts) => facts.amid && isOpen(facts),
    say: (facts) => ({
      code,
      text:
        `the test rows cannot tell the prediction of ${facts.target} from that of ${facts.nearest.called}, which know no ` +
        `feature (${inNumbers(facts.error, facts.own, facts.nearest)}). ${gapsOnly(facts)}`,
    }),
  },
  {
    id: "nearest-in-time/times-worse",
    when: (facts) => !facts.amid && isWorse(facts),
    say: (facts) => ({
      code,
      text:
        `${facts.nearest.called}, which know no feature, predict ${facts.target} better on the test rows ` +
        `(${inNumbers(facts.error, facts.own, facts.nearest)}): ${otherTimes(facts)}`,
    }),
  },
  {
    id: "nearest-in-time/times-open",
    when: (facts) => !facts.amid && isOpen(facts),
    say: (facts) => ({
      code,
      text:
        `the test rows cannot tell the prediction of ${facts.target} from that of ${facts.nearest.called}, which know no ` +
        `feature (${inNumbers(facts.error, facts.own, facts.nearest)}): ${otherTimes(facts)}`,
    }),
  },
];
