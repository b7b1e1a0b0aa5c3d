import { expect, it } from "vitest";
import { repeatedTexts } from "./cautions.js";

it("what trainings say with other numbers is told once, with how many say it", () => {
  expect(
    repeatedTexts([
      ["left out 40 rows", "site 3 is left as it is: 2 rows"],
      ["left out 41.5 rows", "left out 7 rows"],
      ["left out 40 rows", "another"],
    ]),
  ).toEqual([
    { text: "left out 40 rows", trainings: 3 },
    { text: "site 3 is left as it is: 2 rows", trainings: 1 },
    { text: "another", trainings: 1 },
  ]);
});
