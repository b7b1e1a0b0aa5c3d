import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rankedInputs } from "../../../test/support/ranked-inputs.js";
import { type DataConfigInput, dataSchema } from "../../config/data.js";
import { fitHarmonisation } from "../harmonise/fit.js";
import { loadDataset } from "../load-dataset.js";
import { noMarks } from "../missing/missing-marks.js";
import { fitModality } from "../prepare/preprocessor.js";
import { modalityPreparationSchema } from "../prepare/stored.js";
import { codeDataset, fitCodings } from "./code-dataset.js";
import { categoryCodes } from "./codes.js";
import { applyCoding, codedColumns, fitCoding } from "./coding.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-categories-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("categories of a column", () => {
  it.each([
    ["letters in their order", ["M", "F", " M "], ["F", "M"], [1, 0, 1]],
    ["truth values", ["TRUE", "FALSE", "TRUE"], ["FALSE", "TRUE"], [1, 0, 1]],
    ["codes in the order of numbers", ["98178", "1003", "98178.0"], ["1003", "98178"], [1, 0, 1]],
    ["zeros in front are part of a code", ["02134", "2134", "02134"], ["02134", "2134"], [0, 1, 0]],
    ["missing ones", ["n/a", null, "A"], ["A"], [Number.NaN, Number.NaN, 0]],
  ])("%s", (_, texts, levels, codes) => {
    const found = categoryCodes(texts, noMarks);
    expect(found.levels).toEqual(levels);
    expect([...found.codes]).toEqual(codes);
  });

  it("are missing where the user's marks stand", () => {
    expect([...categoryCodes(["-9", "?", "1", "-9.0"], { numbers: [-9], texts: ["?"] }).codes]).toEqual([
      ...[Number.NaN, Number.NaN, 0, Number.NaN],
    ]);
  });

  it("become one column of two values, else one for each; unseen ones the training mean", () => {
    const sex = fitCoding({ column: "sex", levels: ["F", "M"] }, [0, 1, 1, 1], "t");
    expect(codedColumns(sex)).toEqual(["sex=M"]);
    const applied = applyCoding(sex, ["M", "X"], [0, 1, Number.NaN]);
    expect(applied.columns.map((column) => [...column])).toEqual([[1, 0.75, Number.NaN]]);
    expect([...applied.unseen]).toEqual([["X", 1]]);
    const site = fitCoding({ column: "site", levels: ["A", "B", "C", "D"] }, [0, 0, 1, 3], "t");
    expect(codedColumns(site)).toEqual(["site=A", "site=B", "site=D"]);
    expect(codedColumns(site, true)).toEqual(["site=B", "site=D"]);
    const columns = applyCoding(site, ["D", "C"], [0, 1]).columns.map((column) => [...column]);
    expect(columns).toEqual([
      [0, 0.5],
      [0, 0.25],
      [1, 0.25],
    ]);
  });

  it("that name rows are refused", () => {
    const levels = Array.from({ length: 40 }, (_, i) => `p${i}`);
    const codes = levels.map((_, i) => i);
    expect(() => fitCoding({ column: "id", levels }, codes, "data.modalities.who")).toThrow(
      /data\.modalities\.who: column "id" has 40 different values in 40 rows, too many for categories/,
    );
  });
});

/** 60 rows of y, x, sex, site; site C stands in the last rows only. */
function write(name: string): void {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const site = i >= 56 ? "C" : "AB"[i % 2];
    return [i + (i % 3), (i * 7) % 13, i % 3 === 0 ? "M" : "F", site, i % 5].join(",");
  });
  writeFileSync(path.join(folder, name), `y,x,sex,site,z\n${rows.join("\n")}\n`);
}

const load = (more: Partial<DataConfigInput>) =>
  loadDataset(dataSchema.parse({ file: "t.csv", target: "y", modalities: {}, ...more }), folder, {
    extras: [],
  });

describe("categories of a modality", () => {
  write("t.csv");
  const modalities = { a: { columns: ["x"], categories: ["s*"] }, b: { columns: ["z"] } };
  const train = Int32Array.from({ length: 56 }, (_, i) => i);

  it("are coded by what training rows show, told when others differ, and stored", async () => {
    const table = await load({ modalities });
    const { dataset, messages } = codeDataset(table, fitCodings(table, train));
    const [a] = dataset.modalities;
    expect(a.columns).toEqual(["x", "sex=M", "site=B"]);
    expect([...a.values.slice(0, 6)]).toEqual([0, 1, 0, 7, 0, 1]);
    expect(a.values[59 * 3 + 2]).toBe(0.5);
    expect(messages).toEqual([
      'column "site": 4 rows have categories that no training row has: "C" (4); they read as unknown, like the mean of the training rows',
    ]);
    const config = dataSchema.parse({ file: "t.csv", target: "y", modalities });
    const fitted = fitModality(a, train, { ...config, inputs: rankedInputs(config.inputs) });
    expect(modalityPreparationSchema.parse(JSON.parse(JSON.stringify(fitted)))).toEqual(fitted);
    expect(fitted.categories?.map(({ column, levels }) => [column, levels])).toEqual([
      ["sex", ["F", "M"]],
      ["site", ["A", "B"]],
    ]);
  });

  it("may be all that a modality has, and are no numbers of another", async () => {
    const alone = await load({ modalities: { a: { categories: ["sex"] }, b: { columns: ["z"] } } });
    expect(codeDataset(alone, fitCodings(alone, train)).dataset.modalities[0].columns).toEqual(["sex=M"]);
    await expect(load({ modalities: { a: { categories: ["sex"] }, b: { columns: ["z", "sex"] } } })).rejects.toThrow(
      /column "sex" belongs to both a and b/,
    );
    await expect(load({ modalities: { a: { categories: ["sexe"] }, b: { columns: ["z"] } } })).rejects.toThrow(
      /data\.modalities\.a \(t\.csv\), categories: "sexe" matches no column\. Did you mean "sex"/,
    );
  });

  it("are not harmonised, and are preserved as contrasts", async () => {
    const data = dataSchema.parse({
      ...{ file: "t.csv", target: "y" },
      modalities: { a: { columns: ["x"], categories: ["sex"] }, b: { categories: ["z"] } },
      harmonise: { site: "site", preserve: ["sex"], minRows: 4 },
    });
    const { harmoniseColumns } = await import("../harmonise/apply.js");
    const table = await loadDataset(data, folder, { extras: harmoniseColumns(data) });
    const codings = fitCodings(
      table,
      Int32Array.from({ length: 60 }, (_, i) => i),
    );
    const { dataset } = codeDataset(table, codings);
    if (data.harmonise === undefined) throw new Error("no harmonise section");
    const all = Int32Array.from({ length: 60 }, (_, i) => i);
    const fitted = fitHarmonisation(dataset, all, data.harmonise, codings.covariates);
    expect(fitted.covariates.map(({ name }) => name)).toEqual(["sex=M"]);
    expect(fitted.modalities.map(({ columns }) => columns.map(({ name }) => name))).toEqual([["x"], []]);
    expect(fitted.categories?.map(({ column }) => column)).toEqual(["sex"]);
  });
});
