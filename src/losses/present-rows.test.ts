import type { Scalar, Tensor, Tensor1D, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkCompiled } from "../../test/support/compiled.js";
import { checkGradient, evaluate, normalTensor, type TestTensor, testTensor } from "../../test/support/gradients.js";
import { kernelMatrix, mean, type Rows, sum, toRows } from "../../test/support/matrix.js";
import { bottleneckCapacity } from "./capacity.js";
import { csConditionalMutualInformation, csMutualInformation } from "./conditional-independence.js";
import { csGaussianityFromGram, csGaussianitySampled } from "./cs-gaussianity.js";
import { gaussianGram } from "./gram.js";
import { blomScores, blomScoresOf, shapiroFrancia } from "./joint-gaussianity.js";
import { huber, lossOfRows } from "./prediction.js";
import { onPresent, presentInAll, presentRows } from "./present-rows.js";
import { sigreg } from "./sigreg.js";

beforeAll(() => tf.setBackend("cpu"));

const [batch, dim, width, delta] = [11, 3, 1.5, 0.7];
const marks = [1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1];
const marked = marks.filter((mark) => mark === 1).length;
const identity = Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => Number(i === j)));
const entries = batch * dim;

const inputs = {
  z: normalTensor("z", [batch, dim], 1.2, 0.3),
  other: normalTensor("other", [batch, dim]),
  condition: normalTensor("condition", [batch, dim]),
  directions: normalTensor("directions", [dim, 4]),
  rows: testTensor([batch], marks),
  s: testTensor([], [width]),
  scores: testTensor([entries], blomScoresOf(marked * dim, entries)),
  logit: testTensor([1], [0.8]),
};
type Inputs = Record<keyof typeof inputs, Tensor>;
type Plain = Record<keyof typeof inputs, number[]>;

/** The formula of every loss on the rows it is given, float64. */
interface Sample {
  readonly z: Rows;
  readonly other: Rows;
  readonly condition: Rows;
  readonly directions: Rows;
  readonly logit: number;
}
const meanOf = (matrix: Rows) => mean(matrix.map(mean));
const kernel = (points: Rows) => kernelMatrix(points, points, width);
const times = (...all: Rows[]) => all[0].map((row, i) => row.map((_, j) => all.reduce((p, m) => p * m[i][j], 1)));

function gaussianity({ z }: Sample): number {
  const s = width ** 2;
  const toNormal = z.map((row) => (s / (1 + s)) ** (dim / 2) * Math.exp(-sum(row.map((x) => x * x)) / (2 * (1 + s))));
  return Math.log(meanOf(kernel(z))) + (dim / 2) * Math.log(s / (2 + s)) - 2 * Math.log(mean(toNormal));
}

function sampled({ z, directions }: Sample): number {
  const reference = directions[0].map((_, k) => directions.map((row) => row[k]));
  const between = meanOf(kernelMatrix(z, reference, width));
  return Math.log(meanOf(kernel(z))) + Math.log(meanOf(kernel(reference))) - 2 * Math.log(between);
}

function conditional({ z, other, condition }: Sample): number {
  const [l, k, c] = [z, other, condition].map(kernel);
  const [m, km, lm, klm] = [times(c), times(k, c), times(l, c), times(k, l, c)].map((matrix) => matrix.map(mean));
  const first = mean(m.map((v, i) => v * km[i] * lm[i]));
  const second = mean(klm.map((v, i) => v * m[i] ** 2));
  return -2 * Math.log(first) + Math.log(second) + Math.log(mean(klm.map((v, i) => (km[i] * lm[i]) ** 2 / v)));
}

function mutual({ z, other }: Sample): number {
  const [a, b] = [z, other].map(kernel);
  const apart = mean(a.map((row, i) => mean(row) * mean(b[i])));
  return Math.log(meanOf(times(a, b))) + Math.log(meanOf(a) * meanOf(b)) - 2 * Math.log(apart);
}

function joint({ z }: Sample): number {
  const v = z.flat().sort((a, b) => a - b);
  const scores = [...blomScores(v.length)];
  const spread = sum(v.map((x) => (x - mean(v)) ** 2));
  return -Math.log(sum(v.map((x, i) => x * scores[i])) ** 2 / sum(scores.map((x) => x * x)) / spread);
}

function sketched({ z, directions }: Sample): number {
  const knots = Array.from({ length: 17 }, (_, i) => -5 + i * 0.625);
  const each = directions[0].map((_, k) => {
    const length = Math.sqrt(sum(directions.map((row) => row[k] ** 2)));
    const p = z.map((row) => sum(row.map((x, j) => (x * directions[j][k]) / length)));
    const errors = knots.map((t) => {
      const real = mean(p.map((x) => Math.cos(t * x))) - Math.exp((-t * t) / 2);
      return (real ** 2 + mean(p.map((x) => Math.sin(t * x))) ** 2) * Math.exp((-t * t) / 2);
    });
    return 0.625 * (sum(errors) - (errors[0] + errors[16]) / 2);
  });
  return mean(each);
}

function capacity({ z, logit }: Sample): number {
  const lambda = 1 / (1 + Math.exp(-logit));
  const energy = sum(z[0].map((_, j) => mean(z.map((row) => row[j] ** 2))));
  return -dim * Math.log(1 - lambda) + (dim * ((1 - lambda) ** 2 - 1) + lambda ** 2 * energy) / 2;
}

