import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { dataSchema } from "../../config/data.js";
import { InputError } from "../../errors.js";
import { Rng } from "../../math/rng.js";
import { loadDataset } from "../load-dataset.js";
import { generateSynthetic } from "./generate.js";
import { generatorNames, noiseDeviation, signalVariance, tableFormats } from "./generators.js";
import { randomMixing, randomRotation } from "./mixing.js";
import { writeSynthetic } from "./write.js";

const folder = mkdtempSync(path.join(tmpdir(), "pidreg-synth-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("generateSynthetic", () => {
  it.each(generatorNames)("%s: targets have the variance the truth assumes", (name) => {
    const table = generateSynthetic(name, { rows: 20_000, mixing: "mlp" });
    const family = table.parameters.family as Parameters<typeof signalVariance>[0];
    const expected = signalVariance(family) + noiseDeviation(family, table.parameters.noise as number) ** 2;
    for (const { values } of table.targets) {
      const variance = values.reduce((sum, v) => sum + v * v, 0) / table.rows;
      expect(variance / expected).toBeCloseTo(1, 1);
    }
    expect(table.modalities.every(({ values }) => values.every(Number.isFinite))).toBe(true);
    const seen = table.volumes === undefined ? 0 : 1;
    expect(table.modalities.length + seen).toBe(Object.keys(table.truth.information.byModality).length);
  });

  it("is a function of its arguments", () => {
    const y = (options: object) => generateSynthetic("three", { rows: 50, ...options }).targets[0].values;
    const x = (options: object) => generateSynthetic("three", { rows: 50, ...options }).modalities[1].values;
    expect(y({ seed: 3 })).toEqual(y({ seed: 3 }));
    expect(y({ seed: 3 })).not.toEqual(y({ seed: 4 }));
    expect(y({ mixing: "mlp" })).toEqual(y({ mixing: "linear" }));
    expect(x({ mixing: "mlp" })).not.toEqual(x({ mixing: "linear" }));
  });

  it("less noise is more information", () => {
    const total = (noise: number) => generateSynthetic("mixed", { rows: 10, noise }).truth.information.total;
    expect(total(0.2)).toBeGreaterThan(total(0.4));
  });

  it.each([
    [{ rows: 2 }, /rows must be a whole number from 10/],
    [{ rows: Number.NaN }, /rows .* got NaN/],
    [{ noise: 0 }, /noise must lie within/],
    [{ width: 2 }, /columns per modality .* from 3 to 1000, got 2/],
    [{ seed: 0.5 }, /seed must be a whole number/],
  ])("refuses %j", (options, message) => {
    expect(() => generateSynthetic("mixed", options)).toThrow(InputError);
    expect(() => generateSynthetic("mixed", options)).toThrow(message);
  });

  it("refuses an unknown name", () => {
    expect(() => generateSynthetic("constructor" as never)).toThrow(
      /no generator "constructor"; choose one of additive/,
    );
  });
});

describe("mixing loses nothing", () => {
  it("rotations are orthogonal", () => {
    const rows = randomRotation(20, new Rng(1));
    rows.forEach((a, i) => {
      rows.forEach((b, j) => {
        expect(a.reduce((sum, x, k) => sum + x * b[k], 0)).toBeCloseTo(i === j ? 1 : 0, 13);
      });
    });
  });

  it.each(["linear", "mlp"] as const)("%s: Newton's method recovers the latents from the columns", (kind) => {
    const width = 4;
    const mix = randomMixing(kind, width, new Rng("mix"));
    const rng = new Rng("latents");
    for (let draw = 0; draw < 20; draw++) {
      const latents = Float64Array.from({ length: width }, () => rng.normal());
      expect(Math.max(...invert(mix, mix(latents)).map((x, j) => Math.abs(x - latents[j])))).toBeLessThan(1e-8);
    }
  });
});

/** Solves mix(x) = columns by damped Newton steps with a difference Jacobian. */
function invert(mix: (x: Float64Array) => Float64Array, columns: Float64Array): Float64Array {
  const n = columns.length;
  const miss = (x: Float64Array) => mix(x).map((value, j) => value - columns[j]);
  const size = (r: Float64Array) => r.reduce((sum, v) => sum + v * v, 0);
  let x = new Float64Array(n);
  for (let step = 0; step < 200 && size(miss(x)) > 1e-26; step++) {
    const residual = miss(x);
    const rows = Array.from(residual, (r) => [...new Float64Array(n), -r]);
    for (let j = 0; j < n; j++) {
      const moved = x.slice();
      moved[j] += 1e-6;
      miss(moved).forEach((value, i) => {
        rows[i][j] = (value - residual[i]) / 1e-6;
      });
    }
    const direction = eliminate(rows);
    let length = 1;
    const at = () => x.map((value, j) => value + length * direction[j]);
    while (size(miss(at())) >= size(residual) && length > 1e-6) length /= 2;
    x = at();
  }
  return x;
}

/** Gauss-Jordan elimination with pivoting of [A | b]. */
function eliminate(rows: number[][]): number[] {
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(rows[best][k]) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k] / rows[k][k];
      rows[i] = rows[i].map((value, j) => value - factor * rows[k][j]);
    }
  }
  return rows.map((row, k) => row[n] / row[k]);
}

describe("writeSynthetic", () => {
  it.each(tableFormats)("%s: table, truth and config that load back", async (format) => {
    const out = path.join(folder, format);
    const table = generateSynthetic("additive-vector", { rows: 2100 });
    const files = await writeSynthetic(table, out, format);
    expect(readdirSync(out).sort()).toEqual(["config.yaml", `table.${format}`, "truth.json"]);
    const config = parse(readFileSync(files.config, "utf8"));
    const data = await loadDataset(dataSchema.parse(config.data), out);
    expect(data.rowIds).toEqual(table.rowIds);
    expect(data.targets.map((target) => target.name)).toEqual(["y1", "y2"]);
    expect(data.modalities[1].columns).toEqual(table.modalities[1].columns);
    data.modalities[1].values.forEach((value, i) => {
      if (Math.abs(value - table.modalities[1].values[i]) > 1e-7) throw new Error(`value ${i} differs`);
    });
    const truth = JSON.parse(readFileSync(files.truth, "utf8"));
    expect(truth).toMatchObject({ unit: "bits", modalities: ["alpha", "beta"], parameters: { rows: 2100, seed: 1 } });
    expect(truth.atoms).toEqual(table.truth.atoms);
  });

  it("refuses a folder it cannot make", async () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    const table = generateSynthetic("none", { rows: 10 });
    await expect(writeSynthetic(table, path.join(file, "sub"), "csv")).rejects.toThrow(
      /sub: .*file is a file, not a folder/,
    );
    expect(existsSync(path.join(file, "sub"))).toBe(false);
  });
});
