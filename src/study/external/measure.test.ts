import { describe, expect, it } from "vitest";
import { measuredTasks } from "../../tasks/measured-tasks.js";
import { measureModels } from "./measure.js";

const { metrics } = measuredTasks.regression;
// numpy 1.24.2: np.polyfit(p, y, 1) = [1.04233831, -0.15952365].
const truth = Float64Array.of(3.1, 4.7, 5.2, 8.9, 9.4, 12.0, 7.7, 1.3);
const prediction = Float64Array.of(2.5, 5.1, 4.9, 7.2, 10.3, 10.8, 8.4, 2.2);
const held = { level: 0.9, rows: [true, true, true, false, true, true, true, true] };
const model = { prediction, held };

describe("several models on one table", () => {
  it("have errors, calibration and coverage with intervals over rows", () => {
    const { targets, differences } = measureModels({
      target: "y",
      truth,
      models: [model, model],
      metrics,
      groups: null,
    });
    const [own] = targets;
    expect(own.metrics.mae).toBeCloseTo(6.7 / 8, 12);
    expect(own.error?.value).toBeCloseTo(own.metrics.rmse ?? 0, 12);
    expect(own.calibration.slope?.value).toBeCloseTo(1.042338311731035, 12);
    expect(own.calibration.intercept?.value).toBeCloseTo(-0.15952365287190062, 12);
    expect(own.coverage).toMatchObject({ level: 0.9, achieved: { value: 7 / 8 } });
    for (const interval of [own.error, own.calibration.slope, own.coverage?.achieved]) {
      expect(interval?.low).toBeLessThan(interval?.value ?? 0);
      expect(interval?.high).toBeGreaterThan(interval?.value ?? 0);
    }
    // The same predictions differ by nothing on every resample.
    expect(differences).toEqual([{ value: 0, low: 0, high: 0, level: 0.95 }]);
  });

  it("are resampled by whole groups where rows have any, and have no slope where predictions are constant", () => {
    const groups = ["a", "a", "b", "b", "c", "c", "d", "d"];
    const constant = { prediction: new Float64Array(8).fill(5), held: null };
    const { targets, differences } = measureModels({ target: "y", truth, models: [model, constant], metrics, groups });
    expect(targets[1].calibration).toEqual({ slope: null, intercept: null });
    expect(targets[1].coverage).toBeNull();
    expect(differences[0]?.value).toBeCloseTo((targets[1].metrics.rmse ?? 0) - (targets[0].metrics.rmse ?? 0), 12);
    const byRow = measureModels({ target: "y", truth, models: [model, constant], metrics, groups: null });
    const width = (found: typeof byRow) => (found.differences[0]?.high ?? 0) - (found.differences[0]?.low ?? 0);
    expect(width({ targets, differences })).not.toBeCloseTo(width(byRow), 3);
  });
});
