import { describe, expect, it } from "vitest";
import { barsSpec } from "./figures/bars.js";
import { dependenceSpec } from "./figures/dependence.js";
import { renderSvg } from "./render-svg.js";

const labelsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, label]) => label.trim());

describe("a column that is called as what every object has", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__"];

  it("is drawn among others by its name", async () => {
    const bars = names.map((label, i) => ({ label, colour: "#000", value: 1 + i, low: 1, high: 2 + i, note: "" }));
    const svg = await renderSvg(barsSpec(bars, "RMSE", 500), "importance");
    for (const name of names) expect(labelsOf(svg)).toContain(name);
    expect(svg.match(/d="M0,[\d.]+h[\d.]+v18/g)).toHaveLength(names.length);
  });

  it.each(names)("can name a figure and its axes: %s", async (name) => {
    const points = [0, 1, 2].map((at) => ({ at, mean: at, low: at - 1, high: at + 1 }));
    const titles = { title: name, xTitle: name, yTitle: name };
    const options = { ...titles, fill: "#000", range: [-1, 3] as const, width: 300 };
    const svg = await renderSvg(dependenceSpec(points, options), "dependence");
    expect(labelsOf(svg).filter((label) => label === name)).toHaveLength(3);
  });
});
