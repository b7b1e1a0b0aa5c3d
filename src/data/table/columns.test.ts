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

  it.each([
    ["*a*b*", ["xaxb", "ab", "abab", "xab", "aba", "axb_c"]],
    ["a*a", ["aa", "aba"]],
    ["*ab", ["ab", "abab", "xab"]],
    ["[*a]?", ["*x", "ab", "aa"]],
    ["?", ["😀", "a"]],
    ["a.b*", ["a.bc"]],
  ])("%s fits %j alone", (pattern, expected) => {
    const names = ["xaxb", "ab", "ba", "a", "abab", "xab", "aa", "aba", "*x", "😀", "axb_c"];
    const found = resolveColumns(
      [pattern],
      [...names, ...expected.filter((name) => !names.includes(name))],
      "modality",
    );
    expect(found.sort()).toEqual(expected.sort());
  });

  it("takes no longer for many stars", () => {
    const started = performance.now();
    const names = Array.from({ length: 200 }, (_, i) => `${"a".repeat(400)}${i}`);
    expect(() => resolveColumns([`${"*a".repeat(40)}*b`], names, "modality")).toThrow("matches no column");
    expect(performance.now() - started).toBeLessThan(2000);
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
