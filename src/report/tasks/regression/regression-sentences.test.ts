import { describe } from "vitest";
import { sentenceTable } from "../../../../test/support/sentence-table.js";
import { accuracySentences } from "./accuracy-sentences.js";
import { correctionSentences } from "./correction-sentences.js";
import { linearWarningSentences } from "./linear-warnings.js";
import { predictionSentences } from "./prediction-sentences.js";
import { togetherSentences } from "./together-sentences.js";

const of = { target: "age", unit: " years" };

describe("how well it predicts", () => {
  const interval = { low: 4, high: 6 };
  const errors = { mae: 4, rmse: 5, r2: 0.8, networkRmse: null };
  const facts = { ...of, rows: 300, ...errors, maeInterval: interval, rmseInterval: interval };
  sentenceTable(accuracySentences, [
    { run: "new rows", facts: { ...facts, copied: false }, said: ["verdict/error-of-new-rows", "verdict/explains"] },
    {
      run: "near training rows count",
      facts: { ...facts, copied: false, networkRmse: 5.5 },
      said: ["verdict/error-of-new-rows", "verdict/explains", "verdict/near-rows"],
    },
    {
      run: "copies of training rows, worse than the mean",
      facts: { ...facts, copied: true, r2: -665 },
      said: ["verdict/error-with-copies", "verdict/worse-than-mean"],
    },
    {
      run: "a target that does not vary",
      facts: { ...facts, copied: false, r2: null },
      said: ["verdict/error-of-new-rows", "verdict/constant"],
    },
  ]);
});

describe("predictions over the range of the truth", () => {
  const facts = { ...of, half: 3, most: 9 };
  const end = (share: number, bias: number, margin: number) => ({ share, bias, margin });
  sentenceTable(
    predictionSentences,
    [
      {
        run: "drawn to the middle",
        facts: { ...facts, lowest: end(0.2, 6, 1), highest: end(0.2, -5, 1) },
        said: ["predictions/spread", "predictions/lowest-shifted", "predictions/highest-shifted"],
      },
      {
        run: "ties, few rows",
        facts: { ...facts, lowest: end(0.67, 0.1, 0.2), highest: end(0.05, -0.5, 0.7) },
        said: ["predictions/spread", "predictions/lowest-open", "predictions/highest-open"],
      },
      { run: "one group", facts: { ...facts, lowest: null, highest: null }, said: ["predictions/spread"] },
    ],
    ["predictions/spread"],
  );
});

describe("the correction for regression towards the mean", () => {
  const gap = (mae: number, slope: number) => ({ mae, slope, correlation: -0.5 });
  const always = ["correction/raw", "correction/corrected"];
  const cases = [
    { run: "flatter, dearer", raw: gap(4, -0.3), corrected: gap(5, 0.02), said: [...always, "correction/costs"] },
    { run: "flatter, no dearer", raw: gap(4, -0.3), corrected: gap(4, 0.02), said: always },
    {
      run: "overshooting",
      raw: gap(4, -0.1),
      corrected: gap(6, 0.4),
      said: [...always, "correction/costs", "correction/steeper"],
    },
  ];
  sentenceTable(
    correctionSentences,
    cases.map(({ run, raw, corrected, said }) => ({ run, facts: { ...of, raw, corrected }, said })),
    always,
  );
});

describe("what a linear model shows", () => {
  const facts = {
    target: "y",
    name: "ridge",
    called: "ridge regression",
    r2: 0.78,
    bits: 1.1,
    total: 0.54,
    targets: 1,
  };
  sentenceTable(linearWarningSentences, [
    { run: "fewer bits than it explains variance", facts: { ...facts, upper: 0.7 }, said: ["less-than-linear"] },
    { run: "no fewer, as far as one can tell", facts: { ...facts, upper: 1.06 }, said: [] },
  ]);
});

describe("information where rows were tested", () => {
  const at = (r2: number | null, bits: number | null) => ({ target: "age", r2, bits, outerGroup: "site" });
  sentenceTable(togetherSentences, [
    { run: "sites are predicted", facts: at(0.31, 0.27), said: ["tested/bits"] },
    { run: "sites are not predicted", facts: at(-0.2, 0), said: ["tested/no-bits"] },
    { run: "a constant target", facts: at(null, null), said: [] },
    { run: "without any error", facts: at(1, null), said: [] },
  ]);
});
