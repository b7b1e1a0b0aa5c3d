import { describe, expect, it } from "vitest";
import { type MemoryConfig, memoryConfig } from "./memory-config.js";

const table = { modalities: { a: [[1]], picture: { shape: [2, 2], values: [[1, 2, 3, 4]] } }, target: { y: [1] } };

describe("the config of rows in memory", () => {
  it("has every default, and the kinds of the modalities", () => {
    const { data, seed, name } = memoryConfig({ data: { missing: "mean" } }, { ...table, group: ["s"] });
    expect({ name, seed }).toEqual({ name: "fit", seed: 1 });
    expect(data).toMatchObject({ target: ["y"], missing: "mean", group: "group" });
    expect(data.modalities.picture).toMatchObject({ kind: "array", normalise: "channel" });
  });

  it.each<[unknown, string]>([
    [{ data: { file: "t.csv" } }, "data.file: goes with tables in files"],
    [{ data: { harmonise: { site: "s" } } }, "data.harmonise: goes with tables in files"],
    [
      { data: { split: { by: "column", column: "part" } } },
      "data.split.by: column: rows in memory are dealt out at random",
    ],
    [{ ensemble: 3 }, "ensemble: its members are runs in folders"],
    [{ quality: "best" }, "quality: best: makes an ensemble of runs in folders"],
    [{ data: { confounds: ["a"] } }, "data.confounds: goes with tables in files"],
    [{ evaluation: { baselines: true } }, "evaluation.baselines: networks to compare with are kept in a run folder"],
    [{ evaluation: { intervals: { group: "site" } } }, "evaluation.intervals.group: names a column of a file"],
    [{ modle: {} }, 'unknown key "modle"'],
  ])("refuses %j", (config, message) => {
    expect(() => memoryConfig(config as MemoryConfig, table)).toThrow(message);
  });
});
