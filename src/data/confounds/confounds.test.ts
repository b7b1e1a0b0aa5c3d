import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type DataConfigInput, dataSchema } from "../../config/data.js";
import { parseConfig } from "../../config/load.js";
import { Rng } from "../../math/rng.js";
import { codeDataset, fitCodings } from "../categories/code-dataset.js";
import { fitCleaning } from "../clean-features.js";
import type { Dataset } from "../dataset.js";
import { loadDataset } from "../load-dataset.js";
import { confoundAccount, confoundMessages, externalConfoundMessages } from "./account.js";
import { fitConfounds, removeConfounds } from "./remove.js";
import { confoundsFromJSON } from "./stored.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-confounds-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function load(lines: readonly string[], change: object = {}): Promise<Dataset> {
  writeFileSync(path.join(folder, "t.csv"), `${lines.join("\n")}\n`);
  const data = { file: "t.csv", target: "y", modalities: { m: ["a", "b"] }, confounds: ["sex", "icv"], ...change };
  return loadDataset(parseConfig({ name: "t", data }).data, folder);
}

/** 40 rows: a = 3 sex + 0.02 icv + noise, b of noise alone; training rows are the first 30. */
function lines(change: (cells: string[], i: number) => string[] = (cells) => cells): string[] {
  const rng = new Rng("confounds");
  return [
    "y,a,b,sex,icv",
    ...Array.from({ length: 40 }, (_, i) => {
      const sex = i % 3 === 0 ? "F" : "M";
      const icv = 1400 + 100 * rng.normal();
      const a = (sex === "M" ? 3 : 0) + 0.02 * icv + 0.1 * rng.normal();
      return change([String(i % 7), String(a), String(rng.normal()), sex, String(icv)], i).join(",");
    }),
  ];
}
const train = Array.from({ length: 30 }, (_, i) => i);
const column = ({ modalities: [{ columns, values }] }: Dataset, name: string) =>
  Float64Array.from(
    { length: values.length / columns.length },
    (_, i) => values[i * columns.length + columns.indexOf(name)],
  );
const confound = ({ confounds = [] }: Dataset, name: string) =>
  confounds.find((each) => each.column === name)?.values ?? new Float64Array();

/** Slopes of y on two inputs with an intercept, by the normal equations in closed form. */
function closedForm(y: Float64Array, u: Float64Array, v: Float64Array, rows: readonly number[]): [number, number] {
  const mean = (x: Float64Array) => rows.reduce((sum, i) => sum + x[i], 0) / rows.length;
  const [my, mu, mv] = [mean(y), mean(u), mean(v)];
  const product = (x: Float64Array, mx: number, z: Float64Array, mz: number) =>
    rows.reduce((sum, i) => sum + (x[i] - mx) * (z[i] - mz), 0);
  const [uu, vv, uv] = [product(u, mu, u, mu), product(v, mv, v, mv), product(u, mu, v, mv)];
  const [uy, vy] = [product(u, mu, y, my), product(v, mv, y, my)];
  const determinant = uu * vv - uv * uv;
  return [(vv * uy - uv * vy) / determinant, (uu * vy - uv * uy) / determinant];
}

