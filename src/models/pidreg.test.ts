import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../engine/index.js";
import { Rng } from "../math/rng.js";
import { Inference } from "../training/inference.js";
import { modelLayout } from "../training/model-layout.js";
import { fuse, fuseKeeping, fusionTerms, termValues } from "./fusion.js";
import { ParameterLayout } from "./parameters.js";
import { type PidRegArchitecture, pidReg } from "./pidreg.js";

const hidden = { hidden: [6], dropout: [0.2], batchNorm: true };
const architecture: PidRegArchitecture = {
  modalities: [
    { name: "a", inputWidth: 3, embedding: null, ...hidden },
    { name: "b", inputWidth: 2, embedding: { frequencies: 4, sigma: 0.1, width: 2 }, ...hidden },
  ],
  targets: 2,
  latentDim: 4,
  bottleneck: { lambda: 0.9, perDimension: false },
  interaction: "hadamard",
  predictor: hidden,
};

beforeAll(() => tf.setBackend("cpu"));

describe("ParameterLayout", () => {
  const layout = new ParameterLayout(pidReg(architecture).parameters);

  it("gives back the values of every parameter", () => {
    const flat = layout.initialise(new Rng(1));
    const parts = new Map(layout.unpackValues(flat).map(({ name, values }) => [name, values]));
    expect(layout.pack((name) => parts.get(name))).toEqual(flat);
    const tensors = layout.unpack(tf.tensor1d(flat));
    for (const { name, shape } of layout.specs) {
      expect(tensors[name].shape).toEqual(shape);
      expect(Array.from(tensors[name].dataSync())).toEqual(Array.from(parts.get(name) ?? []));
    }
  });

  it("names the parameter that does not fit", () => {
    expect(() => layout.pack(() => new Float32Array(1))).toThrow(
      /parameter "encoder\.a\.hidden0\.weight": expected shape/,
    );
  });

  it("draws each parameter from a stream of its own name", () => {
    const wider = {
      ...architecture,
      modalities: [architecture.modalities[0], { ...architecture.modalities[1], inputWidth: 5 }],
    };
    const other = new ParameterLayout(pidReg(wider).parameters);
    const values = (l: ParameterLayout) => l.unpackValues(l.initialise(new Rng(1)))[0].values;
    expect(values(other)).toEqual(values(layout));
  });
});

describe("fusion", () => {
  const terms = fusionTerms(["a", "b"], "hadamard");
  const latents = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 5]])];
  const numbers = (t: tf.Tensor) => Array.from(t.dataSync());

  it("weighs latents and their product", () => {
    expect(terms.map(({ name }) => name)).toEqual(["a", "b", "a*b"]);
    const fused = fuse(termValues(terms, latents), tf.tensor1d([0.5, 0.25, 0.25]));
    expect(numbers(fused)).toEqual([0.5 + 0.75 + 0.75, 1 + 1.25 + 2.5]);
  });

  it("replaces a term that is taken out by its mean", () => {
    const means = tf.tensor2d([9, 9, 9, 9, 1, 1], [3, 2]);
    const keep = tf.tensor1d([1, 1, 0]);
    const fused = fuseKeeping(termValues(terms, latents), tf.tensor1d([0.5, 0.25, 0.25]), keep, means);
    expect(numbers(fused)).toEqual([0.5 + 0.75 + 0.25, 1 + 1.25 + 0.25]);
  });

  it("has every pair of three modalities, or none", () => {
    const names = (interaction: "hadamard" | "none") =>
      fusionTerms(["a", "b", "c"], interaction).map(({ name }) => name);
    expect(names("hadamard")).toEqual(["a", "b", "c", "a*b", "a*c", "b*c"]);
    expect(names("none")).toEqual(["a", "b", "c"]);
  });
});

describe("inference", () => {
  const rows = 300;
  const weights = [0.4, 0.4, 0.2];

  async function setUp(): Promise<{
    inference: Inference;
    inputs: { name: string; width: number; values: Float32Array }[];
  }> {
    const engine: Engine = await createEngine("cpu");
    const model = pidReg(architecture);
    const layout = modelLayout(model);
    const average = layout.parameters.initialise(new Rng(2));
    const running = layout.moments.initialise();
    const state = engine.createState([
      { name: "average", shape: [average.length], values: average },
      { name: "running", shape: [running.length], values: running },
    ]);
    const rng = new Rng(3);
    const inputs = architecture.modalities.map(({ name, inputWidth: width }) => {
      const values = new Float32Array(rows * width);
      rng.fillNormal(values);
      return { name, width, values };
    });
    return { inference: new Inference(engine, state, model, layout), inputs };
  }

  it("gives the same answer for a row wherever it stands, also in the padded last batch", async () => {
    const { inference, inputs } = await setUp();
    const all = await inference.run({ inputs, rows: Array.from({ length: rows }, (_, i) => i), weights });
    const one = await inference.run({ inputs, rows: [299], weights });
    expect(one.prediction).toEqual(all.prediction.subarray(598));
    expect(one.latents).toEqual(all.latents.subarray(299 * 8));
  });

  it("shrinks towards the mean of the encoding: z = lambda h + (1 - lambda) mu", async () => {
    const { inference, inputs } = await setUp();
    const request = { inputs, rows: Array.from({ length: rows }, (_, i) => i), weights };
    const { latents } = await inference.run(request);
    const drawn = () => inference.run({ ...request, noise: new Rng(4) });
    const draws = [await drawn(), await drawn()];
    expect(draws[0].latents).toEqual(draws[1].latents);
    // The noise enters with weight 1 - lambda = 0.1 and standard deviation 1 (fresh scales).
    const deviation = Math.sqrt(
      draws[0].latents.reduce((sum, z, i) => sum + (z - latents[i]) ** 2, 0) / latents.length,
    );
    expect(deviation).toBeGreaterThan(0.09);
    expect(deviation).toBeLessThan(0.11);
  });

  it("refuses inputs of another model", async () => {
    const { inference, inputs } = await setUp();
    await expect(inference.run({ inputs: inputs.toReversed(), rows: [0], weights })).rejects.toThrow(
      "the model reads a (3), b (2); it was given b (2), a (3)",
    );
  });
});
