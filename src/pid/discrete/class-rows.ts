import { mean } from "../../math/descriptive.js";
import { groupedError, type RowGroups } from "../estimate/row-groups.js";
import { type CellCounts, cellPosteriors, posteriorRows, shrunkTable, tableBias } from "./cell-posteriors.js";
import { type ClassTables, cellShares, entropyBits, tableInformation } from "./class-tables.js";
import type { PosteriorCells, Posteriors } from "./posterior-cells.js";
import { type DiscreteUnion, discreteUnion, type UnionOptions } from "./union-discrete.js";

/** Rows read by class: labels, cells of every modality, and what the joint posterior shows of each row. */
export interface ClassRows {
  /** [rows] 0 .. classes - 1 */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly cells: readonly PosteriorCells[];
  /** by modality, [rows * classes]; null where cells are counted alone */
  readonly posteriors: readonly Posteriors[] | null;
  /** by modality, [rows] log2 q(y | x_k) of its posterior */
  readonly own: readonly Float64Array[];
  /** [rows] log2 q(y | x) of all modalities */
  readonly joint: Float64Array;
  /** by modality, factor on the variance of counts of rows that depend on one another; at least 1 */
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
  /** p(y, c) of every modality's cells: the rows in them, and their mean posteriors. */
  readonly tables: readonly Float64Array[];
  /** As how many rows the mean posterior of a cell counts, by modality (`posteriorRows`); 0 where cells are counted alone. */
  readonly strengths: Float64Array;
  /** I(Y; C_k) of the tables, and the bias that is in it. */
  readonly single: Float64Array;
  readonly bias: Float64Array;
  readonly union: DiscreteUnion;
  /** Union of all modalities but k; three or more of them. */
  readonly without: readonly DiscreteUnion[];
}

/**
 * Reads rows, each as often as it is named.
 * @param start reading of the whole: its strengths hold, and unions start from its unions
 */
export function readClasses(
  rows: ClassRows,
  chosen: ArrayLike<number>,
  options: UnionOptions = {},
  start?: ClassReadings,
): ClassReadings {
  const n = chosen.length;
  const { shares, numbers } = classShares(rows, chosen);
  const entropy = entropyBits(shares);
  const read = rows.cells.map((_, k) => readCells(rows, k, chosen, { shares, numbers, strength: start?.strengths[k] }));
  const tables = read.map(({ table }) => table);
  const shown = (scores: Float64Array) => {
    let score = 0;
    for (let i = 0; i < n; i++) score += scores[chosen[i]] / n;
    return heldOutInformation(entropy, score);
  };
  const solve = (of: ClassTables, from: DiscreteUnion | undefined) =>
    discreteUnion(of, { ...options, start: from === undefined ? undefined : startOf(from) });
  const others = tables.length < 3 ? [] : tables.map((_, k) => tables.filter((_t, j) => j !== k));
  return {
    ...{ n, shares, entropy, tables },
    strengths: Float64Array.from(read, ({ strength }) => strength),
    single: Float64Array.from(tables, (table) => tableInformation(table, shares)),
    bias: Float64Array.from(read, ({ bias }) => bias),
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

/** Where the whole ended, with some of every cell, since these rows may need cells that the whole does not. */
function startOf({ mixture }: DiscreteUnion): Float64Array {
  return mixture.map((r) => 0.9 * r + 0.1 / mixture.length);
}

/** Shares of the classes over the rows, and the number of each among them; a class that no row has is left out (-1). */
function classShares({ labels, classes }: ClassRows, chosen: ArrayLike<number>) {
  const counts = new Float64Array(classes);
  for (let i = 0; i < chosen.length; i++) counts[labels[chosen[i]]]++;
  const numbers = new Int32Array(classes).fill(-1);
  let present = 0;
  counts.forEach((count, y) => {
    if (count > 0) numbers[y] = present++;
  });
  return { shares: counts.filter((c) => c > 0).map((c) => c / chosen.length), numbers };
}

interface CellsToRead {
  readonly shares: Float64Array;
  readonly numbers: Int32Array;
  /** As how many rows the mean posterior counts; undefined to see from the rows. */
  readonly strength?: number;
}

/** The table of one modality, what is known of it, and the bias of its information. */
function readCells(
  { labels, cells, posteriors, designEffects }: ClassRows,
  k: number,
  chosen: ArrayLike<number>,
  { shares, numbers, strength: known }: CellsToRead,
) {
  const { of, count } = cells[k];
  const counted: CellCounts = { counts: new Float64Array(shares.length * count), rows: new Float64Array(count) };
  for (let i = 0; i < chosen.length; i++) {
    counted.counts[numbers[labels[chosen[i]]] * count + of[chosen[i]]]++;
    counted.rows[of[chosen[i]]]++;
  }
  const effect = designEffects[k];
  if (posteriors === null) {
    const table = counted.counts.map((rows) => rows / chosen.length);
    return { table, strength: 0, bias: tableBias(counted, shares.length, { strength: 0, effect }) };
  }
  const posterior = cellPosteriors(posteriors[k], { of, count, numbers, present: shares.length }, chosen);
  const strength = known ?? posteriorRows(counted, posterior, effect);
  const table = shrunkTable(counted, { posterior, strength, effect }, shares);
  return { table, strength, bias: tableBias(counted, shares.length, { strength, effect }) };
}

/** log2 p(y | c) / p(y) of every row by the table of a reading of all rows; [rows]. */
export function tableLocal({ labels, cells }: ClassRows, { tables, shares }: ClassReadings, k: number): Float64Array {
  const { of, count } = cells[k];
  const table = tables[k];
  const margin = cellShares(table, shares.length);
  return Float64Array.from(labels, (y, r) => Math.log2(table[y * count + of[r]] / (shares[y] * margin[of[r]])));
}

/** The same by counts alone, whose mean is the information of the counts; [rows]. */
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

/** The part of every row in a union of some modalities; [rows]. Of tables of counts its mean is the certificate. */
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
