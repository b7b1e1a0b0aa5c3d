import { constants } from "node:buffer";
import type { Preprocessor } from "../data/prepare/preprocessor.js";
import { InputError } from "../errors.js";

/** Room for everything else that model.json holds. */
const otherText = 2 ** 24;

/**
 * Refuses, before training, what could not be written after it: the quantile maps of all columns are part of one JSON
 * text, and Node.js has texts of up to half a gigabyte.
 * @param longest characters of one text
 * @throws InputError that says how many knots would fit
 */
export function checkModelSize({ modalities }: Preprocessor, longest: number = constants.MAX_STRING_LENGTH): void {
  const columns = modalities.flatMap((modality) => modality.columns);
  const knots = columns.map(({ preparation }) => (preparation.kind === "quantile" ? preparation.y.length : 0));
  const all = knots.reduce((sum, count) => sum + count, 0);
  // A number takes at most 26 characters, so that few knots need no count.
  if (52 * all < longest - otherText) return;
  const length = columns.reduce((sum, column) => sum + JSON.stringify(column).length, 0);
  if (length < longest - otherText) return;
  const most = Math.floor((Math.max(...knots) * (longest - otherText)) / length);
  throw new InputError(
    `data.inputs.knots: ${columns.length} columns with up to ${Math.max(...knots)} knots each are ${Math.round(length / 1e6)} MB ` +
      `of text in model.json, more than Node.js can write (${Math.round(longest / 1e6)} MB). ` +
      `Set data.inputs.knots: ${Math.max(16, most)}, or data.inputs.preparation: standardize`,
  );
}
