import type { EvaluationConfig } from "../../config/evaluation.js";
import { type PreparedRows, readRows } from "../../data/rows.js";
import type { Engine } from "../../engine/engine.js";
import { RunError } from "../../errors.js";
import { checkSeconds } from "../../mi/check-cost.js";
import { checkLatents, type ModalityLatents } from "../../mi/check-latents.js";
import type { GaussianCheck } from "../../mi/check-types.js";
import { uncheckable } from "../../mi/checkable.js";

/** Rows that did not train the encoders and have every modality, with their latents. */
export interface HeldLatents {
  /** Positions in the prepared tables. */
  readonly rows: Int32Array;
  /** Prepared rows of every modality, as the network reads them. */
  readonly inputs: readonly PreparedRows[];
  /** [rows, M * d], latents of the modalities side by side, in the order of `rows`. */
  readonly latents: ArrayLike<number>;
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
 * @throws InputError, RunError as the check does where it was asked for; else a failure is a reason
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
    const check = await checkLatents(modalities, held.target, targets, { engine, groups, seed, folds, signal });
    return { check: { ...check, seen: Object.fromEntries(inputs.map((input) => [input.name, seenOf(input)])) } };
  } catch (error) {
    if (!(error instanceof RunError) || wanted === "on") throw error;
    return { leftOut: error.message };
  }
}

function seenOf({ width, form }: PreparedRows): Seen {
  return form === undefined && width <= mostColumns ? "columns" : "latents";
}

async function modalityLatents(held: HeldLatents, input: PreparedRows, m: number): Promise<ModalityLatents> {
  const { latentDim: width, inputs, latents } = held;
  const rows = held.rows.length;
  const values = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < width; j++) values[r * width + j] = latents[(r * inputs.length + m) * width + j];
  }
  const own = { name: input.name, values, width };
  return seenOf(input) === "latents" ? own : { ...own, columns: await columnsOf(input, held.rows) };
}

async function columnsOf(input: PreparedRows, rows: Int32Array): Promise<Float64Array[]> {
  const { width } = input;
  const values = new Float32Array(rows.length * width);
  await readRows(input, rows, values);
  return Array.from({ length: width }, (_, j) => Float64Array.from(rows, (_row, r) => values[r * width + j]));
}

function targetColumns({ rows, target, targets }: HeldLatents): Float64Array[] {
  return Array.from({ length: targets }, (_, t) => Float64Array.from(rows, (_row, r) => target[r * targets + t]));
}

/** At most so many of the rows, evenly spaced. */
function evenly(held: HeldLatents, most: number): HeldLatents {
  const { rows, latents, target, targets, groups, inputs, latentDim } = held;
  if (rows.length <= most) return held;
  const at = Array.from({ length: most }, (_, i) => Math.floor((i * rows.length) / most));
  const pick = (values: ArrayLike<number>, width: number) =>
    Float64Array.from({ length: most * width }, (_, k) => values[at[Math.floor(k / width)] * width + (k % width)]);
  return {
    ...held,
    rows: Int32Array.from(at, (i) => rows[i]),
    latents: pick(latents, inputs.length * latentDim),
    target: pick(target, targets),
    groups: groups && at.map((i) => groups[i]),
  };
}
