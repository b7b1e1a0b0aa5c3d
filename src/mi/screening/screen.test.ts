import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { classBins, equalFrequencyBins } from "./bins.js";
import { association } from "./contingency.js";
import { benjaminiHochberg } from "./false-discovery.js";
import { Screen, screenColumns } from "./screen.js";

const normals = (rng: Rng, n: number) => Float64Array.from({ length: n }, () => rng.normal());

describe("bins of equal frequency", () => {
  it("hold as many rows each, and equal values are of one bin", () => {
    expect([...equalFrequencyBins(Float64Array.of(5, 1, 4, 2, 3, 0), 3).codes]).toEqual([2, 0, 2, 1, 1, 0]);
    expect([...equalFrequencyBins(Float64Array.of(0, 0, 0, 0, 7, 8), 3).codes]).toEqual([1, 1, 1, 1, 2, 2]);
  });

  it("rows without a value have none", () => {
    const { codes, scores } = equalFrequencyBins(Float64Array.of(1, Number.NaN, 2), 2);
    expect([...codes]).toEqual([0, -1, 1]);
    expect(scores?.[1]).toBeNaN();
  });

  it("see the order of values alone", () => {
    const values = normals(new Rng(1), 200);
    const [own, bent] = [values, values.map(Math.exp)].map((v) => equalFrequencyBins(v, 8));
    expect(bent).toEqual(own);
  });
});

describe("association", () => {
  const rows = Array.from({ length: 60 }, (_, i) => i);
  const first = classBins(
    rows.map((i) => (7 * i) % 5),
    5,
  );
  const second = classBins(
    rows.map((i) => (((i * i) % 11) + ((7 * i) % 5)) % 4),
    4,
  );

  // scipy 1.10: chi2_contingency(t, lambda_="log-likelihood", correction=False) gives G = 47.491805379069724, dof 12; divided by
  // Williams' 1.0852474323062558 its tail is 1.6769546355835514e-05, and G / 2n ln 2 is 0.5709682675270641 bits.
  it("is the G-test of scipy with Williams' correction, and its bits without their bias", () => {
    const found = association(first, second);
    expect(found.degreesOfFreedom).toBe(12);
    expect(found.pValue / 1.6769546355835514e-5).toBeCloseTo(1, 9);
    expect(found.bits).toBeCloseTo(0.5709682675270641 - 12 / (120 * Math.LN2), 12);
  });

  it("is the same either way round, and whatever the order of rows", () => {
    const { bits, pValue } = association(first, second);
    expect(association(second, first).bits).toBeCloseTo(bits, 12);
    const turned = (column: typeof first) => ({ ...column, codes: column.codes.toReversed() });
    expect(association(turned(first), turned(second)).pValue).toBeCloseTo(pValue, 12);
  });

  it("an empty bin counts for nothing", () => {
    const { pValue, bits } = association(first, second);
    const wider = association({ ...first, bins: 9 }, { ...second, bins: 6 });
    expect(wider.pValue).toBeCloseTo(pValue, 12);
    expect(wider.bits).toBeCloseTo(bits, 12);
  });

  it("a constant column tells nothing", () => {
    const constant = classBins(
      rows.map(() => 0),
      3,
    );
    expect(association(constant, second)).toMatchObject({ bits: 0, pValue: 1, degreesOfFreedom: 0 });
  });
});

// Benjamini & Hochberg 1995, table of section 3.1: four of fifteen hypotheses are rejected at .05.
it("the procedure of Benjamini and Hochberg rejects what their example does", () => {
  const p = [
    ...[0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528],
    ...[0.759, 1],
  ];
  const q = benjaminiHochberg(p);
  expect(q.filter((value) => value <= 0.05)).toHaveLength(4);
  expect(q[3]).toBeCloseTo((15 * 0.0095) / 4, 12);
  expect([...benjaminiHochberg(p.toReversed())]).toEqual([...q].toReversed());
  expect([...benjaminiHochberg([])]).toEqual([]);
});

