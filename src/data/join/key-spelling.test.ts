import { describe, expect, it } from "vitest";
import { describeDifference, misspelled, spellingDifference } from "./key-spelling.js";

const numbers = ["9000", "9037", "10074", "12"];
const by = (change: (name: string) => string, names: readonly string[] = numbers) =>
  spellingDifference(names.map(change), names);

describe("spellings of ids", () => {
  it.each([
    ["zeros in front", (name: string) => name.padStart(7, "0"), ["zeros in front"]],
    ["a prefix", (name: string) => `sub-${name}`, ['the prefix "sub-"']],
    ["a letter", (name: string) => `S${name}`, ['the prefix "S"']],
    ["prefix and zeros", (name: string) => `sub-${name.padStart(7, "0")}`, ['the prefix "sub-"', "zeros in front"]],
    ["a session", (name: string) => `${name}_ses-1`, ['the ending "_ses-1"']],
    ["a file name", (name: string) => `${name}.nii.gz`, ['the ending ".nii.gz"']],
    ["floats", (name: string) => `${name}.0`, ['a trailing ".0"']],
    ["blanks", (name: string) => ` ${name}\u00a0`, ["blanks"]],
    ["blanks inside", (name: string) => `${name.slice(0, 1)} ${name.slice(1)}`, ["blanks"]],
  ])("%s", (_, change, causes) => {
    expect(by(change)).toEqual({ by: causes, pairs: 4, example: [change("9000"), "9000"] });
    // Either file may be the odd one.
    expect(spellingDifference(numbers, numbers.map(change))).toMatchObject({ by: causes, pairs: 4 });
  });

  it.each([
    ["case", (name: string) => name.toUpperCase(), ["upper and lower case"]],
    ["separators", (name: string) => name.replaceAll("_", "-"), ['"-", "_" or "." between parts']],
    ["zeros within", (name: string) => name.replace("_0", "_"), ["zeros in front"]],
    [
      "case of a shared prefix",
      (name: string) => name.replace("köln", "Köln").replace("bonn", "Bonn"),
      ["upper and lower case"],
    ],
    ["Unicode", (name: string) => name.normalize("NFD"), ["the Unicode form of letters"]],
  ])("%s of words", (_, change, causes) => {
    expect(by(change, ["köln_01", "köln_02", "bonn_03", "bonn_11"])?.by).toEqual(causes);
  });

  it("of ids that all begin with one letter", () => {
    const people = ["p1", "p2", "p13"];
    expect(spellingDifference(people, ["P1", "P2", "P13"])?.by).toEqual(["upper and lower case"]);
    expect(spellingDifference(people, ["q1", "q2", "q13"])?.by).toEqual(['the prefix "p" or "q"']);
  });

  it("names of one list are never two of the other", () => {
    expect(spellingDifference(["01", "1"], ["001"])).toBeUndefined();
    expect(spellingDifference(["x", "y"], ["a", "b"])).toBeUndefined();
    expect(spellingDifference([], ["a"])).toBeUndefined();
    expect(spellingDifference(["01", "q"], ["1", "z"])).toMatchObject({ pairs: 1, example: ["01", "1"] });
  });

  it("is said with both spellings", () => {
    const difference = spellingDifference(["S1 ", "s2"], ["S1", "S2"]);
    expect(difference && describeDifference(difference, "a.csv", "b.csv")).toBe(
      '"S1 " in a.csv and "S1" in b.csv differ only by blanks and upper and lower case',
    );
    expect(misspelled(["UCLA "], ["UCLA"], "training")).toContain('"UCLA " in the table and "UCLA" in training');
    expect(misspelled(["new"], ["UCLA"], "training")).toBe("");
  });
});
