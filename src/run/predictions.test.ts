import { describe, expect, it } from "vitest";
import { TargetTransform } from "../data/target/target-transform.js";
import { RunError } from "../errors.js";
import { Rng } from "../math/rng.js";
import type { PidReg } from "../models/pidreg.js";
import { codingOf } from "../tasks/regression/coding.js";
import type { Inference, InferenceRequest, InferenceResult } from "../training/step/inference.js";
import { type Explainable, explainedPredictions, predictiveSpread } from "./predictions.js";

const inputs = ["a", "b"].map((name) => ({ name, width: 1, values: Float32Array.of(1, 2, 3) }));
const rows = [0, 2];
const transform = new TargetTransform("standardize", [{ name: "age", min: 20, max: 90, mean: 50, scale: 10 }]);

/** A model of two modalities with one latent each, whose calls give 0 but for what `change` makes of them. */
function explainable(change: (request: InferenceRequest, result: InferenceResult) => void): Explainable {
  const run = async (request: InferenceRequest) => {
    const result = { prediction: new Float32Array(2), latents: new Float32Array(4) };
    change(request, result);
    return result;
  };
  return {
    inference: { run } as unknown as Inference,
    model: {
      terms: [
        { name: "a", modalities: [0] },
        { name: "b", modalities: [1] },
      ],
    } as unknown as PidReg,
    coding: codingOf(transform, transform),
    fusionWeights: [0.5, 0.5],
    termMeans: new Float32Array(2),
    scale: null,
    absentModalities: false,
    named: { where: "new.csv", rowIds: ["s1", "s2", "s3"] },
  };
}

const isWhole = ({ keep, inputs: given }: InferenceRequest) =>
  keep === undefined && given.every(({ present }) => present === undefined);

describe("predictions of which one is not finite", () => {
  const cases: [string, string, (request: InferenceRequest, result: InferenceResult) => void][] = [
    [
      "NaN",
      'the prediction of "age" is NaN',
      (request, { prediction }) => isWhole(request) && prediction.set([0, Number.NaN]),
    ],
    // In the user's units it would become the end of the training range.
    [
      "infinite",
      'the prediction of "age" is Infinity',
      (request, { prediction }) => isWhole(request) && prediction.set([0, Infinity]),
    ],
    [
      "without a term",
      'the prediction of "age" without the term "b" is -Infinity',
      ({ keep }, { prediction }) =>
        keep !== undefined && [...(keep as number[])].join() === "1,0" && prediction.set([0, -Infinity]),
    ],
    [
      "from one modality",
      'the prediction of "age" from "a" alone is NaN',
      ({ inputs: given }, { prediction }) => given[1].present !== undefined && prediction.set([0, Number.NaN]),
    ],
    ["of a latent", 'the latent of "b" is Infinity', (_request, { latents }) => latents.set([0, 0, 0, Infinity])],
  ];
  it.each(cases)("are refused, naming the row: %s", async (_name, message, change) => {
    const predicted = explainedPredictions(explainable(change), inputs, rows);
    await expect(predicted).rejects.toThrow(RunError);
    await expect(predicted).rejects.toThrow(`new.csv: row "s3": ${message}`);
  });

  it("are refused in a draw of the noise", async () => {
    let draws = 0;
    const third = explainable((_request, { prediction }) => {
      if (++draws === 3) prediction.set([Infinity, 0]);
    });
    await expect(predictiveSpread(third, inputs, rows, 4, new Rng(1))).rejects.toThrow(
      'new.csv: row "s1": the prediction of "age" in a draw of the bottleneck noise is Infinity',
    );
  });

  it("are not confused with finite ones beyond the training range, which end at it", async () => {
    const far = explainable((_request, { prediction }) => prediction.set([1e30, -1e30]));
    expect((await explainedPredictions(far, inputs, rows)).prediction).toEqual(Float64Array.of(90, 20));
  });
});
