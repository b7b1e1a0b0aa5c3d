import { expect, it } from "vitest";
import { loneClasses } from "./lone-classes.js";

it("a class of one row is named with its row, and with the class that it may be meant for", () => {
  const classes = ["AD", "CN", "cn ", "MCI", "XX"];
  const codes = Int32Array.from([0, 1, -1, 2, 0, 1, 3, 3, 4]);
  const [mistyped, lone, ...others] = loneClasses(classes, codes);
  expect(mistyped).toMatch(
    /^the class "cn " of the target stands in row 4 \(header not counted\) alone, .*"CN" differs only by case/,
  );
  expect(lone).toMatch(/^the class "XX" of the target stands in row 9 .*if it is mistyped, correct it$/);
  expect(others).toEqual([]);
});

it("classes of several rows, and of none, are not named", () => {
  expect(loneClasses(["a", "b", "c"], Int32Array.from([0, 0, 1, 1, -1]))).toEqual([]);
});
