import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../test/support/sentence-table.js";
import { regression } from "../tasks/regression/regression.js";
import { flagSentences } from "./flag-warnings.js";
import { codeWords, errorWarnings, informationWarnings, runWarnings, warningsOf } from "./run-warnings.js";
import type { WarnedRun } from "./warned-run.js";

const part = (rmse: number, r2 = 0.5) => {
  const metrics = { mae: rmse, rmse, r2, pearson: null };
  return { n: 100, overall: metrics, perTarget: { y: metrics } };
};
const pid = (flags: readonly string[], total = 1) => ({
  ...{ flags, information: { total }, standardErrors: null, source: "heldout" },
  intervals: {
    lower: { information: { total: flags.includes("no-information") ? 0 : 0.8 } },
    upper: { information: { total: 1.2 } },
  },
});
const stage1 = (converged: boolean, informative = true) => ({ converged, informative });
/** Six epochs, measured every third, of which five must be stable. */
const short = {
  ...{ ...stage1(false), epochs: 6, ended: "limit" as const },
  ...{ maxEpochs: 6, every: 3, patience: 5, stableEpochs: 3 },
};
const metrics = { targets: ["y"], test: part(1), baselines: { ridge: { test: part(2) }, mean: { test: part(3) } } };
const run = (changed: object): WarnedRun => ({
  task: regression,
  metrics,
  pid: { ...pid([]), stage1: stage1(true), ...changed },
});

describe("whether there is information", () => {
  const none = { ...pid(["no-information"]), test: pid(["no-information"]) };
  sentenceTable(informationWarnings, [
    { run: "settled", facts: run({}), said: [] },
    { run: "cut", facts: run({ stage1: stage1(false) }), said: ["not-converged"] },
    { run: "too short to judge", facts: run({ stage1: short }), said: ["convergence-not-judged"] },
    {
      run: "too short, and moving all the same",
      facts: run({ stage1: { ...short, stableEpochs: 0 } }),
      said: ["not-converged"],
    },
    { run: "too short, nothing found", facts: run({ ...none, stage1: short }), said: ["no-information"] },
    {
      run: "nothing found, which more epochs do not settle",
      facts: run({ ...none, stage1: stage1(false) }),
      said: ["no-information"],
    },
    {
      run: "two values",
      facts: run({ targetEntropy: { bits: 1, values: 2 } }),
      said: ["few-target-values"],
    },
    { run: "eleven values", facts: run({ targetEntropy: { bits: 3, values: 11 } }), said: [] },
    { run: "nothing to weight by", facts: run({ stage1: stage1(false, false) }), said: [] },
  ]);
});

