import { describe, expect, it } from "vitest";
import { median } from "./descriptive.js";
import { medianPairwiseDistance } from "./pairwise.js";
import { Rng } from "./rng.js";

function draw(seed: string, size: number): Float32Array {
  const values = new Float32Array(size);
  new Rng(seed).fillNormal(values);
  return values;
}

function direct(rows: Float32Array, n: number, d: number): number {
  const distances: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0; k < d; k++) square += (rows[i * d + k] - rows[j * d + k]) ** 2;
      distances.push(Math.sqrt(square));
    }
  }
  return median(distances);
}

describe("medianPairwiseDistance", () => {
  it("equals the median of all distances, odd and even numbers of pairs, with ties", () => {
    expect(medianPairwiseDistance(Float32Array.of(0, 3), 2, 1)).toBe(3);
    expect(medianPairwiseDistance(Float32Array.of(0, 0, 3, 4, 3, 4), 3, 2)).toBe(5); // distances 5, 5, 0
    for (const [n, d] of [
      [4, 1],
      [5, 3],
      [63, 7],
      [200, 64],
    ]) {
      const rows = draw(`${n}`, n * d);
      expect(medianPairwiseDistance(rows, n, d)).toBe(direct(rows, n, d));
    }
    const ties = Float32Array.from({ length: 40 }, (_, i) => i % 3);
    expect(medianPairwiseDistance(ties, 40, 1)).toBe(direct(ties, 40, 1));
  });

  it("is about sqrt(2 d) for standard normal rows", () => {
    const ratio = medianPairwiseDistance(draw("normal", 400 * 64), 400, 64) / Math.sqrt(128);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.02); // the median of chi with 64 degrees is 0.5 % below; 400 rows scatter by 0.5 %
  });

  it("uses evenly spaced rows beyond maxRows", () => {
    const rows = draw("long", 1000 * 2);
    const kept = Float32Array.from({ length: 20 }, (_, k) => rows[Math.floor(k / 2) * 100 * 2 + (k % 2)]);
    expect(medianPairwiseDistance(rows, 1000, 2, 10)).toBe(direct(kept, 10, 2));
    expect(medianPairwiseDistance(rows, 1000, 2)).toBe(medianPairwiseDistance(rows, 1000, 2, 512));
  });

  it("is 0 when most pairs coincide", () => {
    expect(medianPairwiseDistance(Float32Array.of(1, 1, 1, 1, 1, 2), 6, 1)).toBe(0);
  });

  it("refuses other sizes and entries that are not finite", () => {
    expect(() => medianPairwiseDistance(Float32Array.of(1), 1, 1)).toThrow(
      "n: expected an integer of at least 2, got 1",
    );
    expect(() => medianPairwiseDistance(Float32Array.of(1, 2, 3), 2, 2)).toThrow(
      "rows: expected n d = 4 values, got 3",
    );
    expect(() => medianPairwiseDistance(Float32Array.of(1, 2), 2, 1, 1)).toThrow("maxRows");
    expect(() => medianPairwiseDistance(Float32Array.of(1, 2, 3, Number.NaN), 2, 2)).toThrow(
      "rows: every entry must be finite, got NaN in row 1, column 1",
    );
  });
});