function robust({ z, other }: Sample): number {
  const cost = (e: number) => (Math.abs(e) <= delta ? e ** 2 / 2 : delta * (Math.abs(e) - delta / 2));
  return mean(z.flatMap((row, i) => row.map((x, j) => cost(x - other[i][j]))));
}

const gram = (x: Tensor, s: Tensor) => gaussianGram(x as Tensor2D, s as Scalar);
type Loss = (given: Inputs, rows?: Tensor1D) => Tensor;
const losses: readonly (readonly [string, Loss, (sample: Sample) => number])[] = [
  [
    "csGaussianity",
    ({ z, s }, rows) => csGaussianityFromGram(z as Tensor2D, gram(z, s), s as Scalar, rows),
    gaussianity,
  ],
  [
    "csGaussianity, sampled",
    ({ z, directions, s }, rows) =>
      csGaussianitySampled(z as Tensor2D, tf.transpose(directions) as Tensor2D, s as Scalar, rows),
    sampled,
  ],
  [
    "csConditionalMutualInformation",
    ({ z, other, condition, s }, rows) => {
      const grams = { latent: gram(z, s), other: gram(other, s), condition: gram(condition, s) };
      return csConditionalMutualInformation({ ...grams, ...(rows === undefined ? {} : { rows }) });
    },
    conditional,
  ],
  ["csMutualInformation", ({ z, other, s }, rows) => csMutualInformation(gram(z, s), gram(other, s), rows), mutual],
  [
    "shapiroFrancia",
    ({ z, scores }, rows) => {
      const whitening = { mean: tf.zeros([dim]) as Tensor1D, whitening: tf.tensor2d(identity) };
      return shapiroFrancia(z as Tensor2D, whitening, scores as Tensor1D, rows);
    },
    joint,
  ],
  ["sigreg", ({ z, directions }, rows) => sigreg(z as Tensor2D, directions as Tensor2D, rows), sketched],
  [
    "bottleneckCapacity",
    ({ z, logit }, rows) =>
      bottleneckCapacity({
        standardised: z as Tensor2D,
        logit: logit as Tensor1D,
        ...(rows === undefined ? {} : { rows }),
      }),
    capacity,
  ],
  [
    "huber",
    ({ z, other }, rows) => lossOfRows((a, b) => huber(a, b, delta), z as Tensor2D, other as Tensor2D, rows),
    robust,
  ],
];

/** The marked rows of plain inputs. */
function subset({ z, other, condition, directions, rows, logit }: Plain): Sample {
  const kept = (values: number[]) => toRows(values, dim).filter((_, i) => rows[i] === 1);
  return {
    ...{ z: kept(z), other: kept(other), condition: kept(condition) },
    ...{ directions: toRows(directions, 4), logit: logit[0] },
  };
}

const masked =
  (loss: Loss) =>
  (given: Inputs): Tensor =>
    tf.tidy(() => {
      const all = presentRows(tf.reshape(given.rows, [batch, 1]) as Tensor2D);
      return onPresent(all, (rows) => loss(given, rows));
    });

describe.each(losses)("%s of the rows that have a modality", (_, loss, reference) => {
  it("is that of these rows alone, value and finite-difference gradient", () => {
    checkGradient({
      inputs,
      loss: masked(loss),
      reference: (values) => reference(subset(values)),
      wrt: ["z"],
      gradientTolerance: 5e-5, // the float32 sums run over all rows, most of which count 0
    });
  });

  it("without such a row is 0, with gradient 0", () => {
    const none: Record<keyof typeof inputs, TestTensor> = {
      ...inputs,
      rows: testTensor([batch], new Array(batch).fill(0)),
      scores: testTensor([entries], blomScores(entries)),
    };
    const { value, gradients } = evaluate({ inputs: none, loss: masked(loss), wrt: ["z"] });
    expect(value).toBe(0);
    expect(gradients[0].every((slope) => slope === 0)).toBe(true);
  });

  it("of one row is finite", () => {
    const one: Record<keyof typeof inputs, TestTensor> = {
      ...inputs,
      rows: testTensor([batch], [1, ...new Array(batch - 1).fill(0)]),
      scores: testTensor([entries], blomScoresOf(dim, entries)),
    };
    const { value, gradients } = evaluate({ inputs: one, loss: masked(loss), wrt: ["z"] });
    expect(Number.isFinite(value)).toBe(true);
    expect(gradients[0].every(Number.isFinite)).toBe(true);
  });

  it("compiles, and follows the rows that are marked", () =>
    checkCompiled({
      inputs: [
        inputs,
        {
          ...inputs,
          rows: testTensor([batch], marks.slice().reverse()),
        },
      ],
      loss: masked(loss),
      wrt: ["z"],
      tolerance: 2e-5,
    }));
});

describe("presentInAll", () => {
  it("marks rows that have everything, and all of them where none has", () => {
    const parts = (first: number[], second: number[]) =>
      [first, second].map((values) => presentRows(tf.tensor2d(values, [3, 1])));
    const both = presentInAll(parts([1, 1, 0], [0, 1, 1]));
    expect([...both.counted.dataSync()]).toEqual([0, 1, 0]);
    expect(both.any.dataSync()[0]).toBe(1);
    const neither = presentInAll(parts([1, 0, 0], [0, 1, 1]));
    expect([...neither.counted.dataSync()]).toEqual([1, 1, 1]);
    expect(neither.any.dataSync()[0]).toBe(0);
  });
});
