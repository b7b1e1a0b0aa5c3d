import type { Engine } from "../../engine/engine.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { fitRidge } from "../../models/baselines/ridge.js";
import { combineValues } from "../../pid/closed-form/combine-values.js";
import type { PidColumns } from "../../pid/estimate/data-columns.js";
import { gaussianPidFromData } from "../../pid/estimate/gaussian-pid-from-data.js";
import { pidFromResiduals } from "../../pid/estimate/residuals.js";
import { type GroupLabel, rowGroups } from "../../pid/estimate/row-groups.js";
import type { PidValues } from "../../pid/types.js";
import { fewestCheckRows } from "../check-cost.js";
import { type CrossFitFold, crossFitFolds } from "../cross-fit.js";
import { brokenScores } from "../normal-scores.js";
import type { Sides } from "../sides.js";
import { fitMaps } from "./fit-maps.js";
import { modalitySide, pidModel, targetSide } from "./pid-model.js";

/** Choices of `flowPid`. */
export interface FlowPidOptions {
  readonly engine: Engine;
  /** [rows] label of the group of each row; rows of one group depend on one another. Left out: rows are independent. */
  readonly groups?: readonly GroupLabel[] | undefined;
  /** Default 3. */
  readonly folds?: number;
  /** Seed of folds and fits. Default 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each of the fits. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** Atoms of the latents of flows, bits. */
export interface FlowPid {
  readonly unit: "bits";
  readonly n: number;
  readonly folds: number;
  readonly seed: number;
  /** Of rows that fitted neither the flows nor the readouts: the mean over the folds, each row scored once. */
  readonly heldOut: PidValues;
  /** Of `heldOut`, of the rows that were scored: what another training would change is not in them. */
  readonly standardErrors: PidValues | null;
  /**
   * As published: the closed form on the covariance of the latents of the rows that the flows were fitted to. Too large, the more
   * so the fewer rows there are for the columns; for comparison with the literature only.
   */
  readonly inSample: PidValues;
}

/** Most columns of the target or of a modality. */
export const mostFlowColumns = 16;

/**
 * Flow-PID with held-out atoms: on each fold flows make the pairs of target and modality normal, linear readouts are fitted to the
 * latents of the training rows, and the closed form is read off what they leave of the latent target in rows that took part in
 * neither (`pidFromResiduals`). Two modalities.
 * @throws InputError for another number of modalities, for wide sides, few rows, and columns that do not fit together
 */
export async function flowPid(
  target: PidColumns,
  modalities: readonly PidColumns[],
  options: FlowPidOptions,
): Promise<FlowPid> {
  const n = refuse(target, modalities);
  const { engine, groups: labels, folds: wanted = 3, seed = 1, signal, onProgress } = options;
  const folds = crossFitFolds(n, { folds: wanted, groups: labels === undefined ? null : rowGroups(labels, n), seed });
  const sides = sidesOf(target, modalities, new Rng(seed).split("flow-pid"));
  const found: FoldPid[] = [];
  for (const fold of folds) {
    found.push(await ofFold(fold, sides, modalities, { engine, signal, labels }));
    onProgress?.(found.length, folds.length);
  }
  const average = (all: readonly PidValues[]) => combineValues(all, (values) => meanOf(values));
  const errors = found.flatMap(({ standardErrors }) => standardErrors ?? []);
  return {
    ...{ unit: "bits", n, folds: folds.length, seed },
    heldOut: average(found.map(({ heldOut }) => heldOut)),
    standardErrors:
      errors.length < folds.length ? null : combineValues(errors, (values) => Math.hypot(...values) / values.length),
    inSample: average(found.map(({ inSample }) => inSample)),
  };
}

type FoldPid = Pick<FlowPid, "heldOut" | "standardErrors" | "inSample">;

interface FoldContext {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  readonly labels: readonly GroupLabel[] | undefined;
}

async function ofFold(
  fold: CrossFitFold,
  sides: Sides,
  modalities: readonly PidColumns[],
  { engine, signal, labels }: FoldContext,
): Promise<FoldPid> {
  const { train, scored } = fold;
  const model = pidModel(
    sides[targetSide].length,
    modalities.map(({ columns }) => columns.length),
  );
  const rows = Int32Array.from([...train, ...scored]);
  const { latents } = await fitMaps(model, sides, fold, rows, { engine, rng: fold.rng.split("flow-pid"), signal });
  const sideRows = (name: string) => latents[name].map((row) => Float64Array.from(row));
  const [y, ...z] = [targetSide, ...modalities.map((_, k) => modalitySide(k))].map(sideRows);
  const joint = Array.from(rows, (_, i) => Float64Array.from(z.flatMap((side) => [...side[i]])));
  const left = (source: readonly Float64Array[]) => residualsOf(source, y, train.length);
  const { information, atoms, union, standardErrors } = pidFromResiduals({
    names: modalities.map(({ name }) => name),
    targets: y[0].length,
    target: flat(y.slice(train.length)),
    residuals: z.map(left),
    jointResiduals: left(joint),
    ...(labels === undefined ? {} : { groups: Array.from(scored, (r) => labels[r]) }),
  });
  const trained = (side: readonly Float64Array[]) => columnsOf(side.slice(0, train.length));
  const published = gaussianPidFromData(
    { name: "target", columns: trained(y) },
    modalities.map(({ name }, k) => ({ name, columns: trained(z[k]) })),
    { estimator: "plug-in" },
  );
  return { heldOut: { information, atoms, union }, standardErrors, inSample: valuesOf(published) };
}

function valuesOf({ information, atoms, union }: PidValues): PidValues {
  return { information, atoms, union };
}

/** What linear readouts that are fitted to the first rows leave of the others, [others, targets]. */
function residualsOf(source: readonly Float64Array[], target: readonly Float64Array[], fitted: number): Float64Array {
  const fit = fitRidge(flat(source.slice(0, fitted)), flat(target.slice(0, fitted)), { rows: fitted });
  const predicted = fit.predict(flat(source.slice(fitted)));
  return flat(target.slice(fitted)).map((y, i) => y - predicted[i]);
}

function flat(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0].length;
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => void out.set(row, i * width));
  return out;
}

