import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluationSummary, runSummary } from "../../src/cli/run-summary.js";
import { loadConfig, parseConfig } from "../../src/config/load.js";
import type { Executor } from "../../src/executors/executor.js";
import { parseCsv } from "../../src/files/parse-csv.js";
import { readRun } from "../../src/record/read-run.js";
import { evaluateTable, evaluateTestPart } from "../../src/run/apply/evaluate-run.js";
import { exportOnnx } from "../../src/run/apply/export-onnx.js";
import { predictRun } from "../../src/run/apply/predict-run.js";
import type { RunResult } from "../../src/run/run-result.js";
import { trainRun } from "../../src/run/train-run.js";
import { compareRuns } from "../../src/study/compare/compare-runs.js";
import { crossval } from "../../src/study/crossval.js";
import { classData, classModel, classTable } from "../support/class-table.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-classes-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const out = path.join(root, "run");
const configOf = (data: object, more: object = {}) =>
  parseConfig({ name: "classes", engine: "onnx", data: { ...classData, ...data }, ...classModel, ...more });
const config = configOf({ target: "diagnosis" });
const json = (file: string) => JSON.parse(readFileSync(path.join(root, file), "utf8"));
const table = (file: string) => {
  const { header, rows } = parseCsv(readFileSync(path.join(root, file), "utf8"), file);
  return { header, column: (name: string) => rows.map((row) => row[header.indexOf(name)]) };
};
const labels = ["AD", "MCI", "healthy"];
const foreign = /RMSE|\bMAE\b|\bR2\b|R²|ridge|the training mean|mean absolute/i;
let trained: RunResult;

beforeAll(async () => {
  writeFileSync(path.join(root, "table.csv"), classTable(600));
  trained = await trainRun({ config, baseFolder: root, out });
}, 120_000);

describe("a target of text", () => {
  it("is read as classes, and says so", () => {
    const { metrics } = trained;
    expect([metrics.task, metrics.classes]).toEqual(["classes", labels]);
    expect(json("run/data.json").messages).toContain(
      'target "diagnosis" is text and is read as 3 classes: AD, MCI, healthy',
    );
  });

  it("is dealt out so that every part has its shares", () => {
    const { train, validation, test } = json("run/data.json").parts;
    for (const name of ["diagnosis=AD", "diagnosis=MCI", "diagnosis=healthy"]) {
      expect(Math.abs(validation.targets[name].mean - train.targets[name].mean)).toBeLessThan(0.02);
      expect(Math.abs(test.targets[name].mean - train.targets[name].mean)).toBeLessThan(0.02);
    }
  });

  it("is measured by its log loss, beside shares and logistic regression of all and of each modality", () => {
    const { test, baselines, differences, sets } = trained.metrics;
    expect(Object.keys(test.perTarget.diagnosis)).toEqual(["logLoss", "balancedAccuracy", "auc", "brier", "ece"]);
    expect(Object.keys(baselines)).toEqual(["class-shares", "logistic", "logistic.a", "logistic.b"]);
    const loss = (name: string) => baselines[name].test.perTarget.diagnosis.logLoss ?? Number.NaN;
    expect(loss("class-shares")).toBeCloseTo(Math.log(3), 1);
    // I(Y; X) of the generator is 1.02 bits: log loss at best 0.39 nats.
    expect(test.perTarget.diagnosis.logLoss).toBeLessThan(0.75 * Math.log(3));
    expect(loss("logistic")).toBeLessThan(loss("logistic.b"));
    expect(differences.diagnosis["class-shares"].high).toBeLessThan(0);
    expect(sets?.achieved).toBeGreaterThan(0.8);
    expect(sets?.sizes.reduce((a, b) => a + b, 0)).toBe(test.n);
  });

  it("has atoms from the cells of its posteriors, certified, whose rows' means they are", () => {
    const { pid } = trained;
    expect(pid.classes?.labels).toEqual(labels);
    expect(pid.classes?.gap).toBeLessThan(1e-3);
    expect(pid.information.total).toBeLessThan(Math.log2(3));
    expect(pid.atoms.unique.a).toBeGreaterThan(pid.atoms.unique.b ?? 0);
    const { column } = table("run/predictions.csv");
    const parts = column("part");
    for (const [name, atom] of [
      ["local.unique.a", pid.atoms.unique.a],
      ["local.redundancy", pid.atoms.redundancy],
      ["local.synergy", pid.atoms.synergy],
    ] as const) {
      const own = column(name).flatMap((cell, i) => (parts[i] === "validation" ? [Number(cell)] : []));
      expect(own.reduce((a, b) => a + b, 0) / own.length).toBeCloseTo(atom ?? Number.NaN, 6);
    }
  });

  it("gives probabilities of sum 1, the likeliest class, and a set that holds it", () => {
    const { column } = table("run/predictions.csv");
    const p = labels.map((label) => column(`diagnosis.probability.${label}`).map(Number));
    const predicted = column("diagnosis.prediction");
    const sets = column("diagnosis.set").map((cell) => cell.split("|"));
    predicted.forEach((label, i) => {
      expect(p.reduce((sum, own) => sum + own[i], 0)).toBeCloseTo(1, 9);
      expect(p[labels.indexOf(label)][i]).toBe(Math.max(...p.map((own) => own[i])));
      expect(sets[i][0]).toBe(label);
    });
  });
});

