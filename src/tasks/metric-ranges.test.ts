import { expect, it } from "vitest";
import { metricIntervals } from "../evaluation/split-intervals.js";
import { classMetrics } from "./classes/metrics.js";
import { regressionMetrics } from "./regression/metrics.js";

it("ends where a metric says that its values end, on both sides", () => {
  const shown = [...regressionMetrics.shown, ...classMetrics.shown];
  const ends = (key: string, values: readonly number[]) => {
    const found = metricIntervals(
      values.map((value) => ({ [key]: value })),
      0.5,
      shown,
    )[key];
    return [found?.low, found?.high];
  };
  expect(ends("pearson", [-0.9, 0.9])).toEqual([-1, 1]);
  for (const key of ["ece", "auc", "balancedAccuracy"]) expect(ends(key, [0.1, 0.9]), key).toEqual([0, 1]);
  expect(ends("brier", [0.1, 1.9])).toEqual([0, 2]);
});
