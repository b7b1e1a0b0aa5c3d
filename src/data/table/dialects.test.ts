import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { type Dialect, tablesOf } from "../../config/dialect.js";
import { InputError } from "../../errors.js";
import { dataChecksum } from "../../files/checksum.js";
import { missingMarks } from "../missing/missing-marks.js";
import { openTable } from "./duckdb.js";
import { NumberFormat } from "./number-format.js";
import { readColumns } from "./read-columns.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-dialects-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Columns id, x, z of a table: texts and numbers. */
async function read(name: string, content: string | Buffer, dialect: Dialect = {}, marks: (number | string)[] = []) {
  writeFileSync(path.join(folder, name), content);
  return readFile(name, dialect, marks);
}

async function readFile(name: string, dialect: Dialect = {}, marks: (number | string)[] = [], texts = ["id"]) {
  const table = await openTable(name, folder, { dialect, marks: missingMarks(marks) });
  try {
    const found = await readColumns(table, ["x", "z"], texts);
    return {
      ids: found.texts.get(texts[0]),
      x: [...(found.numbers.get("x") ?? [])],
      z: [...(found.numbers.get("z") ?? [])],
      notes: table.notes?.() ?? [],
    };
  } finally {
    table.close();
  }
}

const refusal = async (...given: Parameters<typeof read>) => {
  const error = await read(...given).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).not.toContain("\n");
  return (error as Error).message;
};

const plain = { ids: ["s1", "s2"], x: [1.5, 2], z: [3, 4], notes: [] };

describe("a dialect that is said is read as it is written", () => {
  it.each<[string, string, string | Buffer, Dialect]>([
    ["decimal commas", "a.csv", "id;x;z\ns1;1,5;3\ns2;2,0;4,\n", { decimal: "," }],
    ["quoted among commas", "a.csv", 'id,x,z\ns1,"1,5",3\ns2,2,4\n', { decimal: "," }],
    ["every line ends in separators", "a.csv", "id;x;z;;\ns1;1,5;3;;\ns2;2;4;;\n", { decimal: "," }],
    ["skipped lines", "a.csv", 'Export of "lab,\n\nid,x,z\ns1,1.5,3\ns2,2,4\n', { skipRows: 1 }],
    ["comments in front", "a.csv", '# lab "tool\n#\n\nid,x,z\ns1,1.5,3\ns2,2,4\n', { comment: "#" }],
    ["a row of units", "a.tsv", "id\tx\tz\n\tmm\tmm3\ns1\t1.5\t3\ns2\t2\t4\n", { unitsRow: true }],
    ["coordinates below the header", "a.csv", "id,x,z\n,12.5,8\ns1,1.5,3\ns2,2,4\n", { unitsRow: true }],
    ["blanks between columns", "a.dat", 'id   x  z\n s1\t1.5 3\n"s2"  2   4  \n', {}],
    ["commas in a text", "a.txt", "id,x,z\ns1,1.5,3\ns2,2,4\n", {}],
    ["tabs in a text", "a.txt", "id\tx\tz\ns1\t1.5\t3\ns2\t2\t4\n", {}],
    ["the line of a spreadsheet", "a.csv", "sep=;\nid;x;z\ns1;1.5;3\ns2;2;4\n", {}],
    ["the same in quotes, with CRLF and a mark", "a.csv", '\ufeff"sep=|"\r\nid|x|z\r\ns1|1.5|3\r\ns2|2|4\r\n', {}],
    [
      "a delimiter that is said",
      "a.csv",
      "id|x|z, the third\ns1|1.5|3\ns2|2|4\n".replace(", the third", ""),
      { delimiter: "|" },
    ],
    ["gzip data", "a.csv.gz", gzipSync("%\nid;x;z\ns1;1,5;3\ns2;2;4\n"), { decimal: ",", comment: "%" }],
    ["carriage returns", "a.csv", "#\rid;x;z\rs1;1,5;3\rs2;2;4\r", { decimal: ",", comment: "#" }],
    ["no line end at the end", "a.csv", "id;x;z\ns1;1,5;3\ns2;2;4", { decimal: "," }],
  ])("%s", async (_, name, content, dialect) => {
    expect(await read(name, content, dialect)).toEqual(plain);
  });

  it("names of rows as R writes them", async () => {
    writeFileSync(path.join(folder, "r.csv"), '"x","z"\n"s1",1.5,3\n"s2",2,4\n');
    expect(await readFile("r.csv", { rowNames: true }, [], ["row.names"])).toEqual(plain);
  });

  it("comments between rows, with a count, and text that holds the mark", async () => {
    const text = 'id,x,z\n# a, "first\ns1,1.5,3\n#s3,9,9\n"a # b",2,4\n';
    const found = await read("a.csv", text, { comment: "#" });
    expect(found).toMatchObject({ ids: ["s1", "a # b"], x: [1.5, 2], z: [3, 4] });
    expect(found.notes).toEqual([
      'a.csv: 2 lines below the header begin with "#" and were not read, as data.comment says',
    ]);
  });

  it("quoted line breaks, and rows beyond one chunk of the file", async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `"s\n${i}";${i},5;${i}`);
    const found = await read("long.csv", `id;x;z\n${rows.join("\n")}\n`, { decimal: "," });
    expect(found.x.length).toBe(30_000);
    expect(found.x[29_999]).toBe(29_999.5);
    expect(found.ids?.[29_999]).toBe("s\n29999");
  });

  it("missing values, compared as numbers in the dialect's own spelling", async () => {
    const found = await read("a.csv", "id;x;z\ns1;-200;3\ns2;-200,0;?\ns3;NA;\n", { decimal: "," }, [-200, "?"]);
    expect(found.x).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(found.z).toEqual([3, Number.NaN, Number.NaN]);
  });
});

