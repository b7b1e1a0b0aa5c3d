import { describe, expect, it } from "vitest";
import { parseConfig } from "./load.js";

const data = {
  file: "t.parquet",
  target: "y",
  modalities: { a: { columns: ["a_*"] }, b: { columns: ["b_*"] } },
  outOfCore: {},
};
const config = (changes: object) => parseConfig({ name: "large", data: { ...data, ...changes } });

describe("data.outOfCore", () => {
  it("takes a sample of 250,000 rows unless another is asked for", () => {
    expect(config({}).data.outOfCore).toEqual({ sample: 250_000 });
    expect(config({ outOfCore: { sample: 1000 } }).data.outOfCore).toEqual({ sample: 1000 });
    expect(config({ outOfCore: undefined }).data.outOfCore).toBeUndefined();
    expect(() => config({ outOfCore: { sample: 10 } })).toThrow(
      "data.outOfCore.sample: expected a number of at least 100",
    );
  });

  it.each([
    [{ harmonise: { site: "site" } }, "data.harmonise: is not there for tables out of core"],
    [{ confounds: ["age"] }, "data.confounds: is not there for tables out of core"],
    [{ permuteTargets: { seed: 1 } }, "data.permuteTargets: is not there for tables out of core"],
    [{ order: "day" }, "data.order: is not there for tables out of core"],
    [{ order: "day", split: { by: "time" } }, "data.split.by: is not there for tables out of core"],
    [{ split: { by: "file", file: "s.json" } }, "take `by: column`"],
    [
      { join: "id", modalities: { a: { columns: ["a"] }, b: { file: "b.csv", columns: ["b"] } } },
      "data.join: is not there for tables out of core (data.outOfCore): join the tables into one file first",
    ],
    [
      { modalities: { a: { columns: ["a"] }, p: { kind: "image", path: "p", shape: [8, 8, 1] } } },
      "data.modalities.p: is no part of the table, and with data.outOfCore all modalities are",
    ],
  ])("is refused with what it does not have, naming the key: %j", (changes, message) => {
    expect(() => config(changes)).toThrow(message);
  });
});
