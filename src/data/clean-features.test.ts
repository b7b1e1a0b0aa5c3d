import { describe, expect, it } from "vitest";
import { type DataConfig, dataSchema } from "../config/data.js";
import { mean, standardDeviation } from "../math/descriptive.js";
import { Rng } from "../math/rng.js";
import { applyCleaning, fitCleaning } from "./clean-features.js";
import type { Dataset } from "./dataset.js";
import { harmonisationAccount, harmonisationMessages } from "./harmonise/account.js";

const rows = 600;
const rng = new Rng("cleaning");
const site = Array.from({ length: rows }, (_, i) => ["a", "b", "c"][i % 3]);
const offset: Record<string, number> = { a: 0, b: 3, c: -2 };
/** A confound that is larger at some sites, and a feature that sites change as well. */
const icv = Float64Array.from(site, (s) => offset[s] + rng.normal());
const noise = Float64Array.from(icv, () => 0.3 * rng.normal());
const scanner: Record<string, number> = { a: 0, b: -4, c: 5 };
const copy = icv.map((value, i) => value + noise[i] + scanner[site[i]]);
const field = Float64Array.from(site, (s) => (s === "a" ? 1.5 : 3));
const all = Int32Array.from({ length: rows }, (_, i) => i);

const columns = [copy, copy.map((value) => 2 * value), copy.map((value) => -value)];
const values = Float64Array.from({ length: 3 * rows }, (_, i) => columns[i % 3][Math.floor(i / 3)]);
const table = {
  rows,
  rowIds: site.map((_, i) => `r${i}`),
  modalities: ["freed", "kept"].map((name) => ({ name, columns: ["x1", "x2", "x3"], values })),
  targets: [],
  labels: new Map([["scanner", site]]),
  covariates: new Map(),
  confounds: [{ column: "icv", values: icv }],
} as unknown as Dataset;

function config(more: object): DataConfig {
  const modalities = { freed: { columns: ["x*"] }, kept: { columns: ["z*"] } };
  return dataSchema.parse({ file: "t.csv", target: "y", modalities, harmonise: { site: "scanner" }, ...more });
}

const first = ({ modalities }: Dataset, place: number) => pick(modalities[place].values as Float64Array);
const pick = (of: Float64Array) => Float64Array.from(all, (row) => of[3 * row]);
const correlation = (a: Float64Array, b: Float64Array) => {
  const [ma, mb] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - ma) * (b[i] - mb))) / (standardDeviation(a) * standardDeviation(b));
};
const atSite = (of: Float64Array, s: string) => mean(of.filter((_, i) => site[i] === s));

describe("sites and confounds together", () => {
  const data = config({ confounds: { columns: ["icv"], modalities: ["freed"] } });
  const cleaned = fitCleaning(table, all, data, []);

  it("take all of a confound that differs between sites out of its copy", () => {
    const left = first(cleaned.dataset, 0);
    // Noise of .3, and nothing of the confound: had sites taken the confound with them, a spread of .96 would be left.
    expect(Math.abs(standardDeviation(left) - 0.3)).toBeLessThan(0.02);
    expect(Math.abs(correlation(left, icv))).toBeLessThan(1e-6);
    for (const s of ["b", "c"]) expect(Math.abs(atSite(left, s) - atSite(left, "a"))).toBeLessThan(0.08);
  });

  it("preserve it in no modality that it is not taken out of", () => {
    const left = first(cleaned.dataset, 1);
    for (const s of ["b", "c"]) expect(Math.abs(atSite(left, s) - atSite(left, "a"))).toBeLessThan(0.02);
    expect(correlation(left, icv)).toBeGreaterThan(0.3);
    const { harmonisation } = fitCleaning(table, all, config({}), []);
    expect(harmonisation?.covariates).toEqual([]);
    const alone = first(applyCleaning({ harmonisation, confounds: null }, table, "error"), 1);
    alone.forEach((value, i) => {
      expect(value).toBeCloseTo(left[i], 9);
    });
  });

  it("do the same to a table that is read later, gaps of the confound as its mean", () => {
    const missing = config({ missing: "mean", confounds: { columns: ["icv"] } });
    const gaps = icv.map((value, i) => (i === 4 ? Number.NaN : value));
    const fitted = fitCleaning(table, all, missing, []);
    const other = { ...table, confounds: [{ column: "icv", values: gaps }] };
    const again = first(applyCleaning(fitted, other, "mean"), 0);
    const before = first(fitted.dataset, 0);
    again.forEach((value, i) => {
      if (i !== 4) expect(value).toBeCloseTo(before[i], 9);
    });
    expect(Number.isFinite(again[4])).toBe(true);
    expect(() => applyCleaning(fitted, other, "error")).toThrow(/data\.confounds: "icv" has no value in row "r4"/);
  });

  it("say which confound cannot be told from the sites, and take it with them", () => {
    const both = { ...table, confounds: [{ column: "field", values: field }, ...(table.confounds ?? [])] };
    const { harmonisation, dataset } = fitCleaning(both, all, config({ confounds: { columns: ["field", "icv"] } }), []);
    expect(harmonisation).toMatchObject({ covariates: [{ name: "icv" }], withSites: ["field"] });
    if (harmonisation === null) throw new Error("it was asked for");
    expect(harmonisationMessages(harmonisationAccount(harmonisation, table, {}))).toContain(
      "data.harmonise: what field tells (data.confounds) cannot be told from the sites, and went with their differences",
    );
    expect(Math.abs(correlation(first(dataset, 0), field))).toBeLessThan(1e-6);
  });
});
