import { describe, expect, it } from "vitest";
import { Rng } from "../math/rng.js";
import { permutationTest } from "./permutation-test.js";

describe("permutationTest", () => {
  it("counts permutations that are as good, and the data themselves", () => {
    // Phipson & Smyth 2010: (b + 1) / (m + 1).
    expect(permutationTest(3, [5, 6, 7, 8])).toMatchObject({ better: 0, pValue: 1 / 5, least: 5, mean: 6.5 });
    expect(permutationTest(5, [5, 6, 4, 8])).toMatchObject({ better: 2, pValue: 3 / 5 });
    expect(permutationTest(3, [2])).toMatchObject({ sd: null, pValue: 1 });
    expect(() => permutationTest(3, [])).toThrow("at least 1 permutation");
  });

  it("rejects a true hypothesis as often as it says", () => {
    const rng = new Rng("null");
    const trials = 4000;
    let rejected = 0;
    for (let trial = 0; trial < trials; trial++) {
      const [value, ...permuted] = Array.from({ length: 20 }, () => rng.normal());
      rejected += Number(permutationTest(value, permuted).pValue <= 0.05);
    }
    // Exactly 1 of 20; three standard errors of 4000 trials are .010.
    expect(Math.abs(rejected / trials - 0.05)).toBeLessThan(0.011);
  });
});
