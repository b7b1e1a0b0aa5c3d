import type { Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  checkGradient,
  evaluate,
  normalTensor,
  numericGradient,
  readValue,
  relativeError,
  testTensor,
  toTensor,
} from "../../test/support/gradients.js";
import { mean, sum, toRows } from "../../test/support/matrix.js";
import { Rng } from "../math/rng.js";
import { functionalFisher, jensenShannonDivergences, lackOfInformation, movedOn, squaredDistances } from "./balance.js";
import { reversedGradient } from "./custom-gradient.js";

beforeAll(() => tf.setBackend("cpu"));

const [batch, width] = [6, 3];
const pair = { a: normalTensor("a", [batch, width]), b: normalTensor("b", [batch, width], 1.5) };
const weights = normalTensor("w", [batch]).values;
const weighted = (each: readonly number[]) => sum(each.map((value, i) => value * weights[i]));
const total = (each: () => Tensor1D) => tf.tidy(() => tf.sum(tf.mul(each(), tf.tensor1d([...weights]))));

function softmax(row: readonly number[]): number[] {
  const exponents = row.map(Math.exp);
  return exponents.map((e) => e / sum(exponents));
}

/** (KL(p || m) + KL(q || m)) / 2, from its definition. */
function divergence(a: readonly number[], b: readonly number[]): number {
  const [p, q] = [softmax(a), softmax(b)];
  const entropy = (of: readonly number[]) => -sum(of.map((value) => value * Math.log(value)));
  return entropy(p.map((value, y) => (value + q[y]) / 2)) - (entropy(p) + entropy(q)) / 2;
}

describe("distances of two predictions of a row", () => {
  it("are squared errors of numbers, with their gradient", () => {
    checkGradient({
      inputs: pair,
      loss: ({ a, b }) => total(() => squaredDistances(a as Tensor2D, b as Tensor2D)),
      reference: ({ a, b }) => {
        const other = toRows(b, width);
        return weighted(toRows(a, width).map((row, i) => mean(row.map((value, j) => (value - other[i][j]) ** 2))));
      },
      wrt: ["a", "b"],
      valueTolerance: 1e-5,
    });
  });

  it("are Jensen-Shannon divergences of classes, with their gradient", () => {
    checkGradient({
      inputs: pair,
      loss: ({ a, b }) => total(() => jensenShannonDivergences(a as Tensor2D, b as Tensor2D)),
      reference: ({ a, b }) => {
        const other = toRows(b, width);
        return weighted(toRows(a, width).map((row, i) => divergence(row, other[i])));
      },
      wrt: ["a", "b"],
    });
  });

  it("of certain classes are 0 or log 2, and finite with their gradients", () => {
    const certain = testTensor([3, 2], [200, -200, 200, -200, 0, 0]);
    const other = testTensor([3, 2], [200, -200, -200, 200, 0, 0]);
    const loss = ({ a, b }: Record<"a" | "b", tf.Tensor>) =>
      tf.tidy(() => tf.sum(jensenShannonDivergences(a as Tensor2D, b as Tensor2D)));
    const { value, gradients } = evaluate({ inputs: { a: certain, b: other }, loss, wrt: ["a", "b"] });
    expect(value).toBeCloseTo(Math.LN2, 6);
    for (const gradient of gradients) expect(Array.from(gradient).every(Number.isFinite)).toBe(true);
  });

  it("refuse other shapes", () => {
    for (const distances of [squaredDistances, jensenShannonDivergences]) {
      expect(() => distances(tf.zeros([2, 3]), tf.zeros([2, 2]))).toThrow("b: expected shape [2, 3], got [2, 2]");
    }
  });
});

describe("movedOn", () => {
  it("gives every row that of its neighbour, with the gradient sent back to it", () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(Array.from(movedOn(x).dataSync())).toEqual([5, 6, 1, 2, 3, 4]);
    const w = tf.tensor2d([1, 10, 100, 1000, 1e4, 1e5], [3, 2]);
    const gradient = tf.grad((rows) => tf.sum(tf.mul(movedOn(rows as Tensor2D), w)))(x);
    expect(Array.from(gradient.dataSync())).toEqual([100, 1000, 1e4, 1e5, 1, 10]);
  });

  it("leaves a single row where it is", () => {
    expect(Array.from(movedOn(tf.tensor2d([[1, 2]])).dataSync())).toEqual([1, 2]);
  });
});

