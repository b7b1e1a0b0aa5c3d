import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkCompiled } from "../../../test/support/compiled.js";
import { checkGradient, normalTensor, relativeError, testTensor, toTensor } from "../../../test/support/gradients.js";
import { mean, sum, toRows } from "../../../test/support/matrix.js";
import { batchNormTrain } from "./batch-norm.js";
import { groupNorm, mapBatchNorm } from "./map-norm.js";

beforeAll(() => tf.setBackend("cpu"));

const epsilon = 1e-3;
const [batch, height, wide, channels] = [5, 2, 3, 4];
const shape = [batch, height, wide, channels];
const marks = [1, 0, 1, 1, 0];
const inputs = {
  x: normalTensor("x", shape, 2, 1),
  gamma: normalTensor("gamma", [channels], 0.5, 1),
  beta: normalTensor("beta", [channels]),
  w: normalTensor("w", shape),
};
const vectors = (gamma: tf.Tensor, beta: tf.Tensor) => [gamma, beta] as [Tensor1D, Tensor1D];

/** Batch normalisation in float64 of places [_, channels], moments of the places that are kept. */
function reference(x: number[], gamma: number[], beta: number[], kept: (place: number) => boolean): number[] {
  const places = toRows(x, channels);
  const own = places.filter((_, i) => kept(i));
  const means = gamma.map((_, k) => mean(own.map((place) => place[k])));
  const variances = means.map((m, k) => mean(own.map((place) => (place[k] - m) ** 2)));
  return places.flatMap((place, i) =>
    place.map((v, k) => beta[k] + (kept(i) ? (gamma[k] * (v - means[k])) / Math.sqrt(variances[k] + epsilon) : 0)),
  );
}

describe("mapBatchNorm", () => {
  it.each([
    ["of all rows", undefined],
    ["of the rows that are there", marks],
  ])("%s: value and gradients equal the float64 reference", (_, present) => {
    const kept = (place: number) => present === undefined || present[Math.floor(place / (height * wide))] === 1;
    checkGradient({
      inputs: { ...inputs, present: testTensor([batch, 1], marks) },
      loss: ({ x, gamma, beta, w, present: there }) =>
        tf.tidy(() =>
          tf.sum(
            tf.mul(mapBatchNorm(x, ...vectors(gamma, beta), epsilon, present === undefined ? undefined : there).y, w),
          ),
        ),
      reference: ({ x, gamma, beta, w }) => sum(reference(x, gamma, beta, kept).map((v, i) => v * w[i])),
      wrt: ["x", "gamma", "beta"],
    });
  });

  it("is batch normalisation of every place as a row, with as many places behind its moments", () => {
    const { x, gamma, beta } = inputs;
    const given = vectors(toTensor(gamma), toTensor(beta));
    const flat = tf.reshape(toTensor(x), [batch * height * wide, channels]) as Tensor2D;
    const expected = batchNormTrain(flat, ...given, epsilon);
    const actual = mapBatchNorm(toTensor(x), ...given, epsilon);
    for (const part of ["y", "mean", "variance"] as const)
      expect(relativeError(actual[part].dataSync(), expected[part].dataSync()), part).toBeLessThan(1e-6);
    expect(actual.count.dataSync()[0]).toBe(batch * height * wide);
    expect(mapBatchNorm(toTensor(x), ...given, epsilon, tf.tensor2d(marks, [batch, 1])).count.dataSync()[0]).toBe(18);
  });

  it("of no row is beta", () => {
    const given = vectors(toTensor(inputs.gamma), toTensor(inputs.beta));
    const { y } = mapBatchNorm(toTensor(inputs.x), ...given, epsilon, tf.zeros([batch, 1]));
    for (const place of toRows(y.dataSync(), channels)) expect(place).toEqual([...given[1].dataSync()]);
  });
});

describe("groupNorm", () => {
  it.each([
    [4, 4],
    [6, 6],
    [12, 6],
    [10, 5],
    [7, 7],
    [11, 1],
  ])("of %i channels has %i groups, each normalised by itself in every row", (width, groups) => {
    const x = normalTensor("g", [2, 3, 2, width], 3, -1);
    const y = groupNorm(toTensor(x), tf.ones([width]), tf.zeros([width]), 0).dataSync();
    const own = (values: ArrayLike<number>, row: number, group: number) =>
      toRows(Array.from(values).slice(row * 6 * width, (row + 1) * 6 * width), width).flatMap((place) =>
        place.slice((group * width) / groups, ((group + 1) * width) / groups),
      );
    for (const row of [0, 1]) {
      for (let group = 0; group < groups; group++) {
        const values = own(x.values, row, group);
        const centre = mean(values);
        const spread = Math.sqrt(mean(values.map((v) => (v - centre) ** 2)));
        const expected = values.map((v) => (v - centre) / spread);
        expect(relativeError(own(y, row, group), expected)).toBeLessThan(1e-5);
      }
    }
  });
});

describe("compiled, they equal the eager ones, value and gradient", () => {
  const drawn = [0, 1].map((run) => ({
    x: normalTensor(`x${run}`, shape, 0.5),
    gamma: normalTensor(`gamma${run}`, [channels], 0.5),
    beta: normalTensor(`beta${run}`, [channels], 0.5),
    w: normalTensor(`w${run}`, shape, 0.5),
    present: testTensor([batch, 1], run === 0 ? marks : [1, 1, 1, 0, 1]),
  }));
  const pair = [drawn[0], drawn[1]] as const;
  it.each<[string, (x: tf.Tensor, gamma: Tensor1D, beta: Tensor1D, present: tf.Tensor) => tf.Tensor]>([
    ["mapBatchNorm", (x, gamma, beta) => mapBatchNorm(x, gamma, beta, epsilon).y],
    ["mapBatchNorm of some rows", (x, gamma, beta, present) => mapBatchNorm(x, gamma, beta, epsilon, present).y],
    ["groupNorm", (x, gamma, beta) => groupNorm(x, gamma, beta, epsilon)],
  ])("%s", (_, f) =>
    checkCompiled({
      inputs: pair,
      loss: ({ x, gamma, beta, w, present }) => tf.sum(tf.mul(f(x, ...vectors(gamma, beta), present), w)),
      wrt: ["x", "gamma", "beta"],
    }),
  );
});
