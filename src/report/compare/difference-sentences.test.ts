import { expect, it } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { said } from "../sentence.js";
import { type ComparedFacts, comparedSentences } from "./difference-sentences.js";

const between = (low: number, high: number, pairs = 3): ComparedFacts => ({
  ...{ error: "RMSE", target: "age", group: "B", reference: "A", pairs, rows: 300, note: "bootstrap over rows" },
  interval: { value: (low + high) / 2, low, high, level: 0.95 },
});

sentenceTable(comparedSentences, [
  { run: "nothing to pair", facts: { ...between(0, 0), interval: null, pairs: 0 }, said: ["compared/unknown"] },
  { run: "the same errors", facts: between(0, 0, 1), said: ["compared/same"] },
  { run: "around 0", facts: between(-1, 1), said: ["compared/open"] },
  { run: "up to 0", facts: between(-1, 0), said: ["compared/open"] },
  { run: "below 0, one training each", facts: between(-2, -1, 1), said: ["compared/better", "compared/one-training"] },
  { run: "above 0", facts: between(1, 2), said: ["compared/worse"] },
]);

it("names the error that is lower", () => {
  expect(String(said(comparedSentences, between(-2, -1))[0].text)).toContain(
    "<b>the RMSE of B is lower than that of A</b>",
  );
});
