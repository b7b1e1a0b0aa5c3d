import { expect, it } from "vitest";
import type { Comparison } from "./comparison.js";
import { informationSection } from "./information.js";

it("draws amounts that are rounding alone as nothing: they set no axis", async () => {
  const groups = ["C", "D"].map((letter) => ({ letter, runs: [{}] }));
  const spread = (mean: number) => ({ mean, sd: null });
  const atoms = [
    { label: "unique to b", values: [spread(0), spread(6e-17)] },
    { label: "all together", values: [spread(0.5), spread(0.25)] },
  ];
  // What the section reads of a comparison.
  const comparison = { groups, atoms, weights: [], targets: ["y"] } as unknown as Comparison;
  const { figures } = await informationSection(comparison);
  const labels = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, label]) => label);
  const nothing = figures.find(({ description }) => description.startsWith("unique to b"));
  const all = figures.find(({ description }) => description.startsWith("all together"));
  expect(labels(nothing?.wide ?? "").join()).not.toMatch(/e.?1\d/);
  expect(nothing?.wide).not.toMatch(/d="M0,[\d.]+h[1-9][\d.]*v18/);
  expect(all?.wide).toMatch(/d="M0,[\d.]+h[1-9][\d.]*v18/);
});
