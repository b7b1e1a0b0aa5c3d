import { emptyMoments, type Moments, mergeMoments } from "./moments.js";
import { imputedMoments, mergePairwise, type PairwiseMoments, pairwiseOfComplete } from "./pairwise-moments.js";

/** Moments of the rows of one group, around an origin: of rows without gaps, and of pairs of columns of the others. */
export interface GroupShard {
  readonly full: Moments;
  /** Of rows with gaps; null where there are none. */
  readonly gappy: PairwiseMoments | null;
  readonly gappyRows: number;
  /** Rows of each group of rows that depend on one another, by its label; null where rows are independent. */
  readonly labels: Labels | null;
}

/** Groups of rows that depend on one another, with their rows. */
export type Labels = ReadonlyMap<string, number>;

/** Rows of a table, reduced to what the rows of the whole table can be reduced to without them. */
export interface ShardMoments {
  /** [columns] what was taken off every value, so that large means cost no digits; null where no row was used. */
  readonly origin: Float64Array | null;
  /** By the name of the group; one of the name "" where rows are not grouped. */
  readonly groups: ReadonlyMap<string, GroupShard>;
}

/** Name of the only group where rows are not grouped. */
export const noGroup = "";

/**
 * Merges shards of one table, pair by pair as a tree, so that rounding grows with the logarithm of their number. Shards without
 * rows change nothing, not the shape of the tree either.
 * @param shards of the same columns, at least one
 */
export function mergeShards(shards: readonly ShardMoments[]): ShardMoments {
  const used = shards.filter(({ origin }) => origin !== null);
  return used.length === 0 ? shards[0] : mergeTree(used);
}

function mergeTree(shards: readonly ShardMoments[]): ShardMoments {
  if (shards.length === 1) return shards[0];
  const half = Math.ceil(shards.length / 2);
  return mergePair(mergeTree(shards.slice(0, half)), mergeTree(shards.slice(half)));
}

/** Moments of the merged rows around zero: of all rows, imputed with their own means, and by group. */
export function finishShard(
  { origin, groups }: ShardMoments,
  columns: number,
): { readonly pooled: Moments; readonly byGroup: ReadonlyMap<string, Moments> } {
  const back = (moments: Moments): Moments =>
    origin === null ? moments : { ...moments, mean: moments.mean.map((m, j) => m + origin[j]) };
  const finished = (group: GroupShard) => back(finishGroup(group));
  const empty: GroupShard = { full: emptyMoments(columns), gappy: null, gappyRows: 0, labels: null };
  return {
    pooled: finished([...groups.values()].reduce(mergeGroups, empty)),
    byGroup: new Map(Array.from(groups, ([name, group]) => [name, finished(group)])),
  };
}

/** Labels of all rows, and by group; null where rows are independent. */
export function labelsOf({ groups }: ShardMoments): {
  readonly pooled: Labels | null;
  readonly byGroup: ReadonlyMap<string, Labels | null>;
} {
  const each = Array.from(groups, ([name, { labels }]) => [name, labels] as const);
  return { pooled: each.map(([, labels]) => labels).reduce(mergeLabels, null), byGroup: new Map(each) };
}

function mergePair(a: ShardMoments, b: ShardMoments): ShardMoments {
  const { origin } = a;
  if (origin === null) return b;
  if (b.origin === null) return a;
  const shift = b.origin.map((value, j) => value - origin[j]);
  const groups = new Map(a.groups);
  for (const [name, group] of b.groups) {
    const there = groups.get(name);
    const moved = shifted(group, shift);
    groups.set(name, there === undefined ? moved : mergeGroups(there, moved));
  }
  return { origin, groups };
}

function mergeGroups(a: GroupShard, b: GroupShard): GroupShard {
  return {
    full: mergeMoments(a.full, b.full),
    gappy: a.gappy === null || b.gappy === null ? (a.gappy ?? b.gappy) : mergePairwise(a.gappy, b.gappy),
    gappyRows: a.gappyRows + b.gappyRows,
    labels: mergeLabels(a.labels, b.labels),
  };
}

function mergeLabels(a: Labels | null, b: Labels | null): Labels | null {
  if (a === null || b === null) return a ?? b;
  const sum = new Map(a);
  for (const [label, rows] of b) sum.set(label, rows + (sum.get(label) ?? 0));
  return sum;
}

/** The same around another origin: co-moments do not depend on it. */
function shifted({ full, gappy, ...counts }: GroupShard, shift: Float64Array): GroupShard {
  const columns = shift.length;
  const moved = full.n === 0 ? full : { ...full, mean: full.mean.map((m, j) => m + shift[j]) };
  if (gappy === null) return { full: moved, gappy, ...counts };
  const mean = gappy.mean.map((m, at) => (gappy.count[at] === 0 ? m : m + shift[Math.floor(at / columns)]));
  return { full: moved, gappy: { ...gappy, mean }, ...counts };
}

function finishGroup({ full, gappy, gappyRows }: GroupShard): Moments {
  if (gappy === null) return full;
  return imputedMoments(mergePairwise(pairwiseOfComplete(full), gappy), full.n + gappyRows);
}
