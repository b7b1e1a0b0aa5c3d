import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import type { PidRegArchitecture } from "./architecture.js";
import { fusionTerms, keepTerms, termValues, weighTerms } from "./fusion.js";
import { ParameterLayout } from "./parameters.js";
import { pidReg } from "./pidreg.js";

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

describe("the linear path of an encoder", () => {
  const linear = { ...architecture, modalities: architecture.modalities.map((m) => ({ ...m, linear: true })) };
  const parameters = (model: ReturnType<typeof pidReg>, change: (name: string) => Float32Array | undefined) => {
    const layout = new ParameterLayout(model.parameters);
    const values = new Map(layout.unpackValues(layout.initialise(new Rng(1))).map((p) => [p.name, p.values]));
    return layout.unpack(tf.tensor1d(layout.pack((name) => change(name) ?? values.get(name))));
  };
  const x = tf.tensor2d([0.5, -1, 2, 1, 0, -0.5], [2, 3]);
  const latents = (model: ReturnType<typeof pidReg>, change: (name: string) => Float32Array | undefined) => {
    const running = (name: string) => {
      const width = model.moments.find((spec) => spec.name === name)?.width ?? 0;
      return { mean: tf.zeros([width]) as tf.Tensor1D, variance: tf.ones([width]) as tf.Tensor1D };
    };
    const context = { parameters: parameters(model, change), training: false, noise: {}, running, observe: () => {} };
    const { bottlenecks } = model.encode(context, [x, tf.zeros([2, 2])]);
    return Array.from(bottlenecks[0].latent.dataSync());
  };

  it("is added to the hidden layers, and is nothing when its weights are 0", () => {
    const none = (name: string) => (name === "encoder.a.output.linear.weight" ? new Float32Array(12) : undefined);
    const plain = latents(pidReg(architecture), () => undefined);
    expect(latents(pidReg(linear), none)).toEqual(plain);
    const first = (name: string) =>
      name === "encoder.a.output.linear.weight" ? Float32Array.of(1, ...new Float32Array(11)) : undefined;
    const moved = latents(pidReg(linear), first).map((value, i) => value - plain[i]);
    // weight 1 from the first feature, 0.5 and 1, to the first coordinate; lambda is 0.9
    expect(moved[0]).toBeCloseTo(0.45, 4);
    expect(moved[4]).toBeCloseTo(0.9, 4);
    expect(moved[1]).toBeCloseTo(0, 6);
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
