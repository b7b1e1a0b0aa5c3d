import { expect, it } from "vitest";
import { metricDifferences, metricIntervals, splitInterval } from "./split-intervals.js";

const shown = [
  { key: "rmse", isError: true },
  { key: "r2", isError: false },
];

it("is the corrected interval of each metric", () => {
  // scipy 1.10.1: se = sqrt((1/5 + 20/70) var), ends mean -+ t.ppf(.975, 4) se, p = 2 t.sf(mean / se, 4).
  const values = [0.31, 0.28, 0.35, 0.4, 0.22];
  const metrics = values.map((mae) => ({ mae, constant: null }));
  const { mae, constant } = metricIntervals(metrics, 20 / 70);
  expect(mae?.low).toBeCloseTo(0.17976757272064817, 8);
  expect(mae?.high).toBeCloseTo(0.44423242727935186, 8);
  expect(constant).toBeNull();
  const zeros = values.map(() => ({ mae: 0, other: 1 }));
  const difference = metricDifferences(metrics, zeros, 20 / 70);
  expect(Object.keys(difference)).toEqual(["mae"]);
  expect(difference.mae?.low).toBeCloseTo(0.17976757272064817, 8);
  expect(difference.mae?.pValue).toBeCloseTo(0.0028073991260873133, 8);
});

it("ends where values of a metric end", () => {
  const metrics = [0.1, 0.9, 0.95].map((value) => ({ rmse: value, r2: value, other: value }));
  const { rmse, r2, other } = metricIntervals(metrics, 0.5, shown);
  expect([rmse?.low, r2?.high]).toEqual([0, 1]);
  expect(other?.low).toBeLessThan(0);
  expect(other?.high).toBeGreaterThan(1);
  expect(splitInterval([1, null], 0.5)).toBeNull();
});
