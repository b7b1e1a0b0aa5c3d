import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { CsvRecords, type LineEnd, splitFields } from "./csv-records.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "pidreg-records-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Rows by the rule of CsvCheck, the bytes coming in pieces. */
function countRows(text: string, width: number, lineEnd: LineEnd, cuts: readonly number[]): number {
  let count = -1;
  const records = new CsvRecords({ delimiter: 44, lineEnd }, 1e6, (_bytes, start, end) => {
    if (count < 0 || start < end || width === 1) count++;
  });
  const bytes = Buffer.from(text);
  [...cuts, bytes.length].reduce((from, to) => {
    records.push(bytes.subarray(from, to));
    return to;
  }, 0);
  records.last();
  return Math.max(0, count);
}

const pick = <T>(rng: Rng, list: readonly T[]): T => list[rng.integer(list.length)];

describe("records of delimited text", () => {
  it("are as many as the table reader finds, in any text that it accepts", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const file = path.join(folder, "t.csv");
    const rng = new Rng("records");
    let accepted = 0;
    for (let k = 0; k < 1200; k++) {
      const width = 1 + rng.integer(3);
      const end = pick(rng, ["\n", "\r\n", "\r"] as const);
      const parts = ['"', " ", ",", ",", end, end, "a", "b", '""', `"a${end}b"`, '"a,b"', ' "x",', "é", "\n"];
      const body = Array.from({ length: rng.integer(14) }, () =>
        pick(rng, end === "\n" ? parts : parts.slice(0, -1)),
      ).join("");
      const text = `${"abc".slice(0, width).split("").join(",")}${end}${body}`;
      writeFileSync(file, text);
      const columns = Array.from({ length: width }, (_, i) => `c${i}: 'VARCHAR'`).join(", ");
      const sql =
        `SELECT count(*) FROM (SELECT * FROM read_csv($1, auto_detect = false, header = true, delim = ',', quote = '"', ` +
        `escape = '"', strict_mode = true, columns = {${columns}}))`;
      const found = await connection.runAndReadAll(sql, [file]).catch(() => null);
      if (found === null) continue;
      accepted++;
      const cuts = [rng.integer(text.length), rng.integer(text.length)].sort((a, b) => a - b);
      expect(countRows(text, width, end, cuts), JSON.stringify(text)).toBe(Number(found.getRows()[0][0]));
    }
    expect(accepted).toBeGreaterThan(200);
    connection.closeSync();
    instance.closeSync();
  });

  it("carry the line in which they begin and the line breaks in them", () => {
    const seen: [string, number, number][] = [];
    const records: CsvRecords = new CsvRecords({ delimiter: 44, lineEnd: "\n" }, 1e6, (bytes, start, end) => {
      seen.push([bytes.toString("utf8", start, end), records.line, records.breaks]);
    });
    for (const byte of Buffer.from('a,b\n"1\n\n2",3\n\n4,"5\n6"\n7,8')) records.push(Buffer.of(byte));
    records.last();
    expect(seen).toEqual([
      ["a,b", 1, 0],
      ['"1\n\n2",3', 2, 2],
      ["", 5, 0],
      ['4,"5\n6"', 6, 1],
      ["7,8", 8, 0],
    ]);
  });

  it("have fields whose quotes open at the beginning only", () => {
    const fields = splitFields(Buffer.from('1, "a ""b"", c" ,5" pipe,"x"y,'), 44);
    expect(fields.map(({ text }) => text)).toEqual(["1", 'a "b", c', '5" pipe', '"x"y', ""]);
    expect(fields.map(({ torn }) => torn)).toEqual([false, false, false, true, false]);
  });
});
