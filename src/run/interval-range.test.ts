import { describe, expect, it } from "vitest";
import { evaluationSchema } from "../config/evaluation.js";
import { checkIntervalRange } from "./interval-range.js";

const targets = [
  { name: "y", values: Float64Array.of(1, 2, 9, 3, Number.NaN, 50) },
  { name: "z", values: Float64Array.of(0, 1, 2, -4, 1, 1) },
];
/** Row 5 is of the test part, of which nothing is known in training. */
const split = { train: Int32Array.of(0, 1, 2), validation: Int32Array.of(3, 4) };
const check = (range: unknown, of = targets) =>
  checkIntervalRange({ evaluation: evaluationSchema.parse({ intervals: { range } }) }, { targets: of }, split);

describe("a range of intervals that rows contradict", () => {
  it("is refused with the count, the key and what to do", () => {
    expect(() => check({ max: 3 })).toThrow(
      /^evaluation\.intervals\.range: 1 of 4 values of "y" in the training and validation part lie outside .*\(max: 3\): they reach from 1 to 9\. Give limits .* or observed/,
    );
    expect(() => check({ min: 0, max: 9 })).toThrow('1 of 5 values of "z"');
    expect(() => check({ min: 2 })).toThrow('1 of 4 values of "y"');
  });

  it("is taken where every known value keeps it, its ends among them", () => {
    for (const range of [{ min: -4, max: 9 }, { min: -4 }, { max: 9 }, "observed", undefined]) {
      expect(() => check(range)).not.toThrow();
    }
  });
});
