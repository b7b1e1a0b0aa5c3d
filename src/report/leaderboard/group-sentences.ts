import { alike } from "../alike.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatNumber, plural } from "../text.js";

/** What a group of runs comes to. */
export interface GroupFacts {
  readonly target: string;
  /** With a leading space, or nothing. */
  readonly unit: string;
  readonly table: string;
  /** Name of the error. */
  readonly error: string;
  readonly entries: number;
  /** Entries with a test error. */
  readonly tested: number;
  /** The one of lowest test error, where any is tested. */
  readonly best: {
    readonly folder: string;
    readonly test: number;
    readonly interval: { readonly low: number; readonly high: number } | null;
    /** The baseline on the same rows, and its name. */
    readonly baseline: { readonly name: string; readonly test: number } | null;
  } | null;
}

/** A group whose best entry is known. */
type Tested = GroupFacts & { readonly best: NonNullable<GroupFacts["best"]> };

const isTested = (facts: GroupFacts): facts is Tested => facts.best !== null;
const beats = (facts: GroupFacts) =>
  isTested(facts) && facts.best.baseline !== null && facts.best.test < facts.best.baseline.test;

/** What is said first of a group, in order. */
export const groupSentences: readonly Sentence<GroupFacts, Html>[] = [
  {
    id: "group/none-tested",
    when: ({ tested }) => tested === 0,
    say: ({ target, table, entries }) =>
      html`${plural(entries, "entry", "entries")} on ${target} of ${table}, none of which has results yet.`,
  },
  {
    id: "group/best",
    when: isTested,
    say: (facts) => {
      const { best, unit, error, tested, entries } = facts as Tested;
      const { interval } = best;
      const write = alike(interval === null ? [best.test] : [best.test, interval.low, interval.high]);
      const ends = interval === null ? null : html` (95 % interval ${write(interval.low)} to ${write(interval.high)})`;
      const of = tested === 1 ? "the only one with results" : `of ${tested} with results`;
      const more = entries > tested ? `; ${entries - tested} more have none yet` : "";
      return html`The lowest test ${error} is <b>${write(best.test)}${unit}</b>${ends}, in <b>${best.folder}</b>, ${of}${more}.`;
    },
  },
  {
    id: "group/beats-baseline",
    when: beats,
    say: (facts) => {
      const { baseline } = (facts as Tested).best;
      return html`On the same rows ${baseline?.name ?? ""} has ${formatNumber(baseline?.test ?? 0)}${facts.unit}; the run's report says whether
        that is told apart.`;
    },
  },
  {
    id: "group/not-below-baseline",
    when: (facts) => isTested(facts) && facts.best.baseline !== null && !beats(facts),
    say: (facts) => {
      const { baseline } = (facts as Tested).best;
      return html`<b>That is not below ${baseline?.name ?? ""}</b>, the simpler model, on the same rows: ${formatNumber(baseline?.test ?? 0)}${facts.unit}.`;
    },
  },
  {
    id: "group/optimistic",
    when: ({ tested }) => tested > 1,
    say: () =>
      html`The lowest of several test errors is optimistic: it is picked by the rows that it is measured on. To choose among these, sort by
        the validation error; whether two differ on the rows that both tested, <code>pidreg compare</code> says.`,
  },
];

/** Facts that hold numbers, in plain text, for a terminal. */
export const optimisticNote =
  "The lowest of several test errors is optimistic: it is picked by the rows that it is measured on. To choose, sort by " +
  "validation; whether two differ on rows that both tested, `pidreg compare` says.";
