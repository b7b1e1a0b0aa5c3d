import { InputError } from "../errors.js";
import { Rng } from "../math/rng.js";
import type { PidColumns } from "../pid/estimate/data-columns.js";
import { type RowGroups, rowGroups } from "../pid/estimate/row-groups.js";
import { countedRow } from "../row-number.js";
import { densityRanges } from "./atom-ranges.js";
import { backInPlace, canonicalOrder, inOrder, labelsInOrder } from "./canonical-rows.js";
import { fewestCheckRows, readingSets } from "./check-cost.js";
import type { CheckedColumns, CheckOptions } from "./check-options.js";
import type { CheckedReading, GaussianCheck } from "./check-types.js";
import { closedForm } from "./closed-form.js";
import type { FitContext } from "./conditionals.js";
import { type CrossFitFold, crossFitFolds } from "./cross-fit.js";
import type { Estimate } from "./estimate.js";
import { type Block, isReduced } from "./features.js";
import { isBeyond, isFound } from "./found.js";
import { ksg, mostKsgDimensions, sharedValues } from "./ksg.js";
import { brokenScores, normalScores } from "./normal-scores.js";
import { leaveOneOutSets, oInformationChange } from "./o-information.js";
import { type Reading, readScalar, readVector, type TargetChain, targetChain } from "./readings.js";

/** Informations that differ by more do not print alike, bits. */
const showsInPrint = 0.005;
/** Rows beyond which nearest neighbours are not looked for. */
const mostKsgRows = 20_000;
/** Share of values that repeat, beyond which they are not either. */
const ksgTies = 0.05;

/**
 * Asks whether the Gaussian reading of a table is enough: of each modality, of pairs of three and of all together, what a linear
 * Gaussian reading and what a conditional density that starts from it tell about rows that neither saw.
 * Columns and target count by their ranks alone.
 * @throws InputError for columns that do not fit together, a target without variation, and fewer than 200 rows
 */
export async function checkGaussian(
  target: PidColumns,
  modalities: readonly CheckedColumns[],
  options: CheckOptions,
): Promise<GaussianCheck> {
  if (modalities.length === 0) throw new InputError("a check needs at least one modality");
  const table = prepare(target, modalities, options);
  const { targets, folds } = table;
  const names = modalities.map(({ name }) => name);
  const sets = readingSets(names);
  const more = options.balance === true ? unread(leaveOneOutSets(names), sets) : [];
  const fits = folds.length * ((sets.length + more.length) * targets.length + targets.length - 1);
  let done = 0;
  const context: FitContext = {
    engine: options.engine,
    groups: table.groups,
    signal: options.signal,
    fitted: () => options.onProgress?.(++done, fits),
  };
  const chain = await targetChain(targets, folds, context);
  const readings: CheckedReading[] = [];
  const ofRows = new Map<string, Float64Array>();
  for (const set of [...sets, ...more]) {
    const chosen = set.map((name) => names.indexOf(name));
    const reading = await read(table, chosen, chain, context);
    ofRows.set(keyOf(set), reading.densityOfRows);
    if (!more.includes(set)) readings.push(describe(table, set, chosen, reading));
  }
  return { ...conclude(table, readings, options.seed ?? 1), ...balanceOf(names, ofRows, table.groups) };
}

const keyOf = (set: readonly string[]) => JSON.stringify(set);

function unread(sets: readonly string[][], read: readonly string[][]): string[][] {
  const known = new Set(read.map(keyOf));
  return sets.filter((set) => !known.has(keyOf(set)));
}

/** The O-information's change where all modalities and all but each one were read. */
function balanceOf(names: readonly string[], ofRows: ReadonlyMap<string, Float64Array>, groups: RowGroups | null) {
  const [all, ...without] = [names, ...leaveOneOutSets(names)].map((set) => ofRows.get(keyOf(set)));
  if (all === undefined || without.length === 0 || without.includes(undefined)) return {};
  return { oInformationChange: oInformationChange(all, without as Float64Array[], groups) };
}

/** The readings of one source, and the gap of each row in the order given. */
export interface DensityReading extends CheckedReading {
  /** [rows] parts of the gap, bits. */
  readonly gapOfRows: Float64Array;
  /** Whether the informations are lower bounds: one target. */
  readonly bound: boolean;
}

