import { expect, it } from "vitest";
import { partsSentences, shortNumber, summariseParts } from "./part-summary.js";

const targets = [{ name: "age", values: Float64Array.of(10, 20, 30, 40, 5000) }];
const split = { train: Int32Array.of(0, 1, 2), validation: Int32Array.of(4), test: Int32Array.of() };

it("holds rows, groups and targets of every part that has rows", () => {
  const parts = summariseParts({ targets }, split, { column: "site", of: ["a", "a", "b", "b", "c"] });
  expect(parts.train).toEqual({
    rows: 3,
    groups: { column: "site", count: 2, effective: 9 / 5, largest: { name: "a", rows: 2 } },
    targets: { age: { mean: 20, sd: 10, min: 10, median: 20, max: 30 } },
  });
  expect(parts.validation?.targets.age).toMatchObject({ mean: 5000, sd: null });
  expect(parts.test).toBeUndefined();
  expect(partsSentences(parts)).toEqual([
    'training part: 3 rows of 2 groups of "site"; mean (sd) of age 20 (10)',
    'validation part: 1 row of 1 group of "site"; mean (sd) of age 5000 (-)',
  ]);
  expect(summariseParts({ targets }, split).train).not.toHaveProperty("groups");
});

it("writes numbers with three digits that count", () => {
  expect([7.934, 1562.7, 0.0012345, 0, -273.15, 2.5e9].map(shortNumber)).toEqual([
    "7.93",
    "1563",
    "0.00123",
    "0",
    "-273",
    "2500000000",
  ]);
});
