import type { SplitConfig } from "../../config/split.js";
import { InputError } from "../../errors.js";
import { sorted } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import type { Dataset, SavedSplit } from "../dataset.js";
import { indicatorTargets } from "../target/indicators.js";
import { deal, dealGroups } from "./group-deal.js";
import { rowsByGroup } from "./groups.js";

/** The three parts, in the order in which `deal` fills them. */
export const partNames = ["train", "validation", "test"] as const;
export type PartName = (typeof partNames)[number];

/** Rows of each part, ascending; disjoint, and together all rows but those that are left out on purpose. */
export interface Split extends Readonly<Record<PartName, Int32Array>> {
  /** The same as row ids, to be saved. */
  readonly rowIds: SavedSplit;
}

/** What a split needs of a data set. */
export type SplitSource = Pick<Dataset, "rows" | "rowIds" | "group" | "splitLabels" | "savedSplit" | "targets">;

/**
 * Deals the rows out to training, validation and test. With a group column whole groups are dealt, so that no group
 * straddles, and parts are balanced in the targets and the number of groups (`dealGroups`); rows of classes without groups are
 * dealt class by class. A part whose share is above 0 receives at least one row (group), or the split is refused.
 * @param rng stream of the run; `config.seed` replaces it
 * @throws InputError when there are too few rows or groups, or the split column holds other words
 */
export function makeSplit(dataset: SplitSource, config: SplitConfig, rng: Rng): Split {
  const stream = (config.seed === undefined ? rng : new Rng(config.seed)).split("split");
  let parts: Uint8Array;
  if (config.by === "file" || config.by === "time") return splitBySaved(dataset, config.by);
  if (config.by === "column") parts = partsByColumn(dataset);
  else if (dataset.group !== undefined) parts = partsByGroup(dataset, dataset.group, shares(config), stream);
  else if (config.by === "group")
    throw new InputError("data.split.by: group needs data.group, the column of the groups.");
  else parts = partsByRow(dataset, config, stream);
  const rows = partNames.map((_, p) => Int32Array.from(indicesOf(parts, p)));
  return { train: rows[0], validation: rows[1], test: rows[2], rowIds: idsOf(dataset, rows) };
}

/**
 * Rows of a saved split in a data set, found by id.
 * @throws InputError when ids are unknown or repeated, or rows are in no part and not left out on purpose
 */
export function restoreSplit(dataset: Pick<Dataset, "rowIds">, saved: SavedSplit): Split {
  const index = new Map(dataset.rowIds.map((id, row) => [id, row]));
  const find = (id: string) => {
    const row = index.get(id);
    if (row === undefined) {
      throw new InputError(
        `saved split: row "${id}" is not in the table, has no usable values, or stands in two parts; has the table changed?`,
      );
    }
    index.delete(id);
    return row;
  };
  const parts = partNames.map((part) => Int32Array.from(saved[part], find).sort());
  const { leftOut } = saved;
  for (const id of leftOut ?? []) index.delete(id);
  if (index.size > 0) {
    const [first] = index.keys();
    throw new InputError(
      `saved split: ${index.size} rows of the table (first "${first}") are in no part; has the table changed?`,
    );
  }
  const rowIds = { ...idsOf(dataset, parts), ...(leftOut === undefined ? {} : { leftOut }) };
  return { train: parts[0], validation: parts[1], test: parts[2], rowIds };
}

function idsOf({ rowIds }: Pick<Dataset, "rowIds">, parts: readonly Int32Array[]): SavedSplit {
  const [train, validation, test] = parts.map((rows) => Array.from(rows, (row) => rowIds[row]));
  return { train, validation, test };
}

function splitBySaved({ savedSplit, rowIds, group, rows }: SplitSource, by: "file" | "time"): Split {
  if (savedSplit === undefined) {
    const needed =
      by === "file" ? "the row ids of data.split.file" : "data.order, the column by which rows follow each other";
    throw new InputError(`data.split.by: ${by} needs ${needed}.`);
  }
  const split = restoreSplit({ rowIds }, savedSplit);
  const empty = (["train", "validation"] as const).find((part) => split[part].length === 0);
  if (empty !== undefined) throw new InputError(`data.split.file: names no row for ${empty}.`);
  if (by === "file" && group !== undefined) {
    const parts = new Uint8Array(rows);
    partNames.forEach((part, p) => {
      for (const row of split[part]) parts[row] = p;
    });
    refuseStraddling(group, parts, "file");
  }
  return split;
}

function shares(config: SplitConfig): readonly number[] {
  return [config.train, config.validation, config.test];
}

