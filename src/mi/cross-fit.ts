import { deal } from "../data/split/group-deal.js";
import { InputError } from "../errors.js";
import { Rng } from "../math/rng.js";
import { membersOf, type RowGroups } from "../pid/estimate/row-groups.js";

/** Rows of one fit. */
export interface CrossFitFold {
  readonly index: number;
  /** Rows to fit on. */
  readonly train: Int32Array;
  /** Rows to choose by: when to stop, how much to believe. */
  readonly validation: Int32Array;
  /** Rows to score, which take part in neither. */
  readonly scored: Int32Array;
  /** Stream of the fit. */
  readonly rng: Rng;
}

/** How rows are dealt to folds. */
export interface CrossFitOptions {
  /** Default 5; no more than there are groups. */
  readonly folds?: number;
  /** Groups that are dealt as a whole; null or left out: rows are independent. */
  readonly groups?: RowGroups | null;
  /** [rows] label of each row that every fold is to hold in equal shares; rows without groups only. */
  readonly strata?: ArrayLike<number>;
  /** Seed of the deal and of the fits. Default 1. */
  readonly seed?: number;
}

/** Share of the rows outside a fold that become its validation rows. */
const validationShare = 1 / 5;

/**
 * K folds, each scored by a model fitted on the others: four fifths of these rows are its training rows, one fifth its
 * validation rows. A group lies in one of the three parts.
 * @throws InputError for fewer than 2 folds, than 3 rows per fold, or than 3 groups
 */
export function crossFitFolds(rows: number, options: CrossFitOptions = {}): CrossFitFold[] {
  const { groups = null, strata, seed = 1 } = options;
  const folds = Math.min(options.folds ?? 5, groups?.count ?? Number.POSITIVE_INFINITY);
  refuseFew(rows, folds, groups);
  const rng = new Rng(seed).split("cross-fit");
  const shares = new Array<number>(folds).fill(1 / folds);
  const all = Int32Array.from({ length: rows }, (_, r) => r);
  const foldOf = partsOf(all, shares, groups, strata, rng.split("folds"));
  return shares.map((_, index) => {
    const own = rng.split(`fold/${index}`);
    const rest = all.filter((r) => foldOf[r] !== index);
    const part = partsOf(rest, [1 - validationShare, validationShare], groups, strata, own.split("validation"));
    return {
      index,
      train: rest.filter((_r, i) => part[i] === 0),
      validation: rest.filter((_r, i) => part[i] === 1),
      scored: all.filter((r) => foldOf[r] === index),
      rng: own,
    };
  });
}

/**
 * Fits and scores fold after fold, so that every row is scored once, by a model that never saw it.
 * @param scoresOf scores of the fold's scored rows, in their order, by name: one number per row, or `w` after one another
 * @returns scores of all rows by name, [rows] or [rows, w] row-major
 * @throws RangeError for another number of scores
 */
export async function crossFit<K extends string>(
  folds: readonly CrossFitFold[],
  scoresOf: (fold: CrossFitFold) => Promise<Readonly<Record<K, Float64Array>>>,
): Promise<Record<K, Float64Array>> {
  const rows = folds.reduce((sum, { scored }) => sum + scored.length, 0);
  const scores: Partial<Record<K, Float64Array>> = {};
  for (const fold of folds) {
    for (const [name, values] of Object.entries(await scoresOf(fold)) as [K, Float64Array][]) {
      const width = values.length / fold.scored.length;
      const all = scores[name] ?? new Float64Array(rows * width);
      if (all.length !== rows * width || !Number.isInteger(width)) {
        throw new RangeError(`"${name}" of fold ${fold.index}: ${values.length} scores of ${fold.scored.length} rows`);
      }
      fold.scored.forEach((r, i) => void all.set(values.subarray(i * width, (i + 1) * width), r * width));
      scores[name] = all;
    }
  }
  return scores as Record<K, Float64Array>;
}

/** Log-ratios of pairs by the model that saw neither row: that of the fold that scores both. @param ratios one per fold */
export function ratioOfFolds(
  folds: readonly CrossFitFold[],
  ratios: readonly ((i: number, j: number) => number)[],
): (i: number, j: number) => number {
  const foldOf = new Int32Array(folds.reduce((sum, { scored }) => sum + scored.length, 0));
  folds.forEach(({ scored }, f) => {
    for (const r of scored) foldOf[r] = f;
  });
  return (i, j) => ratios[foldOf[i]](i, j);
}

function refuseFew(rows: number, folds: number, groups: RowGroups | null): void {
  if (groups !== null && groups.count < 3) {
    throw new InputError(
      `cross-fitting: ${groups.count} groups cannot be fitted, checked and scored apart; at least 3 are needed`,
    );
  }
  if (!Number.isInteger(folds) || folds < 2) {
    throw new InputError(`cross-fitting: expected a whole number of folds, at least 2, got ${folds}`);
  }
  if (rows < 3 * folds) {
    throw new InputError(
      `cross-fitting: ${rows} rows are too few for ${folds} folds; at least ${3 * folds} are needed`,
    );
  }
}

/**
 * Deals rows to parts of the wanted shares: whole groups, the largest first; else single rows, in turn along the strata.
 * @returns part of each of the rows
 */
export function partsOf(
  rows: Int32Array,
  shares: readonly number[],
  groups: RowGroups | null,
  strata: ArrayLike<number> | undefined,
  rng: Rng,
): Int32Array {
  const units = groups === null ? null : groupsAmong(rows, groups);
  if (units !== null) {
    const order = Array.from(rng.permutation(units.length)).sort((a, b) => units[b].length - units[a].length);
    return spread(
      rows.length,
      order,
      deal(
        order.map((u) => units[u].length),
        shares,
      ),
      (u) => units[u],
    );
  }
  const order = Array.from(rng.permutation(rows.length));
  if (strata !== undefined) order.sort((a, b) => strata[rows[a]] - strata[rows[b]]);
  return spread(rows.length, order, deal(new Array<number>(rows.length).fill(1), shares), (i) => [i]);
}

/** Positions among `rows` of each group that has any. */
function groupsAmong(rows: Int32Array, groups: RowGroups): number[][] {
  const position = new Map(Array.from(rows, (r, i) => [r, i]));
  const present = membersOf(groups).map((members) => {
    const found = Array.from(members, (r) => position.get(r));
    return found.filter((i) => i !== undefined);
  });
  return present.filter(({ length }) => length > 0);
}

function spread(
  length: number,
  order: readonly number[],
  parts: Int32Array,
  positions: (unit: number) => readonly number[],
): Int32Array {
  const out = new Int32Array(length);
  order.forEach((unit, k) => {
    for (const i of positions(unit)) out[i] = parts[k];
  });
  return out;
}
