import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTable } from "../table/duckdb.js";
import { readColumns } from "../table/read-columns.js";
import { meansMissing, missingMarks, missingTexts, noMarks } from "./missing-marks.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-marks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const own = missingMarks([-9999, 99.9, "-", " ? ", "Inf", "-1"]);

/** Columns x (numbers) and name (texts) of a file; without names, the reader takes another way. */
async function read(file: string, marks = own, names = ["name"]) {
  const table = await openTable(file, folder, { marks });
  try {
    const { numbers, texts } = await readColumns(table, ["x"], names);
    return { x: [...(numbers.get("x") as Float64Array)], name: texts.get("name") };
  } finally {
    table.close();
  }
}

/** Cells of the column x: what missing marks look like, and numbers. */
const missing = ["", "NA", "N/A", "NaN", "null", "None", "<NA>", "#N/A", " NA ", "na", "-9999", "-9999.0", "-9.999e3"];
const ownTexts = ["99.9", "-", "?", " - ", "Inf", "-1", "-1.00"];
const cells = [...missing, ...ownTexts, "5", "-999", "9999", "0"];
const numbers = [...[...missing, ...ownTexts].map(() => Number.NaN), 5, -999, 9999, 0];
const names = cells.map((_, i) => ["NA", "null", "nan", "None", "", "-9999", "?", " "][i % 8]);
const keptNames = names.map((name) => (name.trim() === "" ? null : name));

const lines = (delimiter: string) =>
  `x${delimiter}name\n${cells.map((cell, i) => `${cell}${delimiter}${names[i]}\n`).join("")}`;
const objects = cells.map((cell, i) => ({ x: cell, name: names[i] }));

beforeAll(async () => {
  writeFileSync(path.join(folder, "t.csv"), lines(","));
  writeFileSync(path.join(folder, "t.tsv"), lines("\t"));
  writeFileSync(path.join(folder, "t.csv.gz"), gzipSync(lines(",")));
  writeFileSync(path.join(folder, "t.jsonl"), objects.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(path.join(folder, "t.json"), JSON.stringify(objects));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const parquet = (name: string, rows: string) =>
    connection.run(`COPY (SELECT * FROM (VALUES ${rows}) t(x, name)) TO '${path.join(folder, name)}' (FORMAT parquet)`);
  await parquet("t.parquet", cells.map((cell, i) => `('${cell}', '${names[i]}')`).join(", "));
  await parquet("numeric.parquet", "(-9999::DOUBLE, 'NA'), (99.9, NULL), (NULL, 'a'), ('nan', 'b'), (1.5, 'c')");
  await parquet("single.parquet", "(-9999::FLOAT, 'NA'), (99.9::FLOAT, NULL), (1.5::FLOAT, 'c')");
  await parquet("whole.parquet", "(-9999::INTEGER, 1::DOUBLE), (100::INTEGER, 'nan'), (NULL, 2), (7, NULL)");
  connection.closeSync();
});

describe("marks of missing values", () => {
  it.each(["t.csv", "t.tsv", "t.csv.gz", "t.jsonl", "t.json", "t.parquet"])(
    "%s: the usual ones and the user's are missing numbers, and names stay names",
    async (file) => {
      expect(await read(file)).toEqual({ x: numbers, name: keptNames });
      expect((await read(file, own, [])).x).toEqual(numbers);
    },
  );

  it("are compared as numbers in numeric columns of Parquet, in single precision too", async () => {
    const nan = Number.NaN;
    expect(await read("numeric.parquet")).toEqual({ x: [nan, nan, nan, nan, 1.5], name: ["NA", null, "a", "b", "c"] });
    expect(await read("single.parquet")).toEqual({ x: [nan, nan, 1.5], name: ["NA", null, "c"] });
    // 99.9 is not 100, and a name that is not a number is none.
    expect(await read("whole.parquet")).toEqual({ x: [nan, 100, nan, 7], name: ["1.0", null, "2.0", null] });
  });

  it("are found behind many rows that were read fast, each row once", async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => (i === 25_000 ? " NA " : String(i)));
    for (const name of ["", ",name"]) {
      const text = rows.map((cell, i) => (name === "" ? cell : `${cell},n${i}`)).join("\n");
      writeFileSync(path.join(folder, "late.csv"), `x${name}\n${text}\n`);
      const { x } = await read("late.csv", noMarks, name === "" ? [] : ["name"]);
      expect(x).toEqual(rows.map((cell) => (cell === " NA " ? Number.NaN : Number(cell))));
    }
  });

  it.each(["-", ".", "?", "*", "missing", "#NULL!", "#DIV/0!", "n.a.", "-1.#INF"])(
    "%s is never a number, and the refusal counts such cells and names what mends it",
    async (word) => {
      writeFileSync(path.join(folder, "word.csv"), `x,z\n1,1\n${word},2\n3,${word}\n${word},x\n5,1\n`);
      const table = await openTable("word.csv", folder);
      const refused = readColumns(table, ["x", "z"], []).finally(() => table.close());
      const quoted = word.replace(/[.*?/]/g, "\\$&");
      await expect(refused).rejects.toThrow(
        new RegExp(`row 2 .*column "x": expected a number, got "${quoted}".*data\\.missingValues.*--missing-values`),
      );
      await expect(refused).rejects.toThrow(`Not numbers: "x": 2 cells "${word}"; "z": 2 cells, among them `);
    },
  );

  it("counts words of typed tables too", async () => {
    writeFileSync(path.join(folder, "word.jsonl"), '{"x":1}\n{"x":"-"}\n{"x":"-"}\n');
    await expect(read("word.jsonl", noMarks, [])).rejects.toThrow('row 2 (header not counted), column "x"');
    await expect(read("word.jsonl", noMarks, [])).rejects.toThrow('Not numbers: "x": 2 cells "-".');
  });

  it("says what a text means", () => {
    for (const text of [...missingTexts, " Na", "NONE"]) expect(meansMissing(text, noMarks)).toBe(true);
    for (const text of ["-", ".", "?", "0", "-9999", "missing"]) expect(meansMissing(text, noMarks)).toBe(false);
    for (const text of ["-9999.00", " -", "-1"]) expect(meansMissing(text, own)).toBe(true);
    expect(missingMarks(["-9999", -9999, "", "x"])).toEqual({ numbers: [-9999], texts: ["", "x"] });
  });
});
