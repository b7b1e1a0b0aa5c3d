import { expect, it } from "vitest";
import { comparedTo, fixed, percent, plainPercent } from "./markdown.js";

it("writes changes of an error with one sign, one zero, and no percentage that nobody reads", () => {
  expect([0.012, -0.1, 0, -0.0004, 0.0004, 9.9].map(percent)).toEqual([
    "+1.2 %",
    "-10.0 %",
    "0.0 %",
    "0.0 %",
    "0.0 %",
    "+990.0 %",
  ]);
  expect([33.4, 3_436_094].map(percent)).toEqual(["34.4 times", "3440000 times"]);
  expect([0.02, 0.005, 0, 1].map(plainPercent)).toEqual(["2 %", "0.5 %", "0 %", "100 %"]);
  expect([0.012, -0.1, -0.0004, 33.4].map(comparedTo)).toEqual([
    "1.2 % higher than",
    "10.0 % lower than",
    "equal, to 0.1 %, to",
    "34.4 times",
  ]);
});

it("writes bits and shares without a negative zero", () => {
  expect([-0.0004, -0.4, 0, null].map((value) => fixed(value, 2))).toEqual(["0.00", "-0.40", "0.00", "-"]);
});
