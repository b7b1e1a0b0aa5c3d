import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseConfigText } from "../../src/config/load.js";
import type { TrainTask } from "../../src/executors/executor.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { Rng } from "../../src/math/rng.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { type TrainRunOptions, trainRun } from "../../src/run/train-run.js";
import { itLong } from "../support/long.js";
import { writeNpy } from "../support/npy.js";

// Members of an ensemble in this process: one process each would take most of the time.
vi.mock("../../src/executors/train-process.js", () => ({
  trainInProcess: async ({ config, out, resume }: TrainTask) => {
    const { loadConfig } = await import("../../src/config/load.js");
    await trainRun({ ...(await loadConfig(config)), out, resume });
  },
}));

const folder = mkdtempSync(join(tmpdir(), "pidreg-convolutions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);
const text = (...names: string[]) => readFileSync(join(folder, ...names), "utf8");

/** Rows of each kind of shape; some rows lack the picture. */
const rows = 400;
const shapes = { picture: [8, 8, 1], sound: [12, 4], volume: [6, 6, 6, 1], steps: [10, 3] } as const;
const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const lacks = (row: number) => row % 10 === 3;

const encoders = `
  encoder:
    hidden: [16]
    embedding: none
    channels: [8, 16]
    stem: 1
    modalities:
      picture: { type: conv2d, stem: 2 }
      sound: { type: conv1d, norm: group, pool: max }
      volume: { type: conv3d, stem: 2, channels: [8] }
      steps: { type: transformer, patch: 3, width: 8, heads: 2, layers: 1 }
`;
const config = (more: object = {}) => ({ ...parsed, ...more });
const parsed = parseConfigText(
  `name: convolutions
data:
  file: t.csv
  id: id
  target: y
  missing: mean
  modalities:
    picture: { kind: array, array: picture.npy, index: place }
    sound: { kind: array, array: sound.npy }
    volume: { kind: array, array: volume.npy }
    steps: { kind: sequence, array: steps.npy }
    number: { columns: [b] }
model:
  latentDim: 4
  predictor: { hidden: [16] }
${encoders}
losses: { capacity: { weight: 0.01 } }
training: { batchSize: 32, modalityDropout: 0.1, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 } }
evaluation: { baselines: [mlp, unimodal, late] }
`,
  "c.yaml",
);
const train = (out: string, options: Partial<TrainRunOptions> = {}) =>
  trainRun({ config: config(), baseFolder: folder, out: inFolder(out), ...options });
const predict = (run: string, out: string) =>
  predictRun({
    ...{ run: inFolder(run), data: inFolder("t.csv"), out: inFolder(out), draws: 0, engine: "auto" as const },
    arrays: { sound: inFolder("sound.npy"), volume: inFolder("volume.npy"), steps: inFolder("steps.npy") },
  });

beforeAll(async () => {
  const rng = new Rng("convolutions");
  const causes = Array.from({ length: rows }, () => Array.from({ length: 5 }, () => rng.normal()));
  for (const [m, [name, shape]] of Object.entries(shapes).entries()) {
    const values = causes.flatMap((cause) =>
      Array.from({ length: size(shape) }, (_, i) => cause[m] * (i % 3 === 0 ? 1 : 0.2) + 0.3 * rng.normal()),
    );
    writeNpy(inFolder(`${name}.npy`), [rows, ...shape], values);
  }
  const lines = causes.map(([a, b, c, e, d], i) => [`r${i}`, a + b + c + e + d, d, lacks(i) ? "" : i]);
  writeFileSync(inFolder("t.csv"), ["id,y,b,place", ...lines].join("\n"));
  await train("run");
});

describe("encoders of convolutions over lines, pictures and volumes, and of attention over steps, beside a table", () => {
  it("train in both stages with every loss, and are told in the report", () => {
    const model = JSON.parse(text("run", "model", "model.json"));
    const [picture, sound, volume, steps, number] = model.architecture.modalities;
    expect(picture.convolution).toEqual({
      ...{ dimensions: 2, stem: 2, channels: [8, 16], strides: [1, 2], norm: "batch", pool: "average" },
    });
    expect([sound.convolution.dimensions, sound.convolution.norm, sound.convolution.pool]).toEqual([1, "group", "max"]);
    expect([volume.convolution.dimensions, volume.convolution.channels]).toEqual([3, [8]]);
    expect(steps.transformer).toEqual({ patch: 3, width: 8, heads: 2, layers: 1 });
    expect(number.convolution ?? number.transformer ?? steps.convolution).toBeUndefined();
    const { baselines, test } = JSON.parse(text("run", "metrics.json"));
    expect(Object.keys(baselines)).toEqual(expect.arrayContaining(["mlp", "unimodal.picture", "late"]));
    expect(Number.isFinite(test.overall.rmse)).toBe(true);
    expect(text("run", "report.html")).toContain("picture");
    const pid = JSON.parse(text("run", "pid.json"));
    expect(Object.keys(pid).length).toBeGreaterThan(0);
  });

  it("resume to the same bytes", async () => {
    const stop = new AbortController();
    const observer = { epoch: ({ epoch }: { epoch: number }) => void (epoch === 2 && stop.abort()) };
    await expect(train("stopped", { signal: stop.signal, observer })).rejects.toThrow(/interrupted/);
    await train("stopped", { resume: true });
    for (const name of ["metrics.json", "pid.json", "predictions.csv", "model/weights.safetensors"])
      expect(text("stopped", name), name).toBe(text("run", name));
  });

  it("are exported with standard operators, and the graph predicts what `predict` does", async () => {
    await predict("run", "p.csv");
    const { file, shapes: exported } = await exportOnnx(inFolder("run"), inFolder("run.onnx"));
    expect(exported).toEqual(shapes);
    expect(readFileSync(file).includes("com.microsoft")).toBe(false);
    const session = await ort.InferenceSession.create(file);
    const feeds = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => {
        const bytes = readFileSync(inFolder(`${name}.npy`));
        const values = new Float64Array(rows * size(shape));
        Buffer.from(values.buffer).set(bytes.subarray(bytes.length - values.byteLength));
        return [name, new ort.Tensor("float64", values, [rows, ...shape])];
      }),
    );
    const { header, rows: lines } = parseCsv(text("t.csv"), "t.csv");
    const number = Float64Array.from(lines, (line) => Number(line[header.indexOf("b")]));
    const given = { ...feeds, number: new ort.Tensor("float64", number, [rows, 1]) };
    const { prediction } = await session.run(given);
    const told = parseCsv(text("p.csv"), "predictions");
    const at = told.header.indexOf("y.prediction");
    // Rows without a picture go another way in `predict`: the graph is given theirs.
    const errors = told.rows.flatMap((line, i) =>
      lacks(i) ? [] : [Math.abs(Number(prediction.data[i]) - Number(line[at]))],
    );
    expect(Math.max(...errors)).toBeLessThan(1e-5);
    expect(new Set(Array.from(prediction.data as Float64Array)).size).toBeGreaterThan(rows / 2);
    // A row that lacks a modality is unknown to the graph, whatever maxima its encoder takes.
    for (const [name, shape] of Object.entries(shapes)) {
      const values = Float64Array.from(feeds[name].data as Float64Array);
      values.fill(Number.NaN, 0, size(shape));
      const lacking = { ...given, [name]: new ort.Tensor("float64", values, [rows, ...shape]) };
      const [first, ...others] = Array.from((await session.run(lacking)).prediction.data as Float64Array);
      expect(first, name).toBeNaN();
      expect(others.every(Number.isFinite), name).toBe(true);
    }
  });

  itLong("are averaged in an ensemble", async () => {
    const alone = config({ ensemble: 2, evaluation: { ...parsed.evaluation, baselines: false } });
    await train("ensemble", { config: alone, jobs: 1 });
    const { test } = JSON.parse(text("ensemble", "metrics.json"));
    expect(Number.isFinite(test.overall.rmse)).toBe(true);
    await predict("ensemble", "e.csv");
    expect(parseCsv(text("e.csv"), "predictions").rows).toHaveLength(rows);
  });

  it("are refused for rows of another shape, by name", async () => {
    const encoder = { ...parsed.model.encoder, modalities: { sound: { type: "conv3d" as const } } };
    const wrong = train("wrong", { config: config({ model: { ...parsed.model, encoder } }) });
    await expect(wrong).rejects.toThrow(
      /modality "sound" has rows of shape \[12, 4\], and conv3d reads \[depth, height, width\] .*modalities\.sound/,
    );
    const attending = { ...parsed.model.encoder, modalities: { picture: { type: "transformer" as const } } };
    await expect(
      train("wrong", { config: config({ model: { ...parsed.model, encoder: attending } }) }),
    ).rejects.toThrow(
      /modality "picture" has rows of shape \[8, 8, 1\], and a transformer reads \[steps\] or \[steps, channels\]/,
    );
  });
});
