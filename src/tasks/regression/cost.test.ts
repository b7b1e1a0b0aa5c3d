import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { geometricMean } from "./cost.js";

const costs = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 });
const cost = fc.double({ min: 1e-3, max: 1e3, noNaN: true });

describe("validation loss of several targets", () => {
  it("is the cost itself for one", () => {
    expect(geometricMean(Float64Array.of(0.1 + 0.2))).toBe(0.1 + 0.2);
  });

  it("is the geometric mean: a target counts by how many per cent its cost changes, not by how large it is", () => {
    expect(geometricMean(Float64Array.of(0.5, 2, 8))).toBeCloseTo(2, 12);
    fc.assert(
      fc.property(costs, costs, cost, (one, other, scale) => {
        const ratio = (factor: number) => {
          const loss = ([first, ...rest]: readonly number[]) => geometricMean(Float64Array.of(first * factor, ...rest));
          return loss(one) / loss(other);
        };
        expect(ratio(scale) / ratio(1)).toBeCloseTo(1, 9);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("is not 0 because one target is known exactly, and not a number where one is not", () => {
    expect(geometricMean(Float64Array.of(0, 2))).toBeLessThan(geometricMean(Float64Array.of(0, 3)));
    expect(geometricMean(Float64Array.of(Number.NaN, 2))).toBeNaN();
    expect(geometricMean(Float64Array.of(Number.POSITIVE_INFINITY, 2))).toBe(Number.POSITIVE_INFINITY);
  });
});
