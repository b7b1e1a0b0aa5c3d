import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfigText } from "../../src/config/load.js";
import { Rng } from "../../src/math/rng.js";
import { pageContents } from "../../src/page/page-contents.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { trainRun } from "../../src/run/train-run.js";
import { smallNetwork } from "../support/small-network.js";

const folder = mkdtempSync(join(tmpdir(), "pidreg-frozen-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...names: string[]) => join(folder, ...names);
const text = (...names: string[]) => readFileSync(at(...names), "utf8");
const rows = 400;

const config = (extra = "") =>
  parseConfigText(
    `name: frozen
data:
  file: t.csv
  id: id
  target: y
  missing: mean
  modalities: { photo: { kind: image, path: photo, root: photos, shape: [6, 8, 3] }, number: [b] }
  streaming: { cache: cache }
model:
  latentDim: 4
  encoder: { hidden: [16], embedding: none, modalities: { photo: { type: onnx, file: net.onnx, std: 255, hidden: [8] } } }
  predictor: { hidden: [16] }
training: { batchSize: 32, modalityDropout: 0.1, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 6 } }
${extra}`,
    "c.yaml",
  );
const train = (out: string, options: object = {}) =>
  trainRun({ config: config(), baseFolder: folder, out: at(out), ...options });
const predict = (run: string) =>
  predictRun({
    run: at(run),
    data: at("photos/t.csv"),
    out: at("p.csv"),
    draws: 0,
    engine: "auto",
    overwrite: true,
  } as Parameters<typeof predictRun>[0]);

beforeAll(async () => {
  const rng = new Rng("frozen");
  mkdirSync(at("photos"));
  writeFileSync(at("net.onnx"), smallNetwork({ input: [-1, 3, 6, 8], output: [-1, 3], axes: [2, 3] }));
  const lines: string[] = [];
  for (let i = 0; i < rows; i++) {
    const [a, b] = [rng.normal(), rng.normal()];
    const pixels = Buffer.from(
      Array.from({ length: 144 }, (_, k) =>
        Math.max(0, Math.min(255, Math.round(120 + (k % 3 === 0 ? 30 * a : 0) + 10 * rng.normal()))),
      ),
    );
    await sharp(pixels, { raw: { width: 8, height: 6, channels: 3 } })
      .png()
      .toFile(at(`photos/p${i}.png`));
    lines.push([i, a + b, b, i % 20 === 7 ? "" : `p${i}.png`].join(","));
  }
  for (const name of ["t.csv", "photos/t.csv"]) writeFileSync(at(name), ["id,y,b,photo", ...lines].join("\n"));
});

describe("a frozen network", () => {
  it("trains a head on what it gives, and is kept, drawn and told of in the run", async () => {
    const { metrics } = await train("run");
    expect(metrics.test.overall).toBeDefined();
    const network = text("run", "SHA256SUMS").match(/model\/frozen-[0-9a-f]{16}\.onnx/)?.[0] as string;
    expect(readFileSync(at("run", network)).equals(readFileSync(at("net.onnx")))).toBe(true);
    const { pictures, ...card } = JSON.parse(text("run", "data.json")).modalities.photo;
    expect(card).toMatchObject({
      kind: "array",
      shape: [3],
      lacking: 20,
      decoded: "resized (fill), then the frozen network net.onnx",
    });
    expect(pictures[0]).toMatchObject({ width: 8, height: 6, channels: 3 });
    expect(Object.keys(JSON.parse(text("run", "environment.json")).dataChecksum)).toEqual([
      "t.csv",
      "net.onnx",
      "files of photo",
    ]);
    const { architecture } = JSON.parse(text("run", "model", "model.json"));
    expect(architecture.modalities[0]).toMatchObject({
      inputWidth: 3,
      hidden: [8],
      form: { kind: "array", shape: [3] },
    });
    const { baselines } = JSON.parse(text("run", "metrics.json"));
    expect(baselines["ridge.photo"].test.overall.r2).toBeGreaterThan(0.3);
    await expect(pageContents(at("run"))).rejects.toThrow(
      /modality "photo" go through a frozen network \(net\.onnx\), which pages do not run/,
    );
  });

  it("resumes to the same bytes, and not with another network", async () => {
    const stop = new AbortController();
    const observer = { epoch: ({ epoch }: { epoch: number }) => void (epoch === 2 && stop.abort()) };
    await expect(train("stopped", { signal: stop.signal, observer })).rejects.toThrow(/interrupted/);
    const bytes = readFileSync(at("net.onnx"));
    writeFileSync(at("net.onnx"), smallNetwork({ input: [-1, 3, 6, 8], output: [-1, 3, 6], axes: [3] }));
    await expect(train("stopped", { resume: true })).rejects.toThrow(/not the data that it was begun with: net.onnx/);
    writeFileSync(at("net.onnx"), bytes);
    await train("stopped", { resume: true });
    for (const name of ["metrics.json", "predictions.csv", "model/weights.safetensors"])
      expect(text("stopped", name), name).toBe(text("run", name));
  });

  it("predicts another table where the file of the training is gone, and not with a damaged copy", async () => {
    renameSync(at("net.onnx"), at("gone.onnx"));
    renameSync(at("run"), at("moved"));
    expect((await predict("moved")).rows).toBe(rows);
    const line = (file: string, id: string) =>
      text(file)
        .split("\n")
        .find((each) => each.startsWith(`${id},`)) as string;
    const column = (file: string) => text(file).split("\n")[0].split(",").indexOf("y.prediction");
    const tested = text("moved/predictions.csv").split("\n")[1].split(",")[0];
    const value = (file: string) => Number(line(file, tested).split(",")[column(file)]);
    expect(value("p.csv")).toBeCloseTo(value("moved/predictions.csv"), 4);
    const network = text("moved", "SHA256SUMS").match(/model\/frozen-[0-9a-f]{16}\.onnx/)?.[0] as string;
    const bytes = readFileSync(at("moved", network));
    writeFileSync(at("moved", network), bytes.subarray(1));
    await expect(predict("moved")).rejects.toThrow(/was damaged or edited: its SHA-256/);
    rmSync(at("moved", network));
    await expect(predict("moved")).rejects.toThrow(/it is missing, and modality "photo" is read through it/);
    writeFileSync(at("moved", network), bytes);
    renameSync(at("gone.onnx"), at("net.onnx"));
    renameSync(at("moved"), at("run"));
  });

  it("is no part of an exported file, which takes what it gives and says so", async () => {
    const result = await exportOnnx(at("run"), at("m.onnx"));
    expect(result.messages.join()).toContain(
      'input "photo" takes what the frozen network net.onnx gives, not its rows',
    );
    expect(result.shapes).toEqual({ photo: [3] });
    const session = await ort.InferenceSession.create(at("m.onnx"));
    const raw = await sharp(at("photos/p0.png")).raw().toBuffer();
    const mean = (c: number) => raw.filter((_, i) => i % 3 === c).reduce((sum, value) => sum + value / 255 / 48, 0);
    const [id, , b] = text("t.csv").split("\n")[1].split(",");
    const photo = new ort.Tensor("float64", Float64Array.from([0, 1, 2], mean), [1, 3]);
    const { prediction } = await session.run({ photo, number: new ort.Tensor("float64", [Number(b)], [1, 1]) });
    const column = text("p.csv").split("\n")[0].split(",").indexOf("y.prediction");
    const predicted = text("p.csv")
      .split("\n")
      .find((line) => line.startsWith(`${id},`)) as string;
    expect(Number(prediction.data[0])).toBeCloseTo(Number(predicted.split(",")[column]), 4);
    expect(readFileSync(at("m.onnx"), "latin1")).toContain('"sha256"');
  });
});
