import type { Dataset, Modality } from "../dataset.js";
import type { Preprocessor } from "./preprocessor.js";

/** Share of the training values from which on a column is called nearly constant. */
const nearlyAll = 0.99;
/** Columns that are named per modality. */
const mostNamed = 10;

/**
 * Sentences that name the columns in which one value fills more than 99 % of the training rows that have any: they are
 * used, but what they tell rests on a handful of rows.
 * @param dataset before harmonisation, which moves one value to another for every site
 * @param preprocessor fitted on the same rows; columns that it dropped are not named again
 */
export function nearConstantMessages(
  dataset: Pick<Dataset, "modalities">,
  trainRows: ArrayLike<number>,
  preprocessor: Pick<Preprocessor, "modalities">,
): string[] {
  return preprocessor.modalities.flatMap(({ name, columns }) => {
    const modality = dataset.modalities.find((candidate) => candidate.name === name);
    if (modality === undefined) return [];
    const found = columns.filter((column) =>
      isNearConstant(modality, modality.columns.indexOf(column.name), trainRows),
    );
    if (found.length === 0) return [];
    const listed = found.slice(0, mostNamed).map((column) => column.name);
    const more = found.length > mostNamed ? ` and ${found.length - mostNamed} more` : "";
    return [
      `modality "${name}": ${found.length} ${found.length === 1 ? "column has" : "columns have"} one value in more than ` +
        `99 % of the training rows: ${listed.join(", ")}${more}; what they tell rests on the few other rows`,
    ];
  });
}

/** The value of a majority is the one that a vote leaves over (Boyer & Moore 1991); then it is counted. */
function isNearConstant({ values, columns }: Modality, column: number, rows: ArrayLike<number>): boolean {
  const at = (i: number) => values[rows[i] * columns.length + column];
  let candidate = Number.NaN;
  let votes = 0;
  let present = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = at(i);
    if (Number.isNaN(value)) continue;
    present++;
    if (votes === 0) candidate = value;
    votes += value === candidate ? 1 : -1;
  }
  let same = 0;
  for (let i = 0; i < rows.length; i++) same += Number(at(i) === candidate);
  return same > nearlyAll * present;
}
