import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { checkCompiled } from "../../../test/support/compiled.js";
import { checkGradient, normalTensor, type TestTensor, toTensor } from "../../../test/support/gradients.js";
import { evaluationContext } from "../../fit/evaluation.js";
import { modelLayout } from "../../fit/model-layout.js";
import { Rng } from "../../math/rng.js";
import { rowGroups } from "../../pid/estimate/row-groups.js";
import { heldOutBound } from "../bound.js";
import { type Critic, criticOf } from "./critic.js";
import { batchesOf, heldOutInfoNce, heldOutLogMean, type ScoredParts } from "./held-out.js";
import { infoNceCritic, mineCritic, nwjCritic, smileCritic } from "./kinds.js";
import { criticNetwork } from "./network.js";
import { donskerVaradhan, infoNce, jensenShannon, nguyenWainwrightJordan } from "./objectives.js";

const average = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const softplus = (v: number) => Math.log1p(Math.exp(v));
const kinds = [mineCritic, nwjCritic, smileCritic, infoNceCritic];

describe("objectives of critics", () => {
  const inputs = { joint: normalTensor("joint", [6]), product: normalTensor("product", [10]) };
  const ofPairs = {
    "Donsker and Varadhan": {
      traced: donskerVaradhan,
      plain: (t: number[], u: number[]) => average(t) - Math.log(average(u.map(Math.exp))),
    },
    "Nguyen, Wainwright and Jordan": {
      traced: nguyenWainwrightJordan,
      plain: (t: number[], u: number[]) => average(t) - average(u.map(Math.exp)) + 1,
    },
    "Jensen and Shannon": {
      traced: jensenShannon,
      plain: (t: number[], u: number[]) => -average(t.map((v) => softplus(-v))) - average(u.map(softplus)),
    },
  };

  it.each(Object.entries(ofPairs))("are those of the formulas, with their gradients: %s", (_, { traced, plain }) => {
    checkGradient({
      inputs,
      loss: ({ joint, product }) => traced(joint, product),
      reference: ({ joint, product }) => plain(joint, product),
      wrt: ["joint", "product"],
    });
  });

  it("are those of the formulas, with their gradients: InfoNCE", () => {
    const size = 4;
    checkGradient({
      inputs: { pairs: normalTensor("pairs", [size, size]) },
      loss: ({ pairs }) => infoNce(pairs as Tensor2D),
      reference: ({ pairs }) => {
        const row = (i: number) => pairs.slice(i * size, (i + 1) * size);
        return average([0, 1, 2, 3].map((i) => row(i)[i] - Math.log(average(row(i).map(Math.exp)))));
      },
      wrt: ["pairs"],
    });
  });
});

describe("critics", () => {
  const [dimX, dimY, batch] = [2, 3, 12];
  const network = criticNetwork(dimX, dimY);
  const layout = modelLayout(network);
  /** Weights with a last layer that tells something. */
  const weights = (seed: string) =>
    layout.parameters.initialise(new Rng(seed)).map((v) => (Math.abs(v) < 0.01 ? 30 * v : v));
  const rowsOf = (seed: string): Record<"x" | "y", TestTensor> => ({
    x: normalTensor(`${seed}x`, [batch, dimX]),
    y: normalTensor(`${seed}y`, [batch, dimY]),
  });
  const contextOf = (average: Tensor) => evaluationContext(layout, { average });
  const columnsOf = ({ shape: [rows, width], values }: TestTensor) =>
    Array.from({ length: width }, (_, j) => Float64Array.from({ length: rows }, (_, r) => values[r * width + j]));
  const float64 = (flat: Float32Array, { x, y }: ReturnType<typeof rowsOf>, rows: number[]) => {
    const values = layout.parameters.unpackValues(flat);
    const parameter = (wanted: string) => values.find(({ name }) => name === wanted)?.values as Float32Array;
    return criticOf(parameter, columnsOf(x), columnsOf(y), rows);
  };

  it("have the values of their network in float64, of every pair", () => {
    const [flat, rows] = [weights("network"), rowsOf("rows")];
    const context = contextOf(tf.tensor1d(flat));
    const [x, y] = [toTensor<Tensor2D>(rows.x), toTensor<Tensor2D>(rows.y)];
    const every = network.every(context, x, y).arraySync();
    const shifted = network.shifted(context, x, y, 5).arraySync();
    const critic = float64(flat, rows, [...Array(batch).keys()]);
    expect(Math.max(...every.flat().map(Math.abs))).toBeGreaterThan(0.1);
    for (let i = 0; i < batch; i++) {
      // float32
      for (let j = 0; j < batch; j++) expect(critic(i, j)).toBeCloseTo(every[i][j], 5);
      expect(shifted[i]).toBeCloseTo(critic(i, (i + 5) % batch), 5);
    }
    expect(float64(flat, rows, [0, 1])(0, 2)).toBeNaN();
  });

  it("begin near 0 everywhere", () => {
    const rows = rowsOf("start");
    const critic = float64(layout.parameters.initialise(new Rng("start")), rows, [...Array(batch).keys()]);
    for (let i = 0; i < batch; i++) expect(Math.abs(critic(i, (i + 1) % batch))).toBeLessThan(0.1);
  });

  it.each(kinds)("train compiled as they do on the cpu: $name", async (kind) => {
    const inputsOf = (seed: string) => {
      const values = weights(seed);
      return { ...rowsOf(seed), weights: { shape: [values.length], values: Array.from(values) } };
    };
    await checkCompiled({
      inputs: [inputsOf("first"), inputsOf("second")],
      loss: ({ x, y, weights }) => kind.objective(network, contextOf(weights), x as Tensor2D, y as Tensor2D),
      wrt: ["weights"],
    });
  });
});

