import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { applyLinearMap, fitLinearMap } from "./linear-map.js";

describe("a linear map", () => {
  // outputs 1 + 2 x0 - x1 and 4 + x1 + 3 x2
  const map = { weights: Float64Array.of(2, 0, -1, 1, 0, 3), intercept: Float64Array.of(1, 4) };

  it("is applied row by row: x W + b", () => {
    const rows = Float64Array.of(1, 2, 3, 0, 0, 1);
    expect([...applyLinearMap(map, rows, 2)]).toEqual([1, 15, 1, 7]);
  });

  it("is found from rows that it made, penalised next to nothing", () => {
    const rng = new Rng("map");
    const features = Float32Array.from({ length: 3 * 300 }, () => rng.normal());
    const target = Float32Array.from(applyLinearMap(map, features, 300));
    const found = fitLinearMap(features, target, 300);
    // float32 features and targets, and the smallest penalty
    found.weights.forEach((weight, i) => {
      expect(weight).toBeCloseTo(map.weights[i], 3);
    });
    expect([...found.intercept]).toEqual([1, 4].map((value) => expect.closeTo(value, 3)));
  });
});