/** Both readings of one source. @throws InputError as `checkGaussian` does */
export async function readDensity(
  target: PidColumns,
  source: PidColumns,
  options: CheckOptions,
): Promise<DensityReading> {
  const table = prepare(target, [source], options);
  const { targets, folds, groups, order } = table;
  const fits = folds.length * (2 * targets.length - 1);
  let done = 0;
  const fitted = () => options.onProgress?.(++done, fits);
  const context: FitContext = { engine: options.engine, groups, signal: options.signal, fitted };
  const reading = await read(table, [0], await targetChain(targets, folds, context), context);
  const described = describe(table, [source.name], [0], reading);
  return { ...described, gapOfRows: backInPlace(reading.gapOfRows, order), bound: targets.length === 1 };
}

/** A table made ready: rows in an order of their own, columns and targets as normal scores. */
interface CheckTable {
  readonly order: Int32Array;
  readonly targets: readonly Float64Array[];
  readonly blocks: readonly Block[];
  /** Columns of the linear reading by the positions of the modalities, "0+1". */
  readonly together: ReadonlyMap<string, readonly Float64Array[]>;
  readonly groups: RowGroups | null;
  readonly folds: readonly CrossFitFold[];
  /** In that order, not transformed. */
  readonly raw: { readonly target: readonly Float64Array[]; readonly modalities: readonly (readonly Float64Array[])[] };
}

function prepare(target: PidColumns, modalities: readonly CheckedColumns[], options: CheckOptions): CheckTable {
  const { seed = 1, groups: labels, linearOnValues = false } = options;
  const rows = checkColumns(target, modalities);
  const order = canonicalOrder([...target.columns, ...modalities.flatMap(({ columns }) => columns)]);
  const seenOf = ({ columns, seen }: CheckedColumns) => (seen ?? columns).map((column) => inOrder(column, order));
  const raw = {
    target: target.columns.map((column) => inOrder(column, order)),
    modalities: modalities.map(({ columns }) => columns.map((column) => inOrder(column, order))),
  };
  const rng = new Rng(seed).split("check");
  const blocks = raw.modalities.map((columns, k) => {
    const seen = seenOf(modalities[k]).map(normalScores);
    const own = linearOnValues ? columns.map(centred) : columns.map(normalScores);
    const beside = (modalities[k].beside ?? []).map((column) => centred(inOrder(column, order)));
    return { seen, linear: [...own, ...(modalities[k].seen === undefined ? [] : seen), ...beside] };
  });
  const place = (name: string) => modalities.findIndex((modality) => modality.name === name);
  const together = new Map(
    (options.together ?? []).map(({ modalities: names, columns }) => [
      names.map(place).join("+"),
      columns.map((column) => centred(inOrder(column, order))),
    ]),
  );
  const groups = labels === undefined ? null : rowGroups(labelsInOrder(labels, order), rows);
  return {
    order,
    targets: raw.target.map((column, j) => brokenScores(column, rng.split(`target/${j}`))),
    blocks,
    together,
    groups,
    folds: crossFitFolds(rows, { folds: options.folds, groups, seed }),
    raw,
  };
}

function centred(column: Float64Array): Float64Array {
  const mean = column.reduce((sum, v) => sum + v, 0) / column.length;
  return column.map((v) => v - mean);
}

function read(table: CheckTable, chosen: readonly number[], chain: TargetChain, context: FitContext): Promise<Reading> {
  const { targets, folds } = table;
  const label = chosen.join("+");
  const blocks = blocksOf(table, chosen);
  return targets.length === 1
    ? readScalar(blocks, targets[0], folds, label, context)
    : readVector(blocks, targets, chain, folds, label, context);
}

/** Blocks of some modalities, with what the linear reading takes of them together. */
function blocksOf({ blocks, together }: CheckTable, chosen: readonly number[]): Block[] {
  const more = together.get(chosen.join("+"));
  const own = chosen.map((k) => blocks[k]);
  return more === undefined ? own : [...own, { linear: more, seen: [] }];
}