/** Rows whose log-ratio is known: a normal pair of correlation 0.8, 0.737 bits. */
function normalPair(n: number, seed: string) {
  const rng = new Rng(seed);
  const rho = 0.8;
  const x = Float64Array.from({ length: n }, () => rng.normal());
  const y = x.map((v) => rho * v + Math.sqrt(1 - rho ** 2) * rng.normal());
  const ratio: Critic = (i, j) =>
    -0.5 * Math.log(1 - rho ** 2) - (rho ** 2 * (x[i] ** 2 + y[j] ** 2) - 2 * rho * x[i] * y[j]) / (2 * (1 - rho ** 2));
  return { ratio, x, y, truth: -Math.log2(Math.sqrt(1 - rho ** 2)) };
}

const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);

describe("held-out values of critics", () => {
  const n = 300;
  const scored = { parts: [range(0, 140), range(140, n)], groups: null };
  const { ratio, truth } = normalPair(n, "held out");

  it("find the information with the true ratio", () => {
    for (const estimate of [heldOutLogMean(ratio, ratio, scored), heldOutInfoNce(ratio, scored, new Rng("b"))]) {
      expect(estimate.n).toBe(n);
      expect(estimate.standardError).toBeGreaterThan(0.03);
      expect(estimate.standardError).toBeLessThan(0.09);
      expect(Math.abs(estimate.bits - truth)).toBeLessThan(3 * estimate.standardError);
    }
  });

  it("are the means of their formulas, brute force", () => {
    const rows = [...range(0, 9)];
    const one = { parts: [Int32Array.from(rows)], groups: null };
    const own = average(rows.map((i) => ratio(i, i)));
    const others = rows.flatMap((i) => rows.filter((j) => j !== i).map((j) => Math.exp(ratio(i, j))));
    expect(heldOutLogMean(ratio, ratio, one).bits).toBeCloseTo((own - Math.log(average(others))) / Math.LN2, 12);
    const found = rows.map((i) => ratio(i, i) - Math.log(average(rows.map((j) => Math.exp(ratio(i, j))))));
    expect(heldOutInfoNce(ratio, one, new Rng("b")).bits).toBeCloseTo(average(found) / Math.LN2, 12);
  });

  it("have the standard errors that they scatter by, with a ratio that is off", () => {
    const draws = Array.from({ length: 120 }, (_, s) => {
      const { ratio, x, y } = normalPair(100, `scatter/${s}`);
      const off: Critic = (i, j) => ratio(i, j) + 0.5 * x[i] + 0.5 * y[j];
      const part = { parts: [range(0, 100)], groups: null };
      return [heldOutLogMean(off, off, part), heldOutInfoNce(off, part, new Rng(s))];
    });
    for (const k of [0, 1]) {
      const bits = draws.map((draw) => draw[k].bits);
      const centre = average(bits);
      const scatter = Math.sqrt(average(bits.map((v) => (v - centre) ** 2)));
      const error = average(draws.map((draw) => draw[k].standardError));
      // 120 draws know their scatter to 6.5 %
      expect(error / scatter).toBeGreaterThan(0.8);
      expect(error / scatter).toBeLessThan(1.25);
    }
  });

  it("have the standard errors of a jackknife, with a ratio that is off", () => {
    const rows = 90;
    const { ratio, y } = normalPair(rows, "jackknife");
    const off: Critic = (i, j) => 0.5 * ratio(i, j) + Math.sin(2 * y[j]);
    for (const found of [
      (part: ScoredParts, critic: Critic) => heldOutLogMean(critic, critic, part),
      (part: ScoredParts, critic: Critic) => heldOutInfoNce(critic, part, new Rng("b")),
    ]) {
      const { standardError } = found({ parts: [range(0, rows)], groups: null }, off);
      const without = Array.from({ length: rows }, (_, left) => {
        const part = { parts: [range(0, rows - 1)], groups: null };
        const moved = (r: number) => (r < left ? r : r + 1);
        return found(part, (i, j) => off(moved(i), moved(j))).bits;
      });
      const centre = average(without);
      const jackknife = Math.sqrt((rows - 1) * average(without.map((v) => (v - centre) ** 2)));
      // terms of the second order
      expect(standardError / jackknife).toBeGreaterThan(0.93);
      expect(standardError / jackknife).toBeLessThan(1.07);
    }
  });

  it("do not change with a constant that is added to a critic, but for NWJ's", () => {
    const shifted: Critic = (i, j) => ratio(i, j) + 1.5;
    const same = (of: (critic: Critic) => number) => expect(of(shifted)).toBeCloseTo(of(ratio), 10);
    same((critic) => heldOutLogMean(critic, critic, scored).bits);
    same((critic) => heldOutLogMean(critic, critic, scored).standardError);
    same((critic) => heldOutInfoNce(critic, scored, new Rng("b")).bits);
    expect(heldOutBound(shifted, n, scored).bits).toBeLessThan(heldOutBound(ratio, n, scored).bits - 1);
  });

  it("of InfoNCE are at most the log of the batch, and say when they are near it", () => {
    const sure: Critic = (i, j) => (i === j ? 500 : -500);
    const { bits, warnings } = heldOutInfoNce(sure, { parts: [range(0, 128)], groups: null }, new Rng("b"));
    expect(bits).toBeCloseTo(6, 10);
    expect(warnings).toEqual(["batches of 64 rows show 6.0 bits at most, so the value may be far too small"]);
    expect(heldOutInfoNce(ratio, scored, new Rng("b")).warnings).toEqual([]);
  });

  it("are judged by the objective that is trained", () => {
    const rows = range(0, 60);
    const judged = { rows, groups: null, rng: new Rng("judged") };
    const pairs = [...rows].flatMap((i) => [...rows].filter((j) => j !== i).map((j) => ratio(i, j)));
    const own = [...rows].map((i) => ratio(i, i));
    const [t, u] = [tf.tensor1d(own), tf.tensor1d(pairs)];
    // float32
    expect(mineCritic.judged(ratio, judged)).toBeCloseTo(donskerVaradhan(t, u).dataSync()[0], 5);
    expect(nwjCritic.judged(ratio, judged)).toBeCloseTo(nguyenWainwrightJordan(t, u).dataSync()[0], 5);
    expect(smileCritic.judged(ratio, judged)).toBeCloseTo(jensenShannon(t, u).dataSync()[0], 5);
    const every = tf.tensor2d([...rows].map((i) => [...rows].map((j) => ratio(i, j))));
    expect(infoNceCritic.judged(ratio, judged)).toBeCloseTo(infoNce(every).dataSync()[0], 5);
  });
});

describe("batches of scored rows", () => {
  it("hold every row once, about 64 at a time, in random order", () => {
    const batches = batchesOf(range(10, 210), null, new Rng("deal"));
    expect(batches.map(({ length }) => length)).toEqual([67, 67, 66]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual([...range(10, 210)]);
    expect(batches[0]).not.toEqual([...batches[0]].sort((a, b) => a - b));
  });

  it("hold no two rows of one group", () => {
    const of = Int32Array.from({ length: 200 }, (_, r) => (r < 9 ? 0 : 1 + (r >> 1)));
    const groups = rowGroups(of, 200);
    const batches = batchesOf(range(0, 200), groups, new Rng("deal"));
    expect(batches).toHaveLength(9);
    for (const batch of batches) expect(new Set(batch.map((r) => of[r])).size).toBe(batch.length);
    expect(batches.flat()).toHaveLength(200);
  });
});
