import { describe, expect, it } from "vitest";
import { parsePredictions } from "../record/predictions.js";
import { predictionCsv } from "./prediction-table.js";

describe("table of predictions", () => {
  it("is read back, also where targets bear the names of its own columns", () => {
    const targets = ["group", "id", "age"];
    const truth = Float64Array.from([1, 2, 3, 4, 5, 6]);
    const text = predictionCsv(
      {
        ids: ["r1", "r2"],
        parts: ["test", "test"],
        groups: ["north", "south"],
        targets,
        truth,
        explained: { prediction: truth.map((value) => value / 2), contributions: new Map() },
        local: null,
      },
      "t.csv",
    );
    const { ids, groups, targets: read } = parsePredictions(text, "t.csv", { targets, baselines: [], part: "test" });
    expect(ids).toEqual(["r1", "r2"]);
    expect(groups).toEqual(["north", "south"]);
    expect(targets.map((name) => [...(read.get(name)?.truth ?? [])])).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });
});
