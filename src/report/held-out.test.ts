import { describe, expect, it } from "vitest";
import type { GaussianCheck } from "../mi/check-types.js";
import type { PidEstimate } from "../pid/estimate/estimate-types.js";
import { heldOutBelow, heldOutCaution } from "./held-out.js";

const estimate = (total: number, error: number | null) =>
  ({
    estimator: "bias-corrected",
    information: { total, byModality: {} },
    ...(error === null ? {} : { standardErrors: { information: { total: error, byModality: {} } } }),
  }) as unknown as PidEstimate;

/** All together: the linear reading in sample and held out, and the density. */
function check(closedForm: number | null, linear: number, density: number, error = 0.08): GaussianCheck {
  const of = (bits: number) => ({ bits, standardError: error });
  const reading = { modalities: ["a", "b"], gaussian: { closedForm, heldOut: of(linear) }, density: of(density) };
  return { readings: [{ modalities: ["a"] }, reading] } as unknown as GaussianCheck;
}

describe("what rows held out show below all rows", () => {
  it("is the larger one of linear reading and density, where it lies clearly below", () => {
    expect(heldOutBelow(estimate(1.7, 0.1), check(2.4, 0.96, 0.9))).toEqual({ value: 0.96, error: 0.08 });
    expect(heldOutBelow(estimate(1.7, 0.1), check(2.4, 0.9, 1.2))).toEqual({ value: 1.2, error: 0.08 });
    // Held out nothing was learned.
    expect(heldOutBelow(estimate(1.7, 0.1), check(2.4, -0.2, -0.3))).toEqual({ value: 0, error: 0.08 });
  });

  it.each([
    ["lies within two of its errors", estimate(1.1, 0.1), check(2, 0.96, 0.9)],
    ["lies below by next to nothing", estimate(1, 0.01), check(1.2, 0.96, 0.96, 0.001)],
    ["lies above", estimate(0.5, 0.1), check(2, 0.96, 0.9)],
    ["is what the density adds", estimate(1.7, 0.1), check(2, 0.96, 1.7)],
    ["loses nothing of what ranks tell: values differ from their ranks", estimate(1.7, 0.1), check(0.98, 0.96, 0.9)],
    ["is of an infinite total", estimate(Number.POSITIVE_INFINITY, 0.1), check(2, 0.96, 0.9)],
    ["is of a total without an error", estimate(1.7, null), check(2, 0.96, 0.9)],
    ["was not measured", estimate(1.7, 0.1), undefined],
  ])("is not told where it %s", (_, whole, made) => {
    expect(heldOutBelow(whole, made)).toBeUndefined();
  });

  it("is warned of with both numbers", () => {
    expect(heldOutCaution(estimate(1.7, 0.1), { value: 0.96, error: 0.08 })).toMatch(
      /^on rows held out, by ranks, all together tell 0\.96 ± 0\.08 bits, clearly less than the 1\.70 ± 0\.10 bits of all rows \(bias-corrected\) that the parts/,
    );
  });
});
