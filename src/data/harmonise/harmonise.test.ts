import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dataSchema } from "../../config/data.js";
import { type HarmoniseConfig, harmoniseSchema } from "../../config/harmonise.js";
import { mean, standardDeviation } from "../../math/descriptive.js";
import { Rng } from "../../math/rng.js";
import type { Dataset } from "../dataset.js";
import { externalMessages, harmonisationAccount, harmonisationMessages } from "./account.js";
import { applyHarmonisation, harmoniseColumns } from "./apply.js";
import { fitHarmonisation } from "./fit.js";
import { harmonisationFromJSON } from "./stored.js";

interface Golden {
  readonly site: string;
  readonly age: number[];
  readonly sex: number[];
  readonly columns: number[][];
  readonly preserving: number[][];
  readonly plain: number[][];
}
const golden = JSON.parse(readFileSync(new URL("fixtures/combat-sva.json", import.meta.url), "utf8")) as Golden;

/** A table of one modality from rows of values. */
function table(
  rows: readonly (readonly number[])[],
  site: readonly (string | null)[],
  more: Partial<Dataset> = {},
): Dataset {
  return {
    rows: rows.length,
    rowIds: rows.map((_, i) => `r${i + 1}`),
    modalities: [{ name: "mri", columns: rows[0].map((_, j) => `x${j + 1}`), values: Float64Array.from(rows.flat()) }],
    targets: [],
    labels: new Map([["scanner", site]]),
    covariates: new Map(),
    account: {
      files: [],
      rowsRead: rows.length,
      rowsUsed: rows.length,
      dropped: [],
      messages: [],
      losses: [],
      sentinels: [],
    },
    missing: { rows: rows.length, rowsWithGaps: 0, modalities: {} },
    ...more,
  };
}

const config = (more: Partial<HarmoniseConfig> = {}): HarmoniseConfig =>
  harmoniseSchema.parse({ site: "scanner", ...more });
const all = ({ rows }: Dataset) => Int32Array.from({ length: rows }, (_, i) => i);
const valuesOf = (dataset: Dataset) => {
  const [{ columns, values }] = dataset.modalities;
  return Array.from({ length: dataset.rows }, (_, i) => [
    ...values.subarray(i * columns.length, (i + 1) * columns.length),
  ]);
};

/** Two columns per signal; sites shift and stretch them. */
function scanned(n: number, seed: number, sites = ["a", "b", "c"]): Dataset {
  const rng = new Rng(seed);
  const site = Array.from({ length: n }, (_, i) => sites[i % sites.length]);
  const shift: Record<string, number> = { a: 0, b: 4, c: -6 };
  const stretch: Record<string, number> = { a: 1, b: 3, c: 0.5 };
  const rows = site.map((s) =>
    Array.from({ length: 6 }, (_, j) => j + (shift[s] ?? 9) + (stretch[s] ?? 1) * rng.normal()),
  );
  return table(rows, site);
}

describe("against the reference implementation", () => {
  const site = [...golden.site];
  const covariates = new Map([
    ["age", Float64Array.from(golden.age)],
    ["sex", Float64Array.from(golden.sex)],
  ]);
  const dataset = table(golden.columns, site, { covariates });

  it.each([
    ["plain", [], golden.plain],
    ["preserving age and sex", ["age", "sex"], golden.preserving],
  ])("%s", (_, preserve, expected) => {
    const fitted = fitHarmonisation(dataset, all(dataset), config({ preserve }));
    const mapped = valuesOf(applyHarmonisation(fitted, dataset));
    // The reference iterates each site until changes fall below 1e-13 of the values; the fixture has 9 decimals.
    mapped.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Math.abs(value - expected[i][j])).toBeLessThan(2e-9);
      });
    });
  });
});

