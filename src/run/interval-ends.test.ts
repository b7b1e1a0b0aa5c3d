import { describe, expect, it } from "vitest";
import { parseConfig } from "../config/load.js";
import { parsePredictions } from "../record/predictions.js";
import { regressionIntervals } from "../tasks/regression/intervals/intervals.js";
import { recordedEnds } from "./interval-ends.js";
import { predictionCsv } from "./prediction-table.js";

const { evaluation } = parseConfig({
  name: "ends",
  data: { file: "-", target: "y", modalities: { a: { columns: ["a"] } } },
  evaluation: { intervals: { coverage: 0.8 } },
});
const run = { evaluation, task: { intervals: regressionIntervals }, coding: { names: ["y"], ranges: [] } };

/** Rows that are missed by 1, 2, .. to either side, a scale of 1 or 2 each. */
function rows(count: number) {
  const truth = Float64Array.from({ length: count }, (_, i) => i);
  const scale = truth.map((i) => 1 + (i % 2));
  return { truth, scale, prediction: truth.map((value, i) => value + (i % 3) - 1) };
}

/** The table of 40 validation rows and 4 test rows as it is written, and its test rows as they are read. */
function recorded(validationRows: number) {
  const [validation, test] = [rows(validationRows), rows(4)];
  const calibration = { intervals: regressionIntervals.calibrate(1, validation), biasLines: null };
  const written = recordedEnds(run, calibration, { validation, test });
  const both = (pick: "truth" | "prediction") => Float64Array.from([...validation[pick], ...test[pick]]);
  const ids = [...both("truth")].map((_, i) => `${i}`);
  const parts = ids.map((_, i) => (i < validationRows ? "validation" : "test"));
  const explained = { prediction: both("prediction"), contributions: new Map() };
  const table = { ids, parts, targets: ["y"], truth: both("truth"), explained, local: null };
  const text = predictionCsv({ ...table, ...written }, "t.csv");
  const read = (part: string) =>
    parsePredictions(text, "t.csv", { targets: ["y"], baselines: [], part }).targets.get("y");
  return { text, read, calibration, test, plain: predictionCsv(table, "t.csv") };
}

describe("intervals in the predictions of a run", () => {
  it("are those of its level around the test rows, and none around the rows that they were made of", () => {
    const { text, read, calibration, test } = recorded(40);
    const [header, first] = text.split("\n");
    expect(header).toBe("id,part,y,y.prediction,y.lower,y.upper");
    expect(first).toMatch(/^0,validation,0,-1,,$/);
    const at = regressionIntervals.at(calibration.intervals, { level: 0.8 });
    const ends = [...test.prediction].map((prediction, i) =>
      at.ends({ target: 0, prediction, scale: test.scale[i], group: null }),
    );
    const { lower, upper } = read("test")?.interval ?? { lower: [], upper: [] };
    expect([...lower]).toEqual(ends.map(({ low }) => low));
    expect([...upper]).toEqual(ends.map(({ high }) => high));
    expect(Math.min(...[...upper].map((high, i) => high - lower[i]))).toBeGreaterThan(0);
    expect(read("validation")?.interval).toBeUndefined();
  });

  it("have no end where the validation rows are too few", () => {
    const { lower, upper } = recorded(2).read("test")?.interval ?? { lower: [], upper: [] };
    expect([...lower, ...upper]).toEqual(Array.from({ length: 8 }, () => Number.NaN));
  });

  it("are left out of what is read of a run of a version that wrote none", () => {
    const { plain } = recorded(40);
    const wanted = { targets: ["y"], baselines: [], part: "test" };
    expect(parsePredictions(plain, "t.csv", wanted).targets.get("y")?.interval).toBeUndefined();
  });
});