describe("a finished run of classes", () => {
  it("is told without a word of numbers: summary, evaluations, report", async () => {
    const own = path.join(root, "own.csv");
    writeFileSync(own, classTable(300, "other"));
    const evaluations = [await evaluateTestPart(out), await evaluateTable(out, own, "onnx")];
    const said = [runSummary(trained), ...evaluations.map(evaluationSummary)];
    const page = readFileSync(path.join(out, "report.html"), "utf8").replace(/<style[\s\S]*?<\/style>/g, "");
    for (const text of [...said, page]) {
      expect(text).not.toMatch(foreign);
      expect(text).not.toMatch(/Gaussian (reading|target)/);
    }
    for (const figure of [
      "Rows by true and by likeliest class",
      "Share of rows of a class",
      "Rows of a class that are found",
    ])
      expect(page).toContain(figure);
    for (const label of labels) expect(page).toContain(label);
    expect(page).toContain("bits that it takes to name the class of a row");
  });

  it("is read again as it was written", async () => {
    const { test, metrics } = await readRun(out);
    const rows = test.targets.get("diagnosis");
    expect(rows?.prediction.length).toBe(3 * (rows?.truth.length ?? 0));
    expect(metrics.classes).toEqual(labels);
  });

  it("predicts other tables, by label and not by number, and refuses a class that it does not know", async () => {
    // Without AD the classes of the table are numbered otherwise.
    const lines = classTable(200, "new").split("\n");
    writeFileSync(path.join(root, "few.csv"), lines.filter((line) => !line.includes(",AD,")).join("\n"));
    const request = { run: out, draws: 0, engine: "onnx" as const };
    const found = await predictRun({ ...request, data: path.join(root, "few.csv"), out: path.join(root, "few-p.csv") });
    expect(found.localAtoms).toBe(true);
    expect(found.meanSize).toBeGreaterThanOrEqual(1);
    const { column } = table("few-p.csv");
    expect(new Set(column("diagnosis"))).toEqual(new Set(["MCI", "healthy"]));
    const local = column("local.unique.a").map(Number);
    expect(local.reduce((a, b) => a + b, 0)).toBeGreaterThan(0);
    writeFileSync(path.join(root, "odd.csv"), lines.join("\n").replace(",MCI,", ",dementia,"));
    await expect(
      predictRun({ ...request, data: path.join(root, "odd.csv"), out: path.join(root, "odd-p.csv") }),
    ).rejects.toThrow(
      '"diagnosis" is "dementia" in some rows, which is no class of the model; it knows AD, MCI, healthy',
    );
    writeFileSync(
      path.join(root, "none.csv"),
      lines.map((line) => line.split(",").toSpliced(1, 2).join(",")).join("\n"),
    );
    const blind = await predictRun({
      ...request,
      data: path.join(root, "none.csv"),
      out: path.join(root, "none-p.csv"),
    });
    expect(blind.localAtoms).toBe(false);
  });

  it("is exported as a file that gives the probabilities of predict", async () => {
    const lines = classTable(50, "export");
    writeFileSync(path.join(root, "e.csv"), lines);
    await predictRun({
      run: out,
      draws: 0,
      engine: "onnx",
      data: path.join(root, "e.csv"),
      out: path.join(root, "e-p.csv"),
    });
    const { file, inputs, classes } = await exportOnnx(out, path.join(root, "model.onnx"));
    expect(classes).toEqual(labels);
    const session = await ort.InferenceSession.create(file);
    const { column } = table("e.csv");
    const feeds = Object.entries(inputs).map(([name, columns]) => {
      const values = Array.from({ length: 50 }, (_, i) => columns.map((own) => Number(column(own)[i]))).flat();
      return [name, new ort.Tensor("float64", Float64Array.from(values), [50, columns.length])] as const;
    });
    const { prediction } = await session.run(Object.fromEntries(feeds));
    expect(prediction.dims).toEqual([50, 3]);
    const predicted = labels.map((label) => table("e-p.csv").column(`diagnosis.probability.${label}`).map(Number));
    const given = Array.from(prediction.data as Float64Array);
    // The network is of 32 bits in both.
    given.forEach((p, i) => void expect(Math.abs(p - predicted[i % 3][Math.floor(i / 3)])).toBeLessThan(1e-5));
  });
});

