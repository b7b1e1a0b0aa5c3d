import {
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { frontBytes } from "../front-matter.js";
import { blockRowsOf, shuffledBytes } from "./format.js";
import { ShuffledRows } from "./reader.js";
import { ShuffledWriter } from "./writer.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-shuffled-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

/** Rows whose first number is that of the row. @param planned from which the number of heaps follows */
function write(name: string, rows: number, width: number, { planned = rows, seed = "s" } = {}) {
  const writer = new ShuffledWriter({ width, rows: planned, rng: new Rng(seed), part: at(`${name}.1.part`) });
  const row = new Float32Array(width);
  for (let i = 0; i < rows; i++) {
    row.set(row.map((_, j) => i + j / 16));
    writer.put(row);
  }
  writer.finish(at(`${name}.rows`), name, { said: 7 });
}

async function all(name: string, held = 4): Promise<Float32Array> {
  const file = ShuffledRows.open(at(`${name}.rows`), name, held) as ShuffledRows;
  const out = new Float32Array(file.head.rows * file.head.width);
  await file.read(
    Int32Array.from({ length: file.head.rows }, (_, i) => i),
    out,
  );
  return out;
}

const bytesOf = ({ buffer }: Float32Array) => Buffer.from(buffer);
const firsts = (values: Float32Array, width: number) => values.filter((_, i) => i % width === 0);

describe("rows on disk in a random order", () => {
  it.each([
    ["one heap, one block", 1000, 3, 1000],
    ["one heap, many blocks", 1000, 1000, 1000],
    ["many heaps", 20_000, 8, 1e9],
  ])("are all that were written, whole, and no two orders are alike: %s", async (name, rows, width, planned) => {
    write(name, rows, width, { planned });
    const values = await all(name);
    const order = firsts(values, width);
    expect(order.toSorted()).toEqual(Float32Array.from({ length: rows }, (_, i) => i));
    for (let i = 0; i < rows; i += 97)
      for (let j = 0; j < width; j++) expect(values[i * width + j]).toBe(Math.fround(order[i] + j / 16));
    write(`${name} again`, rows, width, { planned });
    expect(Buffer.compare(bytesOf(await all(`${name} again`)), bytesOf(values))).toBe(0);
    write(`${name} other`, rows, width, { planned, seed: "t" });
    expect(firsts(await all(`${name} other`), width)).not.toEqual(order);
    expect(statSync(at(`${name}.rows`)).size).toBe(shuffledBytes({ width, rows, blockRows: blockRowsOf(width) }));
    expect(readdirSync(folder).filter((file) => file.endsWith(".part"))).toEqual([]);
  });

  it("stand anywhere with the same probability", async () => {
    const sums = new Float64Array(4);
    for (let k = 0; k < 200; k++) {
      write("even", 40, 2, { planned: 1e8, seed: `${k}` });
      firsts(await all("even"), 2).forEach((row, place) => {
        sums[Math.floor(place / 10)] += row;
      });
    }
    // The mean of every quarter is 19.5; its standard error over 200 orders of 10 of 40 rows is 11.5 sqrt(0.75 / 2000) = 0.22.
    for (const sum of sums) expect(Math.abs(sum / 2000 - 19.5)).toBeLessThan(4 * 0.22);
  });

  it("are read in any order with few blocks held, and beforehand", async () => {
    write("wide", 500, 20_000);
    const file = ShuffledRows.open(at("wide.rows"), "wide", 2) as ShuffledRows;
    expect(file.head).toMatchObject({ blockRows: 13, facts: { said: 7 } });
    const whole = firsts(await all("wide"), 20_000);
    const wanted = Int32Array.from([499, 0, 250, 1, 498, 250]);
    file.ahead(wanted);
    const out = new Float32Array(6 * 20_000);
    await file.read(wanted, out);
    expect([...firsts(out, 20_000)]).toEqual(Array.from(wanted, (row) => whole[row]));
  });

  it("are none where the file is of another key, cut off, or its head or its checksums are damaged", () => {
    expect(ShuffledRows.open(at("nothing.rows"), "nothing", 4)).toBeNull();
    write("spoilt", 1000, 3);
    expect(ShuffledRows.open(at("spoilt.rows"), "other", 4)).toBeNull();
    flip(at("spoilt.rows"), 40);
    expect(ShuffledRows.open(at("spoilt.rows"), "spoilt", 4)).toBeNull();
    write("spoilt", 1000, 3);
    flip(at("spoilt.rows"), statSync(at("spoilt.rows")).size - 6);
    expect(ShuffledRows.open(at("spoilt.rows"), "spoilt", 4)).toBeNull();
    write("spoilt", 1000, 3);
    truncateSync(at("spoilt.rows"), statSync(at("spoilt.rows")).size - 1);
    expect(ShuffledRows.open(at("spoilt.rows"), "spoilt", 4)).toBeNull();
  });

  it("are not taken for absent where the file is there and cannot be opened", () => {
    symlinkSync(at("loop.rows"), at("loop.rows"));
    expect(() => ShuffledRows.open(at("loop.rows"), "loop", 4)).toThrow(
      /loop\.rows: rows that were kept there cannot be opened: .*ELOOP.*delete the file/,
    );
    expect(ShuffledRows.open(join(at("spoilt.rows"), "inside.rows"), "inside", 4)).toBeNull();
  });

  it("are refused where a number of them changed on disk, naming the file", async () => {
    write("changed", 1000, 3);
    flip(at("changed.rows"), frontBytes + 500);
    await expect(all("changed")).rejects.toThrow(
      /changed\.rows: rows that were kept there are damaged; delete the file/,
    );
  });

  it("name the file that the disk refuses, while rows come and when they are put in order", () => {
    const plan = { width: 100_000, rows: 10, rng: new Rng(1) };
    const gone = new ShuffledWriter({ ...plan, part: at("gone/rows.1.part") });
    expect(() => gone.put(new Float32Array(100_000))).toThrow(
      /gone\/rows\.1\.0\.part: cannot be written: its folder is gone/,
    );
    const taken = new ShuffledWriter({ ...plan, part: at("taken.1.part") });
    writeFileSync(at("taken.1.part"), "");
    taken.put(new Float32Array(100_000));
    expect(() => taken.finish(at("taken.rows"), "taken", {})).toThrow(/taken\.rows: cannot be written: a file stands/);
    taken.abandon();
  });

  it("leave nothing behind when they are given up", () => {
    const writer = new ShuffledWriter({ width: 100_000, rows: 1e6, rng: new Rng(1), part: at("given-up.1.part") });
    for (let i = 0; i < 20; i++) writer.put(new Float32Array(100_000));
    expect(readdirSync(folder).some((file) => file.startsWith("given-up"))).toBe(true);
    writer.abandon();
    expect(readdirSync(folder).some((file) => file.startsWith("given-up"))).toBe(false);
  });
});

function flip(path: string, position: number): void {
  const descriptor = openSync(path, "r+");
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, position);
  byte[0] ^= 1;
  writeSync(descriptor, byte, 0, 1, position);
}
