import { expect, it } from "vitest";
import { calibrationLine } from "./calibration-line.js";

// numpy 1.24.2: np.polyfit(p, y, 1); the same from sklearn 1.2.1 LinearRegression().fit(p[:, None], y).
const truth = [3.1, 4.7, 5.2, 8.9, 9.4, 12.0, 7.7, 1.3];
const prediction = [2.5, 5.1, 4.9, 7.2, 10.3, 10.8, 8.4, 2.2];

it("is the line that numpy and sklearn fit of the true values on the predictions", () => {
  const { slope, intercept } = calibrationLine(truth, prediction);
  expect(slope).toBeCloseTo(1.042338311731035, 13);
  expect(intercept).toBeCloseTo(-0.15952365287190062, 13);
});

it("follows the unit of predictions and is 1 and 0 for predictions that are right", () => {
  const doubled = calibrationLine(
    truth,
    prediction.map((value) => 2 * value + 7),
  );
  expect(doubled.slope).toBeCloseTo(1.042338311731035 / 2, 13);
  expect(calibrationLine(truth, truth)).toEqual({ slope: 1, intercept: expect.closeTo(0, 13) });
});

it("does not exist where all predictions are equal", () => {
  expect(calibrationLine(truth, new Float64Array(8).fill(0.1))).toEqual({ slope: null, intercept: null });
});
