import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluationSummary, runSummary } from "../../src/cli/run-summary.js";
import { parseConfig } from "../../src/config/load.js";
import { Rng } from "../../src/math/rng.js";
import { evaluateTable, evaluateTestPart } from "../../src/run/apply/evaluate-run.js";
import type { RunResult } from "../../src/run/run-result.js";
import { trainRun } from "../../src/run/train-run.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-latent-check-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Row = Record<"a" | "b" | "c" | "e", number>;

/** alpha tells the mean of the target, beta its spread. */
const spread = ({ a, b, e }: Row) => a + Math.exp(1.1 * b) * 0.6 * e;

interface Made {
  readonly rows?: number;
  readonly seed?: number;
  readonly y: (row: Row) => number;
  /** Also a second target. */
  readonly z?: (row: Row) => number;
  /** Share of the rows that lack beta. */
  readonly lacking?: number;
}

function writeTable(file: string, { rows = 1000, seed = 1, y, z, lacking = 0 }: Made): void {
  const rng = new Rng(`latent-check/${seed}`);
  const lines = Array.from({ length: rows }, (_, r) => {
    const [a, b, c, e, n, m] = Array.from({ length: 6 }, () => rng.normal());
    const row = { a, b, c, e };
    const beta = rng.uniform() < lacking ? ["", ""] : [b, n];
    return [y(row), z?.(row) ?? 0, a, m, ...beta, c, `s${r % 25}`].join(",");
  });
  writeFileSync(file, `y,z,alpha_0,alpha_1,beta_0,beta_1,gamma_0,site\n${lines.join("\n")}\n`);
}

