import type { ConditionalScale } from "../evaluation/conditional-scale.js";
import type { Rng } from "../math/rng.js";
import type { PidReg } from "../models/pidreg.js";
import type { TargetCoding } from "../tasks/task.js";
import type { LatentValues } from "../training/atoms/readouts.js";
import { type Inference, type InferenceInput, predictFromEachAlone } from "../training/step/inference.js";
import { rowScales } from "./conditional-scale.js";
import { finiteLatents, finitePredictions, type PredictedRows } from "./finite-predictions.js";

/** Predictions of some rows with what each part of the fusion adds to them. */
export interface ExplainedPredictions {
  /** Row-major [rows, targets], user's units, clipped to the training range. */
  readonly prediction: Float64Array;
  /** The same by the network alone; left out where near training rows add nothing. */
  readonly network?: Float64Array;
  /**
   * Per fusion term (modality or product "a*b"), row-major [rows, targets], user's units: what the network predicts minus what it
   * predicts with that term replaced by its training mean; what near training rows add belongs to none.
   */
  readonly contributions: ReadonlyMap<string, Float64Array>;
  /** How large errors of a row are, above 0, row-major [rows, targets]; 1 for a model that does not know. */
  readonly scale: Float64Array;
  readonly latents: LatentValues;
}

export interface Explainable {
  readonly inference: Inference;
  readonly model: PidReg;
  readonly coding: TargetCoding;
  readonly fusionWeights: readonly number[];
  readonly termMeans: Float32Array;
  readonly scale: ConditionalScale | null;
  /** Whether the model is made for rows that lack modalities. */
  readonly absentModalities: boolean;
  /** Names the rows in errors; targets are those of the coding. */
  readonly named: Omit<PredictedRows, "targets">;
}

/**
 * Predicts the given rows, once whole, once without each fusion term and once from each modality alone. Every row is read and
 * encoded once.
 * @throws RunError naming the row when a number of it is not finite
 */
export async function explainedPredictions(
  explainable: Explainable,
  inputs: readonly InferenceInput[],
  rows: ArrayLike<number>,
): Promise<ExplainedPredictions> {
  const { inference, model, coding, fusionWeights: weights, termMeans, named } = explainable;
  const names = { ...named, targets: coding.names };
  const whole = await inference.run({ inputs, rows, weights });
  finitePredictions(whole.prediction, names, rows);
  finiteLatents(
    whole.latents,
    names,
    rows,
    inputs.map(({ name }) => name),
  );
  const prediction = coding.decode(whole.prediction);
  const { absentModalities } = explainable;
  const scale = await rowScales(
    explainable.scale,
    { ...whole, prediction: whole.network, inputs, rows, absentModalities },
    coding.names.length,
  );
  const ofNetwork = whole.network === whole.prediction ? prediction : coding.decode(whole.network);
  const contributions = new Map<string, Float64Array>();
  for (const [t, { name }] of model.terms.entries()) {
    const keep = model.terms.map((_, k) => Number(k !== t));
    const rest = await inference.again(whole, { inputs, rows, weights, keep, termMeans });
    const without = coding.decode(finitePredictions(rest, names, rows, ` without the term "${name}"`));
    contributions.set(
      name,
      ofNetwork.map((value, i) => value - without[i]),
    );
  }
  const read = (values: Float32Array) => [values, coding.gaussianView.ofOutputs(values)];
  const alone = await predictFromEachAlone(inference, { inputs, rows, weights }, whole);
  for (const [m, { name }] of inputs.entries()) finitePredictions(alone[m], names, rows, ` from "${name}" alone`);
  const latents = {
    latents: whole.latents,
    predictions: read(whole.network),
    predictionsAlone: alone.map(read),
    rows: rows.length,
  };
  const byNetwork = ofNetwork === prediction ? {} : { network: ofNetwork };
  return { prediction, ...byNetwork, contributions, scale, latents };
}

/** Mean of each fusion term over rows of latents, [T, d]. @param latents row-major [rows, M * d] */
export function meanTerms({ terms, architecture }: PidReg, latents: Float32Array): Float32Array {
  const { latentDim: d, modalities } = architecture;
  const width = modalities.length * d;
  const rows = latents.length / width;
  const sums = new Float64Array(terms.length * d);
  terms.forEach(({ modalities: [first, second] }, t) => {
    for (let i = 0; i < rows; i++) {
      const row = i * width;
      for (let j = 0; j < d; j++) {
        const other = second === undefined ? 1 : latents[row + second * d + j];
        sums[t * d + j] += latents[row + first * d + j] * other;
      }
    }
  });
  return Float32Array.from(sums, (sum) => sum / rows);
}

/**
 * Standard deviation of predictions over `draws` of the bottleneck noise, row-major [rows, targets], user's units.
 * @throws RunError naming the row when a drawn prediction is not finite
 */
export async function predictiveSpread(
  { inference, coding, fusionWeights: weights, named }: Omit<Explainable, "scale" | "absentModalities">,
  inputs: readonly InferenceInput[],
  rows: ArrayLike<number>,
  draws: number,
  rng: Rng,
): Promise<Float64Array> {
  const names = { ...named, targets: coding.names };
  let mean = new Float64Array(0);
  let squares = new Float64Array(0);
  for (let k = 1; k <= draws; k++) {
    const noise = rng.split(`draw/${k}`);
    const { prediction } = await inference.run({ inputs, rows, weights, noise, neighbours: false });
    const drawn = coding.decode(finitePredictions(prediction, names, rows, " in a draw of the bottleneck noise"));
    if (k === 1) [mean, squares] = [new Float64Array(drawn.length), new Float64Array(drawn.length)];
    drawn.forEach((value, i) => {
      const delta = value - mean[i];
      mean[i] += delta / k;
      squares[i] += delta * (value - mean[i]);
    });
  }
  return squares.map((sum) => Math.sqrt(sum / (draws - 1)));
}