it("a reversed gradient leaves the value and turns the gradient round", () => {
  const { values } = normalTensor("x", [4]);
  const loss = (x: tf.Tensor) => tf.sum(tf.pow(x, 3));
  const straight = tf.grad(loss)(tf.tensor1d([...values]));
  const reversed = tf.grad((x) => loss(reversedGradient(x)))(tf.tensor1d([...values]));
  expect(
    relativeError(
      reversed.dataSync(),
      straight.dataSync().map((g) => -g),
    ),
  ).toBe(0);
  expect(readValue(() => reversedGradient(tf.tensor1d([...values])))).toEqual(Float32Array.from(values));
});

describe("functionalFisher", () => {
  const near = testTensor([batch], [0.2, 0.5, 1.1, 0.01, 2, 0.7]);
  const far = testTensor([batch], [0.3, 0.4, 1.5, 0.05, 1.9, 0.7]);
  const fisher = (n: readonly number[], f: readonly number[], step: number) =>
    mean(n.map((value, i) => (2 * (Math.sqrt(f[i] + 1e-6) - Math.sqrt(value + 1e-6))) / step).map((s) => s ** 2));

  it("value and gradient are those of its formula", () => {
    checkGradient({
      inputs: { near, far },
      loss: (given) => functionalFisher(given.near as Tensor1D, given.far as Tensor1D, 0.5),
      reference: (given) => fisher(given.near, given.far, 0.5),
      wrt: ["near", "far"],
    });
  });

  it("of some rows is that of these alone, and so is its gradient", () => {
    const rows = [1, 0, 1, 1, 0, 1];
    const kept = (of: readonly number[]) => of.filter((_, i) => rows[i] === 1);
    checkGradient({
      inputs: { near, far },
      loss: (given) =>
        tf.tidy(() => functionalFisher(given.near as Tensor1D, given.far as Tensor1D, 0.5, tf.tensor1d(rows))),
      reference: (given) => fisher(kept(given.near), kept(given.far), 0.5),
      wrt: ["near", "far"],
    });
  });

  /** Of a straight prediction g'x: D(e) = (g'e)^2 and |grad D|^2 / D = 4 |g|^2, whatever e is. */
  it("of a straight prediction is four times its squared slope", () => {
    const [rows, slope] = [20_000, [0.6, -0.3, 0.2]];
    const rng = new Rng("fisher");
    const along = () => sum(slope.map((g) => g * rng.normal()));
    const [step, draws] = [0.01, Array.from({ length: rows }, () => [along(), along()])];
    const distance = (e: number) => e ** 2;
    const value = readValue(() =>
      functionalFisher(
        tf.tensor1d(draws.map(([e]) => distance(e))),
        tf.tensor1d(draws.map(([e, v]) => distance(e + step * v))),
        step,
      ),
    )[0];
    const expected = 4 * sum(slope.map((g) => g ** 2));
    expect(Math.abs(value / expected - 1)).toBeLessThan(0.04); // the mean of 20,000 squares is known to 1 %
  });

  it("refuses a step that is none", () => {
    const d = () => toTensor<Tensor1D>(near);
    for (const step of [0, -1, Number.NaN]) expect(() => functionalFisher(d(), d(), step)).toThrow("step: expected");
  });
});

it("lackOfInformation falls as the information rises, and is finite where there is none", () => {
  const of = (f: number) => readValue(() => lackOfInformation(tf.scalar(f)))[0];
  expect(of(0)).toBeCloseTo(-Math.log(1e-6), 3);
  expect(of(2)).toBeCloseTo(-Math.log(2), 5);
  const slope = tf
    .grad((f) => lackOfInformation(f))(tf.scalar(2))
    .dataSync()[0];
  expect(slope).toBeCloseTo(numericGradient(([f]) => -Math.log(f + 1e-6), [2])[0], 5);
});
