import { expect, it } from "vitest";
import { renderSvg } from "../../../render-svg.js";
import { maxPoints, maxTitled, scatterSpec, titledNote } from "./scatter.js";

function rowsOf(count: number) {
  const truth = Float64Array.from({ length: count }, (_, i) => (i % 97) / 10);
  const prediction = truth.map((value, i) => value + (i % 13) - 6);
  return { truth, prediction, ids: Array.from({ length: count }, (_, i) => `s<${i}>`) };
}

const drawn = (count: number) => renderSvg(scatterSpec(rowsOf(count), { x: "x", y: "y" }, 330), "points");

it("every point says its row, escaped", async () => {
  const svg = await drawn(40);
  expect(svg.match(/<title>/g)).toHaveLength(40);
  expect(svg).toContain("<title>s&lt;7&gt;: true 0.700, predicted 1.70</title></path>");
});

it("of many points those of the largest errors do", async () => {
  const svg = await drawn(5000);
  expect(svg.match(/<title>/g)).toHaveLength(maxTitled);
  expect(svg.match(/<path [^>]*opacity="0.45"/g)?.length).toBeLessThanOrEqual(maxPoints);
  expect(titledNote(300)).toContain(`the ${maxTitled} of the largest errors`);
  expect(titledNote(20)).not.toContain("largest");
});