describe("studies of classes", () => {
  const executor: Executor = {
    atOnce: 1,
    run: async (tasks, _signal, onEnd) => {
      for (const [i, task] of tasks.entries()) {
        await trainRun({ ...(await loadConfig(task.config)), out: task.out, resume: task.resume });
        await onEnd?.(i);
      }
    },
  };
  const quick = { training: { batchSize: 32, stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 2 } } };

  it("cross-validate, keep groups whole, and are compared", async () => {
    const study = path.join(root, "crossval");
    const grouped = configOf({ target: "diagnosis", group: "family" }, quick);
    const found = await crossval({ config: grouped, baseFolder: root, executor, out: study, folds: 2, repeats: 1 });
    expect(found.text).not.toMatch(foreign);
    expect(found.text).toMatch(/log loss of diagnosis is \d/);
    const { header } = table("crossval/predictions.csv");
    expect(header).toContain("diagnosis.probability.MCI");
    const comparison = await compareRuns([1, 2].map((fold) => path.join(study, "runs", `fold-${fold}`)));
    expect(comparison.groups[0].test.diagnosis.logLoss).not.toBeNull();
  }, 120_000);
});

describe("classes that are asked for", () => {
  it("may be numbers; else numbers of few values stay numbers, and classes are offered", async () => {
    const quick = { training: { batchSize: 64, stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } } };
    const asked = configOf({ target: { column: "wave", kind: "class" } }, quick);
    const { metrics } = await trainRun({ config: asked, baseFolder: root, out: path.join(root, "asked") });
    expect([metrics.task, metrics.classes]).toEqual(["classes", ["0", "1", "2"]]);
    const number = await trainRun({
      config: configOf({ target: "wave" }, quick),
      baseFolder: root,
      out: path.join(root, "number"),
    });
    expect(number.metrics.task).toBeUndefined();
    expect(json("number/data.json").messages.join("\n")).toContain(
      'target "wave" takes 3 different values (0, 1, 2) and is read as a number; if they name classes, set data.target: { column: wave, kind: class }',
    );
    await expect(compareRuns([out, path.join(root, "number")])).rejects.toThrow(
      /learned regression, but .*run classes/,
    );
    await expect(compareRuns([out, path.join(root, "asked")])).rejects.toThrow(/predicts wave, but/);
  }, 120_000);

  it("are refused where a part lacks one, with what helps", async () => {
    const lines = classTable(400).split("\n");
    const rare = lines.map((line, i) => (i === 5 ? line.replace(/,(AD|MCI|healthy),/, ",rare,") : line)).join("\n");
    writeFileSync(path.join(root, "rare.csv"), rare);
    const config = configOf({ file: "rare.csv", target: "diagnosis" });
    await expect(trainRun({ config, baseFolder: root, out: path.join(root, "rare") })).rejects.toThrow(
      /class "rare" of "diagnosis" has no row in the \w+ part \(1 in the whole table\)\..*data\.missingValues: \["rare"\]/s,
    );
    const kept = configOf(
      { file: "rare.csv", target: "diagnosis", missingValues: ["rare"] },
      { training: { stage1: { maxEpochs: 1 }, stage2: { maxEpochs: 1 } } },
    );
    const { metrics } = await trainRun({ config: kept, baseFolder: root, out: path.join(root, "kept") });
    expect(metrics.classes).toEqual(labels);
  }, 60_000);
});
