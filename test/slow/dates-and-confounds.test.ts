import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { Rng } from "../../src/math/rng.js";
import { loadModel } from "../../src/record/model-folder.js";
import { evaluateTable } from "../../src/run/apply/evaluate-run.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import { trainRun } from "../../src/run/train-run.js";

let folder = "";
let run = "";
let table = "";

/** A run with dates, categories, gaps and confounds of numbers and words. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pidreg-dates-confounds-"));
  const rng = new Rng("dates and confounds");
  const lines = Array.from({ length: 300 }, (_, i) => {
    const day = Math.floor(700 * rng.uniform());
    const visit = new Date(Date.UTC(2022, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
    const [a, b, icv, e] = Array.from({ length: 4 }, () => rng.normal());
    const sex = rng.uniform() < 0.5 ? "F" : "M";
    const y = a + Math.sin((2 * Math.PI * day) / 365) + 0.3 * e;
    const gap = i % 11 === 0;
    return [
      y,
      a + 2 * icv,
      gap ? "" : b + (sex === "M" ? 1 : 0),
      visit,
      i % 13 === 0 ? "" : icv,
      sex,
      "pqr"[i % 3],
    ].join(",");
  });
  table = join(folder, "t.csv");
  await writeFile(table, `${["y,a,b,visit,icv,sex,kind", ...lines].join("\n")}\n`);
  const config = parseConfig({
    name: "t",
    data: {
      file: "t.csv",
      target: "y",
      missing: "mean",
      missingIndicator: true,
      confounds: ["icv", "sex"],
      modalities: { m: { columns: ["a", "b"], categories: ["kind"] }, when: { dates: { visit: ["trend", "year"] } } },
    },
    model: { latentDim: 3, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: { batchSize: 32, stage1: { maxEpochs: 2 }, stage2: { maxEpochs: 3 } },
    evaluation: { check: "off" },
  });
  run = join(folder, "run");
  await trainRun({ config, baseFolder: folder, out: run });
});
afterAll(() => rm(folder, { recursive: true }));

const cells = async (file: string) => {
  const { header, rows } = parseCsv(await readFile(file, "utf8"), file);
  return { of: (name: string) => rows.map((row) => row[header.indexOf(name)]) };
};

it("predict reads dates and confounds as training did", async () => {
  const out = join(folder, "p.csv");
  await predictRun({ run, data: table, out, level: 0.9, draws: 0, engine: "onnx" });
  const [own, again] = [await cells(join(run, "predictions.csv")), await cells(out)];
  const predicted = new Map(again.of("id").map((row, i) => [row, Number(again.of("y.prediction")[i])]));
  own.of("id").forEach((row, i) => {
    expect(predicted.has(row)).toBe(true);
    expect(predicted.get(row)).toBeCloseTo(Number(own.of("y.prediction")[i]), 4);
  });
  expect(own.of("id").length).toBeGreaterThan(50);
});

it("evaluate says what it had to fill in", async () => {
  const { metrics, messages } = await evaluateTable(run, table, "onnx");
  expect(metrics.n).toBe(300);
  expect(messages.join("\n")).toMatch(
    /data\.confounds: "icv" is missing in 24 rows, which read as the mean of the training rows/,
  );
});

it("an ONNX file takes the confounds as an input and the parts of dates as columns, and says how they are made", async () => {
  const { file, inputs, confounds = [] } = await exportOnnx(run, join(folder, "m.onnx"));
  expect(confounds).toEqual(["icv", "sex=M"]);
  const text = await readFile(file, "latin1");
  expect(text).toContain('{"input":"confounds","columns":["icv","sex=M"]}');
  expect(text).toMatch(/"visit":\{"parts":\["trend","year"\],"reference":"2022-01-0\d"\}/);
  const { harmonisation, preprocessor } = await loadModel(join(run, "model"));
  expect(harmonisation).toBeNull();
  const [when] = preprocessor.modalities.flatMap((fitted) => ("dates" in fitted ? (fitted.dates ?? []) : []));
  const given = await cells(table);
  const columns: Record<string, (i: number) => number> = {
    a: (i) => number(given.of("a")[i]),
    b: (i) => number(given.of("b")[i]),
    icv: (i) => number(given.of("icv")[i]),
    "sex=M": (i) => Number(given.of("sex")[i] === "M"),
    "visit (days)": (i) => (Date.parse(given.of("visit")[i]) - when.reference) / 86_400_000,
    "visit (year, sin)": (i) => Math.sin(2 * Math.PI * yearShare(given.of("visit")[i])),
    "visit (year, cos)": (i) => Math.cos(2 * Math.PI * yearShare(given.of("visit")[i])),
    ...Object.fromEntries(["p", "q", "r"].map((k) => [`kind=${k}`, (i: number) => Number(given.of("kind")[i] === k)])),
  };
  const session = await ort.InferenceSession.create(file);
  const rows = Array.from({ length: 300 }, (_, i) => i);
  const tensor = (names: readonly string[]) =>
    new ort.Tensor("float64", Float64Array.from(rows.flatMap((i) => names.map((name) => columns[name](i)))), [
      300,
      names.length,
    ]);
  const feeds = Object.entries({ ...inputs, confounds }).map(([name, names]) => [name, tensor(names)] as const);
  const { prediction } = await session.run(Object.fromEntries(feeds));
  const known = (await cells(join(folder, "p.csv"))).of("y.prediction").map(Number);
  const differences = Array.from(prediction.data as Float64Array, (value, i) => Math.abs(value - known[i]));
  expect(Math.max(...differences)).toBeLessThan(1e-5);
});

it("data.json and the report say what was taken out", async () => {
  const data = JSON.parse(await readFile(join(run, "data.json"), "utf8"));
  expect(data.confounds).toMatchObject({ confounds: ["icv", "sex"], terms: 2, modalities: { m: { columns: 5 } } });
  expect(data.confounds.modalities.m.most[0].column).toBe("a");
  expect(data.dates.when.visit.parts).toEqual(["trend", "year"]);
  const report = await readFile(join(run, "report.html"), "utf8");
  expect(report).toMatch(
    /Taken out of the features by linear regression, fitted on the training part: <b>icv, sex<\/b>/,
  );
});

function number(text: string): number {
  return text === "" ? Number.NaN : Number(text);
}

function yearShare(text: string): number {
  const year = Number(text.slice(0, 4));
  return (Date.parse(text) - Date.UTC(year, 0, 1)) / (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1));
}
