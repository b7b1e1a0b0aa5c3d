import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { lossesSchema } from "../../config/losses.js";
import { csConditionalMutualInformation } from "../../losses/conditional-independence.js";
import { csGaussianity } from "../../losses/cs-gaussianity.js";
import { gaussianGram } from "../../losses/gram.js";
import { Rng } from "../../math/rng.js";
import { pidReg } from "../../models/pidreg.js";
import { regression } from "../../tasks/regression/regression.js";
import { objectiveNoise, objectiveTerms } from "./objective.js";
import type { ObjectiveInputs } from "./objective-term.js";
import { SharedGrams } from "./shared-grams.js";

const stack = { hidden: [8], dropout: [0], batchNorm: true };
const model = pidReg({
  modalities: ["a", "b"].map((name) => ({ name, inputWidth: 3, embedding: null, ...stack })),
  targets: 1,
  latentDim: 4,
  bottleneck: { lambda: 0.9, perDimension: false },
  fusion: { method: "pid", interaction: "hadamard" },
  predictor: stack,
});

const batch = 24;
const rng = new Rng("objective");
const normals = (width: number) => {
  const values = new Float32Array(batch * width);
  rng.fillNormal(values);
  return tf.tensor2d(values, [batch, width]);
};
const latents = [normals(4), normals(4)];
const features = [normals(3), normals(3)];
const width = tf.scalar(2);
const names = ["gaussianity.a", "gaussianity.b", "latent.a", "latent.b", "input.a", "input.b"];

/** The value of a term. */
function termValue(name: string, losses: Parameters<typeof lossesSchema.parse>[0]): number {
  const parsed = lossesSchema.parse(losses);
  const term = objectiveTerms(model, parsed, regression.loss(parsed)).find((one) => one.name === name);
  const hyper = Object.fromEntries(names.map((of) => [`bandwidth.${of}`, width]));
  const given = {
    encoded: { bottlenecks: latents.map((latent) => ({ latent })) },
    ...{ kernelFeatures: features, noise: {}, hyper },
  } as unknown as ObjectiveInputs;
  return term?.value(given, new SharedGrams(hyper)).dataSync()[0] as number;
}

const head = (x: tf.Tensor2D, rows: number) => x.slice([0, 0], [rows, x.shape[1]]);

describe("terms that compare rows of a batch with one another", () => {
  it("see as many of its first rows as the config says", () => {
    const ofTen = csGaussianity(head(latents[0], 10), width).dataSync()[0];
    expect(termValue("gaussianity.a", { gaussianity: { rows: 10 } })).toBeCloseTo(ofTen, 5);
    expect(Math.abs(termValue("gaussianity.a", {}) - ofTen)).toBeGreaterThan(1e-3);
    const gram = (x: tf.Tensor2D) => gaussianGram(head(x, 9), width);
    const ofNine = csConditionalMutualInformation({
      condition: gram(features[0]),
      other: gram(features[1]),
      latent: gram(latents[0]),
    }).dataSync()[0];
    expect(termValue("independence.a", { independence: { rows: 9 } })).toBeCloseTo(ofNine, 6);
    expect(Math.abs(termValue("independence.a", {}) - ofNine)).toBeGreaterThan(1e-6);
  });

  it("see all rows where there are no more than they may see", () => {
    const all = csGaussianity(latents[0], width).dataSync()[0];
    for (const rows of [batch, 128]) expect(termValue("gaussianity.a", { gaussianity: { rows } })).toBeCloseTo(all, 5);
  });

  it("draw as many rows of a reference as they compare", () => {
    const shape = (rows: number) =>
      objectiveNoise(model, lossesSchema.parse({ gaussianity: { estimator: "sampled", rows } }))[0].shape(batch);
    expect([shape(10), shape(128)]).toEqual([
      [10, 4],
      [batch, 4],
    ]);
  });
});

it("the first rows of points are one tensor for all who ask for as many", () => {
  const grams = new SharedGrams({});
  expect(grams.firstRows(latents[0], 8)).toBe(grams.firstRows(latents[0], 8));
  expect(grams.firstRows(latents[0], 8)).not.toBe(grams.firstRows(latents[0], 9));
  expect(grams.firstRows(latents[0], batch)).toBe(latents[0]);
});
