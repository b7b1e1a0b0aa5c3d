import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { absoluteCorrelations, correlatedGroups } from "./correlated.js";

/** Columns that share a factor by the given loadings: those of factors f correlate with products of their loadings. */
function factors(rows: number, columns: readonly (readonly [factor: number, loading: number])[], seed: number) {
  const rng = new Rng(seed);
  const values = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i++) {
    const latent = [rng.normal(), rng.normal(), rng.normal()];
    columns.forEach(([factor, loading], j) => {
      const own = Math.sqrt(1 - loading ** 2);
      values[i * columns.length + j] = loading * latent[factor] + own * rng.normal();
    });
  }
  return values;
}

/** The definition: the closest pair is merged first, until none is close enough. */
function greedy(likeness: Float64Array, width: number, threshold: number): number[][] {
  let sets = Array.from({ length: width }, (_, i) => [i]);
  for (;;) {
    let best = { alike: threshold, a: -1, b: -1 };
    for (let a = 0; a < sets.length; a++) {
      for (let b = 0; b < a; b++) {
        const alike = Math.min(...sets[a].flatMap((i) => sets[b].map((j) => likeness[i * width + j])));
        if (alike >= best.alike) best = { alike, a, b };
      }
    }
    const { a, b } = best;
    if (a < 0) return sets.map((s) => s.sort((i, j) => i - j)).sort(([i], [j]) => i - j);
    const merged = [...sets[a], ...sets[b]];
    sets = [...sets.filter((_, i) => i !== a && i !== b), merged];
  }
}

describe("groups of correlated columns", () => {
  it("are the factors, with either sign, and a constant column alone", () => {
    const values = factors(2000, [[0, 0.95], [1, 0.95], [0, -0.95], [2, 0.5], [1, 0.95], [2, 0.5]], 1); // biome-ignore format: one line
    expect(correlatedGroups(values, 6)).toEqual([[0, 2], [1, 4], [3], [5]]);
    const constant = Float64Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 5 : i));
    expect(correlatedGroups(constant, 2)).toEqual([[0], [1]]);
  });

  it("hold only columns of which any two correlate: a chain does not hang together", () => {
    const rng = new Rng(4);
    const walk = new Float64Array(3000 * 3);
    for (let i = 0; i < 3000; i++) {
      const [a, b, c] = [rng.normal(), rng.normal(), rng.normal()];
      // r(0,1) = r(1,2) = 0.71, r(0,2) = 0.
      walk.set([a, (a + b) / Math.SQRT2 + 0 * c, b], 3 * i);
    }
    const groups = correlatedGroups(walk, 3, 0.65);
    expect(groups.map(({ length }) => length).sort()).toEqual([1, 2]);
  });

  it("are those of merging the closest pair each time", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rng = new Rng(`loadings/${seed}`);
      const columns = Array.from({ length: 14 }, () => [rng.integer(3), 0.5 + 0.5 * rng.uniform()] as const);
      const values = factors(60, columns, seed);
      for (const threshold of [0.3, 0.5, 0.7]) {
        const groups = correlatedGroups(values, 14, threshold);
        expect(groups).toEqual(greedy(absoluteCorrelations(values, 14), 14, threshold));
      }
    }
  });
});
