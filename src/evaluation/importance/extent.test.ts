import { expect, it } from "vitest";
import { affordable } from "./extent.js";

const sets = { columns: 100, groups: 10, whole: 2 };

it.each([
  [
    { rows: 500, repeats: 5, perRow: 10 },
    { rows: 500, extent: "columns" },
  ],
  // 100 sets of 5 repeats at 1000: 5e5 a row, so that 4e8 carry 800 rows.
  [
    { rows: 5000, repeats: 5, perRow: 1000 },
    { rows: 800, extent: "columns" },
  ],
  // 80 rows would be too few; of 10 sets 800 are carried.
  [
    { rows: 5000, repeats: 5, perRow: 10_000 },
    { rows: 800, extent: "groups" },
  ],
  [
    { rows: 5000, repeats: 5, perRow: 1e9 },
    { rows: 300, extent: "whole" },
  ],
  [
    { rows: 100, repeats: 5, perRow: 1e9 },
    { rows: 100, extent: "whole" },
  ],
])("%o is measured on %o", (work, expected) => {
  expect(affordable({ sets, ...work }, 4e8)).toEqual(expected);
});
