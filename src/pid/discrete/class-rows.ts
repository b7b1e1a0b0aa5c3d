import { mean } from "../../math/descriptive.js";
import { groupedError, type RowGroups } from "../estimate/row-groups.js";
import { type ClassTables, cellShares, entropyBits, tableInformation } from "./class-tables.js";
import type { PosteriorCells } from "./posterior-cells.js";
import { type DiscreteUnion, discreteUnion, type UnionOptions } from "./union-discrete.js";

/** Rows read by class: labels, cells of every modality, and what the joint posterior shows of each row. */
export interface ClassRows {
  /** [rows] 0 .. classes - 1 */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly cells: readonly PosteriorCells[];
  /** by modality, [rows] log2 q(y | x_k) of its posterior */
  readonly own: readonly Float64Array[];
  /** [rows] log2 q(y | x) of all modalities */
  readonly joint: Float64Array;
  /** by modality, factor on the bias of tables of rows that depend on one another; at least 1 */
  readonly designEffects: readonly number[];
}

/** What some of the rows show, before the numbers are made to agree; bits. */
export interface ClassReadings {
  readonly n: number;
  readonly shares: Float64Array;
  /** H(Y) of these rows. */
  readonly entropy: number;
  /** H(Y) - cross entropy of the joint posterior. */
  readonly total: number;
  /** The same of each modality's posterior. */
  readonly heldOut: Float64Array;
  /** I(Y; C_k) of the tables, and the bias that is in it. */
  readonly single: Float64Array;
  readonly bias: Float64Array;
  readonly union: DiscreteUnion;
  /** Union of all modalities but k; three or more of them. */
  readonly without: readonly DiscreteUnion[];
}

/** Reads rows, each as often as it is named. @param start unions of the whole, to start from */
export function readClasses(
  rows: ClassRows,
  chosen: ArrayLike<number>,
  options: UnionOptions = {},
  start?: ClassReadings,
): ClassReadings {
  const n = chosen.length;
  const { shares, tables } = tablesOf(rows, chosen);
  const entropy = entropyBits(shares);
  const classes = shares.length;
  const single = Float64Array.from(tables, (table) => tableInformation(table, shares));
  const bias = Float64Array.from(
    tables,
    (table, k) => rows.designEffects[k] * tableBias(classes, occupied(table, classes), n),
  );
  const shown = (scores: Float64Array) => {
    let score = 0;
    for (let i = 0; i < n; i++) score += scores[chosen[i]] / n;
    return heldOutInformation(entropy, score);
  };
  const solve = (of: ClassTables, from: DiscreteUnion | undefined) =>
    discreteUnion(of, { ...options, start: from === undefined ? undefined : startOf(from) });
  const others = tables.length < 3 ? [] : tables.map((_, k) => tables.filter((_t, j) => j !== k));
  return {
    ...{ n, shares, entropy, single, bias },
    total: shown(rows.joint),
    heldOut: Float64Array.from(rows.own, shown),
    union: solve({ shares, tables }, start?.union),
    without: others.map((left, k) => solve({ shares, tables: left }, start?.without[k])),
  };
}

/**
 * H(Y) plus the mean log2 posterior, at most H(Y). H(Y) is that of the rows without correction: the posteriors start from
 * the shares of the same rows, so that those which know nothing else give 0 exactly.
 */
export function heldOutInformation(entropy: number, meanScore: number): number {
  return Math.min(entropy, entropy + meanScore);
}

/** What independent classes and cells show on average: (m - 1)(K - 1) / (2 n ln 2). */
function tableBias(classes: number, cells: number, n: number): number {
  return ((cells - 1) * (classes - 1)) / (2 * n * Math.LN2);
}

function occupied(table: Float64Array, classes: number): number {
  return cellShares(table, classes).reduce((count, p) => count + (p > 0 ? 1 : 0), 0);
}

/** Where the whole ended, with some of every cell, since these rows may need cells that the whole does not. */
function startOf({ mixture }: DiscreteUnion): Float64Array {
  return mixture.map((r) => 0.9 * r + 0.1 / mixture.length);
}

/** Shares over the rows; a class that no row has is left out. */
function tablesOf({ labels, classes, cells }: ClassRows, chosen: ArrayLike<number>): ClassTables {
  const counts = new Float64Array(classes);
  for (let i = 0; i < chosen.length; i++) counts[labels[chosen[i]]]++;
  const numbers = new Int32Array(classes).fill(-1);
  let present = 0;
  counts.forEach((count, y) => {
    if (count > 0) numbers[y] = present++;
  });
  const tables = cells.map(({ of, count }) => {
    const table = new Float64Array(present * count);
    for (let i = 0; i < chosen.length; i++) {
      table[numbers[labels[chosen[i]]] * count + of[chosen[i]]] += 1 / chosen.length;
    }
    return table;
  });
  return { shares: counts.filter((c) => c > 0).map((c) => c / chosen.length), tables };
}

/** log2 p(y | c) / p(y) of every row, whose mean is the information of the table; [rows]. */
export function cellLocal({ labels, classes, cells }: ClassRows, k: number): Float64Array {
  const { of, count } = cells[k];
  const joint = new Float64Array(classes * count);
  const [own, margin] = [new Float64Array(classes), new Float64Array(count)];
  labels.forEach((y, r) => {
    joint[y * count + of[r]]++;
    own[y]++;
    margin[of[r]]++;
  });
  return Float64Array.from(labels, (y, r) =>
    Math.log2((joint[y * count + of[r]] * labels.length) / (own[y] * margin[of[r]])),
  );
}

/** The part of every row in a union of some modalities; [rows], mean = its certificate. */
export function unionLocal(rows: ClassRows, union: DiscreteUnion, modalities: readonly number[]): Float64Array {
  return Float64Array.from(rows.labels, (y, r) =>
    modalities.reduce((sum, k, i) => sum + union.factors[i][y * rows.cells[k].count + rows.cells[k].of[r]], 0),
  );
}

/** How many times the variance of a mean exceeds that of independent rows; at least 1. */
export function designEffect(local: Float64Array, groups: RowGroups | null): number {
  if (groups === null) return 1;
  const centre = mean(local);
  const left = local.map((v) => v - centre);
  const square = left.reduce((sum, v) => sum + v * v, 0);
  if (square === 0) return 1;
  return Math.max(1, groupedError(left, groups) ** 2 / (square / local.length ** 2));
}
