import { expect, it } from "vitest";
import { textWidth } from "../text-width.js";
import { axisLabels } from "./axis-labels.js";

it("labels lose their middle, not what tells them apart at the end, and equal ones stay two", () => {
  const long = ["thickness and volumes: gaussian", "thickness and volumes: density"];
  const [first, second] = axisLabels(long, 130);
  expect(first).toMatch(/^thick.*\.\..*gaussian$/);
  expect(second).toMatch(/^thick.*\.\..*density$/);
  expect(textWidth(first, 12)).toBeLessThanOrEqual(130);
  expect(axisLabels(["A", "A", "B"], 130)).toEqual(["A", "A ", "B"]);
});
