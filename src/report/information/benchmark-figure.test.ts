import { describe, expect, it } from "vitest";
import { benchmarkEstimatorNames } from "../../mi/estimators/estimator-names.js";
import { benchmarkFigure } from "./benchmark-figure.js";

const row = (task: string, estimator: string, bits: number, seed: number) => ({
  ...{ task, estimator, bits, seed, standardError: 0.1, truth: 1.5, oracle: 1.4, n: 500 },
});

describe("the figure of a benchmark", () => {
  it("has a stroke at each truth and a mark per estimator, the mean over seeds", async () => {
    const rows = [
      row("one", "ksg", 1, 1),
      row("one", "ksg", 1.2, 2),
      row("one", "flow", 0.5, 1),
      row("two", "ksg", 1.4, 1),
    ];
    const svg = await benchmarkFigure(rows);
    const labels = [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, label]) => label);
    expect(labels).toEqual(expect.arrayContaining(["one", "two", "ksg", "flow"]));
    expect(labels).not.toContain("density");
    expect(svg).toContain("one: ksg 1.10 of 1.50; one: flow 0.50 of 1.50; two: ksg 1.40 of 1.50.");
    expect(await benchmarkFigure(rows)).toBe(svg);
  });

  it("has room for all estimators", async () => {
    const all = await benchmarkFigure(benchmarkEstimatorNames.map((name) => row("one", name, 1, 1)));
    const few = await benchmarkFigure([row("one", "ksg", 1, 1)]);
    const heightOf = (svg: string) => Number(/height="([\d.]+)"/.exec(svg)?.[1]);
    for (const name of benchmarkEstimatorNames) expect(all).toContain(`>${name}</text>`);
    expect(heightOf(all)).toBeGreaterThan(heightOf(few) + 20);
    const places = [...all.matchAll(/translate\(([\d.]+),[\d.]+\)"><g><g><path transform="translate\(7,7\)"/g)];
    expect(places).toHaveLength(benchmarkEstimatorNames.length);
    // the last of a line has room for its name
    for (const [, left] of places) expect(Number(left)).toBeLessThan(400);
    const legend = [...all.matchAll(/<path transform="translate\(7,7\)" d="([^"]+)"/g)].map(([, shape]) => shape);
    expect(new Set(legend).size).toBe(benchmarkEstimatorNames.length);
  });
});
