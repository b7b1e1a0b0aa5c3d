import { describe } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { type CurveFacts, curveSentences } from "./curve-sentences.js";
import { type PermutationFacts, permutationSentences } from "./permutation-sentences.js";

describe("permutation test", () => {
  const at = (permutations: number, pValue: number): PermutationFacts => ({
    ...{ target: "age", error: "RMSE", permutations, pValue, groups: null, within: null },
  });
  sentenceTable(permutationSentences, [
    { run: "no permutation as good", facts: at(99, 0.01), said: ["permutation/shown"] },
    { run: "the fewest that can show anything", facts: at(19, 0.05), said: ["permutation/shown"] },
    { run: "some as good", facts: at(99, 0.4), said: ["permutation/open"] },
    { run: "too few", facts: at(10, 1 / 11), said: ["permutation/open", "permutation/few"] },
  ]);
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