function describe(
  table: CheckTable,
  modalities: readonly string[],
  chosen: readonly number[],
  { linear, density, gap, misfit }: Reading,
): CheckedReading {
  const { targets, raw } = table;
  const columns = blocksOf(table, chosen).flatMap(({ linear }) => linear);
  return {
    modalities,
    gaussian: { closedForm: closedForm(columns, targets), heldOut: linear },
    density,
    gap,
    misfit,
    beyond: isBeyond(misfit),
    ksg: witness(
      chosen.flatMap((k) => raw.modalities[k]),
      raw.target,
      table.groups,
    ),
  };
}

/** Nearest neighbours where they can be believed; rows of one group would be one another's. */
function witness(x: readonly Float64Array[], y: readonly Float64Array[], groups: RowGroups | null): Estimate | null {
  const rows = y[0].length;
  if (x.length + y.length > mostKsgDimensions || rows > mostKsgRows || groups !== null) return null;
  return [...x, ...y].some((column) => sharedValues(column) > ksgTies) ? null : ksg(x, y);
}

function conclude(table: CheckTable, readings: readonly CheckedReading[], seed: number): GaussianCheck {
  const { targets, folds } = table;
  const alone = readings.filter(({ modalities }) => modalities.length === 1);
  return {
    unit: "bits",
    n: targets[0].length,
    folds: folds.length,
    seed,
    bound: targets.length === 1,
    readings,
    nonGaussian: readings.some(({ beyond }) => beyond),
    informationFound: readings.some(({ density, gaussian }) => isFound(density) || isFound(gaussian.heldOut)),
    ranges: densityRanges(readings),
    warnings: [...warningsOf(table, alone), ...unusedJointly(readings), ...looseBounds(readings)],
  };
}

/** What bounds themselves warn of. */
function looseBounds(readings: readonly CheckedReading[]): string[] {
  return readings.flatMap(({ modalities, density }) =>
    density.correction === undefined ? [] : density.warnings.map((warning) => `${modalities.join(", ")}: ${warning}`),
  );
}

/** Densities of some modalities that found more than that of all, which then does not count as what all tell. */
function unusedJointly(readings: readonly CheckedReading[]): string[] {
  const { density: joint } = readings[readings.length - 1];
  return readings
    .filter(({ density }) => isFound(density) && density.bits - joint.bits > showsInPrint)
    .map(
      ({ modalities }) =>
        `the joint density did not use all that that of ${joinNames(modalities)} uses; all together count as at least the ` +
        "largest of the informations",
    );
}

function joinNames(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]} alone` : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

function warningsOf({ blocks, folds }: CheckTable, alone: readonly CheckedReading[]): string[] {
  const trainRows = folds[0].train.length;
  const reduced = alone
    .filter((_, k) => isReduced(blocks[k].seen.length, trainRows))
    .map(({ modalities }) => modalities[0]);
  if (reduced.length === 0) return [];
  return [
    `of ${reduced.join(", ")} the density saw the linear prediction and leading components, since columns are many for ` +
      "the rows; what only single columns tell beyond them was not looked for",
  ];
}

function checkColumns(target: PidColumns, modalities: readonly CheckedColumns[]): number {
  const rows = target.columns[0]?.length ?? 0;
  const seen = modalities.flatMap(({ name, seen: columns }) => (columns === undefined ? [] : [{ name, columns }]));
  for (const { name, columns } of [target, ...modalities, ...seen]) {
    if (columns.length === 0) throw new InputError(`"${name}" has no columns`);
    for (const [j, column] of columns.entries()) {
      if (column.length !== rows) {
        throw new InputError(`"${name}", column ${j}: has ${column.length} rows, but the target has ${rows}`);
      }
      for (let r = 0; r < rows; r++) {
        if (Number.isFinite(column[r])) continue;
        throw new InputError(
          `"${name}", column ${j}, ${countedRow(r)} is ${column[r]}; every value must be a finite number`,
        );
      }
    }
  }
  for (const [j, column] of target.columns.entries()) {
    if (Array.from(column).every((v) => v === column[0])) {
      throw new InputError(`target "${target.name}", column ${j} has the same value in every row`);
    }
  }
  if (rows < fewestCheckRows) {
    throw new InputError(`a check of the Gaussian reading needs at least ${fewestCheckRows} rows, got ${rows}`);
  }
  return rows;
}
