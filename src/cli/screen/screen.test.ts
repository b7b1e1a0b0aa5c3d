import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { StageProgress } from "../decompose/progress.js";
import type { ScreenArguments } from "./options.js";
import { screenTable } from "./run.js";
import { byInformation, screenCsv, screenText } from "./text.js";

let folder: string;
let file: string;
const rows = 400;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-screen-"));
  file = join(folder, "table.csv");
  const rng = new Rng(1);
  const lines = Array.from({ length: rows }, (_, i) => {
    const y = rng.normal();
    const site = ["a", "b", "c"][Math.min(2, Math.floor(Math.abs(y)))];
    const gap = i % 10 === 0 ? "NA" : (rng.normal() + y).toFixed(4);
    return [`s${i}`, y.toFixed(4), gap, rng.normal().toFixed(4), site, i % 4, y > 0 ? "ill" : "well"].join(",");
  });
  await writeFile(file, `id,y,told,noise,site,code,state\n${lines.join("\n")}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const usual = { "target-kind": "auto", level: 0.05, top: 20, json: false } as const;
const screened = (args: Partial<ScreenArguments>) =>
  screenTable({ ...usual, data: file, target: "y", ...args }, new StageProgress());

it("reads numbers, words as categories, and leaves names out with the reason", async () => {
  const found = await screened({});
  expect(found.columns.map(({ name }) => name)).toEqual(["told", "noise", "site", "code", "state"]);
  expect(found.leftOut).toEqual([{ column: "id", why: "holds words, 400 different ones: too many for categories" }]);
  expect(found.classes).toBeNull();
  const [told, noise, site] = found.columns;
  expect(told).toMatchObject({ n: 360 });
  expect(told.qValue).toBeLessThan(1e-6);
  expect(noise.qValue).toBeGreaterThan(0.05);
  expect(site.qValue).toBeLessThan(1e-6);
  expect(site.monotone).toBeNull();
});

it("a word among numbers, beyond the rows that say what a column holds, is named and not taken for a category", async () => {
  const late = join(folder, "late.csv");
  const lines = Array.from(
    { length: 5000 },
    (_, i) => `${i % 97},${i === 4900 ? "oops" : i % 89},${i % 2 ? "a" : "b"}`,
  );
  await writeFile(late, `y,x,word\n${lines.join("\n")}\n`);
  const found = screened({ data: late });
  await expect(found).rejects.toThrow('row 4901 (header not counted), column "x": expected a number, got "oops"');
  await expect(found).rejects.not.toThrow('"word": ');
  const without = await screened({ data: late, exclude: "x" });
  expect(without.columns.map(({ name }) => name)).toEqual(["word"]);
});

it("reads a target of words, or of few numbers, as classes, and a number where that is asked", async () => {
  expect((await screened({ target: "state" })).classes).toEqual(["ill", "well"]);
  expect((await screened({ target: "code" })).classes).toEqual(["0", "1", "2", "3"]);
  expect((await screened({ target: "code", "target-kind": "number" })).classes).toBeNull();
  await expect(screened({ target: "id" })).rejects.toThrow('takes 400 different values, among them "s0"');
});

it("takes columns, leaves some out, and takes codes as categories", async () => {
  const found = await screened({ columns: "told,noise,code", exclude: "n*", category: "code" });
  expect(found.columns.map(({ name }) => name)).toEqual(["told", "code"]);
  expect(found.columns[1].monotone).toBeNull();
  await expect(screened({ columns: "y" })).rejects.toThrow('no column is left to screen beside the target "y"');
  await expect(screened({ target: "z" })).rejects.toThrow('"z"');
});

it("lists the most telling first, discoveries before others, as text and as CSV", async () => {
  const found = await screened({});
  expect(byInformation(found)[0].name).toBe("state");
  const text = screenText(found, 2);
  expect(text).toContain("What each column tells about y by itself: 400 rows, 8 bins of equal frequency");
  expect(text).toContain(".. and 3 more (--top, --out)");
  expect(text).toContain("- 3 of 5 columns at a false discovery rate of 0.05");
  expect(text).toContain("- id was left out: holds words");
  const csv = screenCsv(found).trim().split("\n");
  expect(csv).toHaveLength(6);
  expect(csv[0]).toBe("column,bits,standardError,pValue,qValue,rows,correlation,monotoneBits,notMonotone");
  expect(csv[1]).toMatch(/^state,.*,,,$/);
});