function columnsOf(rows: readonly Float64Array[]): Float64Array[] {
  return Array.from(rows[0], (_, j) => Float64Array.from(rows, (row) => row[j]));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Normal scores of every column by the names of the sides. */
function sidesOf(target: PidColumns, modalities: readonly PidColumns[], rng: Rng): Sides {
  const scores = (name: string, { columns }: PidColumns) =>
    [name, columns.map((column, j) => brokenScores(Float64Array.from(column), rng.split(`${name}/${j}`)))] as const;
  return Object.fromEntries([
    scores(targetSide, target),
    ...modalities.map((modality, k) => scores(modalitySide(k), modality)),
  ]);
}

function refuse(target: PidColumns, modalities: readonly PidColumns[]): number {
  if (modalities.length !== 2) {
    throw new InputError(`flows decompose what two modalities tell, got ${modalities.length}; use the measure broja`);
  }
  const rows = target.columns[0]?.length ?? 0;
  for (const { name, columns } of [target, ...modalities]) {
    if (columns.length === 0 || columns.length > mostFlowColumns) {
      throw new InputError(`"${name}" has ${columns.length} columns; flows read 1 to ${mostFlowColumns} of each side`);
    }
    const odd = columns.findIndex((column) => column.length !== rows);
    if (odd >= 0) throw new InputError(`"${name}", column ${odd}: has ${columns[odd].length} rows, expected ${rows}`);
    const same = columns.findIndex((column) => Array.from(column).every((v) => v === column[0]));
    if (same >= 0) throw new InputError(`"${name}", column ${same} has the same value in every row; leave it out`);
  }
  if (rows < fewestCheckRows)
    throw new InputError(`flows need at least ${fewestCheckRows} rows to learn from, got ${rows}`);
  return rows;
}
