import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { comparisonText } from "../../src/cli/compare-text.js";
import { evaluationSummary, runSummary } from "../../src/cli/run-summary.js";
import { loadConfig, parseConfig } from "../../src/config/load.js";
import type { Executor } from "../../src/executors/executor.js";
import { Rng } from "../../src/math/rng.js";
import { loadModel } from "../../src/record/model-folder.js";
import { readRun } from "../../src/record/read-run.js";
import { writeComparison } from "../../src/report/compare/write-comparison.js";
import { writeReport } from "../../src/report/write-report.js";
import { evaluateTable, evaluateTestPart } from "../../src/run/apply/evaluate-run.js";
import type { RunResult } from "../../src/run/run-result.js";
import { trainRun } from "../../src/run/train-run.js";
import { ablate } from "../../src/study/ablate.js";
import { compareRuns } from "../../src/study/compare/compare-runs.js";
import { crossval } from "../../src/study/crossval.js";

/** The task is listed where every task is, for these tests; where `listed` is false, this is a version without it. */
const registry = vi.hoisted(() => ({ listed: true }));
vi.mock("../../src/tasks/tasks.js", async (original) => {
  const actual = await original<typeof import("../../src/tasks/tasks.js")>();
  const { twoClasses } = await import("../support/two-classes.js");
  const taskOf: typeof actual.taskOf = (data) => (data.target === "ill" ? twoClasses : actual.taskOf(data));
  const taskNamed: typeof actual.taskNamed = (name) =>
    registry.listed && name === twoClasses.name ? twoClasses : actual.taskNamed(name);
  return { ...actual, taskOf, taskNamed };
});
vi.mock("../../src/report/tasks/task-reports.js", async (original) => {
  const actual = await original<typeof import("../../src/report/tasks/task-reports.js")>();
  const { twoClassesReport } = await import("../support/two-classes-report.js");
  const reportOf: typeof actual.reportOf = (task) =>
    task.name === "two-classes" ? twoClassesReport : actual.reportOf(task);
  return { ...actual, reportOf };
});

const root = mkdtempSync(path.join(tmpdir(), "pidreg-second-task-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const out = path.join(root, "run");
const configOf = (target: string, epochs: readonly [number, number]) =>
  parseConfig({
    name: `config of ${target}`,
    engine: "onnx",
    data: {
      file: "table.csv",
      target,
      modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } },
    },
    model: { latentDim: 2, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: { batchSize: 32, stage1: { maxEpochs: epochs[0] }, stage2: { maxEpochs: epochs[1] } },
  });
const config = configOf("ill", [3, 30]);
const text = (name: string) => readFileSync(path.join(out, name), "utf8");
const json = (name: string) => JSON.parse(text(name));
const lines = (name: string) =>
  text(name)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
let trained: RunResult;

/** A run of another task than regression, from its table to its finished folder. */
beforeAll(async () => {
  const rng = new Rng("classes");
  const rows = Array.from({ length: 600 }, () => {
    const [a, b, noise] = [rng.normal(), rng.normal(), rng.normal()];
    return `${Number(a + b + 0.5 * noise > 0)},${a},${rng.normal()},${b},${a - b}`;
  });
  writeFileSync(path.join(root, "table.csv"), `ill,a1,a2,b1,sick\n${rows.join("\n")}\n`);
  trained = await trainRun({ config, baseFolder: root, out });
}, 60_000);

/** Words of regression; logistic regression is a model of classes. */
const foreign =
  /\w*(RMSE|MAE\b|\bR2\b|R²|pearson|ridge|mean absolute|the training mean|inverse.?normal)\w*|(?<!logistic )regression/gi;
const foreignWords = (said: string) => said.match(foreign) ?? [];
/** What a page says, without the program that drew its figures. */
const pageText = (file: string) => readFileSync(file, "utf8").replace(/<style[\s\S]*?<\/style>/g, "");
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(json|jsonl|csv|md|html)$/.test(file));

describe("a task of classes, given to a run", () => {
  it("trains by its own loss, judged by its own cost", () => {
    const epochs = lines("metrics.jsonl");
    expect(epochs.length).toBe(33);
    for (const { validation } of epochs) expect(Object.keys(validation)).toEqual(["loss", "logLoss"]);
    const { loss } = epochs.at(-1).validation;
    // ln 2 nats is what knowing nothing costs; the classes can be told apart by all but the noise.
    expect(epochs[0].validation.loss).toBeLessThan(1.2 * Math.LN2);
    expect(loss).toBeLessThan(0.85 * Math.LN2);
  });

  it("is measured by its own metrics, beside its own baselines", () => {
    const { task, test, baselines, differences, warnings } = json("metrics.json");
    expect(task).toBe("two-classes");
    expect(Object.keys(test.perTarget.ill)).toEqual(["logLoss", "accuracy"]);
    expect(test.perTarget.ill.accuracy).toBeGreaterThan(0.75);
    expect(Object.keys(baselines)).toEqual(["prior", "logistic", "logistic.a", "logistic.b"]);
    expect(baselines.prior.test.perTarget.ill.logLoss).toBeCloseTo(Math.LN2, 1);
    expect(differences.ill.prior.high).toBeLessThan(0);
    expect(differences.ill.prior.value).toBeCloseTo(
      test.perTarget.ill.logLoss - baselines.prior.test.perTarget.ill.logLoss,
      12,
    );
    expect(warnings.map(({ code }: { code: string }) => code)).not.toContain("not-better-than-prior");
    expect(text("predictions.csv").split("\n")[0]).toContain("ill.logistic");
  });

  it("has its information counted on its own Gaussian view", () => {
    const { information } = json("pid.json");
    expect(information.total).toBeGreaterThan(0.2);
    expect(information.total).toBeLessThan(2);
  });

  it("is stored under its name, and refused by name where it is not known", async () => {
    const { task, shares, names, targetTransform } = json("model/model.json");
    expect({ task, names, targetTransform }).toEqual({
      task: "two-classes",
      names: ["ill"],
      targetTransform: undefined,
    });
    expect(Math.abs(shares[0] - 0.5)).toBeLessThan(0.1);
    const unknown = 'no task "two-classes"; there are regression';
    registry.listed = false;
    try {
      await expect(loadModel(path.join(out, "model"))).rejects.toThrow(unknown);
      await expect(readRun(out)).rejects.toThrow(unknown);
      await expect(writeReport(out)).rejects.toThrow(unknown);
    } finally {
      registry.listed = true;
    }
  });
});

