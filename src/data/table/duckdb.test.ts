import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../errors.js";
import { openTable } from "./duckdb.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file, reads all of its columns as numbers (those in `texts` as text). */
async function read(name: string, content: string | Uint8Array, texts: readonly string[] = []) {
  writeFileSync(path.join(folder, name), content);
  const table = await openTable(name, folder);
  try {
    const numbers = table.columns.filter((column) => !texts.includes(column));
    const rows: (number | string | null)[][] = [];
    const count = await table.stream({ numbers, texts }, (chunk) => {
      for (let i = 0; i < chunk.rows; i++) {
        rows.push([...chunk.numbers.map((column) => column[i]), ...chunk.texts.map((column) => column[i])]);
      }
    });
    expect(rows).toHaveLength(count);
    return { columns: table.columns, rows };
  } finally {
    table.close();
  }
}

const text = 'id,a b,"q,""x"""\ns1,1.5,-2e3\ns2,NA,4\n';
const ndjson = '{"id":"s1","a b":1.5,"q,\\"x\\"":-2000}\n{"id":"s2","a b":null,"q,\\"x\\"":4}\n';

describe("formats", () => {
  const rows = [
    [1.5, -2000, "s1"],
    [Number.NaN, 4, "s2"],
  ];
  it.each([
    ["t.csv", text],
    ["t.csv.gz", gzipSync(text)],
    ["UPPER.CSV.GZ", gzipSync(text)],
    ["without-ending.csv", gzipSync(text)],
    ["members.csv.gz", Buffer.concat([gzipSync(text.slice(0, 25)), gzipSync(text.slice(25))])],
    ["bom.csv", `\ufeff${text}`],
    ["crlf.csv", text.replaceAll("\n", "\r\n")],
    ["semicolon.csv", 'id;a b;"q,""x"""\ns1;1.5;-2e3\ns2;NA;4\n'],
    ["t.tsv", 'id\ta b\t"q,""x"""\ns1\t1.5\t-2e3\ns2\tNA\t4'],
    ["t.jsonl", ndjson],
    ["t.ndjson.gz", gzipSync(ndjson)],
    ["t.json", `[${ndjson.trim().replace("\n", ",")}]`],
    ["odd [1] *?'ü.csv", text],
  ])("reads %s", async (name, content) => {
    const table = await read(name, content, ["id"]);
    expect(table.columns).toEqual(["id", "a b", 'q,"x"']);
    expect(table.rows).toEqual(rows);
  });

  it.each(["\n", "\r\n", "\r"])("reads names that hold line breaks, line end %j", async (end) => {
    for (const name of ["two\nlines", "two\r\nlines"]) {
      const lines = [`a,"${name}",b`, ...Array.from({ length: 30 }, (_, i) => `${i},${2 * i},${3 * i}`)];
      const table = await read("breaks.csv", lines.join(end) + end);
      expect(table.columns).toEqual(["a", name, "b"]);
      expect(table.rows).toHaveLength(30);
      expect(table.rows[29]).toEqual([29, 58, 87]);
    }
  });

  it("keeps names that differ in case only, and names unnamed columns", async () => {
    const table = await read("case.csv", ",Age,age\n1,2,3\n");
    expect(table).toEqual({ columns: ["column0", "Age", "age"], rows: [[1, 2, 3]] });
  });

  it("takes the usual marks as missing", async () => {
    const marks = ["NA", "NaN", "nan", "", "null", "NULL", "N/A", '"NA"'];
    const { rows } = await read("missing.csv", `a,b\n${marks.map((mark) => `${mark},1\n`).join("")}`);
    expect(rows).toEqual(marks.map(() => [Number.NaN, 1]));
  });
});

