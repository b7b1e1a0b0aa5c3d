import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../test/support/sentence-table.js";
import { regression } from "../tasks/regression/regression.js";
import { type NearestFacts, nearestWarnings } from "./nearest-warnings.js";
import { runWarnings } from "./run-warnings.js";
import { said } from "./sentence.js";

const difference = (low: number, high: number) => ({ value: (low + high) / 2, low, high });
const facts = (amid: boolean, low: number, high: number, tells = true): NearestFacts => ({
  ...{ target: "y", error: "RMSE", own: 2, column: "date", share: amid ? 0.96 : 0, amid, tells, later: !amid },
  linear: { called: "ridge", error: 1.5 },
  nearest: { name: "nearest-in-time", called: "the nearest", error: 1, difference: difference(low, high) },
});

describe("whether the model knows more than the rows before and after", () => {
  sentenceTable(nearestWarnings, [
    { run: "drawn at random, beaten", facts: facts(true, 0.1, 1), said: ["nearest-in-time/gaps-worse"] },
    { run: "drawn at random, as good", facts: facts(true, -0.1, 1), said: ["nearest-in-time/gaps-open"] },
    { run: "drawn at random, better", facts: facts(true, -2, -1), said: [] },
    { run: "drawn at random, time tells nothing", facts: facts(true, -0.1, 1, false), said: [] },
    { run: "later rows, time tells nothing", facts: facts(false, 0.1, 1, false), said: [] },
    { run: "later rows, beaten", facts: facts(false, 0.1, 1), said: ["nearest-in-time/times-worse"] },
    { run: "later rows, as good", facts: facts(false, -0.1, 1), said: ["nearest-in-time/times-open"] },
    { run: "later rows, better", facts: facts(false, -2, -1), said: [] },
  ]);

  it("is told with what the split tells and what to do", () => {
    const [{ code, text }] = said(nearestWarnings, facts(true, 0.1, 1));
    expect(code).toBe("less-than-nearest-in-time");
    expect(text).toContain("know no feature");
    expect(text).toContain('96 % of the test rows stand beside training rows in "date"');
    expect(text).toMatch(
      /how well gaps .* are filled, not how well the future is predicted; use data\.split\.by: time/,
    );
    expect(said(nearestWarnings, facts(false, 0.1, 1))[0].text).not.toContain("data.split.by");
  });

  it("speaks of the last value only where every training row is earlier", () => {
    const text = (later: boolean) => said(nearestWarnings, { ...facts(false, 0.1, 1), later })[0].text;
    expect(text(true)).toMatch(/test rows are later than all training rows, .* the last value that was known/);
    expect(text(false)).toMatch(/training rows stand before and after the test rows, .* known before and after/);
    expect(text(false)).not.toContain("last value");
  });

  it("says that features add nothing only where a linear model of them shows nothing either", () => {
    const text = (error: number) =>
      said(nearestWarnings, { ...facts(false, 0.1, 1), linear: { called: "ridge", error } })[0].text;
    expect(text(1.5)).toContain("the features add nothing that is seen");
    expect(text(0.9)).not.toContain("features add nothing");
    expect(text(0.9)).toContain("the features may: ridge on them has the RMSE 0.9");
    const [{ text: alone }] = said(nearestWarnings, { ...facts(false, 0.1, 1), linear: undefined });
    expect(alone).not.toContain("features add");
  });
});

describe("the warnings of a run", () => {
  const part = (rmse: number) => {
    const metrics = { mae: rmse, rmse, r2: 0.5, pearson: null };
    return { n: 100, overall: metrics, perTarget: { y: metrics, z: metrics } };
  };
  const run = {
    task: regression,
    metrics: {
      targets: ["y", "z"],
      test: part(2),
      baselines: { "nearest-in-time": { test: part(1) }, mean: { test: part(3) }, ridge: { test: part(4) } },
      differences: {
        y: { "nearest-in-time": difference(0.5, 1.5), mean: difference(-2, -1), ridge: difference(-2, -1) },
        z: { "nearest-in-time": difference(-3, -1), mean: difference(-2, -1), ridge: difference(-2, -1) },
      },
    },
    pid: { flags: [], information: { total: 9 }, standardErrors: null, source: "heldout" as const },
  };
  const codes = (order?: { column: string; share: number; amid: boolean; later: boolean }) =>
    runWarnings({ ...run, order }, []).filter(({ code }) => code === "less-than-nearest-in-time");

  it("ask each target, where rows have an order", () => {
    expect(
      codes({ column: "date", share: 1, amid: true, later: false }).map(({ text }) => /predict (\w)/.exec(text)?.[1]),
    ).toEqual(["y"]);
    expect(codes()).toEqual([]);
  });
});
