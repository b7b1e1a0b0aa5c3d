import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../engine/engine.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { estimatePair } from "./estimate-information.js";
import type { EstimatorContext } from "./estimator.js";
import { answerOrder, estimatorNames } from "./estimator-names.js";
import { estimators } from "./registry.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx");
});
afterAll(() => engine.dispose());

const context: EstimatorContext = { engine: async () => engine, seed: 1, folds: 2 };
/** All but the flows, whose fits are long. */
const all = estimatorNames.filter((name) => name !== "flow").map((name) => estimators[name]);
const rng = new Rng("estimators");
const rows = 240;
const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
const [x1, x2, e1, e2] = [normals(), normals(), normals(), normals()];
const y1 = x1.map((v, r) => 0.8 * v + 0.6 * e1[r]);
const y2 = x2.map((v, r) => 0.8 * v + 0.6 * e2[r]);
const one = { x: { name: "x", columns: [x1] }, y: { name: "y", columns: [y1] } };
const two = { x: { name: "x", columns: [x1, x2] }, y: { name: "y", columns: [y1, y2] } };
/** -log2 0.6, the information of a correlation of 0.8. */
const truth = -Math.log2(0.6);

describe("estimators of mutual information", () => {
  it.each([
    ["one column each", one, truth],
    ["two columns each", two, 2 * truth],
  ])("find that of normal variables, with standard errors: %s", async (_, pair, bits) => {
    const { estimates, leftOut } = await estimatePair(pair, all, context);
    expect(leftOut).toEqual([]);
    expect(estimates.map(({ estimator }) => estimator)).toEqual(all.map(({ name }) => name));
    for (const { estimator, bits: found, standardError, is, n } of estimates) {
      expect(standardError).toBeGreaterThan(0.02);
      expect(standardError).toBeLessThan(0.16);
      expect(n).toBe(rows);
      // neighbours of 2 + 2 columns, and what learns from 200 rows, find too little
      expect(found, estimator).toBeGreaterThan(0.6 * bits);
      expect(found, estimator).toBeLessThan(bits + 3 * standardError);
      expect(is).toBe(["gaussian", "ksg"].includes(estimator) ? "estimate" : "lower bound");
    }
  });

  it("find it through flows, from rows that these did not see", { timeout: 120_000 }, async () => {
    const { estimates } = await estimatePair(one, [estimators.flow], context);
    const [{ bits, standardError, is, correction }] = estimates;
    expect(Math.abs(bits - truth)).toBeLessThan(4 * standardError);
    expect([is, Number.isFinite(correction)]).toEqual(["lower bound", true]);
    const wide = { x: { name: "x", columns: Array.from({ length: 17 }, normals) }, y: one.y };
    expect((await estimatePair(wide, [estimators.flow], context)).leftOut[0].why).toMatch(/more than 16 columns/);
  });

  it("do not depend on the order of rows, nor on increasing maps of columns", async () => {
    const order = rng.permutation(rows);
    const moved = (column: Float64Array) => Float64Array.from(order, (r) => Math.exp(column[r]) + 3);
    const plain = { x: two.x, y: one.y };
    const columns = (side: typeof one.x) => ({ name: side.name, columns: side.columns.map(moved) });
    const pair = { x: columns(plain.x), y: columns(plain.y) };
    const [before, after] = [await estimatePair(plain, all, context), await estimatePair(pair, all, context)];
    expect(after).toEqual(before);
  });

  it("say which rows they do not read", async () => {
    const wide = { x: { name: "x", columns: [x1, x2, e1, e2] }, y: one.y };
    const { leftOut } = await estimatePair(wide, [estimators.ksg], context);
    expect(leftOut).toEqual([
      { estimator: "ksg", why: "5 columns of both sides together; beyond 4 neighbours are too far away" },
    ]);
    const equal = await estimatePair(
      { x: one.x, y: { name: "y", columns: [x1.map((v) => 2 * v)] } },
      [estimators.gaussian],
      context,
    );
    expect(equal.leftOut[0].why).toMatch(/infinite information/);
    const few = (columns: readonly Float64Array[]) => columns.map((column) => column.slice(0, 5));
    const short = { x: { name: "x", columns: few([x1, x2]) }, y: { name: "y", columns: few([y1]) } };
    const reasons = (await estimatePair(short, all, context)).leftOut.map(({ why }) => why);
    expect(reasons.join("; ")).toMatch(/5 rows are too few for 3 columns.*5 rows are too few to learn from/);
    const groups = Array.from({ length: rows }, (_, r) => r >> 1);
    const grouped = await estimatePair({ ...one, groups }, [estimators.gaussian, estimators.ksg], context);
    expect(grouped.estimates.map(({ estimator }) => estimator)).toEqual(["gaussian"]);
    expect(grouped.leftOut[0].why).toMatch(/rows of one group would be neighbours/);
  });

  it("read classes: posteriors and neighbours of the same class", async () => {
    const labels = x1.map((v, r) => Number(v + 0.5 * e1[r] > 0));
    const pair = { x: one.x, y: { name: "c", columns: [labels] }, classes: 2 };
    const { estimates, leftOut } = await estimatePair(pair, all, context);
    expect(leftOut.map(({ estimator }) => estimator)).toContain("gaussian");
    // H(c) less the mean entropy of Phi(2 x): 0.557 bits by quadrature
    for (const { estimator, bits, standardError } of estimates) {
      expect(Math.abs(bits - 0.557), estimator).toBeLessThan(0.05 + 3 * standardError);
    }
    expect(estimates.find(({ estimator }) => estimator === "density")?.correction).toBe(0);
  });

  it("are never above the entropy of a side whose values repeat, and say where they would be", async () => {
    const sign = (column: Float64Array) => column.map((v) => Math.sign(v));
    const same = {
      x: { name: "x", columns: [sign(x1)] },
      y: { name: "y", columns: [sign(x1.map((v, r) => v + 0.01 * e1[r]))] },
    };
    const { estimates, leftOut } = await estimatePair(same, [estimators.gaussian, estimators.ksg], context);
    expect(leftOut).toEqual([{ estimator: "ksg", why: expect.stringMatching(/^values repeat/) }]);
    expect(estimates[0].bits).toBeLessThanOrEqual(1);
    expect(estimates[0].bits).toBeGreaterThan(0.9);
    expect(estimates[0].warnings.join()).toMatch(
      /bits is more than a side holds that takes 2 values: .*take it as classes/,
    );
  });

  it("of few groups say how many a bound needs, before anything is fitted", async () => {
    const groups = Array.from({ length: rows }, (_, r) => r % 9);
    const idle = { ...context, engine: () => Promise.reject(new Error("an engine was asked for")) };
    const { leftOut } = await estimatePair({ ...one, groups }, [estimators.density, estimators.flow], idle);
    for (const { why } of leftOut) expect(why).toMatch(/^9 groups are too few .*; 10 are needed$/);
    expect(leftOut).toHaveLength(2);
  });

  it("count a column that others tell once", async () => {
    const twice = { x: { name: "x", columns: [x1, x2, x1] }, y: one.y };
    const without = { x: { name: "x", columns: [x1, x2] }, y: one.y };
    const bits = async (pair: typeof twice) =>
      (await estimatePair(pair, [estimators.gaussian], context)).estimates[0].bits;
    expect(await bits(twice)).toBeCloseTo(await bits(without), 12);
  });

  it("refuse what is no pair", async () => {
    const bad = (x: Float64Array) => estimatePair({ x: { name: "x", columns: [x] }, y: one.y }, all, context);
    await expect(bad(x1.slice(1))).rejects.toThrow('"x", column 0: has 239 rows, but the other side has 240');
    await expect(bad(x1.map(() => 2))).rejects.toThrow('"x" has the same value in every row');
    await expect(bad(x1.map((v, r) => (r === 3 ? Number.NaN : v)))).rejects.toThrow("row 4");
  });

  it("have one place each in the order of answers", () => {
    expect([...answerOrder].sort()).toEqual([...estimatorNames].sort());
  });
});
