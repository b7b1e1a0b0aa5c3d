import type { TargetTransform } from "../data/target-transform.js";
import type { Rng } from "../math/rng.js";
import type { PidReg } from "../models/pidreg.js";
import { type Inference, type InferenceInput, predictFromEachAlone } from "../training/inference.js";
import type { LatentValues } from "../training/readouts.js";

/** Predictions of some rows with what each part of the fusion adds to them. */
export interface ExplainedPredictions {
  /** Row-major [rows, targets], user's units, clipped to the training range. */
  readonly prediction: Float64Array;
  /**
   * Per fusion term (modality or product "a*b"), row-major [rows, targets], user's units: prediction minus the
   * prediction with that term replaced by its training mean.
   */
  readonly contributions: ReadonlyMap<string, Float64Array>;
  readonly latents: LatentValues;
}

export interface Explainable {
  readonly inference: Inference;
  readonly model: PidReg;
  readonly targetTransform: TargetTransform;
  readonly gaussianTransform: TargetTransform;
  readonly fusionWeights: readonly number[];
  readonly termMeans: Float32Array;
}

/** Predicts the given rows, once whole and once without each fusion term. */
export async function explainedPredictions(
  { inference, model, targetTransform, gaussianTransform, fusionWeights: weights, termMeans }: Explainable,
  inputs: readonly InferenceInput[],
  rows: ArrayLike<number>,
): Promise<ExplainedPredictions> {
  const whole = await inference.run({ inputs, rows, weights });
  const prediction = targetTransform.toRaw(whole.prediction);
  const contributions = new Map<string, Float64Array>();
  for (const [t, { name }] of model.terms.entries()) {
    const keep = model.terms.map((_, k) => Number(k !== t));
    const without = targetTransform.toRaw((await inference.run({ inputs, rows, weights, keep, termMeans })).prediction);
    contributions.set(
      name,
      prediction.map((value, i) => value - without[i]),
    );
  }
  const read = (values: Float32Array) => [values, gaussianTransform.rowsToModel(targetTransform.toRaw(values))];
  const alone = await predictFromEachAlone(inference, { inputs, rows, weights });
  const latents = {
    latents: whole.latents,
    predictions: read(whole.prediction),
    predictionsAlone: alone.map(read),
    rows: rows.length,
  };
  return { prediction, contributions, latents };
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

/** Standard deviation of predictions over `draws` of the bottleneck noise, row-major [rows, targets], user's units. */
export async function predictiveSpread(
  { inference, targetTransform, fusionWeights: weights }: Explainable,
  inputs: readonly InferenceInput[],
  rows: ArrayLike<number>,
  draws: number,
  rng: Rng,
): Promise<Float64Array> {
  let mean = new Float64Array(0);
  let squares = new Float64Array(0);
  for (let k = 1; k <= draws; k++) {
    const noise = rng.split(`draw/${k}`);
    const drawn = targetTransform.toRaw((await inference.run({ inputs, rows, weights, noise })).prediction);
    if (k === 1) [mean, squares] = [new Float64Array(drawn.length), new Float64Array(drawn.length)];
    drawn.forEach((value, i) => {
      const delta = value - mean[i];
      mean[i] += delta / k;
      squares[i] += delta * (value - mean[i]);
    });
  }
  return squares.map((sum) => Math.sqrt(sum / (draws - 1)));
}
