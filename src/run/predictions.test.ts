import { describe, expect, it } from "vitest";
import { TargetTransform } from "../data/target/target-transform.js";
import type { Engine } from "../engine/engine.js";
import { createEngine } from "../engine/index.js";
import { RunError } from "../errors.js";
import { modelLayout } from "../fit/model-layout.js";
import { Rng } from "../math/rng.js";
import { type PidReg, pidReg } from "../models/pidreg.js";
import { codingOf } from "../tasks/regression/coding.js";
import {
  type EncodedRows,
  Inference,
  type InferenceRequest,
  type InferenceResult,
} from "../training/step/inference.js";
import { type Explainable, explainedPredictions, predictiveSpread } from "./predictions.js";

const inputs = ["a", "b"].map((name) => ({ name, width: 1, values: Float32Array.of(1, 2, 3) }));
const rows = [0, 2];
const transform = new TargetTransform("standardize", [{ name: "age", min: 20, max: 90, mean: 50, scale: 10 }]);

/** A model of two modalities with one latent each, whose calls give 0 but for what `change` makes of them. */
function explainable(change: (request: InferenceRequest, result: InferenceResult) => void): Explainable {
  const run = async (request: InferenceRequest) => {
    const network = new Float32Array(2);
    const result = {
      ...{ prediction: network, network, latents: new Float32Array(4), linear: null, means: new Float32Array(2) },
    };
    change(request, result);
    return result;
  };
  const again = async (_encoded: EncodedRows, request: InferenceRequest) => (await run(request)).prediction;
  return {
    inference: { run, again } as unknown as Inference,
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

describe("explained predictions", () => {
  it("read and encode every row once, whatever is asked of it", async () => {
    const runs = new Map<string, number>();
    const cpu = await createEngine("cpu");
    const engine: Engine = {
      ...cpu,
      compile: async (step, state) => {
        const compiled = await cpu.compile(step, state);
        const run = () => {
          runs.set(step.name, (runs.get(step.name) ?? 0) + 1);
          return compiled.run();
        };
        return { inputs: compiled.inputs, outputs: compiled.outputs, run, dispose: () => compiled.dispose() };
      },
    };
    const hidden = { hidden: [5], dropout: [0.1], batchNorm: true };
    const model = pidReg({
      modalities: ["a", "b", "c"].map((name) => ({ name, inputWidth: 2, embedding: null, ...hidden })),
      ...{ targets: 1, latentDim: 3, bottleneck: { lambda: 0.9, perDimension: false }, predictor: hidden },
      fusion: { method: "pid", interaction: "hadamard" },
    });
    const { parameters, moments } = modelLayout(model);
    const average = parameters.initialise(new Rng(1));
    const inference = Inference.of(engine, model, { average, running: moments.initialise() }, 8);
    const asked: string[] = [];
    const many = ["a", "b", "c"].map((name) => ({
      ...{ name, width: 2, rows: 20 },
      read: async (wanted: ArrayLike<number>, out: Float32Array) => {
        for (const [i, row] of Array.from(wanted).entries()) out.set([row / 20, i], 2 * i);
        asked.push(...Array.from(wanted, (row) => `${name}${row}`));
      },
    }));
    const request = { ...explainable(() => undefined), inference, model, fusionWeights: Array(6).fill(1 / 6) };
    const all = Array.from({ length: 20 }, (_, i) => i);
    await explainedPredictions({ ...request, termMeans: new Float32Array(18) }, many, all);
    expect(asked.toSorted()).toEqual(many.flatMap(({ name }) => all.map((row) => `${name}${row}`)).toSorted());
    // Three batches of 20 rows; the rest, six terms and three modalities, from their latents.
    expect([...runs]).toEqual([
      ["predict", 3],
      ["predict from latents", 3 * (6 + 3)],
    ]);
    await engine.dispose();
  });
});

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
