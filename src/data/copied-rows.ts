import { earlierCopies, RowHashes } from "../math/row-copies.js";
import type { Dataset } from "./dataset.js";
import { eachRow } from "./rows.js";
import type { PartName } from "./split/split.js";
import { storesOf } from "./stores.js";

/** Rows of each part. */
type PartRows = { readonly [part in PartName]: ArrayLike<number> };

/** Copies that are named. */
const mostNamed = 5;

/**
 * Sentences about rows that repeat an earlier one in every feature and target: how many there are, and how many of them
 * stand in another part than the row they repeat, where a part is then judged on rows that trained the network.
 * @param dataset as it was loaded; a gap equals a gap
 * @param split   rows of each part
 */
export async function copiedRowMessages(
  dataset: Pick<Dataset, "rows" | "rowIds" | "modalities" | "stores" | "order" | "targets">,
  split: PartRows,
): Promise<string[]> {
  const { rows, rowIds, targets } = dataset;
  const hashes = new RowHashes(rows);
  for (const { values } of targets) for (let r = 0; r < rows; r++) hashes.add(r, values[r]);
  for (const store of storesOf(dataset)) {
    await eachRow(store, (row, values) => {
      for (let j = 0; j < values.length; j++) hashes.add(row, values[j]);
    });
  }
  const earlier = earlierCopies(hashes);
  const copies = earlier.reduce((count, row) => count + Number(row >= 0), 0);
  if (copies === 0) return [];
  const named: string[] = [];
  for (let r = 0; r < rows && named.length < mostNamed; r++) {
    if (earlier[r] >= 0) named.push(`${rowIds[r]} of ${rowIds[earlier[r]]}`);
  }
  const examples = `${named.join(", ")}${copies > named.length ? ", .." : ""}`;
  return [
    `${copies} of the ${rows} rows ${copies === 1 ? "has" : "have"} the same features and targets as an earlier row ` +
      `(${examples}). If ${copies === 1 ? "it is a copy" : "they are copies"}, remove ${copies === 1 ? "it" : "them"}: ` +
      "standard errors and intervals take rows as independent",
    ...straddling(earlier, split),
  ];
}

/** Rows of the validation and the test part that a part before them holds too. */
function straddling(earlier: Int32Array, { train, validation, test }: PartRows): string[] {
  const first = (row: number) => (earlier[row] < 0 ? row : earlier[row]);
  const holds = (part: ArrayLike<number>) => new Set(Array.from(part, first));
  const training = holds(train);
  const judged = holds(validation);
  const count = (part: ArrayLike<number>, found: (row: number) => boolean) =>
    Array.from(part, first).filter(found).length;
  const parts = [
    [count(validation, (row) => training.has(row)), "validation", "training"],
    [count(test, (row) => training.has(row)), "test", "training"],
    [count(test, (row) => !training.has(row) && judged.has(row)), "test", "validation"],
  ] as const;
  const said = parts
    .filter(([rows]) => rows > 0)
    .map(
      ([rows, part, other]) => `${rows} ${part} ${rows === 1 ? "row stands" : "rows stand"} in the ${other} part too`,
    );
  if (said.length === 0) return [];
  return [
    `rows of the same features and targets stand in different parts of the split: ${said.join(", ")}. If they are copies, ` +
      "what is measured there is not measured on new rows: remove them, or give a row and its copies one value of a " +
      "column and name it as data.group",
  ];
}
