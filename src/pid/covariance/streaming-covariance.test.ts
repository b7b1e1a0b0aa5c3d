import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { covarianceOf, momentsOfColumns } from "./moments.js";
import { type MissingPolicy, type RowChunk, StreamingCovariance } from "./streaming-covariance.js";

const names = ["age", "a", "b", "c", "d"];

/** Correlated columns with very different means and units. */
function table(rows: number, seed = 1): Float64Array[] {
  const rng = new Rng(seed);
  const columns = names.map(() => new Float64Array(rows));
  for (let r = 0; r < rows; r++) {
    const common = rng.normal();
    columns.forEach((column, j) => {
      column[r] = 10 ** (2 * j) * (common + rng.normal()) + (j === 1 ? 1e9 : j);
    });
  }
  return columns;
}

/** Two-pass covariance, the reference. */
function twoPass(columns: readonly Float64Array[]): number[] {
  const n = columns[0].length;
  const mean = columns.map((c) => c[0] + c.reduce((s, x) => s + (x - c[0]), 0) / n);
  return columns.flatMap((x, j) =>
    columns.map((y, k) => x.reduce((s, _, r) => s + (x[r] - mean[j]) * (y[r] - mean[k]), 0) / (n - 1)),
  );
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  const p = Math.sqrt(expected.length);
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < p; k++) {
      const scale = Math.sqrt(expected[j * p + j] * expected[k * p + k]);
      expect(Math.abs(actual[j * p + k] - expected[j * p + k])).toBeLessThan(relative * scale);
    }
  }
}

function stream(columns: Float64Array[], missing: MissingPolicy, sizes: number[], groups?: Int32Array) {
  const streaming = new StreamingCovariance({ columns: names, targets: 1, missing, grouped: groups !== undefined });
  let start = 0;
  for (let i = 0; start < columns[0].length; i++) {
    const end = Math.min(columns[0].length, start + sizes[i % sizes.length]);
    const chunk: RowChunk = {
      rows: end - start,
      columns: columns.map((c) => c.subarray(start, end)),
      groups: groups?.subarray(start, end),
    };
    streaming.add(chunk);
    start = end;
  }
  return streaming.finish();
}

describe("streaming covariance", () => {
  it("equals the two-pass covariance whatever the chunks, with means of 1e9 and units 1 to 1e8", () => {
    const columns = table(3001);
    const expected = twoPass(columns);
    for (const sizes of [[3001], [1], [7, 1900], [2048]]) {
      const { pooled, account } = stream(columns, "error", sizes);
      expect(pooled.n).toBe(3001);
      expect(account).toEqual({ rowsRead: 3001, rowsUsed: 3001, rowsWithoutTarget: 0, rowsDropped: 0, imputed: {} });
      expectClose(covarianceOf(pooled), expected, 1e-13);
    }
  });

  it("stays exact when the mean drifts through the file", () => {
    const columns = table(5000).map((c) => c.map((x, r) => x + 1e6 * r));
    expectClose(covarianceOf(stream(columns, "error", [512]).pooled), twoPass(columns), 1e-13);
  });

  it("accumulates every group and pools them", () => {
    const columns = table(2500);
    const groups = Int32Array.from({ length: 2500 }, (_, r) => (r * 7) % 3);
    const { pooled, byGroup } = stream(columns, "error", [600], groups);
    expectClose(covarianceOf(pooled), twoPass(columns), 1e-13);
    for (let g = 0; g < 3; g++) {
      const members = Int32Array.from(groups.keys()).filter((r) => groups[r] === g);
      expect(byGroup[g].n).toBe(members.length);
      expectClose(
        covarianceOf(byGroup[g]),
        twoPass(columns.map((c) => Float64Array.from(members, (r) => c[r]))),
        1e-13,
      );
    }
  });

  it("imputes the column's mean in one pass, exactly as in two", () => {
    const columns = table(1500);
    const rng = new Rng(5);
    for (let j = 1; j < 5; j++) for (let r = 0; r < 1500; r++) if (rng.uniform() < 0.1 * j) columns[j][r] = Number.NaN;
    for (let r = 0; r < 20; r++) columns[0][r] = Number.NaN;
    const kept = columns.map((c) => c.subarray(20));
    const imputed = kept.map((c) => {
      const present = c.filter((x) => !Number.isNaN(x));
      const mean = present[0] + present.reduce((s, x) => s + (x - present[0]), 0) / present.length;
      return c.map((x) => (Number.isNaN(x) ? mean : x));
    });
    // 1e-11: an imputed value of 1e9 is itself rounded to 1e-7
    const { pooled, account } = stream(columns, "mean", [333]);
    expect(account.rowsWithoutTarget).toBe(20);
    expect(account.imputed.d).toBe(kept[4].filter(Number.isNaN).length);
    expectClose(covarianceOf(pooled), twoPass(imputed), 1e-11);
    const groups = Int32Array.from({ length: 1500 }, (_, r) => r % 2);
    expectClose(covarianceOf(stream(columns, "mean", [333], groups).pooled), twoPass(imputed), 1e-11);
  });

  it("drops rows with gaps, and rows without a group", () => {
    const columns = table(100);
    columns[2][3] = Number.NaN;
    columns[0][50] = Number.NaN;
    const groups = new Int32Array(100);
    groups[7] = -1;
    const { pooled, account } = stream(columns, "drop", [30], groups);
    expect(account).toEqual({ rowsRead: 100, rowsUsed: 97, rowsWithoutTarget: 1, rowsDropped: 2, imputed: {} });
    const rows = Int32Array.from(groups.keys()).filter((r) => ![3, 7, 50].includes(r));
    expectClose(covarianceOf(pooled), covarianceOf(momentsOfColumns(columns, rows)), 1e-13);
  });

  it("counts used rows that repeat earlier ones over chunks and groups, as far as it can remember", () => {
    const columns = table(100);
    for (const column of columns)
      for (const [copy, of] of [
        [60, 2],
        [61, 2],
        [99, 50],
      ])
        column[copy] = column[of];
    columns[0][3] = Number.NaN;
    for (const column of columns) column[70] = column[3];
    const groups = Int32Array.from({ length: 100 }, (_, r) => (r === 99 ? -1 : r % 2));
    const options = { columns: ["y", "a", "b", "c", "d"], targets: 1, missing: "drop", grouped: true } as const;
    for (const [distinct, copies] of [
      [undefined, { copies: 2, compared: 97 }],
      [40, { copies: 0, compared: 40 }],
    ] as const) {
      const streaming = new StreamingCovariance(options, distinct);
      for (let at = 0; at < 100; at += 30) {
        const end = Math.min(100, at + 30);
        streaming.add({
          rows: end - at,
          columns: columns.map((c) => c.subarray(at, end)),
          groups: groups.subarray(at, end),
        });
      }
      expect(streaming.finish().copies).toEqual(copies);
    }
  });

  it("names the column and the row of what it refuses", () => {
    const gap = table(100);
    gap[2][42] = Number.NaN;
    expect(() => stream(gap, "error", [30])).toThrow('column "b", data row 43 has no value');
    gap[2][42] = Number.POSITIVE_INFINITY;
    expect(() => stream(gap, "drop", [30])).toThrow('column "b", data row 43 is Infinity');
    expect(() => stream(table(4), "error", [4], Int32Array.of(0, 0, -1, 0))).toThrow("data row 3 has no group");
    expect(() => covarianceOf(momentsOfColumns(table(1)))).toThrow("at least 2 rows, got 1");
  });
});