describe("fitted on the training part", () => {
  const train = scanned(1500, 1);
  const fitted = fitHarmonisation(train, all(train), config());

  it("brings rows it has not seen to one location and scale", () => {
    const rows = valuesOf(applyHarmonisation(fitted, scanned(3000, 2)));
    const first = (site: number) => rows.filter((_, i) => i % 3 === site).map((row) => row[0]);
    // 500 training rows per site, 1000 here: errors of 3 % of a standard deviation, and of 0.16 units at the widest site.
    for (const site of [1, 2]) {
      expect(Math.abs(mean(first(site)) - mean(first(0)))).toBeLessThan(0.3);
      expect(standardDeviation(first(site)) / standardDeviation(first(0))).toBeGreaterThan(0.9);
      expect(standardDeviation(first(site)) / standardDeviation(first(0))).toBeLessThan(1.1);
    }
  });

  it("does not look at other rows, nor at their targets", () => {
    const both = scanned(1600, 1);
    const half = Int32Array.from({ length: 1500 }, (_, i) => i);
    const changed = { ...both, targets: [{ name: "age", values: new Float64Array(1600).fill(1) }] };
    changed.modalities[0].values.fill(1e6, 1500 * 6);
    expect(fitHarmonisation(changed, half, config())).toEqual(fitted);
  });

  it("leaves rows of unseen and unknown sites as they are, and says so", () => {
    const other = { ...scanned(4, 3, ["a", "new", "new"]), labels: new Map([["scanner", ["a", "new", null, "b"]]]) };
    const mapped = applyHarmonisation(fitted, other);
    expect(valuesOf(mapped).slice(1, 3)).toEqual(valuesOf(other).slice(1, 3));
    expect(valuesOf(mapped)[0]).not.toEqual(valuesOf(other)[0]);
    expect(externalMessages(fitted, other)).toEqual([
      "data.harmonise: 2 rows come from sites that the training part does not know (new, (empty)); their values stay " +
        "as they are, like those of an average site",
    ]);
    const misspelled = { ...other, labels: new Map([["scanner", [" A", "b", "a", "b"]]]) };
    expect(externalMessages(fitted, misspelled).join()).toContain(
      '" A" in the table and "a" in the training part differ only by blanks and upper and lower case: write them alike',
    );
    expect(harmonisationAccount(fitted, other, { test: [0, 1, 2] }).leftAsTheyAre).toEqual({
      test: { new: 1, "(empty)": 1 },
    });
  });

  it("is the same after it was stored", () => {
    expect(harmonisationFromJSON(JSON.parse(JSON.stringify(fitted)), "model.json")).toEqual(fitted);
    const damaged = { ...fitted, estimates: 2 };
    expect(() => harmonisationFromJSON(damaged, "model.json")).toThrow(/model\.json: .*2 estimates/);
  });
});

describe("small sites", () => {
  const names = [...Array(20).fill("a"), ...Array(20).fill("b"), ...Array(3).fill("c"), ...Array(3).fill("d"), "e"];
  const rng = new Rng(4);
  const dataset = table(
    names.map(() => [rng.normal(), rng.normal(), rng.normal()]),
    names,
  );

  it("share one estimate, and it is said", () => {
    const fitted = fitHarmonisation(dataset, all(dataset), config({ minRows: 6 }));
    expect(fitted.sites.map(({ estimate }) => estimate)).toEqual([0, 1, 2, 2, 2]);
    const account = harmonisationAccount(fitted, dataset, { test: [] });
    expect(harmonisationMessages(account)).toEqual([
      'data.harmonise: differences between 3 sites of "scanner" taken out',
      "data.harmonise: small sites treated as one: c, d, e",
    ]);
  });

  it("stay as they are when together they are too few", () => {
    const fitted = fitHarmonisation(dataset, all(dataset), config({ minRows: 10 }));
    const mapped = applyHarmonisation(fitted, dataset);
    expect(valuesOf(mapped).slice(40)).toEqual(valuesOf(dataset).slice(40));
    const messages = harmonisationMessages(harmonisationAccount(fitted, dataset, { training: all(dataset) }));
    expect(messages).toContain("data.harmonise: sites with too few training rows stay as they are: c, d, e");
    expect(messages).toHaveLength(2);
  });

  it("are refused when fewer than two sites are left", () => {
    expect(() => fitHarmonisation(dataset, all(dataset), config({ minRows: 30 }))).toThrow(
      /at least two need 30 or more/,
    );
    expect(() => fitHarmonisation(table([[1], [2]], ["a", null]), [0, 1], config())).toThrow(/empty in row "r2"/);
  });
});

