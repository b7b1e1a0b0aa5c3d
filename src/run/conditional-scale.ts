import type { Config } from "../config/schema.js";
import { type PreparedRows, rowCount } from "../data/rows.js";
import type { Engine } from "../engine/engine.js";
import { type ConditionalScale, type ScaleInputs, type ScaleRows, scalesOf } from "../evaluation/conditional-scale.js";
import { removalPatterns } from "../evaluation/missing-modalities.js";
import type { Rng } from "../math/rng.js";
import { takeTrueValues } from "../training/data.js";
import { headInputs, headRows, type NetworkRows, stackedRows } from "../training/row-head/head-rows.js";
import { fewestScaleRows, fitScale } from "../training/scale/fit-scale.js";
import type { Trained } from "../training/trainer.js";
import { absentNames, takesAbsentModalities } from "./absence.js";
import { completePositions } from "./complete-rows.js";
import { drawn } from "./drawn-rows.js";
import { finitePredictions } from "./finite-predictions.js";
import type { PreparedRun } from "./prepare.js";

/** A trained run, and what its scale is fitted with. */
export interface ScaleRequest {
  readonly config: Config;
  readonly prepared: PreparedRun;
  readonly trained: Pick<Trained, "learner" | "fusionWeights">;
  readonly engine: Engine;
  /** Stream of the run. */
  readonly rng: Rng;
  readonly signal?: AbortSignal | undefined;
}

/** Rows that a scale is fitted to at most, drawn by chance. */
const mostRows = 20_000;

/**
 * Fits how large the errors of a trained network are, by row, on the training rows. A model that is made for rows without
 * modalities is also shown complete rows from which they were taken away.
 */
export async function fitConditionalScale(request: ScaleRequest): Promise<ConditionalScale> {
  const { config, prepared, engine, signal } = request;
  const rng = request.rng.split("scale");
  const { train } = prepared.split;
  const chosen = drawn(train, train.length < fewestScaleRows ? train.length : mostRows, rng.split("rows"));
  const parts = [await shownRows(request, prepared.training.modalities, chosen)];
  if (takesAbsentModalities(config)) {
    const names = prepared.training.modalities.map(({ name }) => name);
    const complete = Int32Array.from(completePositions(absentNames(prepared.inputs, chosen)), (i) => chosen[i]);
    const patterns = names.length > 1 ? removalPatterns(names) : [];
    const share = drawn(complete, Math.ceil(mostRows / Math.max(1, patterns.length)), rng.split("without"));
    for (const absent of share.length === 0 ? [] : patterns) {
      const inputs = withoutInputs(prepared.training.modalities, absent);
      parts.push(await shownRows(request, inputs, share));
    }
  }
  const kinds = headInputs(prepared.training.modalities);
  const joined = (kind: ScaleInputs) => stackedRows(parts.map(({ read }) => read.get(kind) as ScaleRows));
  const data = {
    errors: Float64Array.from(parts.flatMap(({ errors }) => [...errors])),
    targets: prepared.training.targetNames.length,
    read: new Map(kinds.map((kind) => [kind, joined(kind)])),
    rowOf: Int32Array.from(parts.flatMap(({ rows }) => [...rows])),
  };
  return fitScale(data, { engine, rng, signal });
}

/** Scale of the error of rows, row-major [rows, targets]; 1 for a model that knows none. */
export async function rowScales(
  scale: ConditionalScale | null,
  given: NetworkRows,
  targets: number,
): Promise<Float64Array> {
  const rows = given.rows.length;
  if (scale === null) return new Float64Array(rows * targets).fill(1);
  return scalesOf(scale, rows, scale.head && (await headRows(scale.head.inputs, given)));
}

/** Errors of training rows, and all that a scale may be read from. */
async function shownRows(
  { config, prepared, trained }: ScaleRequest,
  inputs: PreparedRun["training"]["modalities"],
  rows: Int32Array,
): Promise<{ rows: Int32Array; errors: Float64Array; read: Map<ScaleInputs, ScaleRows> }> {
  const { training, dataset, coding } = prepared;
  // Where near rows counted, a training row would be its own neighbour.
  const request = { inputs, rows, weights: trained.fusionWeights, neighbours: false };
  const run = await trained.learner.inference.run(request);
  const named = { where: "the end of training", rowIds: dataset.rowIds, targets: coding.names };
  const prediction = training.toRaw(finitePredictions(run.prediction, named, rows));
  const given = { ...run, inputs, rows, absentModalities: takesAbsentModalities(config) };
  const read = new Map<ScaleInputs, ScaleRows>();
  for (const kind of headInputs(inputs)) read.set(kind, await headRows(kind, given));
  const errors = takeTrueValues(training, rows).map((truth, i) => truth - prediction[i]);
  return { rows, errors, read };
}

function withoutInputs<T extends PreparedRows>(inputs: readonly T[], absent: readonly string[]): T[] {
  return inputs.map((input) =>
    absent.includes(input.name) ? { ...input, present: new Uint8Array(rowCount(input)) } : input,
  );
}