describe("atoms that had not settled", () => {
  const long = { ...short, epochs: 40, maxEpochs: 40, every: 1, stableEpochs: 0 };
  const members = { ...long, ended: undefined, epochs: 38 };
  const textOf = (end: object, count = 1) => {
    const own = { ...metrics, ...(count === 1 ? {} : { ensemble: { members: count } }) };
    return runWarnings({ ...run({ stage1: end }), metrics: own }, []).map(({ text }) => text)[0];
  };
  const had = "the atoms had not settled when stage 1 ended";
  const byHeart = "since the network had begun to learn its training rows by heart (training.stage1.overfit)";
  const atLimit = "at its last epoch (training.stage1.maxEpochs: 40)";
  const more = "a larger training.stage1.maxEpochs gives them more time";

  it.each([
    ["a run that does not say why", stage1(false), had],
    ["the last epoch", long, `${had}, ${atLimit}; ${more}`],
    ["a network that overfits", { ...long, epochs: 30, ended: "overfit" }, `${had}, ${byHeart}`],
    [
      "few epochs that moved",
      { ...short, stableEpochs: 0 },
      `${had}, at its last epoch (training.stage1.maxEpochs: 6); 7 epochs or more (training.stage1.maxEpochs) show whether they settle`,
    ],
    [
      "few epochs",
      short,
      "stage 1 was too short to judge whether the atoms had settled: 5 stable epochs in a row are asked for (training.stage1.patience), " +
        "and the atoms were measured every 3 epochs (training.stage1.every); 7 epochs or more (training.stage1.maxEpochs) tell",
    ],
    [
      "one measurement",
      { ...short, epochs: 2, maxEpochs: 2, patience: 3, stableEpochs: 0 },
      "stage 1 was too short to judge whether the atoms had settled: 3 stable epochs in a row are asked for (training.stage1.patience), " +
        "and the atoms were measured once (training.stage1.every); 4 epochs or more (training.stage1.maxEpochs) tell",
    ],
    [
      "every epoch measured",
      { ...short, epochs: 5, maxEpochs: 5, every: 1, stableEpochs: 4 },
      "stage 1 was too short to judge whether the atoms had settled: 5 stable epochs in a row are asked for (training.stage1.patience); " +
        "6 epochs or more (training.stage1.maxEpochs) tell",
    ],
  ])("of %s", (_, end, text) => expect(textOf(end)).toBe(text));

  it.each([
    ["all at the limit", { settled: 0, overfit: 0, limit: 3 }, `${had} in at least one member, ${atLimit}; ${more}`],
    ["one by heart", { settled: 2, overfit: 1, limit: 0 }, `${had} in at least one member, ${byHeart}`],
    [
      "both",
      { settled: 0, overfit: 1, limit: 2 },
      `${had} in at least one member, of 2 members ${atLimit} and of 1 member ${byHeart}; ${more}`,
    ],
  ])("of an ensemble: %s", (_, endedMembers, text) => expect(textOf({ ...members, endedMembers }, 3)).toBe(text));

  it("of an ensemble of short stages", () => {
    const endedMembers = { settled: 0, overfit: 0, limit: 3 };
    expect(textOf({ ...short, ended: undefined, endedMembers }, 3)).toMatch(
      /^stage 1 was .* had settled in every member: 5 stable/,
    );
  });
});

describe("flags", () => {
  const parts = (own: string[], test: string[] = []) => [
    { rows: "validation rows", flags: own },
    { rows: "test rows", flags: test },
  ];
  sentenceTable(flagSentences, [
    { run: "none", facts: { parts: parts([]), found: true }, said: [] },
    { run: "tied in the test part", facts: { parts: parts([], ["boundary"]), found: true }, said: ["boundary"] },
    { run: "tied in knowing nothing", facts: { parts: parts(["boundary"]), found: false }, said: [] },
    {
      run: "all of them",
      facts: {
        found: true,
        parts: parts([
          "saturated",
          "underdetermined",
          "inconsistent",
          "dependent-target",
          "dependent-source",
          "few-rows",
          "few-groups",
          "few-rows-per-cell",
          "non-gaussian",
          "above-entropy",
          "heavy-tails",
          "lower-bound",
          "odd",
        ]),
      },
      said: [
        "saturated",
        "underdetermined",
        "few-rows",
        "few-groups",
        "few-rows-per-cell",
        "non-gaussian",
        "heavy-tails",
        "lower-bound",
        "inconsistent",
        "above-entropy",
        "dependent-target",
        "dependent-source",
        "unknown-flag",
      ],
    },
  ]);
});

