import { within } from "../alike.js";
import { type Html, html } from "../html.js";
import type { Sentence } from "../sentence.js";
import { formatNumber, plural } from "../text.js";

/** By how much the error grows without something, with its interval. */
export interface NamedIncrease {
  readonly name: string;
  readonly columns: number;
  readonly increase: number;
  readonly low: number;
  readonly high: number;
}

/** What the errors of one target rest on in one modality. */
export interface ImportanceFacts {
  readonly modality: string;
  readonly target: string;
  /** After a number: " years". */
  readonly unit: string;
  /** Name of the error, and what it is as the rows are. */
  readonly called: string;
  readonly error: number;
  /** All columns of the modality at once. */
  readonly whole: NamedIncrease;
  /** The most important of what was looked at; undefined where nothing of the kind was. */
  readonly column: NamedIncrease | undefined;
  readonly group: NamedIncrease | undefined;
  readonly region: NamedIncrease | undefined;
}

const clear = (found: NamedIncrease | undefined): found is NamedIncrease => found !== undefined && found.low > 0;

const unused = ({ increase, low, high }: NamedIncrease) => increase === 0 && low === 0 && high === 0;

/** A negative increase as a positive fall. */
const fall = (found: NamedIncrease): NamedIncrease => ({
  ...found,
  ...{ increase: -found.increase, low: -found.high, high: -found.low },
});

function by({ increase, ...ends }: NamedIncrease, unit: string): Html {
  const { value, low, high } = within({ value: increase, low: ends.low, high: ends.high });
  return html`<b>${value}</b> (${low} to ${high})${unit}`;
}

const largest = ({ column, group, region }: ImportanceFacts) => [column, group, region];

/** What importance says of one target and modality. */
export const importanceSentences: readonly Sentence<ImportanceFacts, Html>[] = [
  {
    id: "importance/whole",
    when: ({ whole }) => clear(whole),
    say: ({ modality, target, unit, called, error, whole }) =>
      html`With <b>${modality}</b> permuted as a whole the ${called} of ${target} grows from ${formatNumber(error)} by ${by(whole, unit)}.`,
  },
  {
    id: "importance/whole-unused",
    when: ({ whole }) => unused(whole),
    say: ({ modality, target, called }) =>
      html`The predictions do not use <b>${modality}</b>: the ${called} of ${target} stays the same with it permuted.`,
  },
  {
    id: "importance/whole-lower",
    when: ({ whole }) => whole.high < 0,
    say: ({ modality, target, unit, called, error, whole }) =>
      html`With <b>${modality}</b> permuted as a whole the ${called} of ${target} even falls from ${formatNumber(error)}, by ${by(fall(whole), unit)}:
        on these rows the model reads it wrongly.`,
  },
  {
    id: "importance/whole-unclear",
    when: ({ whole }) => whole.high >= 0 && !unused(whole) && !clear(whole),
    say: ({ modality, target, called, unit, whole }) =>
      html`That the ${called} of ${target} grows with <b>${modality}</b> permuted cannot be told on these rows: ${by(whole, unit)}.`,
  },
  {
    id: "importance/column",
    when: ({ column }) => clear(column),
    say: ({ column, unit }) =>
      column === undefined ? html`` : html`Of single columns, ${column.name} counts most: ${by(column, unit)}.`,
  },
  {
    id: "importance/no-column",
    when: (facts) => facts.column !== undefined && !clear(facts.column) && clear(facts.whole),
    say: () => html`No single column counts clearly: others stand in for it.`,
  },
  {
    id: "importance/group",
    when: ({ column, group }) => clear(group) && group.increase > (column?.increase ?? 0),
    say: ({ group, unit }) =>
      group === undefined
        ? html``
        : html`More than any single one, ${plural(group.columns, "correlated column")} count together (${group.name}): ${by(group, unit)}.`,
  },
  {
    id: "importance/region",
    when: ({ region }) => clear(region),
    say: ({ region, unit }) =>
      region === undefined
        ? html``
        : html`Of regions, both sides together, ${region.name} counts most: ${by(region, unit)}.`,
  },
  {
    id: "importance/none-looked-at",
    when: (facts) => largest(facts).every((found) => found === undefined),
    say: () => html`Its columns were not looked at by themselves.`,
  },
];