describe("screening", () => {
  /** A target, columns that tell about it in three ways (design: .08 bits each), and columns that do not. */
  function table(seed: number, noise: number) {
    const rng = new Rng(seed);
    const y = normals(rng, 2000);
    const e = () => normals(rng, 2000);
    const columns: Record<string, Float64Array> = {
      linear: e().map((v, i) => v + 0.35 * y[i]),
      quadratic: e().map((v, i) => v + 0.3 * y[i] * y[i]),
      spread: e().map((v, i) => v * Math.exp(0.3 * y[i])),
      ...Object.fromEntries(Array.from({ length: noise }, (_, k) => [`noise${k}`, e()])),
    };
    return { y, columns };
  }

  it("finds linear, quadratic and spread effects, and says which are not monotone", () => {
    const { y, columns } = table(1, 50);
    const found = screenColumns(y, columns).columns;
    const by = Object.fromEntries(found.map((column) => [column.name, column]));
    for (const name of ["linear", "quadratic", "spread"]) expect(by[name].qValue).toBeLessThan(1e-6);
    expect(by.linear.monotone?.exceeded).toBe(false);
    expect(by.quadratic.monotone?.exceeded).toBe(true);
    expect(by.spread.monotone?.exceeded).toBe(true);
    // -log2(1 - r^2)/2 with r^2 = .35^2 / (1 + .35^2)
    expect(by.linear.monotone?.bits).toBeCloseTo(0.0834, 1);
    expect(Math.abs(by.linear.bits - 0.0834)).toBeLessThan(3 * by.linear.standardError);
  });

  it("false positives are at their level: 200 tables without an effect", () => {
    let small = 0;
    let tables = 0;
    for (let seed = 0; seed < 200; seed++) {
      const rng = new Rng(1000 + seed);
      const columns = Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`c${k}`, normals(rng, 400)]));
      const found = screenColumns(normals(rng, 400), columns).columns;
      small += found.filter(({ pValue }) => pValue < 0.05).length;
      tables += found.some(({ qValue }) => qValue <= 0.05) ? 1 : 0;
    }
    // 4000 tests: .05 with a standard error of .0034; 200 tables: .05 with one of .015
    expect(small / 4000).toBeGreaterThan(0.05 - 3 * 0.0034);
    expect(small / 4000).toBeLessThan(0.05 + 3 * 0.0034);
    expect(tables / 200).toBeLessThan(0.05 + 3 * 0.015);
  });

  it("the same for classes of unequal size, columns with ties and gaps", () => {
    let small = 0;
    for (let seed = 0; seed < 100; seed++) {
      const rng = new Rng(5000 + seed);
      const classes = Array.from({ length: 400 }, () => (rng.uniform() < 0.7 ? 0 : rng.uniform() < 0.5 ? 1 : 2));
      const screen = new Screen({ codes: classes, classes: 3 });
      for (let k = 0; k < 10; k++) {
        const values = normals(rng, 400).map((v) => (rng.uniform() < 0.2 ? Number.NaN : k < 5 ? Math.round(v) : v));
        screen.addNumbers(`c${k}`, values);
      }
      screen.addCategories(
        "site",
        Float64Array.from({ length: 400 }, () => Math.floor(12 * rng.uniform() ** 2)),
        12,
      );
      small += screen.result().columns.filter(({ pValue }) => pValue < 0.05).length;
    }
    // 1100 tests: .05 with a standard error of .0066
    expect(small / 1100).toBeLessThan(0.05 + 3 * 0.0066);
    expect(small / 1100).toBeGreaterThan(0.05 - 3 * 0.0066);
  });

  it("an interaction of two columns is invisible to a look at each", () => {
    const rng = new Rng(3);
    const [a, b] = [normals(rng, 2000), normals(rng, 2000)];
    const y = a.map((v, i) => Math.sign(v * b[i]) + 0.1 * rng.normal());
    for (const { qValue } of screenColumns(y, { a, b }).columns) expect(qValue).toBeGreaterThan(0.05);
  });

  it("few rows have fewer bins", () => {
    const rng = new Rng(4);
    expect(screenColumns(normals(rng, 100), { a: normals(rng, 100) }).bins).toBe(4);
    expect(screenColumns(normals(rng, 320), { a: normals(rng, 320) }).bins).toBe(8);
  });

  it.each([
    [
      "at least 20 rows with a target, got 19",
      () =>
        screenColumns(
          new Float64Array(19).map((_, i) => i),
          {},
        ),
    ],
    ["takes one value only", () => screenColumns(new Float64Array(100), {})],
    [
      'column "a" has 3 rows, the target has 100',
      () => screenColumns(normals(new Rng(1), 100), { a: new Float64Array(3) }),
    ],
    ["level must lie between 0 and 1, got 1", () => screenColumns(normals(new Rng(1), 100), {}, { level: 1 })],
    ["from 2 to 64, got 1", () => screenColumns(normals(new Rng(1), 100), {}, { bins: 1 })],
  ])("refuses: %s", (message, screen) => {
    expect(screen).toThrow(message);
  });
});