describe("bad tables are refused with file, place and remedy", () => {
  const big = `a,b\n${Array.from({ length: 20_000 }, (_, i) => `${i},${i % 7}\n`).join("")}`;
  it.each([
    ["text.csv", "a,b\n1,2\n\n3,hello\n", /text\.csv: row 2 .*column "b": expected a number, got "hello"/],
    ["first.csv", "a,b\n1,x\ny,2\n", /row 1 .*column "b".*got "x"/],
    ["comma.csv", "a;b\n1,5;2\n", /got "1,5"\. .*decimal commas\..*data\.decimal: ","/],
    ["text.jsonl", '{"a":1}\n{"a":"one"}\n', /row 2 .*column "a".*got "one"/],
    ["inf.csv", "a,b\n1,2\n3,-inf\n", /row 2, column "b": expected a finite number, got -Infinity/],
    ["overflow.csv", "a,b\n1e999,2\n", /row 1, column "a": expected a finite number, got Infinity/],
    ["short.csv", "a,b\n1,2\n3\n", /line 3 has 1 fields, but the header has 2/],
    ["long.csv", "a,b\n1,2\n3,4,5\n", /line 3 has 3 fields, but the header has 2/],
    ["quote.csv", 'a,b\n"1,2\n3,4\n', /line 2: a quote/],
    ["ends.csv", "a,b\r\n1,2\n3,4\r\n", /line ends are mixed/],
    ["latin.csv", Buffer.from("a,b\n\xe9,2\n", "latin1"), /line 2 is not UTF-8/],
    ["latin-header.csv", Buffer.from("\xe9,b\n1,2\n", "latin1"), /header line is not UTF-8/],
    ["utf16.csv", Buffer.from("\ufeffa,b\n1,2\n", "utf16le"), /encoded as UTF-16/],
    ["header.csv", "a,b\n", /has column names but no rows/],
    ["empty.csv", "", /the file is empty/],
    ["blank.csv", "\n\n", /first line is empty/],
    ["twice.csv", "a,b,a\n1,2,3\n", /columns 0 and 2 .* both named "a"/],
    ["nohead.csv", "1.5,2\n3,4\n", /first line holds numbers/],
    ["binary.csv", Buffer.from([1, 0, 255, 3, 10, 0, 7]), /binary data/],
    [
      "binary.jsonl",
      Buffer.from([1, 0, 255, 3, 10, 0, 7]),
      /binary\.jsonl: row 1, line 1: not valid JSON: binary data/,
    ],
    ["cut.jsonl", '{"a":1}\n{"a":', /cut\.jsonl: row 2, line 2: not valid JSON: \{"a":$/],
    ["fake.parquet", "a,b\n1,2\n", /is not Parquet data/],
    ["cut.parquet", "PAR1 and then nothing of use", /cut\.parquet: cannot be read as a table/],
    ["plain.csv.gz", "a,b\n1,2\n", /ends in \.gz but is not gzip/],
    ["table.xlsx", "PK", /not a table format pidreg reads\. Expected one of \.csv/],
    ["cut.csv.gz", gzipSync(big).subarray(0, -3000), /damaged or cut off|line \d+ has/],
    ["tail.csv.gz", gzipSync(big).subarray(0, -4), /damaged or cut off/],
  ])("%s", async (name, content, message) => {
    const error = await read(name, content).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain("\n");
  });

  it("missing, unreadable, folder, address", async () => {
    await expect(openTable("no.csv", folder)).rejects.toThrow(/no\.csv: there is no such file \(looked for /);
    mkdirSync(path.join(folder, "d.csv"), { recursive: true });
    await expect(openTable("d.csv", folder)).rejects.toThrow(/is a folder/);
    await expect(openTable("https://example.org/t.csv", folder)).rejects.toThrow(/local files only/);
    const locked = path.join(folder, "locked.csv");
    writeFileSync(locked, "a\n1\n");
    chmodSync(locked, 0);
    if (process.getuid?.() !== 0) await expect(openTable(locked)).rejects.toThrow(/no permission/);
  });

  it("names a column that is not there", async () => {
    writeFileSync(path.join(folder, "t2.csv"), "a\n1\n");
    const table = await openTable("t2.csv", folder);
    await expect(table.stream({ numbers: ["b"], texts: [] }, () => undefined)).rejects.toThrow(/no column "b"/);
    table.close();
  });
});
