import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/documents.js";

const source = path.join(root, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .map((file) => file.split(path.sep).join("/"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));

/** Files outside the folders where a pattern is at home that match it, one way or another. */
function naming(pattern: RegExp, homes: readonly string[]): string[] {
  return files
    .filter((file) => !homes.some((home) => file.startsWith(home)))
    .filter((file) => pattern.test(readFileSync(path.join(source, file), "utf8")))
    .sort();
}

/** What knows of regression beside its own folders, and why. */
const regressionParts = {
  metrics: [
    // Generated tables come with the information that a perfect regression would find.
    "data/synthetic/truth.ts",
    // The library gives the metrics of regression as functions.
    "index.ts",
  ],
  inverseNormal: [
    // `pidreg decompose` offers the transform for columns of a table; no network is trained there.
    "cli/commands/decompose.ts",
    "cli/decompose/choices.ts",
    // the same of its flows
    "cli/decompose/flow.ts",
    "cli/decompose/warnings.ts",
    // columns of estimators of information that know no task, and the words of a check of decompose
    // inputs of the posteriors of classes, whose target is no number
    "mi/posterior.ts",
    "pid/estimate/data-columns.ts",
  ],
};

describe("regression is one task among others", () => {
  it("whose metrics are named where statistics, tasks and what is said of them are, and in the parts that are listed", () => {
    const homes = ["math/", "pid/", "evaluation/", "tasks/", "report/tasks/regression/"];
    expect(naming(/rmse|\bmae\b|\br2\b|R²|pearson/i, homes)).toEqual(regressionParts.metrics);
  });

  it("whose Gaussian view is named by tasks, the mathematics, what is fitted on targets and the words of a config", () => {
    const homes = ["tasks/", "math/", "data/target/", "config/"];
    expect(naming(/inverse.?normal/i, homes)).toEqual(regressionParts.inverseNormal);
  });

  it("is unknown to what trains: no file there names a task, a metric or a transform", () => {
    const trains = (file: string) => /^(fit|training)\//.test(file);
    expect(naming(/tasks\/regression|rmse|evaluation\/metrics|target-transform/i, []).filter(trains)).toEqual([]);
  });
});
