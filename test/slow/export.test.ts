import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../src/config/load.js";
import { generateSynthetic } from "../../src/data/synthetic/generate.js";
import { writeSynthetic } from "../../src/data/synthetic/write.js";
import { writeModelCard } from "../../src/report/model-card.js";
import { exportMlflow } from "../../src/run/apply/export-mlflow.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { trainRun } from "../../src/run/train-run.js";

/** A CSV file without quotes as one record per line. */
async function readCsv(file: string): Promise<Record<string, string>[]> {
  const [header, ...lines] = (await readFile(file, "utf8")).trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])));
}

it.each([
  ["off", "off"],
  ["on", "off"],
  ["off", "on"],
])(
  "the ONNX file of a trained run predicts what `pidreg predict` writes, linear path %s, neighbours %s",
  async (linearPath, neighbours) => {
    const folder = await mkdtemp(join(tmpdir(), "pidreg-export-"));
    const files = await writeSynthetic(generateSynthetic("mixed", { rows: 500 }), join(folder, "data"), "csv");
    const overrides = [
      "training.stage1.maxEpochs=2",
      "training.stage2.maxEpochs=2",
      "model.encoder.embedding=periodic",
    ];
    const { config, baseFolder } = await loadConfig(files.config, [
      ...overrides,
      `model.linearPath=${linearPath}`,
      `model.neighbours=${neighbours}`,
    ]);
    const run = join(folder, "run");
    await trainRun({ config, baseFolder, out: run });
    const { architecture } = JSON.parse(await readFile(join(run, "model/model.json"), "utf8"));
    const near = neighbours === "on";
    expect(architecture.neighbours !== undefined).toBe(near);
    await saysWhatIsOfTheNetwork(run, near);
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

    await tracked(run, join(folder, "mlruns"));
    await card(run, join(folder, "card.md"));
    await rm(folder, { recursive: true });
  },
);

/** Errors of the network alone stand beside those of the whole, and importance says that it is the network's. */
async function saysWhatIsOfTheNetwork(run: string, near: boolean): Promise<void> {
  const [metrics, importance] = await Promise.all(
    ["metrics.json", "importance.json"].map(async (name) => JSON.parse(await readFile(join(run, name), "utf8"))),
  );
  expect(importance.notes.some((note: string) => note.includes("of the network alone"))).toBe(near);
  const report = await readFile(join(run, "report.html"), "utf8");
  expect(report.includes("the network by itself has RMSE")).toBe(near);
  if (!near) return void expect(metrics.network).toBeUndefined();
  expect(metrics.network.validation.overall.rmse).toBeGreaterThan(metrics.validation.overall.rmse);
  // what is permuted, and what it is compared with, is the network's
  expect(importance.modalities.alpha.errors.y).toBeCloseTo(metrics.network.test.overall.rmse, 6);
}

/** The run as MLflow has it: numbers of its own files under the names of docs/sharing.md. */
async function tracked(run: string, root: string): Promise<void> {
  const { folder, messages } = await exportMlflow(run, root);
  expect(messages).toEqual([]);
  const metric = async (name: string) => (await readFile(join(folder, "metrics", name), "utf8")).trim().split("\n");
  const [metrics, pid] = await Promise.all(
    ["metrics.json", "pid.json"].map(async (name) => JSON.parse(await readFile(join(run, name), "utf8"))),
  );
  const only = async (name: string) => Number((await metric(name))[0].split(" ")[1]);
  expect(await only("test/y/rmse")).toBe(metrics.test.perTarget.y.rmse);
  expect(await only("baseline ridge/y/rmse")).toBe(metrics.baselines.ridge.test.perTarget.y.rmse);
  expect(await only("bits/information/total")).toBe(pid.information.total);
  const epochs = (await readFile(join(run, "metrics.jsonl"), "utf8")).trim().split("\n");
  expect((await metric("epoch loss/total")).map((line) => line.split(" ")[2])).toEqual(
    epochs.map((_, i) => String(i + 1)),
  );
  expect(await readFile(join(folder, "params/training.stage1.maxEpochs"), "utf8")).toBe("2");
  const artifacts = await readdir(join(folder, "artifacts"));
  for (const name of ["SHA256SUMS", "config.yaml", "model", "report.html", "model-card.md", "model.onnx"]) {
    expect(artifacts).toContain(name);
  }
  expect((await predictRun({ run: join(folder, "artifacts"), ...(await predictionOf(run)) })).rows).toBeGreaterThan(0);
}

/** What predicts the run's own table again, beside it. */
async function predictionOf(run: string) {
  const data = join(run, "../data/table.csv");
  return { data, out: join(run, "../again.csv"), level: 0.9, draws: 0, engine: "onnx" } as const;
}

/** Its model card: metadata that YAML reads, and the errors of the report. */
async function card(run: string, file: string): Promise<void> {
  await writeModelCard(run, file);
  const [, metadata, text] = (await readFile(file, "utf8")).split(/^---$/m);
  const metrics = JSON.parse(await readFile(join(run, "metrics.json"), "utf8"));
  expect(parse(metadata)["model-index"][0].results[0].metrics).toEqual([
    { type: "rmse", name: "RMSE of y, test part", value: metrics.test.perTarget.y.rmse },
  ]);
  expect(text).toContain("## How well it predicts");
  expect(text).toMatch(/\| ridge, test \|/);
  expect(text).not.toContain("<");
}
