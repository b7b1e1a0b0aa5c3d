import { describe } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { tableErrorSentences } from "../evaluation/sentences.js";
import { type GroupFacts, groupSentences } from "./group-sentences.js";

const best = { folder: "one", test: 6, interval: null, baseline: null };
const group: GroupFacts = { target: "age", unit: " years", table: "t.csv", error: "RMSE", entries: 3, tested: 1, best };
const beside = (test: number) => ({ ...best, baseline: { name: "ridge", test } });

describe("what is said of a group of runs", () => {
  sentenceTable(groupSentences, [
    { run: "nothing tested", facts: { ...group, tested: 0, best: null }, said: ["group/none-tested"] },
    { run: "one, without a baseline", facts: group, said: ["group/best"] },
    {
      run: "one below its baseline",
      facts: { ...group, best: beside(7) },
      said: ["group/best", "group/beats-baseline"],
    },
    {
      run: "several, the best above its baseline",
      facts: { ...group, tested: 3, best: beside(5) },
      said: ["group/best", "group/not-below-baseline", "group/optimistic"],
    },
    {
      run: "two, the best equal to its baseline",
      facts: { ...group, tested: 2, best: beside(6) },
      said: ["group/best", "group/not-below-baseline", "group/optimistic"],
    },
  ]);
});

describe("what is said of the error on another table", () => {
  const facts = { target: "age", unit: " years", name: "RMSE", rows: 100, value: 7, low: 6, high: 8 };
  sentenceTable(
    tableErrorSentences,
    [
      { run: "as on the test part", facts: { ...facts, own: 6 }, said: ["table/error", "table/open"] },
      { run: "worse than there", facts: { ...facts, own: 5 }, said: ["table/error", "table/higher"] },
      { run: "better than there", facts: { ...facts, own: 9 }, said: ["table/error", "table/lower"] },
    ],
    ["table/error"],
  );
});
