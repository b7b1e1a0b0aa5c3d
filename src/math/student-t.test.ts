import { describe, expect, it } from "vitest";
import { studentTQuantile, studentTWithin } from "./student-t.js";

describe("Student's t", () => {
  it("agrees with the closed forms of 1 and 2 degrees of freedom", () => {
    expect(studentTWithin(1, 1)).toBeCloseTo(0.5, 15);
    for (const t of [0.1, 1, 7]) {
      expect(studentTWithin(t, 1)).toBeCloseTo((2 / Math.PI) * Math.atan(t), 15);
      expect(studentTWithin(t, 2)).toBeCloseTo(t / Math.sqrt(2 + t * t), 15);
    }
  });

  it("gives the tabulated two-sided 95 % and 99 % quantiles", () => {
    // Abramowitz & Stegun, table 26.10
    const table: [number, number, number][] = [
      [0.95, 1, 12.706],
      [0.95, 2, 4.303],
      [0.95, 4, 2.776],
      [0.95, 9, 2.262],
      [0.95, 30, 2.042],
      [0.99, 3, 5.841],
      [0.99, 10, 3.169],
      [0.9, 120, 1.658],
    ];
    for (const [level, df, t] of table) expect(studentTQuantile(level, df)).toBeCloseTo(t, 3);
  });

  it("inverts itself and refuses what is no distribution", () => {
    for (const df of [1, 2, 3, 8, 99]) expect(studentTWithin(studentTQuantile(0.8, df), df)).toBeCloseTo(0.8, 12);
    expect(() => studentTWithin(1, 0)).toThrow("df must be at least 1, got 0");
    expect(() => studentTWithin(-1, 3)).toThrow("at least 0");
    expect(() => studentTQuantile(1, 3)).toThrow("(0, 1)");
  });

  // The tables of every textbook, and for one degree of freedom tan(pi level / 2).
  it.each([
    [0.95, 1, 12.706204736],
    [0.95, 2, 4.30265273],
    [0.95, 3, 3.182446305],
    [0.95, 4, 2.776445105],
    [0.95, 9, 2.262157163],
    [0.95, 30, 2.042272456],
    [0.99, 5, 4.032142984],
    [0.95, 1000, 1.962339081],
  ])("holds %d with %i degrees of freedom within ± %d", (level, df, limit) =>
    expect(studentTQuantile(level, df)).toBeCloseTo(limit, 8),
  );

  it("falls to the normal limit, and refuses what is no degree of freedom", () => {
    expect(studentTQuantile(0.95, 1e6)).toBeCloseTo(1.96, 2);
    expect(() => studentTQuantile(0.95, 0)).toThrow("df must be at least 1, got 0");
  });

  // scipy 1.11, stats.t.ppf((1 + level) / 2, df); and the quadrature against the finite series beside it.
  it("takes degrees of freedom between whole numbers", () => {
    expect(studentTQuantile(0.95, 1.5)).toBeCloseTo(6.0166631044, 8);
    expect(studentTQuantile(0.95, 4.25)).toBeCloseTo(2.7132058472, 8);
    for (const df of [1, 2, 7, 60, 1500]) {
      expect(studentTWithin(1.3, df + 1e-9)).toBeCloseTo(studentTWithin(1.3, df), 8);
    }
  });
});
