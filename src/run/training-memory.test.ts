import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Config, configSchema } from "../config/schema.js";
import type { Preprocessor } from "../data/prepare/preprocessor.js";
import { checkModelSize } from "./model-size.js";
import { memoryMessage, type TrainingSize, trainingMemory, trainingSize } from "./training-memory.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Measured {
  readonly rows: number;
  readonly width: number;
  readonly modalities: number;
  readonly targets: number;
  readonly config: Readonly<Record<string, unknown>>;
  /** Rows that are held, where the others stay on disk. */
  readonly outOfCore?: number;
  /** Megabytes. */
  readonly measured: number;
}

const cases: Record<string, Measured> = JSON.parse(readFileSync(path.join(root, "scripts/memory.json"), "utf8"));

function configOf({ modalities, targets, config }: Measured): Config {
  const names = Array.from({ length: modalities }, (_, m) => `m_${m}`);
  const data = {
    file: "t.csv",
    target: Array.from({ length: targets }, (_, t) => `y_${t}`),
    modalities: Object.fromEntries(names.map((name) => [name, { columns: [`${name}_*`] }])),
  };
  const tree: Record<string, unknown> = { name: "load", data };
  for (const [key, value] of Object.entries({ "model.encoder.embedding": "none", ...config })) {
    const parts = key.split(".");
    let place = tree;
    for (const part of parts.slice(0, -1)) {
      place[part] ??= {};
      place = place[part] as Record<string, unknown>;
    }
    place[parts[parts.length - 1]] = value;
  }
  return configSchema.parse(tree);
}

function sizeOf(made: Measured): TrainingSize {
  const { rows: all, width, targets, outOfCore } = made;
  const rows = Math.min(all, outOfCore ?? all);
  const config = configOf(made);
  const modalities = Object.keys(config.data.modalities).map((name) => ({ name, width }));
  const storedRows = outOfCore === undefined ? undefined : all - Math.round(0.3 * rows);
  return trainingSize(config, { rows, trainRows: Math.round(0.7 * rows), modalities, targets, storedRows });
}

const estimated = (made: Measured) => trainingMemory(sizeOf(made)) / 1e6;

describe("the memory of a training", () => {
  it("was measured at ten sizes at least", () => {
    expect(Object.keys(cases).length).toBeGreaterThanOrEqual(10);
  });

  it.each(Object.entries(cases))("%s: the formula is within a fifth of what was measured", (_name, made) => {
    expect(estimated(made) / made.measured).toBeGreaterThan(0.8);
    expect(estimated(made) / made.measured).toBeLessThan(1.2);
  });

  it("stands in docs/limits.md as it was measured, beside the formula", () => {
    const page = readFileSync(path.join(root, "docs/limits.md"), "utf8");
    const rows = page
      .slice(page.indexOf("<!-- memory -->"), page.indexOf("<!-- /memory -->"))
      .match(/\d+ MB \| \d+ MB/g);
    expect(rows).toEqual(Object.values(cases).map((made) => `${made.measured} MB | ${Math.round(estimated(made))} MB`));
  });

  it("is said where there is less, with what takes most of it", () => {
    const [{ batch, wide, small }, gigabyte] = [cases, 1e9];
    expect(memoryMessage(sizeOf(small), gigabyte)).toBeNull();
    expect(memoryMessage(sizeOf(small), gigabyte, 8)).toMatch(
      /^memory: 8 trainings at a time will need about 2\.\d GB/,
    );
    const message = memoryMessage(sizeOf(batch), gigabyte);
    expect(message).toMatch(
      /^memory: this training will need about 2\.\d GB, and there are 1\.0 GB; .*training\.batchSize\)$/,
    );
    expect(memoryMessage(sizeOf({ ...batch, rows: 100_000 }), 64 * gigabyte)).toMatch(/about 2\d\d\.\d GB/);
    expect(memoryMessage(sizeOf(wide), gigabyte)).toMatch(/Most is for (the table|the weights)/);
  });
});

describe("the size of a model", () => {
  const preprocessor = (columns: number, knots: number): Preprocessor => ({
    missing: "error",
    modalities: [
      {
        name: "a",
        indicators: [],
        dropped: [],
        columns: Array.from({ length: columns }, (_, j) => {
          const numbers = Array.from({ length: knots }, (_, k) => k + 0.123456789);
          return { name: `a_${j}`, preparation: { kind: "quantile", y: numbers, z: numbers, clip: 3, fill: 0 } };
        }),
      },
    ],
  });

  it("is refused before training where its text could not be written", () => {
    const limit = 2 ** 24 + 100_000;
    expect(() => checkModelSize(preprocessor(10, 100), limit)).not.toThrow();
    expect(() => checkModelSize(preprocessor(100, 100), limit)).toThrow(
      /data\.inputs\.knots: 100 columns with up to 100 knots each .* Set data\.inputs\.knots: (3|4)\d, or/,
    );
    expect(() => checkModelSize(preprocessor(100, 33), limit)).not.toThrow();
  });
});
