import { within } from "../alike.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatCount, formatNumber } from "../text.js";

/** The error on a table beside that of the run's own test part. */
export interface TableErrorFacts {
  readonly target: string;
  /** With a leading space, or nothing. */
  readonly unit: string;
  /** Name of the error of the task. */
  readonly name: string;
  readonly rows: number;
  readonly value: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** On the test part of the run. */
  readonly own: number;
}

const ownTest = ({ own, unit }: TableErrorFacts) => html`${formatNumber(own)}${unit}`;

/** How far off predictions of a table are; exactly one of all but the first holds. */
export const tableErrorSentences: readonly Sentence<TableErrorFacts, Html>[] = [
  {
    id: "table/error",
    when: () => true,
    say: ({ target, unit, name, rows, ...interval }) => {
      const { value, low, high } = within(interval);
      return html`On ${formatCount(rows)} rows of the table the ${name} of <b>${target}</b> is <b>${value}${unit}</b>
        (95 % interval ${low} to ${high}).`;
    },
  },
  {
    id: "table/higher",
    when: ({ low, own }) => low > own,
    say: (facts) =>
      html`That is <b>higher than on the run's own test part</b>, ${ownTest(facts)}: the interval leaves it out.`,
  },
  {
    id: "table/lower",
    when: ({ high, own }) => high < own,
    say: (facts) =>
      html`That is lower than on the run's own test part, ${ownTest(facts)}: the interval leaves it out. Look whether rows of the table
        trained the model, and whether its target varies less.`,
  },
  {
    id: "table/open",
    when: ({ low, high, own }) => low <= own && own <= high,
    say: (facts) => html`On the run's own test part it was ${ownTest(facts)}: these rows do not tell the two apart.`,
  },
];
