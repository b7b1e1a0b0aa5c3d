import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readRun } from "../../src/record/read-run.js";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";

const folder = scratchFolder();
const read = (file: string) => readFileSync(path.join(folder, file), "utf8");
const json = (file: string) => JSON.parse(read(file));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

beforeAll(async () => {
  await requireBuild();
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], folder);
});

describe("crossval", () => {
  const command = [
    "crossval",
    "data/config.yaml",
    "--folds",
    "2",
    "--out",
    "cv",
    "--set",
    "data.units.y=mm",
    ...tinyModel,
  ];

  it("tests every row once, aggregates its runs, and runs nothing twice", async () => {
    const results = JSON.parse(await succeeds([...command, "--json"], folder));
    const { y } = results.targets;
    expect(results).toMatchObject({ kind: "crossval", folds: 2, rows: 300, runs: [{ fold: 1 }, { fold: 2 }] });
    const tests = [1, 2].map((fold) => json(`cv/runs/fold-${fold}/metrics.json`).test.overall.rmse);
    expect(y.models.pidreg.rmse.mean).toBeCloseTo(mean(tests), 12);
    expect(
      new Set(
        read("cv/predictions.csv")
          .trimEnd()
          .split("\n")
          .slice(1)
          .map((line) => line.split(",")[0]),
      ).size,
    ).toBe(300);
    const before = read("cv/runs/fold-2/environment.json");
    await rm(path.join(folder, "cv/runs/fold-1"), { recursive: true });
    const again = await pidreg(command, folder);
    expect(again.stderr).toContain("2 runs, 1 finished before");
    expect(again.stdout).toContain("2-fold cross-validation");
    expect(again.stdout).toMatch(/^\|? *y \(mm\) +\|? *MAE/m);
    expect(again.stdout).toMatch(/- RMSE of y, pidreg: [\d.]+ mm \(/);
    expect(read("cv/runs/fold-2/environment.json")).toBe(before);
    expect(json("cv/results.json").targets).toEqual(results.targets);
  });
});

describe("ensemble", () => {
  const lacking = ["--set", "training.modalityDropout=0.2"];

  it("averages its members, and says how far they differ", async () => {
    await succeeds(
      ["train", "data/config.yaml", "--set", "ensemble=2", "--out", "both", "--quiet", ...lacking, ...tinyModel],
      folder,
    );
    const [whole, ...members] = await Promise.all(
      ["both", "both/members/1", "both/members/2"].map((run) => readRun(path.join(folder, run))),
    );
    const predictions = (run: typeof whole) => run.test.targets.get("y")?.prediction ?? [];
    for (const [i, value] of predictions(whole).entries()) {
      expect(value).toBeCloseTo(mean(members.map((member) => predictions(member)[i])), 12);
    }
    expect(members[0].test.ids).toEqual(members[1].test.ids);
    const rmses = members.map(({ metrics }) => metrics.test.perTarget.y.rmse);
    expect(whole.metrics.ensemble).toMatchObject({ members: 2, testRmse: { y: rmses } });
    expect(whole.pid.atoms.synergy).toBeCloseTo(mean(members.map(({ pid }) => pid.atoms.synergy ?? 0)), 12);
  });

  it("is predicted with and evaluated as a whole; export refuses it", async () => {
    await succeeds(["predict", "both", "--data", "data/table.csv", "--out", "p.csv"], folder);
    const predicted = (file: string) => {
      const [header, ...rows] = read(file)
        .trimEnd()
        .split("\n")
        .map((line) => line.split(","));
      return new Map(rows.map((cells) => [cells[0], Number(cells[header.indexOf("y.prediction")])]));
    };
    const [recorded, again] = [predicted("both/predictions.csv"), predicted("p.csv")];
    expect(recorded.size).toBe(120);
    for (const [id, value] of recorded) expect(again.get(id)).toBeCloseTo(value, 5);
    const evaluated = JSON.parse(await succeeds(["evaluate", "both", "--data", "data/table.csv", "--json"], folder));
    expect(evaluated.metrics.n).toBe(300);
    const exported = await pidreg(["export", "both", "--onnx", "x.onnx"], folder);
    expect(exported).toMatchObject({ code: 2, stderr: expect.stringContaining("is an ensemble of 2 models") });
  });

  it("is measured without modalities as a whole", async () => {
    const { removed } = json("both/metrics.json").missingModalities;
    const [header, ...rows] = read("data/table.csv")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    const test = new Set(json("both/split.json").test);
    for (const [name, { missing, test: expected }] of [["alpha", removed[0]] as const, ["beta", removed[1]] as const]) {
      expect(missing).toEqual([name]);
      const without = rows
        .filter(([id]) => test.has(id))
        .map((row) => row.map((cell, i) => (header[i].startsWith(name) ? "" : cell)).join(","));
      await writeFile(path.join(folder, "without.csv"), `${[header.join(","), ...without].join("\n")}\n`);
      const found = JSON.parse(await succeeds(["evaluate", "both", "--data", "without.csv", "--json"], folder));
      expect(found.metrics.overall.rmse).toBeCloseTo(expected.overall.rmse, 12);
      expect(found.messages[0]).toContain(`test RMSE without it: y ${expected.overall.rmse.toPrecision(3)} instead of`);
    }
    expect(read("both/predictions.csv").split("\n")[0]).toBe(read("both/members/1/predictions.csv").split("\n")[0]);
  });

  it("its first member is the run that would be without it", async () => {
    await succeeds(["train", "data/config.yaml", "--out", "alone", "--quiet", ...lacking, ...tinyModel], folder);
    expect(read("both/members/1/predictions.csv")).toBe(read("alone/predictions.csv"));
  });
});
