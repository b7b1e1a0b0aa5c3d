import { expect, it } from "vitest";
import { acquisitionFigure } from "./acquisition-figure.js";

it("names the three policies in full, and what was bought where two are bought for nearly the same", async () => {
  const fixed = [
    { cost: 0, error: 20 },
    { cost: 250, error: 14.1 },
    { cost: 280, error: 14 },
    { cost: 680, error: 14.2 },
  ];
  const svg = await acquisitionFigure({
    ...{ target: "age", error: "RMSE", order: ["volumes", "proteins", "thickness"] },
    ...{ adaptive: fixed, fixed, random: fixed },
  });
  const texts = [...svg.matchAll(/<text[^>]*translate\(([\d.]+),([\d.]+)\)[^>]*>([^<]*)</g)];
  const named = (label: string) => texts.find(([, , , text]) => text === label);
  for (const label of ["what the row needs next", "one order for all rows", "a random order"])
    expect(svg).toContain(`>${label}<`);
  const [volumes, proteins] = ["+ volumes", "+ proteins"].map((label) => Number(named(label)?.[2]));
  expect(Math.abs(volumes - proteins)).toBeGreaterThan(12);
});
