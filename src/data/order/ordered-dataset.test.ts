import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DataConfigInput, dataSchema } from "../../config/data.js";
import { InputError } from "../../errors.js";
import { loadDataset } from "../load-dataset.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-order-"));
const put = (name: string, content: string) => writeFileSync(path.join(folder, name), content);
afterAll(() => rmSync(folder, { recursive: true }));

const days = ["2024-01-03", "2024-01-01", "2024-01-02", "2024-01-05", "2024-01-04", "2024-01-06"];
const csv = (when: readonly string[], header = "when") =>
  `${header},y,a,b\n${when.map((text, i) => `${text},${i + 1},${i},${i * i}`).join("\n")}\n`;
const base = {
  file: "days.csv",
  target: "y",
  modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
  order: "when",
} satisfies DataConfigInput;
const load = (given: Partial<DataConfigInput> = {}) => loadDataset(dataSchema.parse({ ...base, ...given }), folder);
const times = days.map((day) => Date.parse(day));

beforeAll(async () => {
  put("days.csv", csv(days));
  put("numbers.csv", csv(["3", "1", "2", "5", "4", "6"]));
  put("gaps.csv", csv(["2024-01-03", "", "NA", "2024-01-05", "2024-01-04", "2024-01-06"]));
  put("bad.csv", csv(["2024-01-03", "2024-01-01", "soon", "2024-01-05", "2024-01-04", "2024-01-06"]));
  put("lines.jsonl", days.map((when, i) => JSON.stringify({ when, y: i + 1, a: i, b: i * i })).join("\n"));
  put("target.csv", `id,y,when\n${days.map((day, i) => `s${i},${i + 1},${day}`).join("\n")}\n`);
  put("a.csv", "id,a\ns5,5\ns4,4\ns3,3\ns2,2\ns1,1\ns9,9\n");
  put("b.csv", "b,id\n1,s1\n4,s2\n9,s3\n16,s4\n25,s5\n");
  put("keyed-a.csv", csv(days).replace(/,a,b/, ",a,c"));
  put("keyed-b.csv", csv(days).replace(/,y,a,b/, ",z,c,b"));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const values = days.map((day, i) => `(TIMESTAMP '${day}', ${i + 1}, ${i}, ${i * i})`).join(", ");
  for (const [name, type] of [
    ["dates", "DATE"],
    ["stamps", "TIMESTAMP"],
    ["nanoseconds", "TIMESTAMP_NS"],
    ["zoned", "TIMESTAMPTZ"],
    ["texts", "VARCHAR"],
  ]) {
    const file = path.join(folder, `${name}.parquet`).replaceAll("'", "''");
    const select = `SELECT CAST(w AS ${type}) AS "when", y, a, b FROM (VALUES ${values}) t(w, y, a, b)`;
    await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
  }
  connection.closeSync();
});