describe("numbers of a dialect", () => {
  const cases: [Dialect, string, number | undefined][] = [
    [{}, "1.5", 1.5],
    [{}, "1,5", undefined],
    [{ decimal: "," }, "-1,5e3", -1500],
    [{ decimal: "," }, "1.234", undefined],
    [{ decimal: "," }, "1.5", undefined],
    [{ decimal: ",", thousands: "." }, "1.234", 1234],
    [{ decimal: ",", thousands: "." }, "1.234.567,5", 1234567.5],
    [{ decimal: ",", thousands: "." }, "0.123", undefined],
    [{ decimal: ",", thousands: "." }, "12.34", undefined],
    [{ decimal: ",", thousands: "." }, "1234.567", undefined],
    [{ thousands: "," }, "37,642.0", 37642],
    [{ thousands: "," }, "1234", 1234],
    [{ thousands: "," }, "1,23", undefined],
    [{ thousands: "," }, ",123", undefined],
    [{ thousands: " " }, "1\u202f234 567", 1234567],
    [{ thousands: "'" }, "1\u2019234", 1234],
    [{ thousands: "," }, "1_000", undefined],
    [{ thousands: "," }, "0x1F", undefined],
  ];
  it.each(cases)("%j: %s", (dialect, text, value) => {
    expect(new NumberFormat(dialect).number(text)).toBe(value);
  });
});

