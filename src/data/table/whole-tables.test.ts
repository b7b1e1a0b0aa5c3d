import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { readFile, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { put, putParquet, readTable, refusal } from "../../../test/support/read-table.js";
import { openTable } from "./duckdb.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-whole-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows = 81_000;
const request = { numbers: ["y", "a1", "a2"] };
const good = Array.from({ length: rows }, (_, i) => `${i},${i % 7},${i % 5},ok`);

/** How row `at` (0-based) of a delimited table is spoilt, and what names the place. */
const faults: Readonly<Record<string, { spoil: (row: string) => string | Buffer; place: (row: number) => RegExp }>> = {
  word: {
    spoil: (row) => row.replace(/,\d+,/, ",abc,"),
    place: (row) => new RegExp(`: row ${row} \\(header not counted\\), column "a1": expected a number, got "abc"`),
  },
  "too many fields": {
    spoil: (row) => `${row},more`,
    place: (row) =>
      new RegExp(`: row ${row} \\(.*after column "note": line ${row + 1} has 5 fields, but the header has 4`),
  },
  "too few fields": {
    spoil: (row) => row.replace(/,[^,]*,[^,]*$/, ""),
    place: (row) => new RegExp(`: row ${row} \\(.*, column "a2": line ${row + 1} has 2 fields, but the header has 4`),
  },
  "an open quote": {
    spoil: (row) => row.replace("ok", '"stray'),
    place: (row) => new RegExp(`: row ${row} \\(.*, column "note": line ${row + 1}: a quote \\("\\) is opened`),
  },
  "bytes that are not UTF-8": {
    spoil: (row) => Buffer.from(row.replace("ok", "caf\xe9"), "latin1"),
    place: (row) => new RegExp(`: row ${row} \\(.*, column "note": line ${row + 1} is not UTF-8`),
  },
};

const formats: Readonly<Record<string, (text: Buffer) => Buffer>> = {
  csv: (text) => text,
  tsv: (text) => Buffer.from(text.toString("latin1").replaceAll(",", "\t"), "latin1"),
  "csv.gz": (text) => gzipSync(text, { level: 1 }),
  "tsv.gz": (text) => gzipSync(Buffer.from(text.toString("latin1").replaceAll(",", "\t"), "latin1"), { level: 1 }),
};

function spoilt(fault: string, row: number): Buffer {
  const before = `y,a1,a2,note\n${good.slice(0, row - 1).join("\n")}\n`;
  const after = `${["", ...good.slice(row)].join("\n")}\n`;
  return Buffer.concat([Buffer.from(before), Buffer.from(faults[fault].spoil(good[row - 1])), Buffer.from(after)]);
}

describe("a malformed row far into a table is refused like one at its beginning", () => {
  const places = Object.keys(formats).flatMap((format) =>
    (format === "csv" ? [7000, 19_000, 80_000, rows] : [80_000]).map((row) => [format, row] as const),
  );
  it.each(places.flatMap((place) => Object.keys(faults).map((fault) => [...place, fault] as const)))(
    "%s, row %i: %s",
    async (format, row, fault) => {
      const file = await put(folder, `far.${format}`, formats[format](spoilt(fault, row)));
      expect(await refusal(file, request)).toMatch(faults[fault].place(row));
    },
  );

  it.each(["jsonl", "jsonl.gz"])("%s: a word, an object that is cut off", async (format) => {
    const lines = good.map((_, i) => `{"a1":${i % 7}}`);
    const write = (line: string) => {
      const text = Buffer.from([...lines.slice(0, 79_999), line, ...lines.slice(80_000)].join("\n"));
      return put(folder, `far.${format}`, format === "jsonl" ? text : gzipSync(text, { level: 1 }));
    };
    const word = await refusal(await write('{"a1":"abc"}'));
    expect(word).toMatch(/: row 80000 \(header not counted\), column "a1": expected a number, got "abc"/);
    expect(await refusal(await write('{"a1":'))).toMatch(/: row 80000, line 80000: not valid JSON/);
  });

  it("Parquet: a word in a text column, damaged pages, a file that is cut off", async () => {
    const word = `SELECT i AS y, CASE WHEN i = 79999 THEN 'abc' ELSE '5' END AS a1, i AS a2 FROM range(${rows}) t(i)`;
    expect(await refusal(await putParquet(folder, "word.parquet", word), request)).toMatch(
      /: row 80000 \(header not counted\), column "a1": expected a number, got "abc"/,
    );
    const numbers = `SELECT i AS y, hash(i) % 1000 AS a1, hash(i + 1) % 1000 AS a2 FROM range(${rows}) t(i)`;
    const file = await putParquet(folder, "damaged.parquet", numbers, ", ROW_GROUP_SIZE 10000, COMPRESSION zstd");
    expect(await refusal(file, request)).toBe("");
    const bytes = await readFile(file);
    bytes.fill(0xff, Math.floor(bytes.length * 0.5), Math.floor(bytes.length * 0.8));
    expect(await refusal(await put(folder, "damaged.parquet", bytes), request)).toMatch(
      /^InputError: .*damaged\.parquet/,
    );
    await truncate(file, 100_000);
    expect(await refusal(file, request)).toMatch(/^InputError: .*damaged\.parquet/);
  });
});

describe("rows that a quote swallows", () => {
  const note = (i: number, text: string) => good[i].replace("ok", text);

  it("are found although the quote is closed again", async () => {
    for (const [at, end] of [
      [40_000, 40_001],
      [40_000, 40_100],
    ]) {
      const lines = ["y,a1,a2,note", ...good];
      lines[at] = note(at - 1, '"stray');
      lines[end] = note(end - 1, 'stray"');
      expect(await refusal(await put(folder, "swallow.csv", lines.join("\n")), request)).toMatch(
        new RegExp(
          `: row ${at} \\(.*, column "note": line ${at + 1}: a quote .* runs over line ${at + 2}, which reads as a row`,
        ),
      );
    }
  });

  it("are not seen in cells that rightly hold lines and separators", async () => {
    const text = 'note,y,a1,a2\n"one, two\nthree, four, five",1,2,3\n"a\n\nb,c",4,5,6\n"x, y\nz",7,8,9\n';
    expect((await readTable(await put(folder, "cells.csv", text), request)).rows).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
  });
});

it("cells of many lines and quotes, where a thread that begins in the middle loses its way, are read", async () => {
  const lines = ["id,x,note"];
  const before = 350_000;
  for (let i = 0; i < before; i++) lines.push(`${i},x,plain text`);
  for (let k = 0; k < 3; k++) lines.push(`-1,x,"${'"",b,""\n'.repeat(200_000)}"`);
  for (let k = 0; k < 100_000; k++) lines.push("2,x,ok");
  const table = await openTable(await put(folder, "lines.csv", lines.join("\n")));
  let sum = 0;
  const count = await table.stream({ numbers: ["id"], texts: [] }, (chunk) => {
    for (const value of chunk.numbers[0]) sum += value;
  });
  table.close();
  expect([count, sum]).toEqual([before + 100_003, (before * (before - 1)) / 2 - 3 + 200_000]);
});

describe("lines that are too long are named", () => {
  const long = (bytes: number) => `1,2,3,${"x".repeat(bytes)}`;
  const small = good.slice(0, 3000).join("\n");
  it.each([
    ["the last line, longer than the reader's buffer", `${small}\n${long(40e6)}\n`, 3001],
    ["the last line without a line end", `${small}\n${long(40e6)}`, 3001],
    ["a line in the middle", `${small}\n${long(2.1e6)}\n${small}\n`, 3001],
    ["a quoted line", `${small}\n1,2,3,"${"x".repeat(3e6)}"\n${small}\n`, 3001],
  ])("%s", async (_what, text, row) => {
    const message = await refusal(await put(folder, "long.csv", `y,a1,a2,note\n${text}`), request);
    expect(message).toMatch(new RegExp(`: row ${row} \\(header not counted\\).*: line ${row + 1}.*2 MB`));
  });

  it("the header, an object of JSON", { timeout: 120_000 }, async () => {
    const header = await refusal(await put(folder, "header.csv", `y,${"x".repeat(33e6)}\n1,2\n`));
    expect(header).toMatch(/the header line is longer than 32 MB/);
    const line = `{"y":1}\n{"y":2,"z":"${"x".repeat(17 * 2 ** 20)}"}\n`;
    expect(await refusal(await put(folder, "long.jsonl", line), { numbers: ["y"] })).toMatch(
      /row 2, line 2 is longer than 16 MB/,
    );
  });

  it("lines below the limit are read", async () => {
    const text = `y,a1,a2,note\n${small}\n${long(1.9e6)}\n${small}\n`;
    expect((await readTable(await put(folder, "long.csv", text), request)).rows).toHaveLength(6001);
  });
});

describe("what is not a whole table", () => {
  it("gzip data that is cut off or damaged, at any place", async () => {
    const whole = gzipSync(`y,a1,a2,note\n${good.join("\n")}\n`);
    for (const bytes of [whole.subarray(0, -4), whole.subarray(0, whole.length / 2), whole.subarray(0, 2000)]) {
      expect(await refusal(await put(folder, "cut.csv.gz", bytes), request)).toMatch(
        /the gzip data is damaged or cut off/,
      );
    }
    const damaged = Buffer.from(whole);
    damaged.fill(0, whole.length / 2, whole.length / 2 + 50);
    expect(await refusal(await put(folder, "cut.csv.gz", damaged), request)).toMatch(/^InputError: .*cut\.csv\.gz/);
  });

  it("gzip data with other bytes behind it", async () => {
    const bytes = Buffer.concat([gzipSync("y,a1,a2\n1,2,3\n"), Buffer.alloc(1000)]);
    expect(await refusal(await put(folder, "behind.csv.gz", bytes))).toMatch(/other bytes follow the gzip data/);
  });

  it("a file cut off within a row", async () => {
    const message = await refusal(
      await put(folder, "cut.csv", `y,a1,a2,note\n${good.join("\n").slice(0, -5)}`),
      request,
    );
    expect(message).toMatch(/: row 81000 \(.*, column "a2": line 81001 has 2 fields, but the header has 4/);
  });

  it.each([
    ["grows", (file: string) => appendFileSync(file, "1,2,3,ok\n")],
    [
      "is replaced",
      (file: string) => {
        writeFileSync(`${file}.new`, "y,a1,a2,note\n1,2,3,ok\n");
        renameSync(`${file}.new`, file);
      },
    ],
    ["is removed", (file: string) => rmSync(file)],
  ])("a file that %s while it is read", async (_what, change) => {
    const file = await put(folder, "moving.csv", `y,a1,a2,note\n${good.join("\n")}\n`);
    const table = await openTable(file);
    let changed = false;
    const reading = table.stream({ ...request, texts: [] }, () => {
      if (!changed) change(file);
      changed = true;
    });
    await expect(reading).rejects.toThrow(/moving\.csv: the file (changed|was removed) while it was read/);
    table.close();
  });
});

describe("gzip data of several members", () => {
  const text = Buffer.from(`y,a1,a2,note\n${good.join("\n")}\n`);
  it.each([
    ["cut anywhere", [0, 5, 100_000, 100_001, text.length]],
    ["with empty ones", [0, 0, 50_000, 50_000, text.length, text.length]],
    ["of one block each", Array.from({ length: Math.ceil(text.length / 65_280) + 1 }, (_, i) => i * 65_280)],
  ])("%s", async (_what, cuts) => {
    const members = cuts.slice(1).map((end, i) => gzipSync(text.subarray(cuts[i], end), { level: 1 }));
    const file = await put(folder, "members.csv.gz", Buffer.concat(members));
    expect((await readTable(file, request)).rows).toHaveLength(rows);
  });
});