describe("confounds", () => {
  it("are taken out as least squares on the training rows has them, numbers and words alike", async () => {
    const table = await load(lines());
    const removal = fitConfounds(table, train, {}, "error");
    expect(removal.terms.map(({ name }) => name)).toEqual(["icv", "sex=M"]);
    const [a, icv, sex] = [column(table, "a"), confound(table, "icv"), confound(table, "sex")];
    const [slopeIcv, slopeSex] = closedForm(a, icv, sex, train);
    const { slopes, share } = removal.modalities[0].columns[0];
    expect(slopes[0]).toBeCloseTo(slopeIcv, 10);
    expect(slopes[1]).toBeCloseTo(slopeSex, 10);
    expect(share).toBeGreaterThan(0.97);
    const freed = column(removeConfounds(removal, table, "error"), "a");
    const mean = (x: Float64Array) => train.reduce((sum, i) => sum + x[i], 0) / train.length;
    freed.forEach((value, i) => {
      const known = a[i] - slopeIcv * (icv[i] - mean(icv)) - slopeSex * (sex[i] - mean(sex));
      expect(value).toBeCloseTo(known, 9);
    });
    expect(table.targets[0].values).toEqual(removeConfounds(removal, table, "error").targets[0].values);
  });

  it("do not see rows that are not training rows: a fit on all rows would differ", async () => {
    const table = await load(lines());
    const changed = await load(lines((cells, i) => (i < 30 ? cells : cells.with(1, "999"))));
    const own = fitConfounds(table, train, {}, "error");
    expect(fitConfounds(changed, train, {}, "error")).toEqual(own);
    const all = fitConfounds(
      changed,
      Array.from({ length: 40 }, (_, i) => i),
      {},
      "error",
    );
    expect(Math.abs(all.modalities[0].columns[0].slopes[0] - own.modalities[0].columns[0].slopes[0])).toBeGreaterThan(
      0.01,
    );
  });

  it("come back from JSON, and are refused where a number is missing", async () => {
    const removal = fitConfounds(await load(lines()), train, {}, "error");
    const text = JSON.stringify(removal);
    expect(confoundsFromJSON(JSON.parse(text), "m")).toEqual(removal);
    expect(() => confoundsFromJSON(JSON.parse(text.replace(/"slopes":\[[^,]*,/, '"slopes":[')), "m")).toThrow(
      /should hold 2 slopes/,
    );
    expect(() => confoundsFromJSON(JSON.parse(text.replace('"numbers":["icv"]', '"numbers":[]')), "m")).toThrow(
      /its terms are not/,
    );
  });

  it.each([
    ["error", /rows have no value of "icv" \(1\), the first is row "6".* Set data\.missing: drop/],
    ["drop", 39],
    ["mean", 40],
  ] as const)("missing: %s holds for rows without one", async (missing, expected) => {
    const given = load(
      lines((cells, i) => (i === 5 ? cells.with(4, "NA") : cells)),
      { missing },
    );
    if (typeof expected !== "number") return expect(given).rejects.toThrow(expected);
    const table = await given;
    expect(table.rows).toBe(expected);
    if (missing === "drop") return expect(table.account.messages.join()).toMatch(/no value of "icv", data\.confounds/);
    const removal = fitConfounds(table, train, {}, missing);
    const [a, freed] = [column(table, "a"), column(removeConfounds(removal, table, missing), "a")];
    const sex = confound(table, "sex")[5] - removal.terms[1].mean;
    expect(freed[5]).toBeCloseTo(a[5] - removal.modalities[0].columns[0].slopes[1] * sex, 9);
    expect(confoundMessages(confoundAccount(removal, table, 30)).join()).toMatch(
      /"icv" is missing in 1 row, which reads as the mean/,
    );
  });

  it("of which nothing is left of a column leave none of it: rounding is no feature", async () => {
    const table = await load(lines((cells) => cells.with(2, String(2 * Number(cells[4]) - 7))));
    const removal = fitConfounds(table, train, {}, "error");
    expect(removal.modalities[0].columns[1].share).toBe(1);
    expect(new Set(column(removeConfounds(removal, table, "error"), "b")).size).toBe(1);
    expect(confoundMessages(confoundAccount(removal, table, 30)).join()).toMatch(
      /nothing is left of b, which the confounds explain wholly/,
    );
  });

  it("are taken out of gaps' columns by the rows that have values, and gaps stay", async () => {
    const table = await load(
      lines((cells, i) => (i % 4 === 1 ? cells.with(1, "") : cells)),
      { missing: "mean" },
    );
    const known = train.filter((i) => i % 4 !== 1);
    const { slopes } = fitConfounds(table, train, {}, "mean").modalities[0].columns[0];
    const [icv] = closedForm(column(table, "a"), confound(table, "icv"), confound(table, "sex"), known);
    expect(slopes[0]).toBeCloseTo(icv, 9);
    const freed = column(removeConfounds(fitConfounds(table, train, {}, "mean"), table, "mean"), "a");
    expect([freed[1], freed[2]].map(Number.isNaN)).toEqual([true, false]);
  });

  it("are taken out of columns of categories too, and of the modalities that are named alone", async () => {
    const given = lines((cells, i) => [...cells, i % 5 === 0 || cells[3] === "F" ? "x" : "z", String(i)]);
    const text = ["y,a,b,sex,icv,kind,c", ...given.slice(1)];
    const modalities = { m: { columns: ["a"], categories: ["kind"] }, n: { columns: ["c"] } };
    const table = await load(text, { modalities, confounds: { columns: ["sex"], modalities: ["m"] } });
    const codings = fitCodings(table, train);
    const { dataset: coded } = codeDataset(table, codings);
    const data = parseConfig({
      name: "t",
      data: { file: "t.csv", target: "y", modalities, confounds: { columns: ["sex"], modalities: ["m"] } },
    }).data;
    const { dataset, confounds } = fitCleaning(coded, train, data, []);
    expect(confounds?.modalities.map(({ name }) => name)).toEqual(["m"]);
    const kind = train.map((i) => column(dataset, "kind=z")[i]);
    expect(new Set(kind).size).toBeGreaterThan(2);
    expect(dataset.modalities[1]).toEqual(coded.modalities[1]);
  });

  it("say what is strange in a table that is predicted", async () => {
    const table = await load(lines());
    const removal = fitConfounds(table, train, {}, "error");
    const other = await load(lines((cells, i) => (i === 3 ? cells.with(3, "X").with(4, "9000") : cells)));
    const told = externalConfoundMessages(removal, other).join("\n");
    expect(told).toMatch(/"icv" lies outside 1\d\d\d to 1\d\d\d, the range of the training rows, in 1 of 40 rows/);
    expect(told).toMatch(/column "sex": 1 row has a category that no training row has: "X"/);
  });

  it.each([
    [
      "numbers and words in one column",
      (cells: string[], i: number) => (i === 4 ? cells.with(4, "big") : cells),
      {},
      /column "icv" holds 39 numbers and 1 other text, the first is "big" in row 5/,
    ],
    ["a column of one value", (cells: string[]) => cells.with(4, "5"), {}, /column "icv" has one value in all rows/],
    [
      "a feature",
      undefined,
      { confounds: ["a"] },
      /column "a" is a confound \(data\.confounds\) and cannot be a feature/,
    ],
    ["the target", undefined, { confounds: ["y"] }, /data\.confounds\.columns: y: is the target/],
    [
      "a column that is not there",
      undefined,
      { confounds: ["sexx"] },
      /data\.confounds: there is no column "sexx".*Did you mean "sex"/,
    ],
    ["a name that is there twice", undefined, { confounds: ["sex", "sex"] }, /names the same column twice/],
    [
      "a modality that is not there",
      undefined,
      { confounds: { columns: ["sex"], modalities: ["n"] } },
      /no modality n; there are m/,
    ],
    ["nothing", undefined, { confounds: [] }, /names no confound/],
  ])("%s is refused", async (_, change, more, message) => {
    const refused = async () => fitConfounds(await load(lines(change), more), train, {}, "error");
    await expect(refused()).rejects.toThrow(message);
  });

  it("of codes that are numbers are categories where that is said", async () => {
    const coded = lines((cells, i) => cells.with(4, String(1 + (i % 3))));
    const table = await load(coded, { confounds: { categories: ["icv"] } });
    expect(fitConfounds(table, train, {}, "error").terms.map(({ name }) => name)).toEqual(["icv=2", "icv=3"]);
  });

  it("short forms and the long one are one config", () => {
    const parsed = (confounds: DataConfigInput["confounds"] | string | readonly string[]) =>
      parseConfig({ name: "t", data: { file: "t.csv", target: "y", modalities: { m: ["a"] }, confounds } }).data
        .confounds;
    expect(parsed("icv")).toEqual({ columns: ["icv"] });
    expect(parsed(["icv"])).toEqual(parsed({ columns: ["icv"] }));
    expect(dataSchema.shape.confounds.parse(undefined)).toBeUndefined();
  });
});