describe("what does not fit the dialect is refused where it stands", () => {
  const far = (at: number, line: string) =>
    `# a\nid;x;z\nid;mm;mm\n${Array.from({ length: 25_000 }, (_, i) => (i + 1 === at ? line : `s${i};1,5;${i}`)).join("\n")}\n`;
  const said: Dialect = { decimal: ",", comment: "#", unitsRow: true };
  it.each([
    ["a word", 20_000, "s;abc;1", /: row 20000 \(header not counted\), column "x": expected a number, got "abc"/],
    [
      "too many fields",
      20_000,
      "s;1;2;3",
      /: row 20000 \(header not counted\), after column "z": line 20003 has 4 fields/,
    ],
    ["too few", 20_000, "s;1", /: row 20000 \(header not counted\), column "z": line 20003 has 2 fields/],
    ["an open quote", 24_990, 's;"1;2', /: row 24990 \(header not counted\), column "x": line 24993: a quote/],
    ["a point", 20_000, "s;1.5;1", /row 20000 .*column "x".*got "1\.5".*A?.*the decimal mark, leave data\.decimal out/],
    ["an infinite number", 20_000, "s;inf;1", /row 20000 .*column "x": expected a finite number, got inf/],
  ])("%s", async (_, at, line, message) => {
    expect(await refusal("far.csv", far(at, line), said)).toMatch(message);
  });

  it("bytes that are not UTF-8, in a column that is not read too", async () => {
    const bytes = Buffer.concat([Buffer.from("id;x;z;n\ns1;1,5;2;"), Buffer.from([0xe9]), Buffer.from("\n")]);
    expect(await refusal("l.csv", bytes, { decimal: "," })).toMatch(/row 1 .*column "n": line 2 is not UTF-8/);
  });

  it("gzip data that is cut off", async () => {
    const whole = gzipSync(`id;x;z\n${Array.from({ length: 5000 }, (_, i) => `s${i};${i},5;${i}`).join("\n")}\n`);
    const cut = whole.subarray(0, whole.length - 50);
    expect(await refusal("cut.csv.gz", cut, { decimal: "," })).toMatch(/damaged or cut off/);
  });

  it("a row of the table where units are said to be", async () => {
    expect(await refusal("u.csv", "id,x,z\ns1,1,2\ns2,2,3\n", { unitsRow: true })).toMatch(
      /looks like a row of the table/,
    );
  });

  it("lines that end before the header", async () => {
    expect(await refusal("s.csv", "id,x,z\ns1,1,2\n", { skipRows: 9 })).toMatch(/no header line behind the 9 lines/);
  });
});

describe("one message says what a column's words are and which key mends them", () => {
  it.each<[string, string, RegExp]>([
    [
      "id,x,z\na,89+,-\nb,90 or older,-\nc,5,1\n",
      "n.csv",
      /"x": 2 cells, among them "89\+" and "90 or older", a top-coded value; "z": 2 cells "-"\..*data\.missingValues: \["89\+", "90 or older"\].*data\.missingValues: \["-"\]/,
    ],
    ["id,x,z\na,>89,1\n", "n.csv", /a top-coded value/],
    ["id,x,z\na,045Y,1\nb,34Y,2\n", "n.csv", /numbers with a unit\. Write the numbers of "x" without their unit/],
    [
      "id;x;z\na;1,5;1\nb;1,234;1\n",
      "n.csv",
      /decimal commas\. If the comma is the decimal mark, set data\.decimal: ","/,
    ],
    ['id,x,z\na,"1,234.5",1\n', "n.csv", /data\.thousands: "," \(option: --thousands=','\)\.$/],
    ['id,x,z\na,"1.234,5",1\n', "n.csv", /data\.thousands: "\." \(option: --thousands=\.\) and data\.decimal: ","/],
    ['id,x,z\na,"1,234",1\n', "n.csv", /neither as decimal mark nor between thousands.*data\.decimal.*data\.thousands/],
    [
      "id,x,z\na,TRUE,1\nb,FALSE,2\n",
      "n.csv",
      /"x": 2 cells, among them "FALSE" and "TRUE", categories\..*`categories`/,
    ],
    ["id,x,z\na,2004-03-10,1\nb,2,2\n", "n.csv", /"x": 1 cell "2004-03-10", dates/],
    [
      "id,x,z\nid,mm,mm3\na,1,2\n",
      "n.csv",
      /Row 1 looks like a second header: .*"x" is "mm".*data\.unitsRow: true \(option: --units-row\)/,
    ],
    ["id,x,z\na,1,2,9\n", "n.csv", /has 4 fields, but the header has 3.*data\.rowNames: true \(option: --row-names\)/],
    ["id,x,z\na,1,2\n#note\n", "n.csv", /set data\.comment: "#"/],
    [
      "# made by\nid,x,z\na,1,2\n",
      "n.csv",
      /line 1, where the column names should be, is "# made by".*data\.comment: "#".*data\.skipRows/,
    ],
  ])("%j", async (content, name, message) => {
    expect(await refusal(name, content)).toMatch(message);
  });

  it("names of rows only where the first row has a field too many", async () => {
    const said = await refusal("n.csv", "id,x,z\na,1,2\nb,1,2,9\nc,1,2\n");
    expect(said).toMatch(/row 2 .* has 4 fields, but the header has 3/);
    expect(said).not.toMatch(/rowNames/);
  });

  it("the same from a table in a dialect", async () => {
    const text = "#\nid;x;z\nid;mm;mm\na;89+;1\nb;5;1,5\n";
    expect(await refusal("n.csv", text, { comment: "#", decimal: "," })).toMatch(
      /: row 1 .*got "mm"\. Not numbers: "x": 2 cells, among them "89\+" and "mm", a top-coded value; "z": 1 cell "mm"\./,
    );
  });
});

