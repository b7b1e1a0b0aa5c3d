import { describe, expect, it } from "vitest";
import { resolveColumns } from "./columns.js";

const available = ["id", "lh_G&S_thickness", "rh_G&S_thickness", "a/b (x)", "Größe", "x*", "x1", "0:2", "[mm]", "m"];
const resolve = (...patterns: string[]) => resolveColumns(patterns, available, "modality");

describe("resolveColumns", () => {
  it.each([
    [["lh_G&S_thickness"], ["lh_G&S_thickness"]],
    [["*_thickness"], ["lh_G&S_thickness", "rh_G&S_thickness"]],
    [["?h_G&S*"], ["lh_G&S_thickness", "rh_G&S_thickness"]],
    [["a*(x)"], ["a/b (x)"]],
    [["Gr??e"], ["Größe"]],
    [["[lr]h_*"], ["lh_G&S_thickness", "rh_G&S_thickness"]],
    [["1:3"], ["lh_G&S_thickness", "rh_G&S_thickness"]],
    [
      ["x1", "0:1", "x1"],
      ["x1", "id"],
    ],
  ])("%j", (patterns, expected) => {
    expect(resolve(...patterns)).toEqual(expected);
  });

  it("lets a literal name win over its reading as glob or range", () => {
    expect(resolve("x*")).toEqual(["x*"]);
    expect(resolve("0:2")).toEqual(["0:2"]);
    expect(resolve("[mm]")).toEqual(["[mm]"]);
  });

  it.each([
    ["Große", /"Große" matches no column\. Did you mean "Größe"\? The table has 10 columns: id, /],
    ["*_volume", /"\*_volume" matches no column/],
    ["5:11", /index range "5:11" .* within 0:10/],
    ["3:3", /at least one column/],
  ])("refuses %s", (pattern, message) => {
    expect(() => resolve(pattern)).toThrow(message);
  });
});
