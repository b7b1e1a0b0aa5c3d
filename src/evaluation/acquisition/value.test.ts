import { describe, expect, it } from "vitest";
import { type AcquisitionValue, bitsOfDrop, expectedLosses, valueOutputs } from "./value.js";

const value: AcquisitionValue = {
  modalities: ["a", "b"],
  base: [8, 4, 6, 2],
  nothing: [0],
  rows: 500,
  constant: [null, null, null],
  head: null,
};

describe("expectedLosses", () => {
  it("without outputs are the means of the subsets", () => {
    expect(expectedLosses(value, 0, null, 0)).toEqual({ atHand: 8, after: [4, 6] });
    expect(expectedLosses(value, 2, null, 0)).toEqual({ atHand: 6, after: [2, null] });
    expect(expectedLosses(value, 3, null, 0)).toEqual({ atHand: 2, after: [null, null] });
  });

  it("multiplies them by the outputs of the row, never above what is at hand", () => {
    const outputs = Float64Array.of(0, 0, 0, Math.log(2), 5, Math.log(0.5));
    expect(expectedLosses(value, 1, outputs, 1)).toEqual({ atHand: 8, after: [null, expect.closeTo(2, 12)] });
    expect(expectedLosses(value, 2, outputs, 1)).toEqual({ atHand: 12, after: [12, null] });
  });

  it("leaves outputs out that held-out rows did not show, and all of a row that has nothing", () => {
    const outputs = Float64Array.of(1, 1, 1);
    const alike = { ...value, constant: [null, "no-pattern", "no-pattern"] as const };
    const { atHand, after } = expectedLosses(alike, 1, outputs, 0);
    expect([atHand, after[1]]).toEqual([4 * Math.E, 2 * Math.E]);
    expect(expectedLosses(value, 0, outputs, 0)).toEqual({ atHand: 8, after: [4, 6] });
  });
});

it("bits of a fall of the variance are those of a Gaussian channel, of a log loss the fall itself", () => {
  // y = x + e, Var x = 3, Var e = 1: I(x; y) = 1/2 log2 4
  expect(bitsOfDrop(4, 1, null)).toBe(1);
  expect(bitsOfDrop(2 * Math.LN2, 0.5 * Math.LN2, 4)).toBeCloseTo(1.5, 12);
  // Bad probabilities lose more than two classes hold.
  expect(bitsOfDrop(3 * Math.LN2, 0.5 * Math.LN2, 2)).toBe(1);
  expect(bitsOfDrop(0, 0, null)).toBe(0);
});

it("values by row need what they are read from", () => {
  const head = {
    inputs: "latents" as const,
    ...{ centres: new Float32Array(1), spreads: Float32Array.of(2) },
    layers: [{ weight: Float32Array.of(1, 2, 3), bias: Float32Array.of(0, 0, 1) }],
  };
  expect(() => valueOutputs({ ...value, head }, null)).toThrow("read from");
  const read = { values: Float32Array.of(4), width: 1, rows: 1 };
  expect(valueOutputs({ ...value, head }, read)).toEqual(Float64Array.of(2, 4, 7));
  expect(() => valueOutputs({ ...value, head }, { ...read, width: 2 })).toThrow("reads 1 columns was given 2");
});
