import { describe, expect, it } from "vitest";
import { rangeOf } from "../data/prepare/column-range.js";
import { cellText, rowText, standingOf, withoutDialect } from "./features.js";

describe("where a value stands among those of the training part", () => {
  const range = rangeOf(Array.from({ length: 101 }, (_, i) => i));

  it.each([
    [-5, 0],
    [0, 0],
    [5, 0.05],
    [25, 0.25],
    [37.5, 0.375],
    [50, 0.5],
    [95, 0.95],
    [100, 1],
    [200, 1],
  ])("%d of 0 to 100 is above a share of %d", (value, share) => {
    expect(standingOf(value, range)).toBeCloseTo(share, 12);
  });

  it("is a step where many values are equal", () => {
    const ties = rangeOf([1, 1, 1, 1, 1, 1, 1, 2]);
    expect(standingOf(1.5, ties)).toBeGreaterThan(0.7);
    expect(standingOf(1, ties)).toBe(0);
  });
});

describe("a row as a table", () => {
  const feature = { modality: "m", kind: "number", range: null, levels: [], start: null, cleaned: false } as const;

  it("quotes what would be read as something else", () => {
    const features = [
      { ...feature, column: 'a "b", c' },
      { ...feature, column: "d" },
    ];
    expect(rowText(features, new Map([['a "b", c', "1,5"]]))).toBe('"a ""b"", c","d"\n"1,5",""\n');
  });

  it("writes dates as days where they are midnights", () => {
    const day = Date.UTC(2024, 1, 29);
    expect(cellText({ kind: "date" }, day)).toBe("2024-02-29");
    expect(cellText({ kind: "date" }, day + 3_600_000)).toBe("2024-02-29T01:00:00.000Z");
    expect(cellText({ kind: "number" }, -0.5)).toBe("-0.5");
    expect(cellText({ kind: "category" }, null)).toBe("");
  });

  it("says nothing of how tables of the training are written", () => {
    expect(withoutDialect({ decimal: ",", skipRows: 2, target: "y" })).toEqual({ target: "y" });
  });
});
