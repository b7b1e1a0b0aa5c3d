import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { sampleMessages, shareError } from "./account.js";
import type { PreparedSample } from "./store-rows.js";

describe("the error of shares of rows in a sample", () => {
  it("is that of the inequality of Dvoretzky, Kiefer and Wolfowitz", () => {
    // sqrt(ln 40 / 350,000)
    expect(shareError(175_000)).toBeCloseTo(0.0032465, 7);
  });

  it("holds in at least 95 of 100 samples, of any distribution, everywhere at once", () => {
    const [samples, n] = [1000, 400];
    const rng = new Rng("shares");
    let within = 0;
    for (let k = 0; k < samples; k++) {
      const sorted = Float64Array.from({ length: n }, () => rng.uniform()).sort();
      const farthest = Math.max(...sorted.map((value, i) => Math.max((i + 1) / n - value, value - i / n)));
      within += Number(farthest <= shareError(n));
    }
    // It holds in about 95.5 %; three standard errors of 1000 samples are 2 %.
    expect(within / samples).toBeGreaterThan(0.93);
    expect(within / samples).toBeLessThan(0.98);
  });
});

describe("what is said of a sample", () => {
  const rowIds = Array.from({ length: 100 }, (_, i) => `${i}`);
  const rows = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  const split = { train: rows(0, 70), validation: rows(70, 80), test: rows(80, 100) };
  const prepared = { dataset: { rowIds }, split } as unknown as PreparedSample & { split: typeof split };
  const said = (rows: number, facts: Partial<Parameters<typeof sampleMessages>[2]>) =>
    sampleMessages(prepared, rows, { tableRows: 1000, heldOut: 30, leftOut: 0, lacking: 0, ...facts });

  it("names what is of the sample alone, its error, and rows of no part", () => {
    const messages = said(950, { heldOut: 50 });
    expect(messages[0]).toMatch(/^out of core: 950 rows of 1000 train, from disk; 100 rows at random were held: 10 of/);
    expect(messages[1]).toContain("shares of rows are off by at most 16 % (95 %)");
    expect(messages[2]).toMatch(/^20 rows are in no part/);
  });

  it("says nothing of an error where the sample is the whole table", () => {
    expect(said(70, { tableRows: 103, leftOut: 3 })).toHaveLength(1);
  });
});