async function trained(name: string, made: Made, more: { data?: object; [key: string]: unknown } = {}) {
  const base = path.join(root, name);
  mkdirSync(base);
  writeTable(path.join(base, "table.csv"), made);
  const { data, ...rest } = more;
  const config = parseConfig({
    name,
    data: {
      file: "table.csv",
      target: "y",
      modalities: { alpha: { columns: ["alpha_*"] }, beta: { columns: ["beta_*"] } },
      split: { train: 0.5, validation: 0.25, test: 0.25 },
      ...data,
    },
    model: { latentDim: 3, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: { batchSize: 64, stage1: { maxEpochs: 4 }, stage2: { maxEpochs: 4 } },
    ...rest,
  });
  return trainRun({ config, baseFolder: base, out: path.join(base, "run") });
}

const reportOf = ({ report }: RunResult) =>
  readFileSync(report, "utf8")
    .replace(/<[^>]+>|\s+/g, " ")
    .replace(/ +/g, " ");

describe("a modality that only sets the spread", () => {
  let run: RunResult;
  beforeAll(async () => {
    run = await trained("spread", { y: spread });
  });

  it("raises the flag, in pid.json and among the warnings", () => {
    const { check, flags, test } = run.pid;
    expect(flags).toContain("non-gaussian");
    expect(test.flags).toContain("non-gaussian");
    expect(check).toMatchObject({ nonGaussian: true, bound: true, n: 500, folds: 3 });
    expect(check?.seen).toEqual({ alpha: "columns", beta: "columns" });
    const beta = check?.readings.find(({ modalities }) => modalities.join() === "beta");
    expect(beta?.beyond).toBe(true);
    expect(run.pid.information.byModality.beta).toBeLessThan(0.05);
    expect(beta?.density.bits).toBeGreaterThan(0.1);
    expect(run.metrics.warnings).toContainEqual(expect.objectContaining({ code: "non-gaussian" }));
    expect(run.metrics.warnings.find(({ code }) => code === "non-gaussian")?.text).toMatch(/^a conditional density/);
  });

  it("comes first in the terminal, and the atoms say of what they are", () => {
    const text = runSummary(run);
    const at = (part: string) => {
      expect(text).toContain(part);
      return text.indexOf(part);
    };
    expect(at("Is the Gaussian reading enough?")).toBeLessThan(at("Gaussian reading, about the mean of y"));
    expect(at("Gaussian reading, about the mean of y")).toBeLessThan(at("fusion weight"));
    expect(text).toMatch(/alpha and beta together tell at\s+least/);
  });

  it("comes first in the report, with both readings and where the atoms lie", () => {
    const page = reportOf(run);
    expect(page).toMatch(/The Gaussian reading is not enough\. .*?alpha and beta together tell at least/);
    expect(page).toContain("The atoms below are of the Gaussian reading, about the mean of y");
    expect(page).toContain("is the Gaussian reading enough?");
    expect(page).toContain("by the density");
    expect(page).not.toContain("No information was found");
  });

  it("holds on another table, and is not asked of rows that trained the model", async () => {
    const other = path.join(root, "other.csv");
    writeTable(other, { seed: 2, rows: 500, y: spread });
    const evaluation = await evaluateTable(run.folder, other, "auto");
    expect(evaluation.pid?.check?.nonGaussian).toBe(true);
    expect(evaluation.warnings.map(({ code }) => code)).toContain("non-gaussian");
    expect(evaluationSummary(evaluation)).toContain("Is the Gaussian reading enough?");
    const same = await evaluateTable(run.folder, path.join(root, "spread", "table.csv"), "auto");
    expect(same.pid?.checkLeftOut).toBe("500 rows of the table are among those that trained the encoders");
    expect((await evaluateTestPart(run.folder)).pid?.check?.nonGaussian).toBe(true);
  });
});

it("a target whose size alone is known: no sentence says that no information was found", async () => {
  const size = ({ a, c, e }: Row) => Math.sign(c) * (Math.abs(a) + 0.1) + 0.1 * e;
  const run = await trained("size", { y: size });
  expect(run.pid.check?.gaussianFound).toEqual({ own: false, test: false });
  expect(run.pid.flags).not.toContain("no-information");
  expect(run.metrics.warnings.map(({ code }) => code)).not.toContain("no-information");
  const page = reportOf(run);
  expect(page).not.toContain("No information was found");
  expect(page).toContain("The Gaussian reading by itself tells nothing from 0");
});

it("raises no flag where the Gaussian reading is enough", async () => {
  const run = await trained("lin", { y: ({ a, b, e }) => a + b + e });
  expect(run.pid.check).toMatchObject({ nonGaussian: false, informationFound: true });
  expect(run.pid.flags).not.toContain("non-gaussian");
  expect(run.metrics.warnings.map(({ code }) => code)).not.toContain("non-gaussian");
  expect(runSummary(run)).toContain("No information beyond the Gaussian reading was found with 500 rows");
  expect(reportOf(run)).toContain("No information beyond the Gaussian reading was found with 500 rows");
});

it("says that no information was found only where neither reading finds any", async () => {
  const run = await trained("noise", { y: ({ e }) => e });
  expect(run.pid.check).toMatchObject({ nonGaussian: false, informationFound: false });
  expect(run.pid.flags).toContain("no-information");
  const [warning] = run.metrics.warnings.filter(({ code }) => code === "no-information");
  expect(warning.text).toContain("and a conditional density found none either");
  expect(reportOf(run)).toContain("A conditional density found none either.");
});

it("of an ensemble is the mean of its members'", async () => {
  const run = await trained("ensemble", { y: spread }, { ensemble: 2 });
  const members = [1, 2].map((k) =>
    JSON.parse(readFileSync(path.join(run.folder, "members", String(k), "pid.json"), "utf8")),
  );
  const bits = members.map(({ check }) => check.readings.at(-1).density.bits);
  expect(run.pid.check?.readings.at(-1)?.density.bits).toBeCloseTo((bits[0] + bits[1]) / 2, 12);
  expect(run.pid.flags).toContain("non-gaussian");
});

it("goes by the groups of the rows", async () => {
  const groups = { data: { group: "site" } };
  const run = await trained("groups", { y: spread }, groups);
  expect(run.pid.check?.nonGaussian).toBe(true);
});

it("reads pairs of three modalities, and says so of rows that lack one", async () => {
  const modalities = {
    alpha: { columns: ["alpha_*"] },
    beta: { columns: ["beta_*"] },
    gamma: { columns: ["gamma_*"] },
  };
  const data = { modalities, missing: "mean" };
  const run = await trained("three", { y: spread, lacking: 0.2 }, { data });
  expect(run.pid.check?.readings).toHaveLength(7);
  expect(run.pid.check?.n).toBeLessThan(450);
  expect(run.pid.check?.nonGaussian).toBe(true);
});

it("of one modality, of several targets, and of none", async () => {
  const one = await trained(
    "one",
    { y: ({ b, e }) => Math.exp(b) * e },
    { data: { modalities: { beta: { columns: ["beta_*"] } } } },
  );
  expect(one.pid.check?.readings.map(({ modalities }) => modalities)).toEqual([["beta"]]);
  expect(one.pid.check?.nonGaussian).toBe(true);
  const made = { y: ({ a, e }: Row) => a + e, z: ({ b, c }: Row) => b + c };
  const two = await trained("two", made, { data: { target: ["y", "z"] } });
  expect(two.pid.check).toMatchObject({ bound: false, nonGaussian: false });
  const off = await trained("off", { y: spread }, { evaluation: { check: "off" } });
  expect(off.pid.check).toBeUndefined();
  expect(off.pid.checkLeftOut).toBeUndefined();
});

it("says why there is none, and warns where one was asked for", async () => {
  const few = { y: spread, rows: 200 };
  const auto = await trained("few", few);
  expect(auto.pid.checkLeftOut).toBe("100 rows are too few for it; 200 are needed");
  expect(runSummary(auto)).toContain("Whether the Gaussian reading is enough was not checked: 100 rows are too few");
  expect(reportOf(auto)).toContain("Whether the Gaussian reading is enough was not checked: 100 rows are too few");
  const on = await trained("forced", few, { evaluation: { check: "on" } });
  expect(on.metrics.warnings.map(({ code }) => code)).toContain("check-left-out");
});
