import { describe } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { type NestedTuneSentenceFacts, nestedTuneSentences } from "./nested-tune-sentences.js";
import { type TuneSentenceFacts, tuneSentences } from "./tune-sentences.js";

const change = (value: number) => ({ value, low: value - 0.03, high: value + 0.03 });

describe("tune", () => {
  const facts = (final: number | null, more: Partial<TuneSentenceFacts> = {}): TuneSentenceFacts => ({
    ...{ trials: 9, chosen: final === null ? 0 : 4, searchChange: final === null ? 0 : -0.05, repeats: 5 },
    ...{ final: final === null ? null : change(final), test: final === null ? null : change(final), cut: null },
    ...more,
  });
  sentenceTable(tuneSentences, [
    { run: "no trial errs less", facts: facts(null), said: ["tune/none"] },
    {
      run: "a budget that was spent by the config as it is",
      facts: facts(null, { trials: 0 }),
      said: ["tune/nothing-tried"],
    },
    {
      run: "a budget that ended the search",
      facts: facts(-0.1, { cut: { bracket: 1, rung: 2, untried: 0, decided: 1 } }),
      said: ["tune/gain", "tune/best-of-many", "tune/cut", "tune/test"],
    },
    {
      run: "the same where nothing was better",
      facts: facts(null, { cut: { bracket: 1, rung: 1, untried: 4, decided: 1 } }),
      said: ["tune/none", "tune/cut"],
    },
    { run: "a gain", facts: facts(-0.1), said: ["tune/gain", "tune/best-of-many", "tune/test"] },
    { run: "noise", facts: facts(-0.01), said: ["tune/open", "tune/best-of-many", "tune/test"] },
    { run: "more error", facts: facts(0.1), said: ["tune/worse", "tune/best-of-many", "tune/test"] },
    {
      run: "one split in time",
      facts: facts(-0.1, { repeats: 1 }),
      said: ["tune/gain", "tune/best-of-many", "tune/same-rows", "tune/test"],
    },
  ]);
});

describe("tuning inside folds", () => {
  const facts = (value: number, more: Partial<NestedTuneSentenceFacts> = {}): NestedTuneSentenceFacts => ({
    ...{ folds: 5, change: change(value), asItIs: 1, settings: 3 },
    ...more,
  });
  sentenceTable(nestedTuneSentences, [
    { run: "nothing chosen", facts: facts(0, { asItIs: 5, settings: 1 }), said: ["nested-tune/none"] },
    { run: "a gain", facts: facts(-0.1), said: ["nested-tune/gain", "nested-tune/unsteady"] },
    { run: "noise", facts: facts(0.01), said: ["nested-tune/open", "nested-tune/unsteady"] },
    { run: "a loss", facts: facts(0.1), said: ["nested-tune/worse", "nested-tune/unsteady"] },
    {
      run: "the same in every fold",
      facts: facts(-0.1, { asItIs: 0, settings: 1 }),
      said: ["nested-tune/gain", "nested-tune/steady"],
    },
  ]);
});
