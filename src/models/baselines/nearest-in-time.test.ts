import { describe, expect, it } from "vitest";
import { fitNearestInTime } from "./nearest-in-time.js";

describe("the nearest training rows in time", () => {
  // Rows in any order of the file; two stand at 3.
  const predict = fitNearestInTime(Float64Array.of(10, 0, 3, 3), Float64Array.of(7, 70, 1, 10, 2, 20, 4, 40));

  it.each([
    ["between two", 1.5, [2, 20]],
    ["nearer to one", 6.5, [5, 50]],
    ["at the place of one", 10, [7, 70]],
    ["at the place of two: their mean", 3, [3, 30]],
    ["before all: the first", -5, [1, 10]],
    ["after all: the last", 99, [7, 70]],
  ])("%s", (_, place, expected) => {
    predict([place]).forEach((value, t) => void expect(value).toBeCloseTo(expected[t], 12));
  });

  it("is the one value where training has one place", () => {
    expect([...fitNearestInTime(Float64Array.of(5, 5), Float64Array.of(1, 3))([0, 5, 9])]).toEqual([2, 2, 2]);
  });
});
