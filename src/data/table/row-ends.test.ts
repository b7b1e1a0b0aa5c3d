import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { put } from "../../../test/support/read-table.js";
import type { Dialect } from "../../config/dialect.js";
import { noMarks } from "../missing/missing-marks.js";
import { openTable } from "./duckdb.js";
import { readColumns } from "./read-columns.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-ends-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = 5000;
const middle = 3000;

interface Written {
  readonly separator?: string;
  readonly lineEnd?: string;
  /** Columns beside `id`, `y` and a last one whose cells are empty in places. */
  readonly wide?: number;
  /** What stands behind the last cell of row i, counted from 1. */
  readonly behind: (row: number) => string;
  readonly header?: string;
}

function written({ separator = ",", lineEnd = "\n", wide = 2, behind, header = "" }: Written): string {
  const names = ["id", "y", ...Array.from({ length: wide }, (_, k) => `x${k}`), "last"];
  const lines = Array.from({ length: rows }, (_, i) =>
    [`s${i}`, ...Array.from({ length: wide + 1 }, (_, k) => (i * (k + 3)) % 11), i % 3 === 0 ? "" : i].join(separator),
  );
  return [names.join(separator) + header, ...lines.map((line, i) => line + behind(i + 1))].join(lineEnd) + lineEnd;
}

async function read(name: string, content: string | Buffer, dialect: Dialect = {}) {
  await put(folder, name, content);
  const table = await openTable(name, folder, { marks: noMarks, dialect });
  try {
    return await readColumns(table, ["y", "x0", "last"], ["id"]);
  } finally {
    table.close();
  }
}

const alone = (row: number, text: string) => (i: number) => (i === row ? text : "");
const others = (row: number, text: string) => (i: number) => (i === row ? "" : text);

interface Case {
  readonly name: string;
  readonly given?: Omit<Written, "behind">;
  readonly behind?: string;
  readonly dialect?: Dialect;
}

/** Kinds of tables that hold one row unlike the others. */
const cases: readonly Case[] = [
  { name: "a.csv" },
  { name: "crlf.csv", given: { lineEnd: "\r\n" } },
  { name: "a.csv.gz" },
  { name: "a.tsv", given: { separator: "\t" }, behind: "\t" },
  { name: "semicolons.csv", given: { separator: ";" }, behind: ";" },
  { name: "quoted.csv", behind: ',""' },
  { name: "quoted-apart.csv", behind: ', "" ' },
  { name: "wide.csv", given: { wide: 500 } },
  { name: "decimal.csv", given: { separator: ";" }, behind: ";", dialect: { decimal: "," } },
  { name: "comments.csv", dialect: { comment: "#" } },
  { name: "decimal.csv.gz", given: { separator: ";" }, behind: ';""', dialect: { decimal: "," } },
];

const content = ({ name, given }: Case, behind: Written["behind"]) => {
  const text = written({ ...given, behind });
  return name.endsWith(".gz") ? gzipSync(text) : text;
};

describe("a separator at the end of some rows alone", () => {
  it.each(cases)("is refused with the line in $name", async (each) => {
    const { behind = ",", name, given, dialect } = each;
    const columns = (given?.wide ?? 2) + 3;
    await expect(read(name, content(each, alone(middle, behind)), dialect)).rejects.toThrow(
      `row ${middle} (header not counted), after column "last": line ${middle + 1} has ${columns + 1} fields, the last of ` +
        `them empty, but the header has ${columns} and the rows before it end without a separator: a cell may be one too many`,
    );
    await expect(read(name, content(each, others(middle, behind)), dialect)).rejects.toThrow(
      `row ${middle} (header not counted), column "last": line ${middle + 1} has ${columns} fields, but the rows before it ` +
        "have one more, empty, behind a separator at their end: a cell may be missing",
    );
  });

  it.each([1, 2, rows])("is refused in row %i of many", async (row) => {
    const unlike = Math.max(row, 2);
    for (const dialect of [{}, { comment: "#" }]) {
      const text = written({ behind: alone(row, ",") });
      await expect(read("place.csv", text, dialect)).rejects.toThrow(`row ${unlike} (header not counted)`);
    }
  });

  it.each(cases)("is no fault at the end of every row, or of every line, of $name", async (each) => {
    const { behind = ",", name, given, dialect } = each;
    const plain = await read(
      name,
      content(each, () => ""),
      dialect,
    );
    expect(plain.rows).toBe(rows);
    expect(
      await read(
        name,
        content(each, () => behind),
        dialect,
      ),
    ).toEqual(plain);
    const whole = written({ ...given, behind: () => behind, header: behind });
    expect(await read(name, name.endsWith(".gz") ? gzipSync(whole) : whole, dialect)).toEqual(plain);
  });

  it("takes an empty last cell, quoted or not, and blank lines for no such separator", async () => {
    const text = written({ behind: () => "" })
      .replace(/,\n/, ',""\n')
      .replace(/,\n/, ', ""\n');
    const plain = await read("plain.csv", written({ behind: () => "" }));
    expect(await read("cells.csv", text)).toEqual(plain);
    const blank = written({ behind: () => "," }).replaceAll("\ns7", "\n\ns7");
    for (const dialect of [{}, { comment: "#" }]) expect(await read("blank.csv", blank, dialect)).toEqual(plain);
  });

  it("is refused in a table of one column, whose empty lines are missing values", async () => {
    const one = async (body: string) => {
      await put(folder, "one.csv", `y\n${body}`);
      const table = await openTable("one.csv", folder, { marks: noMarks, dialect: {} });
      return readColumns(table, ["y"], []).finally(() => table.close());
    };
    await expect(one("1\n2,\n3\n")).rejects.toThrow('after column "y": line 3 has 2 fields, the last of them empty');
    expect((await one("1\n\n3\n")).rows).toBe(3);
    expect((await one("1,\n\n3,\n")).rows).toBe(3);
  });
});
