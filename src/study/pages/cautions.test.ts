import { expect, it } from "vitest";
import type { RunFiles } from "../../record/read-run.js";
import { markdownText } from "../text-blocks.js";
import { cautionBlocks, repeatedTexts, trainingCautions } from "./cautions.js";

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

it("report.md and the page tell the same of rows and warnings, names made harmless", () => {
  const training = (message: string, text: string) => ({
    files: {
      data: { messages: [message] },
      metrics: { warnings: [{ code: "few-validation-rows", text }] },
      pid: { flags: [] },
    } as unknown as RunFiles,
  });
  const finished = [
    training("2 rows lack \u202Eb", "31 validation rows are few"),
    training("3 rows lack \u202Eb", "30 validation rows are few"),
    training("all rows are used", "30 validation rows are few"),
  ];
  const markdown = markdownText(cautionBlocks(finished));
  expect(markdown).toContain(
    "Rows and columns, as the trainings read them:\n\n- 2 rows lack \\u202eb (in 2 of 3 trainings)\n",
  );
  expect(markdown).toMatch(/What the trainings warn of:\n\n- .*validation rows.*: 31 validation rows are few\n/);
  expect(trainingCautions(finished).text).toContain("31 validation rows are few");
  expect(cautionBlocks([])).toEqual([]);
});
