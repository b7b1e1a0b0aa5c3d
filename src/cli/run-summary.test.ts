import { expect, it } from "vitest";
import { informationCaution } from "../report/information-found.js";
import { runWarnings } from "../report/run-warnings.js";
import type { WarnedRun } from "../report/warned-run.js";
import type { RunMetrics, RunPid, RunResult } from "../run/run-result.js";
import { regression } from "../tasks/regression/regression.js";
import { metricsTable, runSummary, uncertaintyColumn } from "./run-summary.js";

const names = ["cortical thickness", "volumes", "diffusion_fractional_anisotropy_of_all_tracts", "b"];
const numbers = (value: number) => Object.fromEntries(names.map((name) => [name, value]));
const values = {
  information: { total: 1.25, byModality: numbers(0.75) },
  atoms: { unique: numbers(0.125), redundancy: 0.5, synergy: 0.25, partialRedundancy: 0 },
};
const pairs = names.flatMap((a, i) => names.slice(i + 1).map((b) => [`${a}*${b}`, 0.05] as const));
const pid = {
  ...{ unit: "bits", modalities: names, flags: ["saturated", "underdetermined", "boundary", "no-information"] },
  ...{
    ...values,
    standardErrors: values,
    weights: { byModality: numbers(0.2), interaction: Object.fromEntries(pairs) },
  },
} as unknown as RunPid;
const errors = { mae: 123456.7, rmse: 0.00001234, r2: -0.5, pearson: null };
const target = "age at the first visit of the second wave, in years, as reported by the participant";
const part = { n: 12345, overall: errors, perTarget: { [target]: errors, y: errors } };
const baseline = { validation: part, test: part };
const metrics = {
  ...{
    targets: [target, "y"],
    validation: part,
    test: part,
    baselines: { ridge: baseline, mean: baseline, "ridge.volumes": baseline, mlp: baseline },
    warnings: [
      { code: "not-better-than-ridge", text: "ridge regression predicts y better on the test rows ".repeat(4).trim() },
    ],
  },
} as unknown as RunMetrics;

it("fits 80 columns, whatever names and numbers are", () => {
  const summary = { mean: 123456.7, sd: 0.00001234, min: -1e6, median: 0, max: 1e6 };
  const groups = { column: "site", count: 1234, effective: 3.2, largest: { name: "first", rows: 900 } };
  const partSummary = { rows: 12345, groups, targets: { [target]: summary, y: { ...summary, sd: null } } };
  const parts = { train: partSummary, validation: partSummary, test: partSummary };
  const result = { metrics, pid, weighted: true, parts, folder: "runs/x", report: "runs/x/report.html" } as RunResult;
  const text = runSummary(result);
  expect(text).not.toContain("MAE and RMSE in");
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(80);
  expect(text).toMatch(/unique to cortical thickness +0\.125 +± 0\.125 +0\.200\n/);
  expect(text).toMatch(/volumes\*b +0\.050\n/);
  expect(text).toMatch(/\ny: mean .*\ny: mlp .*\n/);
  expect(runSummary({ ...result, weighted: false })).not.toMatch(/fusion weight|volumes\*b/);
  expect(text).not.toContain("ridge.volumes");
  expect(text).toMatch(/\nparts +rows +groups +mean +sd\n/);
  expect(text).toMatch(/\ny: validation +12345 +1234 +123457 +-\n/);
  expect(text).toMatch(/\n\nwarning\n {2}not better than ridge: ridge regression .*\n {4}/);
  expect(text).toContain("flags: saturated, underdetermined, boundary, no-information\n(see docs/gaussian-pid.md)");
});

it("says what unit errors are in", () => {
  const units = { [target]: "years", y: "mg/m³" };
  const table = (of: Partial<RunMetrics>) => metricsTable({ ...metrics, ...of });
  expect(table({ units, targets: ["y"] })).toMatch(/\nMAE and RMSE in mg\/m³$/);
  expect(table({ units })).toContain(`\nMAE and RMSE in years (${target}),\n                mg/m³ (y)`);
});

it("says on which rows no information was found", () => {
  const result = (flags: readonly string[], test: number, testFlags: readonly string[]) => {
    const total = { ...pid.information, total: test };
    const own = { ...pid, source: "heldout", flags, test: { ...pid, information: total, flags: testFlags } };
    const found = { ...metrics, warnings: runWarnings({ task: regression, metrics, pid: own }, []) };
    const text = runSummary({ metrics: found, pid: own, parts: {}, folder: "x", report: "y" } as unknown as RunResult);
    return text.replace(/\s+/g, " ");
  };
  const nothing = result(["no-information"], 0.01, ["no-information"]);
  expect(nothing).toContain(
    "No information was found: the total, 1.25 (0.00 to 3.70) bits on the validation rows and 0.01",
  );
  const disagree = result(["no-information"], 7.8, []);
  expect(disagree).toContain("The parts disagree: the total, 1.25 (0.00 to 3.70) bits on the validation rows, cannot");
  expect(disagree).toContain("on the test rows it is 7.80 (5.35 to 10.25) bits.");
  expect(disagree).not.toContain("No information was found");
  // Without a check nothing asked for what the Gaussian reading does not see.
  expect(nothing).toContain("on the test rows, cannot be told from 0 by the Gaussian reading.");
  expect(disagree).toContain("cannot be told from 0 there by the Gaussian reading; on");
  const warned = (check?: object) => {
    const flags = ["no-information"];
    const own = { ...pid, source: "heldout", flags, test: { ...pid, flags }, ...(check && { check }) };
    return runWarnings({ task: regression, metrics, pid: own } as WarnedRun, [])[0].text;
  };
  const checked = { informationFound: false, nonGaussian: false };
  expect(warned(checked)).toMatch(/cannot be told from 0, and a conditional density found none either\.$/);
  const ofClasses = { ...pid, source: "heldout", flags: ["no-information"] };
  expect(informationCaution(ofClasses, true)).toMatch(/cannot be told from 0\.$/);
  expect(result([], 7.8, [])).not.toMatch(/No information|disagree/);
});

it("says at least where an interval has no upper end", () => {
  const ends = (total: number | null) => ({ ...values, union: 1, information: { ...values.information, total } });
  const column = (high: number | null) =>
    uncertaintyColumn({
      intervals: { level: 0.95, lower: ends(1.1), upper: ends(high) },
      standardErrors: null,
    }).cell(({ information }) => information.total);
  expect(column(1.4)).toBe("1.100 to 1.400");
  expect([column(null), column(Number.POSITIVE_INFINITY)]).toEqual(["at least 1.100", "at least 1.100"]);
});
