import { expect, it } from "vitest";
import { parseConfig } from "../../config/load.js";
import { fusionTerms } from "../../models/fusion.js";
import { firstProgress, plannedPhases } from "./plan.js";

const config = (embedding?: string, quality?: string) =>
  parseConfig({
    ...(quality === undefined ? {} : { quality }),
    name: "phases",
    data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } },
    ...(embedding === undefined ? {} : { model: { encoder: { embedding } } }),
  });

const terms = fusionTerms(["a", "b"], config().model.fusion);

it("compares embeddings in pilots where there are columns to embed, and nowhere else", () => {
  expect(plannedPhases(config("pilots"), 2, { tables: true })).toEqual([
    ...["pilot:plain", "pilot:periodic"],
    ...["stage1", "stage2"],
  ]);
  expect(plannedPhases(config("pilots"), 2, { tables: false })).toEqual(["stage1", "stage2"]);
  expect(plannedPhases(config("none"), 2, { tables: true })).toEqual(["stage1", "stage2"]);
});

it("embeds columns by the number of rows, without a pilot", () => {
  for (const own of [config(), config("auto"), config("by-rows"), config(undefined, "fast")]) {
    expect(plannedPhases(own, 2, { tables: true })).toEqual(["stage1", "stage2"]);
    const periodic = (trainRows: number) => firstProgress(own, terms, { tables: true, trainRows }).periodic;
    expect([1999, 2000].map(periodic)).toEqual([false, true]);
    const pictures = firstProgress(own, terms, { tables: false, trainRows: 5000 });
    expect(pictures.periodic).toBe(false);
  }
  const asked = (embedding: string) =>
    firstProgress(config(embedding), terms, { tables: true, trainRows: 5000 }).periodic;
  expect(["pilots", "none", "periodic"].map(asked)).toEqual([null, false, true]);
});
