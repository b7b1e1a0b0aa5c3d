import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rankedInputs } from "../../../test/support/ranked-inputs.js";
import { type DataConfigInput, dataSchema } from "../../config/data.js";
import { codeDataset, fitCodings } from "../categories/code-dataset.js";
import { loadDataset } from "../load-dataset.js";
import { loadExternalTable } from "../load-external-table.js";
import { applyModality, fitModality } from "../prepare/preprocessor.js";
import { modalityPreparationSchema } from "../prepare/stored.js";
import { applyDates, datedColumns, fitDates } from "./date-coding.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-dates-"));
afterAll(() => rmSync(folder, { recursive: true }));

const utc = (text: string) => Date.parse(text.includes("T") ? text : `${text}T00:00:00Z`);

describe("columns made of a date", () => {
  const all = fitDates(
    { column: "t", parts: ["trend", "year", "week", "day"] },
    Float64Array.of(utc("2024-03-01T13:00Z")),
  );

  it("have names of their own, and count days from the first day of the training rows", () => {
    expect(datedColumns(all)).toEqual([
      ...[
        "t (days)",
        "t (year, sin)",
        "t (year, cos)",
        "t (week, sin)",
        "t (week, cos)",
        "t (day, sin)",
        "t (day, cos)",
      ],
    ]);
    expect(all.reference).toBe(utc("2024-03-01"));
  });

  it.each([
    // days, quarters of the year 2024 (366 days: 91.5 each), of the week from Monday, of the day
    ["2024-07-02", 123, 0.5, 1 / 7, 0],
    ["2024-01-01", -60, 0, 0, 0],
    ["2023-07-02T12:00:00Z", -242.5, 0.5, 6.5 / 7, 0.5],
    ["1969-12-29T06:00:00Z", -19785.75, 362.25 / 365, 0.25 / 7, 0.25],
  ])("%s", (text, days, year, week, day) => {
    const columns = applyDates(all, Float64Array.of(utc(text), Number.NaN));
    const circle = (share: number) => [Math.sin(2 * Math.PI * share), Math.cos(2 * Math.PI * share)];
    const known = [days, ...circle(year), ...circle(week), ...circle(day)];
    columns.forEach((column, k) => {
      expect(column[0]).toBeCloseTo(known[k], 9);
      expect(column[1]).toBeNaN();
    });
  });
});

async function load(rows: readonly string[], change: Partial<DataConfigInput> = {}, dates: unknown = ["visit"]) {
  writeFileSync(path.join(folder, "t.csv"), `${["y,a,visit", ...rows].join("\n")}\n`);
  const tree = { file: "t.csv", target: "y", modalities: { m: { columns: ["a"], dates } }, ...change };
  return loadDataset(dataSchema.parse(tree), folder);
}

describe("dates as features", () => {
  const rows = ["1,1,25.12.2023", "2,0,01.02.2024", "3,1,NA", "4,0,03.04.2024"];
  const train = [0, 1, 2, 3];

  it("are fitted on training rows, stored, and read again in a table that does not show which number is the day", async () => {
    const table = await load(rows, { missing: "mean", missingIndicator: true });
    expect(table.account.messages.join("\n")).toMatch(
      /data\.modalities\.m\.dates: dates of "visit" are read with the day in front/,
    );
    const codings = fitCodings(table, train);
    const coded = codeDataset(table, codings).dataset.modalities[0];
    const inputs = rankedInputs();
    const fitted = fitModality(coded, train, { missing: "mean", missingIndicator: true, inputs });
    // A column of days alone has no time of day, and one missing date has one indicator.
    expect(fitted.dropped.map(({ name }) => name)).toEqual(["visit (day, sin)", "visit (day, cos)"]);
    expect(fitted.indicators).toEqual(["visit (days)"]);
    expect(fitted.columns.find(({ name }) => name === "visit (year, sin)")?.preparation.kind).toBe("standardize");
    const stored = modalityPreparationSchema.parse(JSON.parse(JSON.stringify(fitted)));
    expect(stored.dates).toEqual(codings.dates.m);
    writeFileSync(path.join(folder, "new.csv"), "a,visit\n0,01.02.2024\n");
    const data = dataSchema.parse({
      file: "t.csv",
      target: "y",
      modalities: { m: { columns: ["a"], dates: ["visit"] } },
    });
    const columns = [{ name: "m", columns: ["a"], dates: stored.dates }];
    const other = await loadExternalTable(data, columns, path.join(folder, "new.csv"));
    const again = codeDataset(other, { modalities: {}, dates: { m: stored.dates ?? [] }, covariates: [] }).dataset;
    const options = { missing: "mean", absentModalities: false } as const;
    const own = applyModality(fitted, coded, [1], options, ["r"]);
    expect([...applyModality(stored, again.modalities[0], [0], options, ["r"]).values]).toEqual([...own.values]);
  });

  it("may be asked for in parts", async () => {
    const table = await load(rows.slice(0, 2), {}, { visit: ["year", "trend"] });
    const { dataset } = codeDataset(table, fitCodings(table, [0, 1]));
    expect(dataset.modalities[0].columns).toEqual(["a", "visit (days)", "visit (year, sin)", "visit (year, cos)"]);
  });

  it("that are missing are treated as other missing values are", async () => {
    await expect(load(rows)).rejects.toThrow(
      /1 of 4 rows have missing feature values.* missing in "visit" \(1\)\. Set data\.missing/,
    );
    expect((await load(rows, { missing: "drop" })).rows).toBe(3);
  });

  it.each([
    [
      "words, with their number",
      ["1,1,2024-01-01", "2,0,soon", "3,1,soon", "4,1,x"],
      /row 2 .*"soon" is no number and no date.*"soon" \(2\), "x" \(1\) are 3 such cells.*data\.missingValues/,
    ],
    [
      "numbers",
      ["1,1,5", "2,0,6"],
      /data\.modalities\.m\.dates: t\.csv: column "visit" holds numbers and no dates; name it in `columns`/,
    ],
    [
      "two forms",
      ["1,1,2024-01-01", "2,0,31.12.2024"],
      /data\.modalities\.m\.dates: t\.csv: row 2 .*a year at the end/,
    ],
  ])("%s are refused", async (_, given, message) => {
    await expect(load(given)).rejects.toThrow(message);
  });

  it.each([
    [
      "a name for a category and a date",
      { m: { categories: ["visit"], dates: ["visit"] } },
      /named in `categories` and in `dates`/,
    ],
    ["no such column", { m: { columns: ["a"], dates: ["when"] } }, /m \(t\.csv\), dates: "when" matches no column/],
  ])("%s is refused", async (_, modalities, message) => {
    await expect(load(rows, { modalities })).rejects.toThrow(message);
  });

  it("marks of the user are missing dates", async () => {
    const table = await load(["1,1,2024-01-01", "2,0,unknown", "3,0,2024-02-01"], {
      missing: "drop",
      missingValues: ["unknown"],
    });
    expect(table.rowIds).toEqual(["1", "3"]);
  });
});
