import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { fusionTerms, keepTerms, termValues, weighTerms } from "./fusion.js";
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
  fusion: { method: "pid", interaction: "hadamard" },
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
  const terms = fusionTerms(["a", "b"], { method: "pid", interaction: "hadamard" });
  const sum = (values: tf.Tensor2D[]) => values.reduce((a, b) => tf.add(a, b));
  const latents = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 5]])];
  const numbers = (t: tf.Tensor) => Array.from(t.dataSync());

  it("weighs latents and their product", () => {
    expect(terms.map(({ name }) => name)).toEqual(["a", "b", "a*b"]);
    const fused = sum(weighTerms(termValues(terms, latents), tf.tensor1d([0.5, 0.25, 0.25])));
    expect(numbers(fused)).toEqual([0.5 + 0.75 + 0.75, 1 + 1.25 + 2.5]);
  });

  it("replaces a term that is taken out by its mean", () => {
    const means = tf.tensor2d([9, 9, 9, 9, 1, 1], [3, 2]);
    const keep = tf.tensor1d([1, 1, 0]);
    const kept = keepTerms(termValues(terms, latents), keep, means);
    const fused = sum(weighTerms(kept, tf.tensor1d([0.5, 0.25, 0.25])));
    expect(numbers(fused)).toEqual([0.5 + 0.75 + 0.25, 1 + 1.25 + 0.25]);
  });

  it("has every pair of three modalities, or none", () => {
    const names = (interaction: "hadamard" | "none") =>
      fusionTerms(["a", "b", "c"], { method: "pid", interaction }).map(({ name }) => name);
    expect(names("hadamard")).toEqual(["a", "b", "c", "a*b", "a*c", "b*c"]);
    expect(names("none")).toEqual(["a", "b", "c"]);
  });
});
