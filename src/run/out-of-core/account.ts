import type { PreparedSample } from "./store-rows.js";
import type { StoredFacts } from "./stored-rows.js";

/** Rows of a table, those that train from disk, those that do not because of the parts, and those that lack what they need. */
export interface OutOfCoreRows extends Pick<StoredFacts, "tableRows" | "heldOut" | "leftOut"> {
  readonly trainingRows: number;
}

/** Confidence of the error of shares. */
const confidence = 0.95;

/**
 * How far the empirical distribution of a random sample may be off the one of the table, in shares of rows, anywhere:
 *   sqrt(ln(2 / (1 - 0.95)) / (2 n))                (Dvoretzky, Kiefer & Wolfowitz 1956; constant of Massart 1990)
 */
export function shareError(n: number): number {
  return Math.sqrt(Math.log(2 / (1 - confidence)) / (2 * n));
}

/** Sentences about what is of the sample alone, and what of all rows. */
export function sampleMessages(
  { split, dataset }: PreparedSample & { readonly split: { readonly train: Int32Array } },
  rows: number,
  { tableRows, heldOut, leftOut }: StoredFacts,
): string[] {
  const count = (n: number) => `${n} ${n === 1 ? "row" : "rows"}`;
  const held = split.validation.length + split.test.length;
  const others = heldOut - held;
  const error = Number((100 * shareError(split.train.length)).toPrecision(2));
  const sample = dataset.rowIds.length;
  return [
    `out of core: ${count(rows)} of ${tableRows} train, from disk; ${count(sample)} at random were held: ` +
      `${split.validation.length} of the validation and ${split.test.length} of the test part are of them, and the preparation, atoms, ` +
      `baselines, comparison networks and importance are of its ${split.train.length} training rows alone`,
    ...(sample === tableRows - leftOut
      ? []
      : [
          `quantiles and means of the preparation are those of a sample: shares of rows are off by at most ${error} % (95 %)`,
        ]),
    ...(others > 0
      ? [
          `${count(others)} ${others === 1 ? "is" : "are"} in no part: of a group of validation or test rows, or by data.split.column`,
        ]
      : []),
  ];
}
