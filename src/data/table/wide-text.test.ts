import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Dialect } from "../../config/dialect.js";
import { Rng } from "../../math/rng.js";
import { type MissingMarks, missingMarks, noMarks } from "../missing/missing-marks.js";
import { openTable } from "./duckdb.js";
import { readColumns } from "./read-columns.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-wide-"));
afterAll(() => rmSync(folder, { recursive: true }));

const columns = 600;
const rows = 50;
const names = ["id", "y", ...Array.from({ length: columns }, (_, i) => `g${i}`)];

const usual = [
  (v: number) => v.toFixed(3),
  (v: number) => String(v),
  (v: number) => v.toExponential(4),
  () => "NA",
  () => "",
  () => "-0",
];
const others = [
  ...usual,
  (v: number) => ` ${Math.round(v * 100)} `,
  (v: number) => `+${Math.abs(v).toFixed(18)}`,
  (v: number) => v.toFixed(2).replace("0.", "."),
  () => "-9999.0",
  () => "3.",
  () => "none",
];

/** Cells of a table: decimals of many forms and missing marks. */
function cells(written: readonly ((v: number) => string)[]): string[][] {
  const rng = new Rng(5);
  return Array.from({ length: rows }, (_, row) => [
    ` süß${row}`,
    rng.normal().toFixed(5),
    ...Array.from({ length: columns }, (_, i) => written[(row * 7 + i) % written.length](rng.normal() * 10 ** (i % 7))),
  ]);
}

const text = (table: readonly (readonly string[])[], end = "\n", delimiter = ",") =>
  [names, ...table].map((row) => row.join(delimiter) + end).join("");

interface Reading {
  readonly marks?: MissingMarks;
  readonly dialect?: Dialect;
  /** Columns from the second on; the database takes seconds for all. */
  readonly asked?: number;
}

const some = { asked: 20 };

async function read(
  name: string,
  content: string | Uint8Array,
  { marks = noMarks, dialect = {}, asked = names.length }: Reading = {},
) {
  writeFileSync(path.join(folder, name), content);
  const table = await openTable(name, folder, { marks, dialect });
  try {
    return await readColumns(table, names.slice(1, asked), ["id", "y"]);
  } finally {
    table.close();
  }
}

/** The same through a quote in a row, at which the database takes over. */
const readQuoted = (table: readonly (readonly string[])[], at: number) =>
  read("quoted.csv", text(table.map((row, i) => (i === at ? row.with(0, `"${row[0]}"`) : row))), some);

describe("a wide table", () => {
  it.each([
    ["plain.csv", text(cells(others))],
    ["crlf.csv", text(cells(others), "\r\n")],
    ["plain.tsv", text(cells(others), "\n", "\t")],
    ["unended.csv", text(cells(others)).trimEnd()],
    ["packed.csv.gz", gzipSync(text(cells(others)))],
    ["blank.csv", text(cells(others)).replaceAll("\n süß3", "\n\n süß3") + "\n\n"],
    ["blank-crlf.csv", `${text(cells(others), "\r\n").replaceAll("\r\n süß3", "\r\n\r\n süß3")}\r\n`],
  ])("%s holds bit for bit what the reader of dialects reads", async (name, content) => {
    const marks = missingMarks([-9999]);
    const found = await read(name, content, { marks });
    expect(found.rows).toBe(rows);
    expect(found).toEqual(await read("other.csv", text(cells(others)), { marks, dialect: { comment: "#" } }));
  });

  it("is what the database reads, which goes on behind the rows that were handed on", async () => {
    const table = Array(60).fill(cells(usual)).flat();
    const plain = await read("long.csv", text(table), some);
    expect(plain.rows).toBe(3000);
    expect(await readQuoted(table, 0)).toEqual(plain);
    expect(await readQuoted(table, 2500)).toEqual(plain);
  });

  it.each([
    [
      "a word",
      (row: string[]) => row.with(9, "oops"),
      'row 31 (header not counted), column "g7": expected a number, got "oops"',
    ],
    [
      "an infinite number",
      (row: string[]) => row.with(9, "inf"),
      'row 31, column "g7": expected a finite number, got Infinity',
    ],
    ["a cell too many", (row: string[]) => [...row, "1"], "row 31"],
    ["a row of one letter", () => ["7"], "row 31"],
  ])("refuses %s by its row", async (_, change, message) => {
    const table = cells(usual).map((row, i) => (i === 30 ? change(row) : row));
    for (const end of ["\n", "\r\n"]) await expect(read("bad.csv", text(table, end), some)).rejects.toThrow(message);
  });

  it("takes no line of one letter for a blank one where lines end in two", async () => {
    const mixed = text(cells(usual), "\r\n").replace("\r\n süß30", "\r\n7\n süß30");
    await expect(read("mixed.csv", mixed, some)).rejects.toThrow(/line 32|row 31/);
  });
});
