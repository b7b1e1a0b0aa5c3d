import type { SplitConfig } from "../../config/split.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { makeSplit, type SplitSource } from "../split/split.js";
import type { Reasoned, Shares } from "./draft.js";

/** Validation rows that a training needs for its atoms. */
const fewestValidation = 30;
const usual: Shares = { train: 0.7, validation: 0.1 };
const tried: readonly Shares[] = [
  usual,
  { train: 0.6, validation: 0.2 },
  { train: 0.5, validation: 0.3 },
  { train: 0.4, validation: 0.4 },
];

/**
 * Shares of a split whose validation part is large enough to train with, or why there are none.
 * @param seed of the run
 * @returns undefined where the usual shares are
 */
export function fitSplit(
  dataset: SplitSource,
  split: SplitConfig,
  seed: number,
): { readonly shares?: Reasoned<Shares>; readonly remark?: string } | undefined {
  const counts = tried.map((shares) => validationRows(dataset, { ...split, ...shares, test: 0.2 }, seed));
  const [first] = counts;
  if (first >= fewestValidation) return undefined;
  const found = split.by === "column" ? -1 : counts.findIndex((count) => count >= fewestValidation);
  if (found < 0) {
    return {
      remark:
        `a training needs ${fewestValidation} validation rows at least, and these ${dataset.rows} rows leave fewer: pidreg train will ` +
        "refuse them; pidreg decompose reads them, or set data.split yourself",
    };
  }
  const why =
    `the usual tenth of the rows gives ${first} validation rows, and a training needs ${fewestValidation}: ` +
    `${100 * tried[found].validation} % gives ${counts[found]}`;
  return { shares: { value: tried[found], why } };
}

/** Rows of the validation part; 0 where the rows cannot be dealt out. */
function validationRows(dataset: SplitSource, split: SplitConfig, seed: number): number {
  try {
    return makeSplit(dataset, split, new Rng(seed)).validation.length;
  } catch (error) {
    // Too few rows or groups for three parts: training says so with the same words.
    if (error instanceof InputError) return 0;
    throw error;
  }
}
