import { describe } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { dependenceSentences } from "./dependence.js";
import { importanceSentences } from "./importance.js";

const named = (name: string, increase: number, low: number, columns = 1) => {
  return { name, columns, increase, low, high: 2 * increase - low };
};
const base = { modality: "m", target: "age", unit: " years", called: "RMSE", error: 5 };

describe("what importance says", () => {
  sentenceTable(importanceSentences, [
    {
      run: "one column counts most",
      facts: {
        ...{ ...base, whole: named("m", 4, 3), column: named("a", 2, 1), group: named("b + 1", 1, 0.5, 2) },
        region: named("r", 1, 0.2),
      },
      said: ["importance/whole", "importance/column", "importance/region"],
    },
    {
      run: "columns stand in for one another",
      facts: {
        ...{ ...base, whole: named("m", 4, 3), column: named("a", 0.2, -0.1), group: named("b + 1", 1, 0.5, 2) },
        region: undefined,
      },
      said: ["importance/whole", "importance/no-column", "importance/group"],
    },
    {
      run: "nothing can be told",
      facts: {
        ...{ ...base, whole: named("m", 0.1, -0.1), column: named("a", 0.1, -0.1) },
        ...{ group: undefined, region: named("r", 0.1, -0.2) },
      },
      said: ["importance/whole-unclear"],
    },
    {
      run: "a modality that the model leaves aside",
      facts: { ...base, whole: named("m", 0, 0), column: named("a", 0, 0), group: undefined, region: undefined },
      said: ["importance/whole-unused"],
    },
    {
      run: "a modality that misleads",
      facts: { ...base, whole: named("m", -2, -3), column: named("a", -1, -1.5), group: undefined, region: undefined },
      said: ["importance/whole-lower"],
    },
    {
      run: "an array",
      facts: { ...base, whole: named("m", 4, 3), column: undefined, group: undefined, region: undefined },
      said: ["importance/whole", "importance/none-looked-at"],
    },
  ]);
});

describe("what partial dependence says", () => {
  const of = (most: number, ends?: { from: number; to: number }) => ({ column: "a", most, ...(ends ? { ends } : {}) });
  sentenceTable(dependenceSentences, [
    {
      run: "a rise",
      facts: { target: "y", unit: "", columns: [of(2, { from: 1, to: 3 })] },
      said: ["dependence/one-way"],
    },
    {
      run: "a hill",
      facts: { target: "y", unit: "", columns: [of(2, { from: 1, to: 1.5 })] },
      said: ["dependence/not-one-way"],
    },
    { run: "categories", facts: { target: "y", unit: "", columns: [of(2)] }, said: ["dependence/not-one-way"] },
    { run: "none", facts: { target: "y", unit: "", columns: [] }, said: [] },
  ]);
});
