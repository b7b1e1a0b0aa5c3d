import type { EvaluationConfig } from "../../config/evaluation.js";
import { type PreparedRows, readRows } from "../../data/rows.js";
import type { Engine } from "../../engine/engine.js";
import { InputError, RunError } from "../../errors.js";
import { checkSeconds, readingSets } from "../../mi/check-cost.js";
import { checkLatents, type ModalityLatents } from "../../mi/check-latents.js";
import type { TogetherColumns } from "../../mi/check-options.js";
import type { GaussianCheck } from "../../mi/check-types.js";
import { uncheckable } from "../../mi/checkable.js";
import type { LatentValues } from "../../training/atoms/readouts.js";
import { pickLatents } from "../complete-rows.js";

/** Rows that did not train the encoders and have every modality, with their latents. */
export interface HeldLatents {
  /** Positions in the prepared tables. */
  readonly rows: Int32Array;
  /** Prepared rows of every modality, as the network reads them. */
  readonly inputs: readonly PreparedRows[];
  /** Latents and what the network makes of them, in the order of `rows`. */
  readonly values: LatentValues;
  readonly latentDim: number;
  /** Gaussian view of the targets, [rows, targets], in the same order. */
  readonly target: ArrayLike<number>;
  readonly targets: number;
  /** [rows] label of the group of each row. */
  readonly groups?: readonly string[] | undefined;
}

export interface CheckSettings {
  readonly check: EvaluationConfig["check"];
  readonly seed: number;
  readonly engine: () => Promise<Engine>;
  readonly signal?: AbortSignal | undefined;
}

/** What the density sees of a modality: its prepared columns, or its latents. */
export type Seen = "columns" | "latents";

/** A check of the latents of a run, or why there is none; neither where none is wanted. */
export type LatentCheck =
  | { readonly check: GaussianCheck & { readonly seen: Readonly<Record<string, Seen>> } }
  | { readonly leftOut: string }
  | null;

/** Most prepared columns of a table that the density sees in place of the latents. */
const mostColumns = 16;
/** Of a check that nobody forced: most rows, most seconds on one core, folds. */
const auto = { rows: 4000, seconds: 20, folds: 3 } as const;
/** Folds of one that was forced. */
const manyFolds = 5;

/**
 * Checks the Gaussian reading of latents. Of a modality with at most 16 prepared columns the density sees these, else the
 * latents: latents that were trained to predict the mean of the target need not keep what only sets its spread, and the rule
 * does not depend on what is found.
 * A check that the rows do not carry, or that does not end well, is left out with the reason, whatever was asked.
 */
export async function checkHeldLatents(all: HeldLatents, settings: CheckSettings): Promise<LatentCheck> {
  const { check: wanted, seed, signal } = settings;
  if (wanted === "off") return null;
  const held = wanted === "auto" ? evenly(all, auto.rows) : all;
  const { inputs, targets, groups } = held;
  const rows = held.rows.length;
  const reason = uncheckable({ targets: targetColumns(held), groups });
  if (reason !== null) return { leftOut: reason };
  const widthOf = (input: PreparedRows) => held.latentDim + (seenOf(input) === "columns" ? input.width : 0);
  const widths = Object.fromEntries(inputs.map((input) => [input.name, widthOf(input)]));
  const seconds = (auto.folds / manyFolds) * checkSeconds(rows, widths, targets);
  if (wanted === "auto" && seconds > auto.seconds) {
    return { leftOut: `it would take about ${Math.ceil(seconds)} seconds; evaluation.check: on makes it all the same` };
  }
  const modalities = await Promise.all(inputs.map((input, m) => modalityLatents(held, input, m)));
  try {
    const engine = await settings.engine();
    const folds = wanted === "auto" ? auto.folds : manyFolds;
    const options = { engine, groups, seed, folds, together: togetherColumns(held), signal };
    const check = await checkLatents(modalities, held.target, targets, options);
    return { check: { ...check, seen: Object.fromEntries(inputs.map((input) => [input.name, seenOf(input)])) } };
  } catch (error) {
    // A training is not lost for a check that its rows do not carry: a fold of one group, say.
    if (!(error instanceof RunError || error instanceof InputError)) throw error;
    return { leftOut: error.message };
  }
}

function seenOf({ width, form }: PreparedRows): Seen {
  return form === undefined && width <= mostColumns ? "columns" : "latents";
}

async function modalityLatents(held: HeldLatents, input: PreparedRows, m: number): Promise<ModalityLatents> {
  const { latentDim: width, inputs, targets } = held;
  const { latents, predictionsAlone } = held.values;
  const rows = held.rows.length;
  const values = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < width; j++) values[r * width + j] = latents[(r * inputs.length + m) * width + j];
  }
  const predictions = (predictionsAlone[m] ?? []).flatMap((table) => columnsIn(table, targets));
  const own = { name: input.name, values, width, predictions };
  return seenOf(input) === "latents" ? own : { ...own, columns: await columnsOf(input, held.rows) };
}

/**
 * What the linear reading takes of modalities together, as atoms do: of all the network's prediction, of two of three the products
 * of their latents.
 */
function togetherColumns({ inputs, values, latentDim, rows, targets }: HeldLatents): TogetherColumns[] {
  const names = inputs.map(({ name }) => name);
  const all = { modalities: names, columns: values.predictions.flatMap((table) => columnsIn(table, targets)) };
  if (names.length === 1) return [];
  const at = (r: number, m: number, j: number) => values.latents[(r * names.length + m) * latentDim + j];
  const product = (a: number, b: number) =>
    Array.from({ length: latentDim }, (_, j) => Float64Array.from(rows, (_row, r) => at(r, a, j) * at(r, b, j)));
  const pairs = readingSets(names).filter((set) => set.length === 2 && names.length > 2);
  return [
    ...pairs.map((set) => ({
      modalities: set,
      columns: product(names.indexOf(set[0]), names.indexOf(set[1])),
    })),
    all,
  ];
}

/** Columns of a row-major table. */
function columnsIn(table: ArrayLike<number>, width: number): Float64Array[] {
  const rows = table.length / width;
  return Array.from({ length: width }, (_, j) =>
    Float64Array.from({ length: rows }, (_row, r) => table[r * width + j]),
  );
}

async function columnsOf(input: PreparedRows, rows: Int32Array): Promise<Float64Array[]> {
  const { width } = input;
  const values = new Float32Array(rows.length * width);
  await readRows(input, rows, values);
  return Array.from({ length: width }, (_, j) => Float64Array.from(rows, (_row, r) => values[r * width + j]));
}

function targetColumns({ target, targets }: HeldLatents): Float64Array[] {
  return columnsIn(target, targets);
}

/** At most so many of the rows, evenly spaced. */
function evenly(held: HeldLatents, most: number): HeldLatents {
  const { rows, values, target, targets, groups } = held;
  if (rows.length <= most) return held;
  const at = Array.from({ length: most }, (_, i) => Math.floor((i * rows.length) / most));
  const pick = (values: ArrayLike<number>, width: number) =>
    Float64Array.from({ length: most * width }, (_, k) => values[at[Math.floor(k / width)] * width + (k % width)]);
  return {
    ...held,
    rows: Int32Array.from(at, (i) => rows[i]),
    values: pickLatents(values, at),
    target: pick(target, targets),
    groups: groups && at.map((i) => groups[i]),
  };
}
