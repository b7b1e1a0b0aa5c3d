import { expect, it } from "vitest";
import { textWidth } from "../text-width.js";
import { figureTitle } from "./title.js";

it("a title has as many lines as its width asks for, and the figure grows by them", () => {
  const title = "volumes, columns: increase of RMSE, age (years)";
  expect(figureTitle(title, 1040)).toMatchObject({ title: { text: [title] }, extraHeight: 0 });
  const narrow = figureTitle(title, 200);
  expect(narrow.title.text.join(" ")).toBe(title);
  expect(narrow.title.text.length).toBeGreaterThan(1);
  expect(narrow.extraHeight).toBe(15 * (narrow.title.text.length - 1));
  for (const line of narrow.title.text) expect(textWidth(line, 12)).toBeLessThanOrEqual(200 - 24);
});
