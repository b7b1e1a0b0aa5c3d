import { gatherRows, type PreparedRows, readRows, rowCount } from "../../data/rows.js";

/** What of one modality is changed in every row: inputs that come from other rows, or that take given values. */
export type Change = { readonly inputs: readonly number[] } & (
  | { readonly donors: Int32Array }
  | { readonly values: readonly number[] }
);

/** Prepared rows that lie in memory. */
export type RowsInMemory = PreparedRows & { readonly values: Float32Array };

/** Some rows of a modality, in memory. */
export async function gathered(input: PreparedRows, rows: ArrayLike<number>): Promise<RowsInMemory> {
  const { name, width, form, present } = input;
  const values = new Float32Array(rows.length * width);
  await readRows(input, rows, values);
  const kept = present === undefined ? {} : { present: Uint8Array.from(rows, (row) => present[row]) };
  return { name, width, values, ...(form === undefined ? {} : { form }), ...kept };
}

/**
 * The rows once for every change, change after change: what a model reads to predict all of them in few batches. Nothing is
 * copied before it is read.
 * @param inputs of the same rows, one entry per modality
 * @param m      the modality that the changes are of
 */
export function changedRows(inputs: readonly RowsInMemory[], m: number, changes: readonly Change[]): PreparedRows[] {
  const rows = rowCount(inputs[0]);
  return inputs.map((input, k): PreparedRows => {
    const { name, width, form, present } = input;
    const repeated =
      present === undefined
        ? {}
        : { present: Uint8Array.from({ length: rows * changes.length }, (_, i) => present[i % rows]) };
    const read = async (numbers: ArrayLike<number>, out: Float32Array) => {
      gatherRows(
        input.values,
        width,
        Int32Array.from(numbers, (number) => number % rows),
        out,
      );
      if (k === m) change(input, changes, numbers, out);
    };
    return { name, width, rows: rows * changes.length, read, ...(form === undefined ? {} : { form }), ...repeated };
  });
}

function change(
  { width, values }: RowsInMemory,
  changes: readonly Change[],
  numbers: ArrayLike<number>,
  out: Float32Array,
) {
  const rows = values.length / width;
  for (let i = 0; i < numbers.length; i++) {
    const made = changes[Math.floor(numbers[i] / rows)];
    const row = numbers[i] % rows;
    made.inputs.forEach((input, j) => {
      out[i * width + input] = "donors" in made ? values[made.donors[row] * width + input] : made.values[j];
    });
  }
}
