import { expect, it } from "vitest";
import { classMetrics } from "./metrics.js";

// scipy 1.10.1: minimize_scalar of the mean log loss of softmax(b log p), tol 1e-12: b = 2.3387194282261694.
const probabilities = [
  [0.7, 0.2, 0.1],
  [0.1, 0.8, 0.1],
  [0.25, 0.25, 0.5],
  [0.6, 0.3, 0.1],
  [0.2, 0.5, 0.3],
  [0.1, 0.2, 0.7],
  [0.4, 0.35, 0.25],
  [0.3, 0.3, 0.4],
];
const truth = [0, 1, 2, 1, 1, 2, 0, 0];

it("is the power of the probabilities under which the true classes are likeliest", () => {
  const { slope } = classMetrics.calibration.measure(truth, probabilities.flat());
  // A golden section on the flat bottom of the loss finds eight digits.
  expect(slope).toBeCloseTo(2.3387194282261694, 6);
});

it("of probabilities squared is half of it", () => {
  const squared = probabilities.flatMap((row) => {
    const sum = row.reduce((all, p) => all + p ** 2, 0);
    return row.map((p) => p ** 2 / sum);
  });
  expect(classMetrics.calibration.measure(truth, squared).slope).toBeCloseTo(2.3387194282261694 / 2, 6);
});
