import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { npyHead } from "../../files/npy.js";
import { Rng } from "../../math/rng.js";
import { generateSynthetic } from "./generate.js";
import { phantomShape, phantoms } from "./phantom.js";
import { writeSynthetic } from "./write.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-phantom-"));
afterAll(() => rmSync(folder, { recursive: true }));
const voxels = phantomShape.reduce((size, length) => size * length, 1);
const causesOf = (rows: number) =>
  ["c", "u", "v"].map((name) => {
    const rng = new Rng("causes").split(name);
    return Float64Array.from({ length: rows }, () => rng.normal());
  });

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [a, b].map((values) => values.reduce((x, y) => x + y, 0) / values.length);
  const sum = (f: (i: number) => number) => a.reduce((all, _, i) => all + f(i), 0);
  const product = sum((i) => (a[i] - meanA) * (b[i] - meanB));
  return product / Math.sqrt(sum((i) => (a[i] - meanA) ** 2) * sum((i) => (b[i] - meanB) ** 2));
}

it("shows the causes as sizes that can be measured", () => {
  const rows = 80;
  const causes = causesOf(rows);
  const made = phantoms("alpha", causes, new Rng("phantoms"));
  const out = new Uint8Array(voxels);
  const dark: number[] = [];
  const grey: number[] = [];
  for (let row = 0; row < rows; row++) {
    made.draw(row, out);
    const at = (x: number, y: number, z: number) => out[(x * phantomShape[1] + y) * phantomShape[2] + z];
    // Along the longest axis through the middle: grey, white, dark, white, grey.
    const line = Array.from({ length: phantomShape[1] }, (_, y) => {
      const around = [11, 12].flatMap((x) => [11, 12].map((z) => at(x, y, z)));
      return around.reduce((sum, value) => sum + value, 0) / around.length / 255;
    });
    dark.push(line.slice(7, 21).reduce((sum, value) => sum + 0.8 - value, 0));
    grey.push(
      [...line.slice(0, 7), ...line.slice(21)].reduce((sum, value) => sum + (value > 0.25 && value < 0.68 ? 1 : 0), 0),
    );
  }
  expect(correlation(dark.map(Math.log), [...causes[0]])).toBeGreaterThan(0.9);
  expect(correlation(grey, [...causes[1]])).toBeGreaterThan(0.6);
  expect(Math.abs(correlation(grey, [...causes[0]]))).toBeLessThan(0.4);
});

it("draws a row whatever was drawn before", () => {
  const made = phantoms("alpha", causesOf(3), new Rng("phantoms"));
  const [a, b] = [new Uint8Array(voxels), new Uint8Array(voxels)];
  made.draw(2, a);
  made.draw(0, b);
  expect(a).not.toEqual(b);
  made.draw(2, b);
  expect(a).toEqual(b);
});

it("is written beside its table, as an array of bytes", async () => {
  const table = generateSynthetic("phantom", { rows: 12, width: 4 });
  const files = await writeSynthetic(table, path.join(folder, "made"), "csv");
  const bytes = readFileSync(files.volumes ?? "");
  const head = npyHead(bytes, "alpha.npy");
  expect(head).toMatchObject({ shape: [12, ...phantomShape], fortran: false });
  expect(head.start % 64).toBe(0);
  expect(bytes.length).toBe(head.start + 12 * voxels);
  expect(readFileSync(files.config, "utf8")).toContain("kind: volume");
  expect(JSON.parse(readFileSync(files.truth, "utf8"))).toMatchObject({
    modalities: ["alpha", "beta"],
    parameters: { volume: [...phantomShape] },
  });
});
