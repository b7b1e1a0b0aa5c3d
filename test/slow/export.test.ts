import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.js";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { trainRun } from "../../src/run/train-run.js";

/** A CSV file without quotes as one record per line. */
async function readCsv(file: string): Promise<Record<string, string>[]> {
  const [header, ...lines] = (await readFile(file, "utf8")).trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
}

it("the ONNX file of a trained run predicts what `pidreg predict` writes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pidreg-export-"));
  const files = await writeSynthetic(generateSynthetic("mixed", { rows: 500 }), join(folder, "data"), "csv");
  const overrides = ["training.stage1.maxEpochs=2", "training.stage2.maxEpochs=2", "training.pilot.epochs=1"];
  const { config, baseFolder } = await loadConfig(files.config, overrides);
  const run = join(folder, "run");
  await trainRun({ config, baseFolder, out: run });
  await predictRun({ run, data: files.table, out: join(folder, "p.csv"), level: 0.9, draws: 0, engine: "onnx" });
  const { file, inputs, targets } = await exportOnnx(run, join(folder, "model.onnx"));

  const table = await readCsv(files.table);
  const session = await ort.InferenceSession.create(file);
  const feeds = Object.entries(inputs).map(([name, columns]) => {
    const values = Float64Array.from(table.flatMap((row) => columns.map((column) => Number(row[column]))));
    return [name, new ort.Tensor("float64", values, [table.length, columns.length])] as const;
  });
  const { prediction } = await session.run(Object.fromEntries(feeds));
  const predicted = (await readCsv(join(folder, "p.csv"))).map((row) => Number(row[`${targets[0]}.prediction`]));
  const differences = Array.from(prediction.data as Float64Array, (value, i) => Math.abs(value - predicted[i]));
  expect(differences).toHaveLength(table.length);
  expect(Math.max(...differences)).toBeLessThan(1e-5);
  await rm(folder, { recursive: true });
});
