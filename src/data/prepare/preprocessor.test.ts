import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankedInputs } from "../../../test/support/ranked-inputs.js";
import { dataSchema } from "../../config/data.js";
import { Rng } from "../../math/rng.js";
import { absentInputs, applyPreprocessor, fitPreprocessor, preprocessorMessages } from "./preprocessor.js";
import { preprocessorFromJSON } from "./stored.js";

const modalities = { a: { columns: ["x"] }, b: { columns: ["z"] } };
const config = (extra = {}) => {
  const data = dataSchema.parse({ file: "t.csv", target: "y", modalities, missing: "mean", ...extra });
  return { ...data, inputs: rankedInputs(data.inputs) };
};

function table(columns: Record<string, ArrayLike<number>>) {
  const names = Object.keys(columns);
  const rows = columns[names[0]].length;
  const values = Float64Array.from(
    { length: rows * names.length },
    (_, i) => columns[names[i % names.length]][Math.floor(i / names.length)],
  );
  const rowIds = Array.from({ length: rows }, (_, i) => `r${i}`);
  return { rows, rowIds, modalities: [{ name: "a", columns: names, values }] };
}
const normals = (n: number, label = "x") => {
  const out = new Float64Array(n);
  new Rng(label).fillNormal(out);
  return out;
};
const range = (n: number, from = 0) => Int32Array.from({ length: n }, (_, i) => from + i);
/** Prepared values of the only modality, fitted on `train`. */
function prepare(data: ReturnType<typeof table>, train = range(data.rows), extra = {}) {
  return applyPreprocessor(fitPreprocessor(data, train, config(extra)), data).inputs[0];
}

describe("quantile preparation", () => {
  it("makes a heavy-tailed column standard normal on the training part", () => {
    const x = normals(2000).map((v) => Math.exp(2 * v));
    const { values } = prepare(table({ x }));
    const mean = values.reduce((sum, v) => sum + v, 0) / 2000;
    const variance = values.reduce((sum, v) => sum + v * v, 0) / 2000;
    expect(mean).toBeCloseTo(0, 3);
    expect(variance).toBeCloseTo(1, 1); // knots are chords of the normal scores: a little below 1
  });

  it("is unchanged by increasing maps of a column", () => {
    const maps = [(v: number) => v ** 3, Math.exp, (v: number) => 1e6 + 1e-3 * v, Math.atan];
    // values apart enough that every map keeps them distinct
    const draws = fc.uniqueArray(fc.integer({ min: -200, max: 200 }), { minLength: 4, maxLength: 60 });
    fc.assert(
      fc.property(draws, fc.constantFrom(...maps), (tenths, map) => {
        const spaced = tenths.map((v) => v / 10);
        const before = prepare(table({ x: spaced })).values;
        const after = prepare(table({ x: spaced.map(map) })).values;
        expect(after).toEqual(before);
      }),
      { seed: 1 },
    );
  });

  it("keeps at most the asked number of knots and stays close to the full map", () => {
    const x = normals(20_000);
    const fitted = fitPreprocessor(table({ x }), range(20_000), config({ inputs: { knots: 200 } }));
    const preparation = fitted.modalities[0].columns[0].preparation;
    if (preparation.kind !== "quantile") throw new Error("expected a quantile preparation");
    expect(preparation.y.length).toBeLessThanOrEqual(200);
    expect(preparation.y.length).toBeGreaterThan(150);
    const coarse = applyPreprocessor(fitted, table({ x })).inputs[0].values;
    const fine = prepare(table({ x }), undefined, { inputs: { knots: 100_000 } }).values;
    expect(Math.max(...coarse.map((v, i) => Math.abs(v - fine[i])))).toBeLessThan(0.03);
  });

  it("survives absurd values and stays within the clip", () => {
    const x = normals(500);
    x[7] = 1e300;
    x[8] = -1e308;
    x[9] = 1.7e308;
    const { values } = prepare(table({ x }));
    expect(values.every((v) => Math.abs(v) <= 3.5)).toBe(true);
    const clean = prepare(table({ x: normals(500) })).values;
    for (let i = 10; i < 500; i++) expect(Math.abs(values[i] - clean[i])).toBeLessThan(0.5);
  });
});