describe("a folder of Parquet parts", () => {
  const write = async (name: string, parts: readonly string[]) => {
    mkdirSync(path.join(folder, name), { recursive: true });
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    for (const [i, select] of parts.entries())
      await connection.run(`COPY (${select}) TO '${path.join(folder, name, `part-${i}.parquet`)}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
  };

  it("is one table, in the order of the names, whatever the folder is called", async () => {
    await write("p[1]", ["SELECT 's1' AS id, 1.5 AS x, 3 AS z", "SELECT 's2' AS id, 2.0 AS x, 4 AS z"]);
    writeFileSync(path.join(folder, "p[1]", "_SUCCESS"), "");
    expect(await readFile("p[1]")).toEqual(plain);
    const before = await dataChecksum(path.join(folder, "p[1]"));
    await write("p[1]", ["SELECT 's1' AS id, 1.5 AS x, 3 AS z", "SELECT 's2' AS id, 2.5 AS x, 4 AS z"]);
    expect(await dataChecksum(path.join(folder, "p[1]"))).not.toBe(before);
  });

  it("is refused where parts differ, are none, or lie in folders of their own", async () => {
    await write("q", ["SELECT 's1' AS id, 1.5 AS x, 3 AS z", "SELECT 's2' AS id, 4 AS z, 2.0 AS x"]);
    await expect(readFile("q")).rejects.toThrow(
      /its parts have different columns: column 1 .*"x".* in part-0\.parquet and "z"/,
    );
    writeFileSync(path.join(folder, "q", "note.csv"), "a\n1\n");
    await expect(readFile("q")).rejects.toThrow(/note\.csv in it is no \.parquet file/);
    mkdirSync(path.join(folder, "r", "site=A"), { recursive: true });
    await expect(readFile("r")).rejects.toThrow(/holds the folder site=A/);
    mkdirSync(path.join(folder, "empty"));
    await expect(readFile("empty")).rejects.toThrow(/a folder without files/);
  });
});

describe("which dialect a file has", () => {
  it("is what its modality says, else what the section says of all", () => {
    const modalities = {
      a: { file: "a.csv", decimal: "." as const, key: "k" },
      b: { file: "b.csv", skipRows: 2 },
      c: {},
    };
    expect(tablesOf({ file: "t.csv", decimal: ",", modalities })).toEqual([
      { file: "t.csv", dialect: { decimal: "," } },
      { file: "a.csv", dialect: { decimal: "." }, key: ["k"] },
      { file: "b.csv", dialect: { decimal: ",", skipRows: 2 } },
    ]);
  });
});