describe("what is preserved", () => {
  /** Site b scans the old: the whole difference between sites is age's. */
  const rng = new Rng(5);
  const site = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? "a" : "b"));
  const age = Float64Array.from(site, (s) => (s === "a" ? 30 : 60) + 10 * rng.normal());
  const rows = Array.from(age, (years) => [0, 1, 2].map(() => years / 10 + 0.3 * rng.normal()));
  const dataset = table(rows, site, { targets: [{ name: "age", values: age }], covariates: new Map([["years", age]]) });
  const gap = (preserve: string[]) => {
    const fitted = fitHarmonisation(dataset, all(dataset), config({ preserve }));
    const first = valuesOf(applyHarmonisation(fitted, dataset)).map(([x]) => x);
    const at = (s: string) => mean(first.filter((_, i) => site[i] === s));
    return at("b") - at("a");
  };

  it("is lost with the sites if it is not named", () => {
    expect(Math.abs(gap([]))).toBeLessThan(0.1);
  });

  it("stays, whether it is a column of every table or the target", () => {
    // Ages differ by 30 years, the feature by 3, with an error of about 0.1.
    expect(gap(["years"])).toBeGreaterThan(2.7);
    expect(gap(["age"])).toBeGreaterThan(2.7);
  });

  it("is never read from the target of a row that is mapped", () => {
    const fitted = fitHarmonisation(dataset, all(dataset), config({ preserve: ["age"] }));
    expect(fitted).toMatchObject({ covariates: [], fitOnly: ["age"] });
    const unknown = { ...dataset, targets: [] };
    expect(valuesOf(applyHarmonisation(fitted, unknown))).toEqual(valuesOf(applyHarmonisation(fitted, dataset)));
  });

  it("is refused when it hardly varies within sites, or has gaps", () => {
    const same = { ...dataset, covariates: new Map([["years", Float64Array.from(site, (s) => (s === "a" ? 1 : 2))]]) };
    expect(() => fitHarmonisation(same, all(same), config({ preserve: ["years"] }))).toThrow(
      /cannot be told from those/,
    );
    const gaps = {
      ...dataset,
      covariates: new Map([["years", age.map((years, i) => (i === 3 ? Number.NaN : years))]]),
    };
    expect(() => fitHarmonisation(gaps, all(gaps), config({ preserve: ["years"] }))).toThrow(/no value in row "r4"/);
  });

  it("and a preserved feature itself stays as it is", () => {
    const feature = { ...dataset, covariates: new Map([["x1", Float64Array.from(rows, ([x]) => x)]]) };
    const fitted = fitHarmonisation(feature, all(feature), config({ preserve: ["x1"] }));
    expect(fitted.modalities[0].columns.map(({ name }) => name)).toEqual(["x2", "x3"]);
  });
});

describe("odd columns", () => {
  const rng = new Rng(6);
  const site = Array.from({ length: 120 }, (_, i) => ["a", "b", "c"][i % 3]);
  const rows = site.map((s, i) => [
    rng.normal() + (s === "b" ? 2 : 0),
    rng.normal() - (s === "c" ? 2 : 0),
    rng.normal(),
    i === 7 ? 1e300 : rng.normal() + (s === "b" ? 2 : 0), // one absurd row
    s === "a" ? 1 : 5, // names the site
    s === "a" ? 1 : Math.round(2 * rng.uniform()), // constant in one site
    i % 2 === 0 ? Number.NaN : rng.normal(), // gaps
    i < 4 ? rng.normal() : Number.NaN, // hardly a value
    3, // constant
  ]);
  const dataset = table(rows, site);
  const fitted = fitHarmonisation(dataset, all(dataset), config());
  const mapped = valuesOf(applyHarmonisation(fitted, dataset));

  it("stay finite, with their gaps", () => {
    mapped.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Number.isNaN(value)).toBe(Number.isNaN(rows[i][j]));
        expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY);
      });
    });
    expect(fitted.unadjusted).toEqual(["mri: x8"]);
  });

  it("an absurd row does not move its site, and a column that names the site no longer does", () => {
    const column = (j: number, s: string) => mapped.map((row) => row[j]).filter((_, i) => site[i] === s && i !== 7);
    expect(Math.abs(mean(column(3, "b")) - mean(column(3, "a")))).toBeLessThan(1.5);
    expect(new Set(mapped.map((row) => row[4].toFixed(9))).size).toBe(1);
    expect(mapped.every((row) => row[8] === 3)).toBe(true);
  });

  it("two columns are too few to learn from each other", () => {
    const narrow = table(
      rows.map((row) => row.slice(0, 2)),
      site,
    );
    const [{ columns }] = fitHarmonisation(narrow, all(narrow), config()).modalities;
    const means = ["a", "b", "c"].map((s) => mean(rows.map(([x]) => x).filter((_, i) => site[i] === s)));
    columns[0].shift.forEach((shift, s) => {
      expect(shift).toBeCloseTo(means[s] - mean(means), 9);
    });
  });
});

describe("the config section", () => {
  const data = { file: "t.csv", target: "age", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } };
  const parse = (harmonise: object) => dataSchema.safeParse({ ...data, harmonise });

  it("names the columns to read", () => {
    const { data: parsed } = parse({ site: "scanner", preserve: ["age", "sex"] });
    expect(parsed && harmoniseColumns(parsed)).toEqual([
      { key: "data.harmonise.site", column: "scanner", kind: "text", optional: false },
      { key: "data.harmonise.preserve", column: "sex", kind: "number", optional: false },
    ]);
    expect(harmoniseColumns({ target: "age", modalities: {} })).toEqual([]);
  });

  it.each([
    [{ site: "s", modalities: ["c"] }, "no modality c; there are a, b"],
    [{ site: "s", preserve: ["s"] }, "cannot hold the site itself"],
    [{ site: "s", preserve: ["x", "x"] }, "names the same column twice"],
    [{ site: "age" }, "is a target"],
  ])("%j is refused", (harmonise, message) => {
    expect(parse(harmonise).error?.issues[0].message).toContain(message);
  });
});
