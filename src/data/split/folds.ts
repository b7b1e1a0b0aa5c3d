import type { SplitConfig } from "../../config/split.js";
import { InputError } from "../../errors.js";
import type { Rng } from "../../math/rng.js";
import type { Dataset, SavedSplit } from "../dataset.js";
import { indicatorTargets } from "../target/indicators.js";
import { takeTargets } from "../target/target-transform.js";
import { dealGroups } from "./group-deal.js";
import { rowsByGroup } from "./groups.js";
import { makeSplit, type SplitSource } from "./split.js";
import { foldsByTime } from "./time-parts.js";

/** What folds need of a data set. */
export type FoldSource = SplitSource & Pick<Dataset, "ordering">;

export interface FoldOptions {
  readonly folds: number;
  /** Share of the rows outside the test fold that becomes the validation part. */
  readonly validationShare: number;
  /** Value per row; rows of one value are tested together. The groups of the table if left out, else single rows. */
  readonly outerGroup?: readonly string[];
  /** Quantile bins of the first target that test folds and validation parts receive in equal shares; 0: not stratified. */
  readonly stratify: number;
  /** Folds and validation parts are stretches of the order, by these settings of `data.split`. */
  readonly timed?: Pick<SplitConfig, "blocks" | "gap"> | undefined;
  /** Rows that are dealt; the others are in no part of any fold. All if left out. */
  readonly among?: Int32Array | undefined;
}

/**
 * K-fold cross-validation with a validation part inside each training part: every row is tested once. Whatever is
 * chosen while a fold trains is chosen on that validation part, never on the test fold. Groups of the table straddle
 * neither border.
 * @returns one split per fold, as row ids
 * @throws InputError when there are too few rows or groups for the folds
 */
export function dealFolds(source: FoldSource, options: FoldOptions, rng: Rng): SavedSplit[] {
  const { folds, among, ...rest } = options;
  if (among !== undefined) return foldsAmong(source, { folds, ...rest }, among, rng);
  const { stratify } = options;
  const outer = options.outerGroup ?? source.group;
  if (!Number.isInteger(folds) || folds < 2)
    throw new InputError(`--folds ${folds}: expected a whole number, at least 2`);
  if (options.timed !== undefined) return timedFolds(source, options, options.timed);
  if (options.outerGroup !== undefined && source.group !== undefined) refuseTorn(source.group, options.outerGroup);
  const foldOf =
    outer === undefined
      ? foldsByRow(source, folds, stratify, rng)
      : foldsByGroup(source, outer, folds, rng.split("folds"));
  return Array.from({ length: folds }, (_, fold) => {
    const test: number[] = [];
    const rest: number[] = [];
    for (let row = 0; row < source.rows; row++) (foldOf[row] === fold ? test : rest).push(row);
    return {
      ...innerSplit(source, rest, options, rng.split(`fold/${fold}`)),
      test: test.map((row) => source.rowIds[row]),
    };
  });
}

/** Folds of some of the rows; the others are left out of every split. */
function foldsAmong(source: FoldSource, options: FoldOptions, among: Int32Array, rng: Rng): SavedSplit[] {
  const rows = Array.from(among);
  const pick = <T>(values: readonly T[] | undefined) => values && rows.map((row) => values[row]);
  const group = pick(source.group);
  const own: FoldSource = {
    ...{ rows: rows.length, rowIds: rows.map((row) => source.rowIds[row]) },
    ...{ targets: takeTargets(source.targets, rows), ordering: source.ordering },
    ...(group === undefined ? {} : { group }),
  };
  const outerGroup = pick(options.outerGroup);
  const dealt = new Set(rows);
  const leftOut = source.rowIds.filter((_, row) => !dealt.has(row));
  const splits = dealFolds(own, { ...options, ...(outerGroup === undefined ? {} : { outerGroup }) }, rng);
  return splits.map((split) => ({ ...split, leftOut }));
}

function timedFolds(
  { ordering, rowIds, group }: FoldSource,
  { folds, validationShare }: FoldOptions,
  timed: Pick<SplitConfig, "blocks" | "gap">,
): SavedSplit[] {
  if (ordering === undefined) throw new InputError("data.split.by: time needs data.order, the column of the order");
  const parts = foldsByTime({ ordering, rowIds, group }, { folds, validationShare, ...timed });
  return parts.map(({ split }) => split);
}

/** Training and validation part among the rows outside a test fold. */
function innerSplit(
  source: SplitSource,
  rows: readonly number[],
  { validationShare, stratify }: FoldOptions,
  rng: Rng,
): Pick<SavedSplit, "train" | "validation"> {
  const inner: SplitSource = {
    rows: rows.length,
    rowIds: rows.map((row) => source.rowIds[row]),
    targets: takeTargets(source.targets, rows),
    ...(source.group === undefined ? {} : { group: rows.map((row) => source.group?.[row] ?? "") }),
  };
  const shares = { train: 1 - validationShare, validation: validationShare, test: 0 };
  return makeSplit(inner, { by: "random", ...shares, stratify }, rng).rowIds;
}

/** Rows in random order dealt round and round; stratified: each run of K rows along the target goes to K folds. */
function foldsByRow({ rows, targets }: SplitSource, folds: number, stratify: number, rng: Rng): Int32Array {
  if (rows < folds) throw new InputError(`${rows} rows cannot fill ${folds} folds`);
  const order = Array.from(rng.split("folds").permutation(rows));
  if (stratify > 0 || targets[0].classes !== undefined)
    order.sort((a, b) => targets[0].values[a] - targets[0].values[b]);
  const foldOf = new Int32Array(rows);
  for (let start = 0; start < rows; start += folds) {
    const deal = rng.split(`deal/${start}`).permutation(folds);
    for (let i = start; i < Math.min(rows, start + folds); i++) foldOf[order[i]] = deal[i - start];
  }
  return foldOf;
}

/** Whole groups, so that folds agree in rows, groups and targets as well as sizes allow. */
function foldsByGroup({ targets }: SplitSource, group: readonly string[], folds: number, rng: Rng): Int32Array {
  const { size } = rowsByGroup(group);
  if (size < folds) throw new InputError(`${size} groups cannot fill ${folds} folds; ask for fewer`);
  return dealGroups({ group, targets: indicatorTargets(targets) }, new Array<number>(folds).fill(1 / folds), rng);
}

function refuseTorn(group: readonly string[], outer: readonly string[]): void {
  const home = new Map<string, string>();
  group.forEach((name, row) => {
    const other = home.get(name) ?? outer[row];
    if (other !== outer[row]) {
      throw new InputError(
        `group "${name}" of data.group has rows in "${other}" and in "${outer[row]}" of the outer group: ` +
          "it would be trained on and tested",
      );
    }
    home.set(name, other);
  });
}