describe("the test error beside what needs no network", () => {
  const named = (name: string) => ({ name, called: `the ${name} model` });
  const difference = (error: number, low: number, high: number) => ({
    error,
    difference: { value: 1 - error, low, high },
  });
  const linear = (error: number, low: number, high: number) => ({ ...named("ridge"), ...difference(error, low, high) });
  const constant = (error: number, low: number, high: number) => ({
    ...named("mean"),
    ...difference(error, low, high),
  });
  const facts = {
    ...{ target: "y", error: "RMSE", own: 1 },
    ...{ linear: linear(2, -1.5, -0.5), constant: constant(3, -2.5, -1.5) },
  };
  sentenceTable(errorWarnings, [
    { run: "better than both", facts, said: [] },
    {
      run: "worse than ridge",
      facts: { ...facts, linear: linear(0.5, 0.2, 0.8) },
      said: ["not-better-than-linear/worse"],
    },
    {
      run: "ridge, not told apart",
      facts: { ...facts, linear: linear(0.9, -0.1, 0.3) },
      said: ["not-better-than-linear/open"],
    },
    {
      run: "noise: ridge is worse than the mean, and no advice",
      facts: { ...facts, linear: linear(1.1, -0.2, 0.1), constant: constant(0.99, -0.01, 0.03) },
      said: ["not-better-than-constant/open"],
    },
    {
      run: "worse than the mean, ridge not recorded",
      facts: { ...facts, linear: undefined, constant: constant(0.5, 0.3, 0.7) },
      said: ["not-better-than-constant/worse"],
    },
    {
      run: "a version that recorded no differences",
      facts: { ...facts, linear: { ...named("ridge"), error: 0.5, difference: undefined } },
      said: ["not-better-than-linear/worse"],
    },
  ]);
});

describe("the warnings of a run", () => {
  const noted = [{ code: "parts", text: "parts of the split cannot carry what rests on them" }];
  it("are those of the flags, the errors and the table, in one list", () => {
    const worse = { ...metrics, baselines: { ridge: { test: part(0.5) } } };
    const found = runWarnings({ ...run({ flags: ["saturated"] }), metrics: worse }, noted);
    expect(found.map(({ code }) => code)).toEqual(["saturated", "not-better-than-ridge", "parts"]);
    expect(found[0].text).toMatch(/^the target is determined exactly/);
    expect(found.map(({ code }) => codeWords(code))).toEqual(["saturated", "not better than ridge", "parts"]);
  });

  it("tell of each of several targets about which a linear model shows more than all atoms together", () => {
    const of = (r2: number) => ({ mae: 1, rmse: 1, r2, pearson: null });
    const two = (y: number, z: number) => ({ n: 100, overall: of(y), perTarget: { y: of(y), z: of(z) } });
    const several = { targets: ["y", "z"], test: two(0.9, 0.5), baselines: { ridge: { test: two(0.9, 0.5) } } };
    const less = (upper: number) => {
      const intervals = { ...pid([]).intervals, upper: { information: { total: upper } } };
      const warnings = runWarnings({ ...run({ intervals }), metrics: several }, []);
      return warnings.filter(({ code }) => code === "less-than-ridge").map(({ text }) => text);
    };
    expect(less(1.2)).toEqual([
      expect.stringMatching(/of the variance of y on the test rows.*the atoms, about all targets together, add up to/),
    ]);
    expect(less(1.65)).toEqual([]);
  });

  it("name the entropy that was exceeded, and hold linear models to it", () => {
    const bounded = {
      targetEntropy: { bits: 0.97, values: 2 },
      flags: ["above-entropy"],
      information: { total: 0.97 },
    };
    const sharp = { ...metrics, test: part(1, 0.98), baselines: { ridge: { test: part(2, 0.98) } } };
    const intervals = { lower: { information: { total: 0 } }, upper: { information: { total: 0.97 } } };
    const codes = runWarnings({ ...run({ ...bounded, intervals }), metrics: sharp }, []);
    expect(codes.map(({ code }) => code)).toEqual(["few-target-values", "above-entropy"]);
    expect(codes[0].text).toContain('train on classes: data.target: { column: "y", kind: class }');
    expect(codes[1].text).toContain("more than its entropy, 0.97 bits of 2 different values");
  });

  it("are read where the run kept them, and made of its files where it did not", () => {
    const kept = [{ code: "kept", text: "as it was written" }];
    expect(warningsOf({ ...run({}), metrics: { ...metrics, warnings: kept } })).toBe(kept);
    expect(warningsOf({ ...run({}), metrics: { ...metrics, notes: ["an old note"] } })).toEqual([
      { code: "note", text: "an old note" },
    ]);
  });
});
