import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, it } from "vitest";
import { pidreg, requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";

const folder = scratchFolder();
const dropout = ["--set", "training.modalityDropout=0.3"];

beforeAll(async () => {
  await requireBuild();
  await succeeds(["synth", "switch", "--out", "data", "--rows", "600", "--columns", "3"], folder);
  await succeeds(["train", "data/config.yaml", "--out", "run", ...tinyModel, ...dropout], folder);
});

it("measures policies on the test rows, and says for new rows what to acquire next", async () => {
  const found = JSON.parse(await succeeds(["acquire", "run", "--json", "--figure", "a.svg"], folder));
  expect(found).toMatchObject({
    on: "test",
    rows: 120,
    target: "y",
    costs: { alpha: 0, beta: 1, gamma: 1 },
    atHand: ["alpha"],
  });
  expect([...found.order].sort()).toEqual(["beta", "gamma"]);
  const { test, missingModalities } = JSON.parse(readFileSync(path.join(folder, "run/metrics.json"), "utf8"));
  const without = (...names: string[]) =>
    missingModalities.removed.find(({ missing }: { missing: string[] }) => missing.join() === names.join()).test.overall
      .rmse;
  // The curves begin at the error of the run without both, and end at that of its test part.
  for (const curve of Object.values(found.curves) as { cost: number; error: number }[][]) {
    expect(curve[0].error).toBeCloseTo(without("beta", "gamma"), 9);
    expect(curve[curve.length - 1]).toEqual({ cost: 2, error: expect.closeTo(test.overall.rmse, 9) });
  }
  expect(found.curves.fixed[1].error).toBeCloseTo(without(found.order[1]), 9);
  expect(existsSync(path.join(folder, "a.svg"))).toBe(true);

  const [head, ...lines] = readFileSync(path.join(folder, "data/table.csv"), "utf8").trimEnd().split("\n");
  const columns = head.split(",");
  const lacking = lines.slice(0, 60).map((line, i) =>
    line
      .split(",")
      .map((cell, j) => (columns[j].startsWith(["beta", "gamma", "none"][i % 3]) ? "" : cell))
      .join(","),
  );
  writeFileSync(path.join(folder, "new.csv"), [head, ...lacking].join("\n"));
  await succeeds(["predict", "run", "--data", "new.csv", "--out", "p.csv", "--next", "--cost", "gamma=4"], folder);
  const [names, ...cells] = readFileSync(path.join(folder, "p.csv"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  const cell = (row: number, name: string) => cells[row][names.indexOf(name)];
  expect(cell(1, "missing")).toBe("gamma");
  expect(Number(cell(1, "next.gamma.bits"))).toBeGreaterThanOrEqual(0);
  expect(Number(cell(1, "next.gamma.bitsPerCost"))).toBeCloseTo(Number(cell(1, "next.gamma.bits")) / 4, 12);
  for (const name of ["next", "next.beta.bits", "next.gamma.bits", "next.beta.squaredError"])
    expect(cell(2, name)).toBe("");
});

it("says why a run cannot tell", async () => {
  await succeeds(
    ["train", "data/config.yaml", "--out", "whole", ...tinyModel, "--set", "training.modalityDropout=0"],
    folder,
  );
  for (const args of [
    ["acquire", "whole"],
    ["predict", "whole", "--data", "new.csv", "--out", "q.csv", "--next"],
  ]) {
    const { code, stderr } = await pidreg(args, folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining("without training.modalityDropout")]);
  }
});
