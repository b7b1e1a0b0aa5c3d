import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { agree, formatCount, formatNumber, formatPercent, formatPortion, plural } from "../text.js";

/** Prediction intervals of one level for one target, and the test rows that they hold. */
export interface IntervalFacts {
  readonly target: string;
  readonly unit: string;
  /** Share that they should hold. */
  readonly asked: number;
  /** Of either side, on average where intervals differ; infinite where there are too few validation rows for the level. */
  readonly halfWidth: number;
  /** How intervals differ from row to row; null of runs of versions whose intervals were as wide for every row. */
  readonly byRow: {
    /** The widest over the narrowest of the test rows. */
    readonly ratio: number;
    /** Why all are as wide. */
    readonly constant?: "few-rows" | "no-pattern" | undefined;
    /** Shares that they hold by fifths of the prediction and of the true value; empty for few test rows. */
    readonly byPrediction: readonly number[];
    readonly byTruth: readonly number[];
  } | null;
  readonly validationRows: number;
  readonly rows: number;
  /** Share that they hold, with its 95 % interval. */
  readonly observed: number;
  readonly low: number;
  readonly high: number;
}

const isBounded = ({ halfWidth }: IntervalFacts) => Number.isFinite(halfWidth);

/** How wide intervals are, and whether they hold what they should. */
export const intervalSentences: readonly Sentence<IntervalFacts, Html>[] = [
  {
    id: "intervals/width",
    when: (facts) => isBounded(facts) && facts.byRow === null,
    say: ({ target, unit, asked, halfWidth }) => html`${formatPercent(asked)} prediction intervals of ${target} are the
      prediction <b>± ${formatNumber(halfWidth)}${unit}</b>.`,
  },
  {
    id: "intervals/mean-width",
    when: (facts) => isBounded(facts) && facts.byRow !== null,
    say: ({ target, unit, asked, halfWidth }) => html`${formatPercent(asked)} prediction intervals of ${target} reach
      <b>${formatNumber(halfWidth)}${unit}</b> to either side on average.`,
  },
  {
    id: "intervals/by-row",
    when: (facts) => isBounded(facts) && facts.byRow !== null && facts.byRow.constant === undefined,
    say: ({ byRow }) => html`They are wider for rows whose errors are larger: the widest
      ${formatNumber(byRow?.ratio ?? 1)} times as wide as the narrowest.`,
  },
  {
    id: "intervals/few-rows",
    when: ({ byRow }) => byRow?.constant === "few-rows",
    say: () => html`Rows do not differ in width: the training part has too few rows to learn which are harder.`,
  },
  {
    id: "intervals/no-pattern",
    when: ({ byRow }) => byRow?.constant === "no-pattern",
    say: () => html`Rows do not differ in width: none were found, in the training part, whose errors are clearly larger
      than those of others.`,
  },
  {
    id: "intervals/unbounded",
    when: (facts) => !isBounded(facts),
    say: ({ target, asked, validationRows }) => html`${plural(validationRows, "validation row")}
      ${agree(validationRows, "is", "are")} too few for ${formatPercent(asked)} prediction intervals of ${target}: these have
      no bounds.`,
  },
  {
    id: "intervals/hold",
    when: (facts) => isBounded(facts) && facts.low <= facts.asked && facts.asked <= facts.high,
    say: (facts) => html`They hold ${held(facts)}, as they should.`,
  },
  {
    id: "intervals/too-few",
    when: (facts) => isBounded(facts) && facts.high < facts.asked,
    say: (facts) => html`They hold ${held(facts)}, <b>too few</b>.`,
  },
  {
    id: "intervals/too-many",
    when: (facts) => isBounded(facts) && facts.asked < facts.low,
    say: (facts) => html`They hold ${held(facts)}, more than they need to.`,
  },
  {
    id: "intervals/kinds",
    when: (facts) => isBounded(facts) && (facts.byRow?.byPrediction.length ?? 0) > 1,
    say: ({ byRow }) => html`By fifths of the prediction they hold ${range(byRow?.byPrediction ?? [])} of the rows, by
      fifths of the true value ${range(byRow?.byTruth ?? [])}.`,
  },
];

function held({ observed, rows, low, high }: IntervalFacts): Html {
  return html`${formatPortion(observed)} of the ${plural(rows, "test row")}
    (95 % interval ${formatPercent(low)} to ${formatPercent(high)})`;
}

/** Intervals of groups of rows that have a width of their own, and at least as many test rows as shares are shown of. */
export interface GroupFacts {
  readonly column: string;
  readonly fewestRows: number;
  /** Of each group: shares of its rows inside its own width, and inside one width for all. */
  readonly own: readonly number[];
  readonly pooled: readonly number[];
  /** Share of all test rows inside the widths of their groups. */
  readonly all: number;
}

/** Whether one width for all serves every group. */
export const groupSentences: readonly Sentence<GroupFacts, Html>[] = [
  {
    id: "groups/one",
    when: ({ own }) => own.length === 1,
    say: ({ column, fewestRows, own, pooled, all }) => html`By ${column}: one group has a width of its own and
      ${formatCount(fewestRows)} test rows or more. One width for all holds ${formatPercent(pooled[0])} of its rows, its own
      width <b>${formatPercent(own[0])}</b>. Over all test rows the widths by ${column} hold ${formatPercent(all)}.`,
  },
  {
    id: "groups/several",
    when: ({ own }) => own.length > 1,
    say: ({
      column,
      fewestRows,
      own,
      pooled,
      all,
    }) => html`By ${column}: of the ${plural(own.length, "group")} with a width
      of their own and ${formatCount(fewestRows)} test rows or more, one width for all holds ${range(pooled)} of the rows, and
      their own widths hold <b>${range(own)}</b>. Over all test rows the widths by ${column} hold ${formatPercent(all)}.`,
  },
];

function range(shares: readonly number[]): string {
  const [low, high] = [formatPortion(Math.min(...shares)), formatPortion(Math.max(...shares))];
  return low === high ? low : `${low} to ${high}`;
}