describe("standardised columns", () => {
  const rare = (n: number) => normals(n).map((v, i) => (i % 20 === 0 ? Math.abs(v) : 0));

  it("are those with one frequent value, clipped at 5", () => {
    const x = rare(1000);
    const fitted = fitPreprocessor(table({ x }), range(1000), config());
    expect(fitted.modalities[0].columns[0].preparation.kind).toBe("standardize");
    const { values } = applyPreprocessor(fitted, table({ x })).inputs[0];
    expect(Math.max(...values)).toBeLessThanOrEqual(5);
    expect(new Set(values).size).toBeGreaterThan(20);
  });

  it("one absurd row does not flatten the others", () => {
    const x = rare(1000);
    const clean = prepare(table({ x })).values;
    x[0] = 1e30;
    const { values } = prepare(table({ x }));
    expect(values.every((v) => Math.abs(v) <= 5)).toBe(true);
    expect(values[20] - values[1]).toBeGreaterThan(0.1 * (clean[20] - clean[1]));
  });

  it("standardize is mean 0, variance 1", () => {
    const x = normals(1000).map((v) => 1e9 + v);
    const { values } = prepare(table({ x }), undefined, { inputs: { preparation: "standardize" } });
    expect(values.reduce((sum, v) => sum + v, 0) / 1000).toBeCloseTo(0, 6);
    expect(values.reduce((sum, v) => sum + v * v, 0) / 1000).toBeCloseTo(1, 5);
  });
});

describe("robust preparation", () => {
  const prepared = (x: ArrayLike<number>, train?: ReturnType<typeof range>) =>
    prepare(table({ x }), train, { inputs: { preparation: "robust" } }).values;

  it("takes the median to 0, scales by the quartiles and clips smoothly at 3", () => {
    // quartiles 25 and 75, median 50
    const u = (value: number) => (value - 50) / 50;
    const values = prepared(Float64Array.from({ length: 101 }, (_, i) => i));
    for (const value of [0, 25, 50, 75, 100])
      expect(values[value]).toBeCloseTo(u(value) / Math.sqrt(1 + (u(value) / 3) ** 2), 6);
  });

  it("keeps the order of far values below 3 and takes absurd ones", () => {
    const x = Float64Array.from({ length: 104 }, (_, i) => i);
    x.set([1000, 1e6, -1.7e308], 101);
    const values = prepared(x, range(101));
    expect([values[101] < values[102], values[102] <= 3, values[103]]).toEqual([true, true, -3]);
  });

  it("scales by half the range where the quartiles coincide", () => {
    const x = Float64Array.from({ length: 100 }, (_, i) => (i < 10 ? i : 5));
    expect(prepared(x)[9]).toBeCloseTo(4 / 4.5 / Math.sqrt(1 + (4 / 4.5 / 3) ** 2), 6);
  });

  it("leaves values apart where one absurd value makes the range, and the quartiles coincide", () => {
    const x = Float64Array.from({ length: 100 }, (_, i) => (i < 20 ? i % 5 : 0));
    const [, one, two] = prepared(x.with(99, 1e9));
    expect(two - one).toBeGreaterThan(0.05);
    expect(two - one).toBeCloseTo(0.5 * (prepared(x)[2] - prepared(x)[1]), 0);
  });
});

