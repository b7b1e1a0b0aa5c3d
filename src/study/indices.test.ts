import { expect, it } from "vitest";
import { indicesText, parseIndices } from "./indices.js";

it.each([
  ["3", [3]],
  ["0-3", [0, 1, 2, 3]],
  ["5-5", [5]],
  ["0,4,6-8", [0, 4, 6, 7, 8]],
  [" 1, 2 ", [1, 2]],
  ["2,0-2", [2, 0, 1]],
  ["007", [7]],
])("reads --index %s", (text, indices) => {
  expect(parseIndices(text, 9)).toEqual(indices);
});

it.each([
  ["9", "--index 9: there is no such training; the study has 9 trainings, 0 to 8"],
  ["0-99999999999999999999", "there is no such training"],
  ["3-1", "--index 3-1: the range 3-1 ends before it begins"],
  ["", "--index : expected numbers or ranges"],
  ["-1", "--index -1: expected numbers or ranges"],
  ["1-", "--index 1-: expected numbers or ranges"],
  ["1.5", "--index 1.5: expected numbers or ranges"],
  ["1,,2", "--index 1,,2: expected numbers or ranges"],
  ["all", "--index all: expected numbers or ranges"],
])("refuses --index %s", (text, message) => {
  expect(() => parseIndices(text, 9)).toThrow(message);
});

it("a study of one training is said to have one", () => {
  expect(() => parseIndices("1", 1)).toThrow("the study has one training, 0");
});

it("writes indices as such a list", () => {
  expect(indicesText([0, 1, 2, 4, 6, 7])).toBe("0-2,4,6-7");
  expect(parseIndices(indicesText([0, 1, 2, 4, 6, 7]), 8)).toEqual([0, 1, 2, 4, 6, 7]);
  expect(indicesText([])).toBe("");
});