function indicesOf(parts: Uint8Array, part: number): number[] {
  const rows: number[] = [];
  parts.forEach((p, row) => {
    if (p === part) rows.push(row);
  });
  return rows;
}

function partsByColumn({ splitLabels, group, rowIds, rows }: SplitSource): Uint8Array {
  if (splitLabels === undefined) throw new InputError("data.split.by: column needs the labels of data.split.column.");
  const parts = new Uint8Array(rows);
  const counts = [0, 0, 0];
  splitLabels.forEach((label, row) => {
    const part = (partNames as readonly string[]).indexOf(label.trim().toLowerCase());
    if (part < 0) {
      throw new InputError(
        `data.split.column: row "${rowIds[row]}" says "${label}"; expected train, validation or test.`,
      );
    }
    parts[row] = part;
    counts[part]++;
  });
  if (counts[0] === 0 || counts[1] === 0) {
    throw new InputError(`data.split.column: no row says ${counts[0] === 0 ? "train" : "validation"}.`);
  }
  if (group !== undefined) refuseStraddling(group, parts, "column");
  return parts;
}

function refuseStraddling(group: readonly string[], parts: Uint8Array, key: "column" | "file"): void {
  const home = new Map<string, number>();
  group.forEach((name, row) => {
    const part = home.get(name) ?? parts[row];
    if (part !== parts[row]) {
      throw new InputError(
        `data.split.${key}: group "${name}" is in both ${partNames[part]} and ${partNames[parts[row]]}; ` +
          "rows of one group must be in one part.",
      );
    }
    home.set(name, part);
  });
}

function partsByRow({ rows, targets }: SplitSource, config: SplitConfig, rng: Rng): Uint8Array {
  const wanted = shares(config);
  refuseTooFew(rows, wanted, "rows");
  const order = rng.permutation(rows);
  const parts = new Uint8Array(rows);
  const [first] = targets;
  if (config.stratify > 0 || first.classes !== undefined) {
    const bins = first.classes === undefined ? quantileBins(first.values, config.stratify) : first.values;
    const byBin = Array.from(order).sort((a, b) => bins[a] - bins[b]);
    const dealt = deal(new Array<number>(rows).fill(1), wanted);
    byBin.forEach((row, i) => {
      parts[row] = dealt[i];
    });
    return parts;
  }
  const sizes = partSizes(rows, wanted);
  order.forEach((row, i) => {
    parts[row] = i < sizes[0] ? 0 : i < sizes[0] + sizes[1] ? 1 : 2;
  });
  return parts;
}

/** Whole numbers of rows that sum to `rows`, closest to the shares; at least 1 for a share above 0. */
function partSizes(rows: number, wanted: readonly number[]): number[] {
  const sizes = wanted.map((share) => (share > 0 ? Math.max(1, Math.floor(rows * share)) : 0));
  const lack = (p: number) => rows * wanted[p] - sizes[p];
  for (let left = rows - sizes.reduce((a, b) => a + b, 0); left !== 0; left -= Math.sign(left)) {
    const open = [0, 1, 2].filter((p) => (left > 0 ? wanted[p] > 0 : sizes[p] > 1));
    sizes[open.reduce((best, p) => (Math.sign(left) * (lack(p) - lack(best)) > 0 ? p : best))] += Math.sign(left);
  }
  return sizes;
}

function refuseTooFew(count: number, wanted: readonly number[], what: string): void {
  const needed = wanted.filter((share) => share > 0).length;
  if (count < needed) {
    throw new InputError(`data.split: ${count} ${what} cannot fill ${needed} parts; at least ${needed} are needed.`);
  }
}

/** Bin of each value: equal counts, ties in one bin. */
function quantileBins(values: Float64Array, bins: number): Uint8Array {
  const ascending = sorted(values);
  const edges = Array.from({ length: bins - 1 }, (_, k) => ascending[Math.floor(((k + 1) * values.length) / bins)]);
  return Uint8Array.from(values, (value) => edges.filter((edge) => value >= edge).length);
}

function partsByGroup(
  { targets }: SplitSource,
  group: readonly string[],
  wanted: readonly number[],
  rng: Rng,
): Uint8Array {
  refuseTooFew(rowsByGroup(group).size, wanted, "groups");
  const filled = wanted.flatMap((share, p) => (share > 0 ? [p] : []));
  const dealt = dealGroups(
    { group, targets: indicatorTargets(targets) },
    filled.map((p) => wanted[p]),
    rng,
  );
  return Uint8Array.from(dealt, (k) => filled[k]);
}
