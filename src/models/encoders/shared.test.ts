import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { checkCompiled } from "../../../test/support/compiled.js";
import { normalTensor, type TestTensor } from "../../../test/support/gradients.js";
import type { ModalityArchitecture } from "../architecture.js";
import type { ForwardContext, Moments } from "../module.js";
import type { Encoder } from "./encoder.js";
import { modalityEncoder } from "./modality-encoder.js";

const [share, size, rows] = [3, 12, 5];
const common = { name: "m", embedding: null, dropout: [0.5], batchNorm: true } as const;
const form = { kind: "image", shape: [share, 3, 4, 1], share } as const;
const layers = { dimensions: 2, stem: 1, channels: [4], strides: [1], pool: "average" } as const;
const modalities: Record<string, ModalityArchitecture> = {
  "convolutions, batch": {
    ...{ ...common, inputWidth: share * size, hidden: [], form, convolution: { ...layers, norm: "batch" } },
  },
  "convolutions, group": {
    ...{ ...common, inputWidth: share * size, hidden: [], form, convolution: { ...layers, norm: "group" } },
  },
  "hidden layers of means over blocks": {
    ...{ ...common, inputWidth: share * size, hidden: [6], form: { ...form, pool: [1, 2, 2, 1] } },
  },
};
const oneOf = ({ form: _form, inputWidth: _width, ...modality }: ModalityArchitecture): ModalityArchitecture => ({
  ...{ ...modality, inputWidth: size },
  form: { kind: "image", shape: [3, 4, 1], ...(modality.convolution === undefined ? { pool: [2, 2, 1] } : {}) },
});

/** Picture 1 of row 0, pictures 0 and 2 of row 3 and all of row 4 are missing. */
const missing = [1, 9, 11, 12, 13, 14];
const pictures = normalTensor("pictures", [rows * share, size]).values.map((value, i) =>
  missing.includes(Math.floor(i / size)) ? 0 : value,
);

function parametersOf(encoder: Encoder, run: number): Record<string, TestTensor> {
  return Object.fromEntries(
    encoder.parameters.map(({ name, shape }) => {
      const { values } = normalTensor(`${name}/${run}`, shape, 0.4);
      return [name, { shape: [...shape], values: name.endsWith("scale") ? values.map((v) => 1 + 0.3 * v) : values }];
    }),
  );
}

const contextOf = (parameters: Record<string, Tensor>, observed = new Map<string, Moments>()): ForwardContext => ({
  ...{ parameters, training: true, noise: {} },
  observe: (name, moments) => void observed.set(name, moments),
  running: () => {
    throw new Error("no running moments in training");
  },
});

const asTensors = (values: Record<string, TestTensor>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, { shape, values: all }]) => [name, tf.tensor(all, [...shape])]),
  );

describe.each(Object.entries(modalities))("one encoder for several pictures: %s", (_, modality) => {
  const shared = modalityEncoder("e", modality, 2);
  const one = modalityEncoder("e", oneOf(modality), 2);

  it("has the weights of one, and gives the mean of what it gives for the pictures that are there", () => {
    expect(shared.parameters.map(({ name, shape }) => [name, shape])).toEqual(
      one.parameters.map(({ name, shape }) => [name, shape]),
    );
    const parameters = asTensors(parametersOf(shared, 0));
    const [together, apart] = [new Map<string, Moments>(), new Map<string, Moments>()];
    const latents = shared.body(contextOf(parameters, together), tf.tensor2d([...pictures], [rows, share * size]));
    // Only pictures that are there: what the others would be is not seen, by moments neither.
    const there = Array.from({ length: rows * share }, (_, k) => k).filter((k) => !missing.includes(k));
    const own = there.flatMap((k) => pictures.slice(k * size, (k + 1) * size));
    const each = one.body(contextOf(parameters, apart), tf.tensor2d(own, [there.length, size])).arraySync();
    const found = latents.arraySync();
    for (let row = 0; row < rows; row++) {
      const mine = there.flatMap((k, i) => (Math.floor(k / share) === row ? [each[i]] : []));
      for (const d of [0, 1]) {
        const mean = mine.reduce((sum, latent) => sum + latent[d] / mine.length, 0);
        expect(found[row][d]).toBeCloseTo(mine.length === 0 ? 0 : mean, 5);
      }
    }
    for (const [name, { mean, variance }] of apart) {
      const [m, v] = [together.get(name)?.mean, together.get(name)?.variance].map((all) => [
        ...(all as Tensor).dataSync(),
      ]);
      mean.dataSync().forEach((value, i) => void expect(m[i]).toBeCloseTo(value, 5));
      variance.dataSync().forEach((value, i) => void expect(v[i]).toBeCloseTo(value, 5));
    }
  });

  it("computes compiled what it computes eagerly, with all gradients", async () => {
    const given = (run: number): Record<string, TestTensor> => ({
      ...parametersOf(shared, run),
      x: { shape: [rows, share * size], values: [...pictures] },
      w: normalTensor(`w/${run}`, [rows, 2]),
    });
    await checkCompiled({
      inputs: [given(0), given(1)] as [Record<string, TestTensor>, Record<string, TestTensor>],
      loss: ({ x, w, ...parameters }) => tf.sum(tf.mul(shared.apply(contextOf(parameters), x as Tensor2D).latent, w)),
      wrt: shared.parameters.map(({ name }) => name),
      tolerance: 3e-5,
    });
  });
});
