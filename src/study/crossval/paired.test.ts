import { expect, it } from "vitest";
import { measuredTasks } from "../../tasks/measured-tasks.js";
import type { ArmFound } from "./arm.js";
import { compareArms, type NamedArm } from "./paired.js";

/** A config whose folds have those errors. */
function arm(letter: string, maes: readonly number[], testToTrain: number): NamedArm {
  const runs = maes.map((mae) => ({
    files: {
      metrics: { test: { perTarget: { y: { mae, r2: null } } } },
      test: { targets: new Map([["y", { truth: [1, 2, 3], prediction: [1, 2, 3].map((value) => mae * value) }]]) },
    },
  }));
  const found = { task: measuredTasks.regression, targets: { y: {} }, testToTrain, runs };
  return { letter, label: letter, leftOut: 0, found: found as unknown as ArmFound };
}

it("pairs configs by fold, every metric and the calibration, with the wider correction", () => {
  const values = [0.31, 0.28, 0.35, 0.4, 0.22];
  const { paired } = compareArms([
    arm("A", [1, 1, 1, 1, 1], 0.1),
    arm(
      "B",
      values.map((value) => 1 + value),
      20 / 70,
    ),
  ]);
  expect(paired).toHaveLength(1);
  const [{ target, letter, reference, metrics }] = paired;
  expect([target, letter, reference]).toEqual(["y", "B", "A"]);
  // scipy 1.10.1: se = sqrt((1/5 + 20/70) var), ends mean -+ t.ppf(.975, 4) se.
  expect(metrics.mae?.low).toBeCloseTo(0.17976757272064817, 8);
  expect(metrics.mae?.high).toBeCloseTo(0.44423242727935186, 8);
  expect(metrics.r2).toBeNull();
  // Predictions that are b times too large have the slope 1 / b.
  expect(metrics.slope?.value).toBeCloseTo(values.reduce((sum, value) => sum + 1 / (1 + value) - 1, 0) / 5, 12);
});