describe("a finished run of classes", () => {
  it("is read by the schema of its own metrics", async () => {
    const { task, metrics } = await readRun(out);
    expect(task.name).toBe("two-classes");
    expect(metrics.test.perTarget.ill).toEqual(json("metrics.json").test.perTarget.ill);
    const parse = (values: object) => task.metrics.stored.safeParse(values).success;
    expect([parse({ logLoss: 0.5, accuracy: 0.5 }), parse({ logLoss: 0.5, accuracy: 2 })]).toEqual([true, false]);
  });

  it("is told without a word of regression: summary, evaluation, report and the files themselves", async () => {
    const evaluations = [await evaluateTestPart(out), await evaluateTable(out, path.join(root, "table.csv"), "onnx")];
    const said = [runSummary(trained), ...evaluations.map(evaluationSummary)];
    expect(said.map(foreignWords)).toEqual(said.map(() => []));
    for (const printed of said) expect(printed).toMatch(/log loss\s+accuracy/);
    const report = await writeReport(out, path.join(root, "again.html"));
    const page = pageText(report.file);
    expect(page).toContain("nats");
    expect(page).toContain("accuracy");
    expect(page).toContain("Its log loss is <b>");
    const inFiles = filesOf(out).flatMap((file) => foreignWords(pageText(path.join(out, file))).map((w) => [file, w]));
    expect(inFiles).toEqual([]);
  });
});

describe("studies of classes", () => {
  /** Trains in this process, one after the other. */
  const executor: Executor = {
    atOnce: 1,
    run: async (tasks, _signal, onEnd) => {
      for (const [i, task] of tasks.entries()) {
        await trainRun({ ...(await loadConfig(task.config)), out: task.out, resume: task.resume });
        await onEnd?.(i);
      }
    },
  };
  const short = { config: configOf("ill", [1, 2]), baseFolder: root, executor };
  const study = path.join(root, "crossval");

  it("are cross-validated, and the folds compared, by the error of the task", async () => {
    const found = await crossval({ ...short, out: study, folds: 2, repeats: 1 });
    expect(foreignWords(found.text)).toEqual([]);
    expect(found.text).toMatch(/log loss of ill, pidreg minus logistic/);
    expect(found.text).toMatch(/All folds together, the log loss of ill is/);
    const results = JSON.parse(readFileSync(path.join(study, "results.json"), "utf8"));
    expect(results.task).toBe("two-classes");
    expect(Object.keys(results.targets.ill)).toEqual([
      ...["models", "logLossDifference", "logLoss", "tested"],
      ...["intervals", "metricDifferences", "pooled", "calibration", "coverage"],
    ]);
    expect(Object.keys(results.runs[0])).toContain("logistic");
    const inFiles = filesOf(study).flatMap((file) =>
      foreignWords(pageText(path.join(study, file))).map((w) => [file, w]),
    );
    expect(inFiles).toEqual([]);
    const comparison = await compareRuns([1, 2].map((fold) => path.join(study, "runs", `fold-${fold}`)));
    const printed = comparisonText(comparison);
    const { file } = await writeComparison(comparison, path.join(root, "compared"));
    expect([printed, pageText(file), JSON.stringify(comparison)].map(foreignWords)).toEqual([[], [], []]);
    expect(printed).toMatch(/log loss\s+accuracy/);
    expect(pageText(file)).toContain("The log loss of <b>ill</b> on test rows is");
  }, 60_000);

  it("are ablated by the error of the task", async () => {
    const found = await ablate({
      ...short,
      out: path.join(root, "ablate"),
      repeats: 1,
      seeds: 1,
      only: ["no-stage-1"],
    });
    expect(foreignWords(found.text)).toEqual([]);
    expect(found.text).toContain("test log loss of ill");
    expect(existsSync(path.join(root, "ablate", "results.json"))).toBe(true);
  }, 60_000);

  it("are not compared with runs of another task", async () => {
    const other = path.join(root, "numbers");
    const { metrics } = await trainRun({ config: configOf("sick", [1, 1]), baseFolder: root, out: other });
    // The words that are looked for above are found where they are at home.
    expect(foreignWords(pageText(path.join(other, "report.html"))).length).toBeGreaterThan(20);
    expect(metrics.task).toBeUndefined();
    await expect(compareRuns([out, other])).rejects.toThrow(
      /numbers: learned regression, but .*run two-classes; runs can be compared when their errors are of one kind/,
    );
  }, 60_000);
});
