import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../engine/engine.js";
import { createEngine } from "../../engine/index.js";
import { Rng } from "../../math/rng.js";
import { estimatePair } from "./estimate-information.js";
import type { EstimatorContext } from "./estimator.js";
import { answerOrder, zooNames } from "./estimator-names.js";
import { benchmarkEstimators } from "./registry.js";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine("onnx");
});
afterAll(() => engine.dispose());

const context: EstimatorContext = { engine: async () => engine, seed: 1, folds: 2 };
const zoo = zooNames.map((name) => benchmarkEstimators[name]);
const critics = (["mine", "nwj", "smile", "infonce"] as const).map((name) => benchmarkEstimators[name]);
const rows = 400;
const rng = new Rng("zoo");
const normals = () => Float64Array.from({ length: rows }, () => rng.normal());
const [x1, e1, apart] = [normals(), normals(), normals()];
const y1 = x1.map((v, r) => 0.8 * v + 0.6 * e1[r]);
const side = (name: string, ...columns: Float64Array[]) => ({ name, columns });
const one = { x: side("x", x1), y: side("y", y1) };
/** -log2 0.6, the information of a correlation of 0.8. */
const truth = -Math.log2(0.6);

describe("estimators of the literature", () => {
  it("find the information of normal variables, and say what they are", { timeout: 60_000 }, async () => {
    const { estimates, leftOut } = await estimatePair(one, zoo, context);
    expect(leftOut).toEqual([]);
    expect(estimates.map(({ estimator, is }) => [estimator, is])).toEqual(
      zoo.map(({ name, is }) => [name, is]),
    );
    for (const e of estimates) console.log(e.estimator, e.bits, e.standardError);
    for (const { estimator, bits, standardError, n } of estimates) {
      expect(n).toBe(rows);
      expect(standardError, estimator).toBeGreaterThan(0.01);
      expect(standardError, estimator).toBeLessThan(0.1);
      expect(bits, estimator).toBeGreaterThan(0.6 * truth);
      expect(bits, estimator).toBeLessThan(truth + 3 * standardError);
    }
  });

  it("find about nothing where nothing is", { timeout: 60_000 }, async () => {
    const { estimates } = await estimatePair({ x: one.x, y: side("y", apart) }, zoo, context);
    for (const e of estimates) console.log(e.estimator, e.bits, e.standardError);
  });
});
