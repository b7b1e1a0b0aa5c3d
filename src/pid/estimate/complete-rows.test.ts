import { describe, expect, it } from "vitest";
import { completeRows } from "./complete-rows.js";

const NA = Number.NaN;
const names = ["y", "a", "b"];
const y = Float64Array.of(1, 2, NA, 4, 5);
const a = Float64Array.of(10, NA, 30, 40, NA);
const b = Float64Array.of(-1, -2, -3, -4, -6);
const all = Int32Array.of(0, 1, 2, 3, 4);
const complete = (missing: "error" | "drop" | "mean", chosen = all) =>
  completeRows([y, a, b], names, 1, chosen, missing);

describe("columns without gaps", () => {
  it("have the mean of the values that are there in place of those that are not", () => {
    const { columns, rows, account } = complete("mean");
    expect(Array.from(rows)).toEqual([0, 1, 3, 4]);
    expect(columns.map((column) => Array.from(column))).toEqual([
      [1, 2, 4, 5],
      [10, 25, 40, 25],
      [-1, -2, -4, -6],
    ]);
    expect(account).toEqual({ rowsRead: 5, rowsUsed: 4, rowsWithoutTarget: 1, rowsDropped: 0, imputed: { a: 2 } });
    // The column that was given keeps its gaps.
    expect(a[1]).toBeNaN();
  });

  it("lose the rows that have gaps, of those that were chosen", () => {
    const { columns, rows, account } = complete("drop", Int32Array.of(1, 2, 3));
    expect(Array.from(rows)).toEqual([3]);
    expect(columns.map(([value]) => value)).toEqual([4, 40, -4]);
    expect(account).toEqual({ rowsRead: 3, rowsUsed: 1, rowsWithoutTarget: 1, rowsDropped: 1, imputed: {} });
  });

  it("of which none has a value are filled with 0", () => {
    const empty = Float64Array.of(NA, NA);
    const { columns } = completeRows([y, empty], ["y", "e"], 1, Int32Array.of(0, 1), "mean");
    expect(Array.from(columns[1])).toEqual([0, 0]);
  });

  it("are refused, naming column and row, where gaps are an error", () => {
    expect(() => complete("error")).toThrow(/column "a", data row 2 has no value.*--missing drop/);
  });
});
