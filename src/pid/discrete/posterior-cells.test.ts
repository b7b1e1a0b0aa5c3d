import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { cellsFor, posteriorCells } from "./posterior-cells.js";

describe("cells of posteriors", () => {
  it("are a cell per 50 rows, of 12, 16 or 24 at most", () => {
    expect([cellsFor(5000, 2, 2), cellsFor(5000, 3, 2), cellsFor(5000, 7, 2)]).toEqual([12, 16, 24]);
    expect([cellsFor(200, 2, 2), cellsFor(60, 2, 2), cellsFor(5000, 3, 3), cellsFor(5000, 3, 4)]).toEqual([
      4, 2, 10, 8,
    ]);
  });

  it("do not mix rows between two values of many rows with either", () => {
    // 470 and 500 rows as sure as they may be, and 30 between them
    const p = [
      ...Array(470).fill(0.01),
      ...Array.from({ length: 30 }, (_, i) => 0.02 + i / 1000),
      ...Array(500).fill(0.99),
    ];
    const { of, count } = posteriorCells(Float64Array.from(p.flatMap((v) => [1 - v, v])), 2, 10, new Rng(1));
    expect(count).toBeGreaterThanOrEqual(3);
    expect(new Set(of.subarray(500)).size).toBe(1);
    expect(of.subarray(0, 500)).not.toContain(of[999]);
    expect(of.subarray(470)).not.toContain(of[0]);
  });

  it("keep rows of equal probability together, and are none that is empty", () => {
    const p = [0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.5, 0.1];
    const posteriors = Float64Array.from(p.flatMap((v) => [1 - v, v]));
    const { of, count } = posteriorCells(posteriors, 2, 4, new Rng(1));
    expect(new Set([0, 1, 2, 3, 7].map((r) => of[r])).size).toBe(1);
    expect(new Set(of).size).toBe(count);
    expect(of[4]).toBe(of[5]);
    expect(of[6]).not.toBe(of[0]);
  });

  it("of three classes gather around their corners", () => {
    const corners = [
      [0.98, 0.01, 0.01],
      [0.01, 0.98, 0.01],
      [0.01, 0.01, 0.98],
    ];
    const posteriors = Float64Array.from(Array.from({ length: 30 }, (_, r) => corners[r % 3]).flat());
    const { of, count } = posteriorCells(posteriors, 3, 16, new Rng(1));
    expect(count).toBe(3);
    expect(new Set([of[0], of[1], of[2]]).size).toBe(3);
    expect(of[3]).toBe(of[0]);
  });
});
