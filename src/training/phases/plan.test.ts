import { expect, it } from "vitest";
import { parseConfig } from "../../config/load.js";
import { plannedPhases } from "./plan.js";

const config = (embedding: string) =>
  parseConfig({
    name: "phases",
    data: { file: "t.csv", target: "y", modalities: { a: { columns: ["a*"] }, b: { columns: ["b*"] } } },
    model: { encoder: { embedding } },
  });

it("compares embeddings in pilots where there are columns to embed, and nowhere else", () => {
  expect(plannedPhases(config("auto"), 2, { tables: true })).toEqual([
    ...["pilot:plain", "pilot:periodic"],
    ...["stage1", "stage2"],
  ]);
  expect(plannedPhases(config("auto"), 2, { tables: false })).toEqual(["stage1", "stage2"]);
  expect(plannedPhases(config("none"), 2, { tables: true })).toEqual(["stage1", "stage2"]);
});
