import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../engine/engine.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { estimatePair } from "./estimate-information.js";
import type { EstimatorContext } from "./estimator.js";
import { answerOrder, benchmarkEstimatorNames, estimatorNames, zooNames } from "./estimator-names.js";
import { benchmarkEstimators } from "./registry.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx");
});
afterAll(() => engine.dispose());

const context: EstimatorContext = { engine: async () => engine, seed: 1, folds: 2 };
/** One that may not be asked for: what is refused is refused before anything is fitted. */
const idle = { ...context, engine: () => Promise.reject(new Error("an engine was asked for")) };
const zoo = zooNames.map((name) => benchmarkEstimators[name]);
const critics = (["mine", "nwj", "smile", "infonce"] as const).map((name) => benchmarkEstimators[name]);
const { mine, nwj, infonce, minde, "nn-ratio": ratio } = benchmarkEstimators;
const rows = 300;
const rng = new Rng("zoo");
const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
const [x1, e1, apart] = [normals(), normals(), normals()];
const y1 = x1.map((v, r) => 0.8 * v + 0.6 * e1[r]);
const side = (name: string, ...columns: Float64Array[]) => ({ name, columns });
const one = { x: side("x", x1), y: side("y", y1) };
/** -log2 0.6, the information of a correlation of 0.8. */
const truth = -Math.log2(0.6);

describe("estimators of the literature", () => {
  it("find the information of normal variables, and say what they are", { timeout: 120_000 }, async () => {
    const { estimates, leftOut } = await estimatePair(one, zoo, context);
    expect(leftOut).toEqual([]);
    expect(Object.fromEntries(estimates.map(({ estimator, is }) => [estimator, is]))).toEqual({
      ...{ mine: "estimate", nwj: "lower bound", smile: "estimate", infonce: "lower bound" },
      ...{ "nn-ratio": "estimate", minde: "estimate" },
    });
    for (const { estimator, bits, standardError, n } of estimates) {
      expect(n).toBe(rows);
      expect(standardError, estimator).toBeGreaterThan(0.03);
      expect(standardError, estimator).toBeLessThan(0.16);
      // critics of 120 rows find too little
      expect(bits, estimator).toBeGreaterThan(0.6 * truth);
      expect(bits, estimator).toBeLessThan(truth + 3 * standardError);
    }
    expect(Number.isFinite(estimates.find(({ estimator }) => estimator === "nwj")?.correction)).toBe(true);
  });

  it("that learn find nothing where nothing is", { timeout: 120_000 }, async () => {
    const { estimates } = await estimatePair({ x: one.x, y: side("y", apart) }, [nwj, infonce, minde], context);
    expect(estimates).toHaveLength(3);
    for (const { estimator, bits } of estimates) {
      // what a critic has learned by heart takes away from the value
      expect(bits, estimator).toBeLessThan(0.03);
      expect(bits, estimator).toBeGreaterThan(-0.15);
    }
  });

  it("that learn do not depend on the order of rows, nor on increasing maps of columns", {
    timeout: 120_000,
  }, async () => {
    const order = rng.permutation(rows);
    const moved = (column: Float64Array) => Float64Array.from(order, (r) => Math.exp(column[r]) + 3);
    const pair = { x: side("x", moved(x1)), y: side("y", moved(y1)) };
    const [before, after] = [await estimatePair(one, [mine], context), await estimatePair(pair, [mine], context)];
    expect(after).toEqual(before);
  });

  it("that learn take classes as columns of zeros and ones", { timeout: 120_000 }, async () => {
    const labels = x1.map((v, r) => Number(v + 0.5 * e1[r] > 0));
    const pair = { x: one.x, y: side("c", labels), classes: 2 };
    const { estimates, leftOut } = await estimatePair(pair, [nwj, ratio, minde], context);
    // H(c) less the mean entropy of Phi(2 x): 0.557 bits by quadrature; critics of 120 rows find too little
    const [{ bits, standardError }] = estimates;
    expect(bits).toBeGreaterThan(0.3);
    expect(bits).toBeLessThan(0.557 + 3 * standardError);
    const why = "it is a reading of numbers, not of classes";
    expect(leftOut).toEqual(["nn-ratio", "minde"].map((estimator) => ({ estimator, why })));
  });

  it("say which rows they do not read, before anything is fitted", async () => {
    const few = (column: Float64Array) => column.slice(0, 150);
    const short = await estimatePair({ x: side("x", few(x1)), y: side("y", few(y1)) }, [...critics, minde], idle);
    expect(short.leftOut.map(({ why }) => why)).toEqual(
      [...critics, minde].map(() => "150 rows are too few to learn from; 200 are needed"),
    );
    const groups = Array.from({ length: rows }, (_, r) => r % 9);
    const few9 = expect.stringMatching(/^9 groups are too few .*; 10 are needed$/);
    const grouped = await estimatePair({ ...one, groups }, zoo, idle);
    expect(grouped.leftOut.map(({ why }) => why)).toEqual([
      ...critics.map(() => few9),
      "rows of one group would be neighbours of one another",
      few9,
    ]);
    const tied = await estimatePair({ x: side("x", x1.map(Math.round)), y: one.y }, [ratio], idle);
    expect(tied.leftOut[0].why).toMatch(/^values repeat/);
    const wide = await estimatePair({ x: side("x", x1, e1, apart), y: one.y }, [minde], idle);
    expect(wide.leftOut[0].why).toBe("a side has more than 2 columns");
  });

  it("are never the answer", () => {
    for (const name of zooNames) expect([...answerOrder, ...estimatorNames]).not.toContain(name);
    expect(Object.keys(benchmarkEstimators).sort()).toEqual([...benchmarkEstimatorNames].sort());
    for (const [name, estimator] of Object.entries(benchmarkEstimators)) expect(estimator.name).toBe(name);
  });
});
