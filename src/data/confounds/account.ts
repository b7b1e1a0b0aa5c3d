import { mean } from "../../math/descriptive.js";
import { unseenMessages } from "../categories/code-dataset.js";
import type { Dataset } from "../dataset.js";
import type { ConfoundRemoval } from "./confounds.js";
import { confoundTerms } from "./terms.js";

/** data.json.confounds: what was taken out of the features, in shares of variance over the training rows. */
export interface ConfoundAccount {
  readonly confounds: readonly string[];
  /** Terms of the regressions: one per confound of numbers, one per value of a category but the first. */
  readonly terms: number;
  readonly modalities: Readonly<
    Record<
      string,
      {
        readonly columns: number;
        /** Mean over the columns of the share of variance that the confounds explain; null where no column varies. */
        readonly meanShare: number | null;
        /** The few columns with the largest shares. */
        readonly most: readonly { readonly column: string; readonly share: number }[];
        /** Columns that follow from the confounds wholly, and are left out. */
        readonly wholly: readonly string[];
      }
    >
  >;
  /** What the share of a column would be on average if nothing hung together: terms over rows less 1. */
  readonly shareByChance: number;
  /** Rows of all parts that lack a confound, by term; they read as the mean of the training rows. */
  readonly filled: Readonly<Record<string, number>>;
}

const mostNamed = 5;

/** @param trainRows number of training rows */
export function confoundAccount(removal: ConfoundRemoval, dataset: Dataset, trainRows: number): ConfoundAccount {
  const { terms, numbers, categories, modalities } = removal;
  const own = modalities.map(({ name, columns }): [string, ConfoundAccount["modalities"][string]] => {
    const varying = columns.filter(({ slopes, share }) => share > 0 || slopes.some((slope) => slope !== 0));
    const most = varying.toSorted((a, b) => b.share - a.share).slice(0, mostNamed);
    return [
      name,
      {
        columns: columns.length,
        meanShare: varying.length === 0 ? null : mean(varying.map(({ share }) => share)),
        most: most.map(({ name: column, share }) => ({ column, share })),
        wholly: columns.flatMap(({ name: column, share }) => (share === 1 ? [column] : [])),
      },
    ];
  });
  return {
    confounds: [...numbers, ...categories.map(({ column }) => column)],
    terms: terms.length,
    modalities: Object.fromEntries(own),
    shareByChance: terms.length / (trainRows - 1),
    filled: gapsOf(removal, dataset),
  };
}

/** What the user is told about the confounds of a run. */
export function confoundMessages({ confounds, modalities, shareByChance, filled }: ConfoundAccount): string[] {
  const names = confounds.join(", ");
  const shares = Object.entries(modalities).map(([name, { meanShare, most }]) =>
    meanShare === null
      ? `nothing of ${name}`
      : `${percent(meanShare)} of the variance of ${name} on average (most: ${most[0].column}, ${percent(most[0].share)})`,
  );
  const wholly = Object.entries(modalities).filter(([, { wholly: columns }]) => columns.length > 0);
  return [
    `data.confounds: ${names} taken out, over the training rows ${shares.join("; ")}; ${percent(shareByChance)} would be by chance. ` +
      "The target stays as it is: what the confounds tell of it is no longer in the features",
    ...wholly.map(
      ([name, { wholly: columns }]) =>
        `data.confounds: modality "${name}": nothing is left of ${columns.slice(0, 8).join(", ")}` +
        `${columns.length > 8 ? ` and ${columns.length - 8} more` : ""}, which the confounds explain wholly`,
    ),
    ...filledMessages(filled),
  ];
}

/** What the user is told about a table that is predicted. */
export function externalConfoundMessages(removal: ConfoundRemoval, dataset: Dataset): string[] {
  const { terms: values, unseen } = confoundTerms(dataset, removal);
  const beyond = removal.terms.flatMap(({ name, low, high }) => {
    const column = values.get(name) as Float64Array;
    const count = column.reduce((sum, value) => sum + Number(value < low || value > high), 0);
    if (count === 0) return [];
    return [
      `data.confounds: "${name}" lies outside ${number(low)} to ${number(high)}, the range of the training rows, in ${count} of ` +
        `${column.length} rows: what is taken out of them follows the straight line further than it was fitted`,
    ];
  });
  return [
    ...filledMessages(gapsOf(removal, dataset)),
    ...beyond,
    ...[...unseen].flatMap(([column, found]) => unseenMessages(column, found)),
  ];
}

function filledMessages(filled: ConfoundAccount["filled"]): string[] {
  return Object.entries(filled).map(
    ([name, rows]) =>
      `data.confounds: "${name}" is missing in ${rows} ${rows === 1 ? "row, which reads" : "rows, which read"} as the mean of the training rows`,
  );
}

function gapsOf(removal: ConfoundRemoval, dataset: Dataset): Record<string, number> {
  const { terms } = confoundTerms(dataset, removal);
  const counts = [...terms].map(([name, values]): [string, number] => [
    name,
    values.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0),
  ]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}
