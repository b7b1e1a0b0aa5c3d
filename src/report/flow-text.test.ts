import { expect, it } from "vitest";
import { type FlowFacts, flowText } from "./flow-text.js";

const values = (total: number) => ({
  information: { total, byModality: { a: 0.7, b: 0.5 } },
  atoms: { unique: { a: 0.3, b: 0.1 }, redundancy: 0.4, synergy: total - 0.8, partialRedundancy: 0 },
  union: 0.8,
});

it("sets atoms held out beside those of ranks and those as published, and says what those know", () => {
  const facts: Omit<FlowFacts, "standardErrors" | "columnWise"> = {
    unit: "bits",
    n: 300,
    folds: 3,
    seed: 1,
    heldOut: values(1),
    inSample: values(1.4),
  };
  const errors = values(0.85);
  const text = flowText({ ...facts, standardErrors: errors, columnWise: { ...values(1.1), standardErrors: null } });
  expect(text).toMatch(/flows, held out +no flow, ranks +flows, fitted rows/);
  expect(text).toMatch(/only a \(unique\) +0\.30 ± 0\.30 +0\.30 +0\.30/);
  expect(text).toMatch(/only together \(synergy\) +0\.20 ± 0\.05 +0\.30 +0\.60/);
  expect(text).toMatch(/all together +1\.0 ± 0\.8 +1\.10 +1\.40|all together +1\.00 ± 0\.85 +1\.10 +1\.40/);
  expect(text).toContain("which they know too well");
});
