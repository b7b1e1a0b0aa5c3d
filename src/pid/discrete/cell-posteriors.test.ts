import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { type CellCounts, cellPosteriors, posteriorRows, shrunkTable, tableBias } from "./cell-posteriors.js";
import { tableInformation } from "./class-tables.js";

const classes = 6;
const cells = 8;
const n = 400;

/** Class shares of every cell, columns of sum 1. */
function shares(rng: Rng, spread: number): Float64Array {
  const table = Float64Array.from({ length: classes * cells }, () => Math.exp(spread * rng.normal()));
  for (let c = 0; c < cells; c++) {
    let sum = 0;
    for (let y = 0; y < classes; y++) sum += table[y * cells + c];
    for (let y = 0; y < classes; y++) table[y * cells + c] /= sum;
  }
  return table;
}

/** Rows whose cells are even and whose classes follow the shares of their cell. */
function drawn(truth: Float64Array, rng: Rng, rows = n): CellCounts {
  const counts = new Float64Array(classes * cells);
  for (let i = 0; i < rows; i++) {
    let left = rng.uniform();
    let y = 0;
    while (y < classes - 1 && left >= truth[y * cells + (i % cells)]) left -= truth[y++ * cells + (i % cells)];
    counts[y * cells + (i % cells)]++;
  }
  return { counts, rows: new Float64Array(cells).fill(rows / cells) };
}

const classShares = ({ counts }: CellCounts) =>
  Float64Array.from({ length: classes }, (_, y) => {
    const own = counts.subarray(y * cells, (y + 1) * cells);
    return own.reduce((a, b) => a + b, 0) / n;
  });

describe("the strength of posteriors", () => {
  const truth = shares(new Rng("truth"), 1);
  const counted = drawn(truth, new Rng("rows"));

  it("is that of many rows where they are right, and of few where they are wrong", () => {
    expect(posteriorRows(counted, truth, 1)).toBeGreaterThan(300);
    expect(posteriorRows(counted, shares(new Rng("another"), 1), 1)).toBeLessThan(10);
  });

  it("is about that of the rows that they were learned from", () => {
    const strengths = Array.from({ length: 30 }, (_, i) => {
      const { counts, rows } = drawn(truth, new Rng(`learned ${i}`), 100 * cells);
      const learned = counts.map((count, j) => (count + 0.1) / (rows[j % cells] + 0.1 * classes));
      return Math.log2(posteriorRows(drawn(truth, new Rng(`rows ${i}`)), learned, 1));
    });
    const typical = strengths.sort((a, b) => a - b)[15];
    expect(typical).toBeGreaterThan(Math.log2(40));
    expect(typical).toBeLessThan(Math.log2(250));
  });

  it("outlives a posterior of 0 that a row belies", () => {
    const sure = truth.map((p, i) => (i < cells ? 0 : p));
    expect(posteriorRows(counted, sure, 1)).toBeLessThan(50);
  });
});

describe("a table of counts and posteriors", () => {
  const truth = shares(new Rng("truth"), 1);
  const counted = drawn(truth, new Rng("rows"));
  const own = classShares(counted);

  it("is that of the counts where posteriors count as nothing", () => {
    const table = shrunkTable(counted, { posterior: truth, strength: 1e-12, effect: 1 }, own);
    table.forEach((p, i) => void expect(p).toBeCloseTo(counted.counts[i] / n, 9));
  });

  it("has the shares of classes and of cells that the rows have", () => {
    const table = shrunkTable(counted, { posterior: truth, strength: 100, effect: 1 }, own);
    for (let y = 0; y < classes; y++) {
      expect(table.subarray(y * cells, (y + 1) * cells).reduce((a, b) => a + b, 0)).toBeCloseTo(own[y], 12);
    }
    for (let c = 0; c < cells; c++) {
      const column = table.filter((_, i) => i % cells === c);
      expect(column.reduce((a, b) => a + b, 0)).toBeCloseTo(1 / cells, 9);
    }
  });

  it("of rows that count half is that of half as many rows of the same shares", () => {
    const half = { counts: counted.counts.map((v) => v / 2), rows: counted.rows.map((v) => v / 2) };
    const [a, b] = [
      shrunkTable(counted, { posterior: truth, strength: 20, effect: 2 }, own),
      shrunkTable(half, { posterior: truth, strength: 20, effect: 1 }, own),
    ];
    a.forEach((p, i) => void expect(p).toBeCloseTo(b[i], 12));
  });

  it("shows of independent classes about as much as its bias says, the less the stronger posteriors are", () => {
    const even = new Float64Array(classes * cells).fill(1 / classes);
    const shown = (strength: number) => {
      const found = Array.from({ length: 60 }, (_, i) => {
        const rows = drawn(even, new Rng(`independent ${i}`));
        const learned = drawn(even, new Rng(`learned ${i}`), Math.max(cells, Math.round(strength) * cells));
        const posterior = learned.counts.map((count, j) => count / learned.rows[j % cells]);
        const shares = classShares(rows);
        return tableInformation(shrunkTable(rows, { posterior, strength, effect: 1 }, shares), shares);
      });
      return found.reduce((a, b) => a + b, 0) / found.length;
    };
    for (const strength of [1e-9, 50, 200]) {
      const bias = tableBias({ ...counted }, classes, { strength, effect: 1 });
      expect(shown(strength) / bias).toBeGreaterThan(0.85);
      expect(shown(strength) / bias).toBeLessThan(1.2);
    }
  });
});

it("the mean posterior of a cell is that of its rows, over the classes that some row has", () => {
  const posteriors = Float64Array.of(0.5, 0.3, 0.2, 0.1, 0.1, 0.8, 0.7, 0.1, 0.2);
  const place = { of: Int32Array.of(0, 0, 1), count: 2, numbers: Int32Array.of(0, -1, 1), present: 2 };
  const found = cellPosteriors(posteriors, place, [0, 1, 2, 2]);
  [0.6 / 1.6, 0.7 / 0.9, 1 / 1.6, 0.2 / 0.9].forEach((p, i) => void expect(found[i]).toBeCloseTo(p, 12));
});