describe("a table with an order", () => {
  it.each([
    "days.csv",
    "lines.jsonl",
    "dates.parquet",
    "stamps.parquet",
    "nanoseconds.parquet",
    "zoned.parquet",
    "texts.parquet",
  ])("has its dates, and they are no feature: %s", async (file) => {
    const { ordering, modalities, account } = await load({ file });
    const ends = Float64Array.from(times, (time) => time + 86_400_000);
    expect(ordering).toEqual({ column: "when", kind: "date", values: Float64Array.from(times), ends });
    expect(modalities.map(({ columns }) => columns)).toEqual([["a"], ["b"]]);
    expect(account.messages).toEqual([]);
  });

  it("has its numbers", async () => {
    const { ordering } = await load({ file: "numbers.csv" });
    expect(ordering).toEqual({ column: "when", kind: "number", values: Float64Array.of(3, 1, 2, 5, 4, 6) });
  });

  it("of several files keeps each row its own", async () => {
    const joined = {
      file: "target.csv",
      join: "id",
      modalities: { a: { columns: ["a"], file: "a.csv" }, b: { columns: ["b"], file: "b.csv" } },
      missing: "drop",
    } satisfies Partial<DataConfigInput>;
    const { ordering, targets, rowIds } = await load(joined);
    expect(new Set(rowIds)).toEqual(new Set(["s1", "s2", "s3", "s4", "s5"]));
    expect([...(ordering?.values ?? [])]).toEqual(Array.from(targets[0].values, (y) => times[y - 1]));
  });

  it("may have the order as its join key", async () => {
    const joined = {
      file: "keyed-a.csv",
      join: "when",
      modalities: { a: { columns: ["a"] }, b: { columns: ["b"], file: "keyed-b.csv" } },
    } satisfies Partial<DataConfigInput>;
    const { ordering, targets } = await load(joined);
    expect([...(ordering?.values ?? [])]).toEqual(Array.from(targets[0].values, (y) => times[y - 1]));
  });

  it("refuses rows that stand nowhere in it, or leaves them out with a count", async () => {
    await expect(load({ file: "gaps.csv" })).rejects.toThrow(InputError);
    await expect(load({ file: "gaps.csv" })).rejects.toThrow(
      /2 rows have no value in column "when" \(first: row "2"\).*data\.missing: drop/,
    );
    for (const missing of ["drop", "mean"] as const) {
      const { rowIds, account } = await load({ file: "gaps.csv", missing });
      expect(rowIds).toEqual(["1", "4", "5", "6"]);
      expect(account.dropped).toMatchObject([
        { count: 2, reason: 'no value of "when", data.order', examples: ["2", "3"] },
      ]);
    }
  });

  it("names the row of what is no date", async () => {
    await expect(load({ file: "bad.csv" })).rejects.toThrow(
      /bad\.csv: row 3 \(header not counted\), column "when": "soon"/,
    );
    await expect(load({ order: "wehn" })).rejects.toThrow(
      /data\.order: there is no column "wehn".*Did you mean "when"/,
    );
  });

  it("split by time leaves out, and counts, the rows between parts", async () => {
    const shares = { train: 0.34, validation: 0.33, test: 0.33 };
    const whole = await load({ split: { by: "time", ...shares } });
    expect(whole.savedSplit).toEqual({ train: ["2", "3"], validation: ["1", "5"], test: ["4", "6"] });
    const apart = await load({ split: { by: "time", ...shares, gap: "24h" } });
    expect(apart.savedSplit).toEqual({ train: ["2"], validation: ["1"], test: ["4", "6"], leftOut: ["3", "5"] });
    expect(apart.rowIds).toEqual(["1", "2", "4", "6"]);
    expect(apart.account.dropped).toMatchObject([
      { count: 2, reason: "within 24h of rows of another part, data.split.gap", examples: ["3", "5"], chosen: true },
    ]);
    expect(apart.account.losses).toEqual([]);
  });
});

describe("a config with an order", () => {
  it.each([
    [{ order: undefined, split: { by: "time" } }, /`split\.by: time` needs `order`/],
    [{ order: "y" }, /"y" is a target/],
    [{ split: { by: "time", stratify: 5 } }, /cannot stratify a split by time/],
    [{ split: { gap: 3 } }, /goes with by: time, not by: random/],
    [{ split: { by: "group", blocks: 2 }, group: "g" }, /goes with by: time, not by: group/],
    [{ split: { by: "time", gap: "2 months" } }, /"2 months": expected a number of rows, or a length of time/],
    [{ split: { by: "time", gap: "24" } }, /a number stands without quotes/],
    [{ split: { by: "time", gap: -1 } }, /gap/],
    [{ split: { by: "time", blocks: 0 } }, /blocks/],
  ])("is refused: %j", (given, message) => {
    const { error } = dataSchema.safeParse({ ...base, ...given });
    const told = error?.issues.map(({ path: at, message: text }) => `${at.join(".")}: ${text}`).join("; ");
    expect(told).toMatch(message);
  });

  it("may be split in any other way", () => {
    for (const split of [
      { by: "random", stratify: 4 },
      { by: "column", column: "part" },
      { by: "file", file: "s.json" },
    ]) {
      expect(dataSchema.safeParse({ ...base, split }).success).toBe(true);
    }
  });
});