describe("fitPreprocessor", () => {
  it("sees the training rows only", () => {
    const x = normals(200);
    const z = normals(200, "z");
    const other = { x: x.map((v, i) => (i < 100 ? v : 1e6 * v)), z: z.map((v, i) => (i < 100 ? v : 3)) };
    const knots = (columns: Record<string, Float64Array>) => fitPreprocessor(table(columns), range(100), config());
    expect(knots(other)).toEqual(knots({ x, z }));
  });

  it("drops columns that are constant or missing in the training part, and names them", () => {
    const x = normals(100);
    const constant = x.map((v, i) => (i < 50 ? 4 : v));
    const missing = x.map((v, i) => (i < 50 ? Number.NaN : v));
    const fitted = fitPreprocessor(table({ x, constant, missing }), range(50), config());
    expect(fitted.modalities[0].columns.map((column) => column.name)).toEqual(["x"]);
    expect(preprocessorMessages(fitted)).toEqual([
      'modality "a": left out 1 columns (constant in the training part): constant',
      'modality "a": left out 1 columns (all missing in the training part): missing',
    ]);
    expect(applyPreprocessor(fitted, table({ x, constant, missing })).inputs[0]).toMatchObject({
      width: 1,
      inputs: ["x"],
    });
    expect(() => fitPreprocessor(table({ constant }), range(50), config())).toThrow(/"a": every one of its 1 columns/);
  });

  it("fills gaps with the training mean and marks them on request", () => {
    const x = normals(100);
    const gaps = normals(100, "g").map((v, i) => (i % 10 === 3 ? Number.NaN : v));
    const input = prepare(table({ x, gaps }), range(100), { missingIndicator: true });
    expect(input.inputs).toEqual(["x", "gaps", "missing(gaps)"]);
    const row = (i: number) => [...input.values.slice(i * 3, i * 3 + 3)];
    expect(row(3)[2]).toBe(1);
    expect(Math.abs(row(3)[1])).toBeLessThan(0.05);
    expect(row(4)[2]).toBe(0);
  });
});

describe("applyPreprocessor", () => {
  const x = normals(60);
  const z = normals(60, "z");
  const fitted = fitPreprocessor(table({ x, z }), range(60), config({ missing: "error" }));

  it("finds columns by name, in any order, and chosen rows", () => {
    const all = applyPreprocessor(fitted, table({ x, z })).inputs[0].values;
    expect(applyPreprocessor(fitted, table({ z, extra: x, x })).inputs[0].values).toEqual(all);
    expect(applyPreprocessor(fitted, table({ x, z }), { rows: [5, 2] }).inputs[0].values).toEqual(
      Float32Array.from([...all.slice(10, 12), ...all.slice(4, 6)]),
    );
  });

  it("refuses absent columns, modalities and gaps by name", () => {
    expect(() => applyPreprocessor(fitted, table({ x }))).toThrow(/needs column "z"/);
    expect(() => applyPreprocessor(fitted, { ...table({ x }), modalities: [] })).toThrow(/needs modality "a"/);
    const gap = x.map((v, i) => (i === 3 ? Number.NaN : v));
    expect(() => applyPreprocessor(fitted, table({ x: gap, z }))).toThrow(/column "x" has no value in row "r3"/);
  });

  it("marks rows that lack the whole modality, and takes them where that is allowed", () => {
    const lost = x.map((v, i) => (i === 3 ? Number.NaN : v));
    const both = table({ x: lost, z: z.map((v, i) => (i === 3 ? Number.NaN : v)) });
    expect(() => applyPreprocessor(fitted, both)).toThrow(/column "x" has no value in row "r3"/);
    const [{ present, values }] = applyPreprocessor(fitted, both, { absentModalities: true }).inputs;
    expect([...(present ?? [])]).toEqual(Array.from({ length: 60 }, (_, i) => Number(i !== 3)));
    expect(values.subarray(6, 8)).toEqual(absentInputs(fitted.modalities[0]));
    expect(() => applyPreprocessor(fitted, table({ x: lost, z }), { absentModalities: true })).toThrow(/no value/);
    expect(applyPreprocessor(fitted, table({ x, z })).inputs[0].present).toBeUndefined();
  });

  it("is unchanged by storing, and damaged storage is refused", () => {
    const stored = JSON.parse(JSON.stringify(fitted));
    expect(preprocessorFromJSON(stored, "model.json")).toEqual(fitted);
    const damage = (change: (copy: typeof stored) => void) => {
      const copy = structuredClone(stored);
      change(copy);
      return () => preprocessorFromJSON(copy, "model.json");
    };
    expect(damage((copy) => copy.modalities[0].columns[0].preparation.y.pop())).toThrow(
      /model\.json: not a stored model .* equal length/,
    );
    expect(damage((copy) => (copy.modalities[0].columns[0].preparation.z[3] = 99))).toThrow(/ascending/);
    expect(damage((copy) => (copy.modalities[0].columns[0].preparation.clip = "x"))).toThrow(/clip/);
    expect(damage((copy) => (copy.extra = 1))).toThrow(/extra/);
    expect(() => preprocessorFromJSON(null, "model.json")).toThrow(/model\.json/);
  });
});
