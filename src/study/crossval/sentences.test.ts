import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { type CurveFacts, curveSentences } from "./curve-sentences.js";
import { type PermutationFacts, permutationSentences } from "./permutation-sentences.js";

describe("permutation test", () => {
  const at = (permutations: number, pValue: number): PermutationFacts => ({
    ...{ target: "age", error: "RMSE", permutations, pValue, better: Math.round(pValue * (permutations + 1)) - 1 },
    ...{ groups: null, within: null },
  });
  sentenceTable(permutationSentences, [
    { run: "no permutation as good", facts: at(99, 0.01), said: ["permutation/shown"] },
    { run: "the fewest that can show anything", facts: at(19, 0.05), said: ["permutation/shown"] },
    { run: "some as good", facts: at(99, 0.4), said: ["permutation/open"] },
    { run: "too few", facts: at(10, 1 / 11), said: ["permutation/open", "permutation/few"] },
  ]);
});

it("says how many permutations gave as low an error, none among few too", () => {
  const open = permutationSentences.find(({ id }) => id === "permutation/open");
  const facts = { target: "age", error: "RMSE", permutations: 3, pValue: 0.25, better: 0, groups: null, within: null };
  expect(open?.say(facts)).toContain(
    "none of 3, which are few, in which targets were dealt anew gave as low a RMSE (p = 0.25)",
  );
  expect(open?.say({ ...facts, pValue: 0.5, better: 1 })).toContain(
    "1 of 3 in which targets were dealt anew gave as low",
  );
});

describe("learning curve", () => {
  const at = (interval: CurveFacts["interval"]): CurveFacts => ({
    ...{ target: "age", error: "RMSE", share: 0.5, said: "0.3 (0.1 to 0.5)", interval },
  });
  sentenceTable(curveSentences, [
    { run: "less error with all rows", facts: at({ low: 0.1, high: 0.5 }), said: ["curve/falls"] },
    { run: "not told apart", facts: at({ low: -0.1, high: 0.5 }), said: ["curve/open"] },
    { run: "more error with all rows", facts: at({ low: -0.5, high: -0.1 }), said: ["curve/rises"] },
    { run: "an error that does not exist in some fold", facts: at(null), said: [] },
  ]);
});
