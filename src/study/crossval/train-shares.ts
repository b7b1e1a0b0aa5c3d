import type { Config } from "../../config/schema.js";
import type { SavedSplit } from "../../data/dataset.js";
import { rowsByGroup } from "../../data/split/groups.js";
import { InputError } from "../../errors.js";
import type { Rng } from "../../math/rng.js";
import { minAtomRows } from "../../training/atoms/atoms.js";

/** How shares are given. */
const expectedShares = "expected shares of the training rows above 0 and up to 1, with commas between: 0.25,0.5,1";

/** Shares as they were typed, with commas between. @throws InputError for what is no share, in the words that were typed */
export function typedShares(text: string): number[] {
  const shares = text.split(",").map((word) => (word.trim() === "" ? Number.NaN : Number(word)));
  if (!shares.every(isShare)) throw new InputError(`--train-share ${text}: ${expectedShares}`);
  return shares;
}

function isShare(share: number): boolean {
  return share > 0 && share <= 1;
}

/**
 * The shares of the training rows that a learning curve is drawn over, ascending, all rows last.
 * @throws InputError for shares that are none
 */
export function checkedShares(shares: readonly number[]): number[] {
  if (shares.length === 0 || !shares.every(isShare)) {
    throw new InputError(`--train-share ${shares.join(",")}: ${expectedShares}`);
  }
  return [...new Set([...shares, 1])].sort((a, b) => a - b);
}

/** Name of a fold that trains on a share of its rows. */
export function shareName(share: number, fold: string): string {
  return `share-${share}-${fold}`;
}

/**
 * A fold with a share of its training rows, and as large a share of its validation rows, but so many that atoms can be estimated: who has
 * fewer rows has fewer for both. The test rows stay. Rows of a larger share hold those of a smaller one; groups stay whole.
 * @param groupOf group of each row by its id; rows are independent if left out
 */
export function shareOfSplit(
  split: SavedSplit,
  share: number,
  groupOf: ReadonlyMap<string, string> | undefined,
  rng: Rng,
): SavedSplit {
  const some = (part: "train" | "validation", least: number) =>
    someOf(split[part], Math.max(least, share * split[part].length), groupOf, rng.split(part));
  const train = some("train", 1);
  const validation = some("validation", minAtomRows);
  const kept = new Set([...train, ...validation]);
  const others = [...split.train, ...split.validation].filter((id) => !kept.has(id));
  return { train, validation, test: split.test, leftOut: [...(split.leftOut ?? []), ...others] };
}

/** What is wrong where a part is too small to train or to estimate atoms on; undefined where none is. */
export function shareFault(
  share: number,
  fold: string,
  { train, validation }: SavedSplit,
  { model }: Config,
): string | undefined {
  const wanted = model.latentDim + 1;
  if (train.length >= wanted && validation.length >= minAtomRows) return undefined;
  return (
    `--train-share ${share}: ${fold} would have ${train.length} training and ${validation.length} validation rows; at least ${wanted} ` +
    `(model.latentDim + 1) and ${minAtomRows} are needed: leave this share out, or give more rows`
  );
}

/** Whole groups in random order, as many as come nearest to the number of rows; at least one. */
function someOf(
  ids: readonly string[],
  wanted: number,
  groupOf: ReadonlyMap<string, string> | undefined,
  rng: Rng,
): string[] {
  const units = [...rowsByGroup(ids.map((id) => groupOf?.get(id) ?? id)).values()];
  const kept = new Set<number>();
  for (const u of rng.permutation(units.length)) {
    const more = kept.size + units[u].length;
    if (kept.size > 0 && Math.abs(more - wanted) > Math.abs(kept.size - wanted)) break;
    for (const row of units[u]) kept.add(row);
  }
  return ids.filter((_, row) => kept.has(row));
}
