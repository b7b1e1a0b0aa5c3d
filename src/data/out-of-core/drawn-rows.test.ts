import { describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { heldTable } from "../table/held-table.js";
import { DrawnRows } from "./drawn-rows.js";
import { sampledTable } from "./sampled-table.js";
import { eachPart } from "./table-parts.js";

/** Rows in chunks of 7; row i holds i, and its text. */
function drawn(rows: number, size: number, seed: string) {
  const sample = new DrawnRows({ numbers: ["x"], texts: ["name"] }, size, new Rng(seed));
  for (let firstRow = 0; firstRow < rows; firstRow += 7) {
    const numbers = Float64Array.from({ length: Math.min(7, rows - firstRow) }, (_, i) => firstRow + i);
    const texts = Array.from(numbers, (x) => (x % 5 === 0 ? null : `r${x}`));
    sample.add({ rows: numbers.length, firstRow, numbers: [numbers], texts: [texts] });
  }
  return { seen: sample.seen, ...sample.finish() };
}

describe("a random sample of rows", () => {
  it("holds the size that is asked for, in the order of the table, with the number of every row", () => {
    const { rows, numbers, texts, fileRows, seen } = drawn(20_000, 5000, "a");
    expect([rows, seen]).toEqual([5000, 20_000]);
    expect([...numbers[0]]).toEqual([...fileRows]);
    expect([...fileRows]).toEqual([...fileRows].sort((a, b) => a - b));
    expect(new Set(fileRows).size).toBe(5000);
    expect(texts[0]).toEqual([...fileRows].map((x) => (x % 5 === 0 ? null : `r${x}`)));
  });

  it("is the whole table where that has no more rows", () => {
    expect([...drawn(300, 300, "a").fileRows]).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(drawn(300, 1000, "a").rows).toBe(300);
  });

  it("is the same for one seed, and another for another", () => {
    expect(drawn(5000, 100, "a").fileRows).toEqual(drawn(5000, 100, "a").fileRows);
    expect(drawn(5000, 100, "b").fileRows).not.toEqual(drawn(5000, 100, "a").fileRows);
  });

  it("takes every row with the same probability, wherever it stands", () => {
    const counts = new Float64Array(10);
    const draws = 400;
    for (let k = 0; k < draws; k++)
      for (const row of drawn(1000, 100, `${k}`).fileRows) counts[Math.floor(row / 100)]++;
    // 4000 rows are expected of every tenth; the standard deviation is sqrt(400 x 100 x 0.1 x 0.9) = 60.
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(4 * 60);
  });
});

const table = (rows: number) =>
  heldTable("t.csv", rows, [
    {
      name: "x",
      numbers: Float64Array.from({ length: rows }, (_, i) => i),
      texts: Array.from({ length: rows }, (_, i) => `${i}`),
    },
  ]);

describe("a table of which a sample is read", () => {
  it("knows which rows of the file it hands on, and how many there are", async () => {
    const sampled = sampledTable(table(50_000), 200, new Rng("s"));
    const found: number[] = [];
    const rows = await sampled.stream({ numbers: ["x"], texts: [] }, ({ numbers }) => void found.push(...numbers[0]));
    expect([rows, found.length, sampled.tableRows()]).toEqual([200, 200, 50_000]);
    expect(found.map((_, i) => sampled.fileRow?.(i))).toEqual(found);
    expect(sampled.request()).toEqual({ numbers: ["x"], texts: [] });
  });
});

describe("reading for a sample", () => {
  it("is told of after every chunk, and ends where what is told throws", async () => {
    const told: number[] = [];
    const sampled = sampledTable(table(50_000), 200, new Rng("s"), (read) => {
      told.push(read);
      if (read > 20_000) throw new Error("enough");
    });
    await expect(sampled.stream({ numbers: ["x"], texts: [] }, () => undefined)).rejects.toThrow("enough");
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toBeLessThan(50_000);
  });
});

describe("parts of a table", () => {
  it("are all rows, once, one part at a time, and know their place in the file", async () => {
    const found: number[] = [];
    let at = 0;
    const rows = await eachPart(table(50_000), { numbers: ["x"], texts: ["x"] }, 20_000, async (part) => {
      expect(at++).toBe(0);
      const own: number[] = [];
      await part.stream({ numbers: ["x"], texts: [] }, ({ numbers, firstRow }) => {
        expect(firstRow).toBe(own.length);
        own.push(...numbers[0]);
      });
      expect(own.length).toBe(part.rows);
      expect(own.map((_, i) => part.fileRow?.(i))).toEqual(own);
      found.push(...own);
      await new Promise((resolve) => setTimeout(resolve, 1));
      at--;
    });
    expect(rows).toBe(50_000);
    expect(found).toEqual(Array.from({ length: 50_000 }, (_, i) => i));
  });

  it("refuse a column that was not read", async () => {
    const looked = eachPart(table(10), { numbers: ["x"], texts: [] }, 100, async (part) => {
      await part.stream({ numbers: [], texts: ["x"] }, () => undefined);
    });
    await expect(looked).rejects.toThrow('t.csv: there is no column "x"');
  });
});
