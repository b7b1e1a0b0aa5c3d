import { describe, expect, it } from "vitest";
import { type SentenceCase, sentenceTable } from "../../test/support/sentence-table.js";
import { said } from "../report/sentence.js";
import { type AblateFacts, ablateFacts, ablateSentences } from "./ablate-sentences.js";
import { cautionSentences } from "./caution-sentences.js";
import { type DifferenceFacts, differenceSentences, foldWeightsSentences } from "./crossval-sentences.js";
import { type InformationFacts, informationSentences } from "./information-sentences.js";
import {
  type NamedSubset,
  type SelectFacts,
  selectSentences,
  type WeightsFacts,
  weightsSentences,
} from "./select-sentences.js";

/** Errors of a subset against all modalities, the same on both parts unless told. */
function subset(name: string, value: number, more: Partial<NamedSubset> = {}): NamedSubset {
  const difference = { value, low: value - 0.03, high: value + 0.03, bound: value + 0.025 };
  return { name, modalities: name.split(" + ").length, cost: null, decision: difference, test: difference, ...more };
}

const all = subset("alpha + beta + gamma", 0, { decision: { value: 0, low: 0, high: 0, bound: 0 } });
const refused = (name: string, value: number) => ({ ...subset(name, value), acceptable: false });
const accepted = (name: string, value: number, more: Partial<NamedSubset> = {}) => ({
  ...subset(name, value, more),
  acceptable: true,
});
const facts = (more: Partial<SelectFacts> = {}): SelectFacts => ({
  ...{ repeats: 1, all, chosen: all, decideOn: "validation", margin: 0.02, greedy: false, anew: false },
  rows: { decision: 90, test: 180 },
  others: [refused("alpha + beta", 0.4), refused("gamma", 0.9)],
  ...more,
});
const chosen = (name: string, value: number, test: number, more: Partial<SelectFacts> = {}) => {
  const one = accepted(name, value, { test: subset(name, test).test });
  return facts({ chosen: one, others: [one, refused("gamma", 0.9)], ...more });
};

describe("select", () => {
  const lone = subset("alpha", 0);
  const cases: SentenceCase<SelectFacts>[] = [
    {
      run: "one modality, better than none",
      facts: facts({ all: lone, chosen: lone, others: [refused("none", 0.4)] }),
      said: ["select/only-modality", "select/none-shown"],
    },
    {
      run: "noise: what knows no modality errs as little",
      facts: chosen("none", -0.01, -0.02, {
        chosen: { ...subset("none", -0.01, { test: subset("none", -0.02).test }), modalities: 0 },
      }),
      said: ["select/nothing", "select/test-bears-out"],
    },
    {
      run: "decided on the test rows, trained anew",
      facts: chosen("alpha", -0.01, 0.01, { decideOn: "test", anew: true }),
      said: ["select/enough", "select/test-open", "select/chosen-on-test"],
    },
    { run: "every other subset is far worse", facts: facts(), said: ["select/none-shown"] },
    {
      run: "a subset is better as measured, and nobody can tell",
      facts: facts({ others: [refused("beta + gamma", -0.1), refused("alpha", 0.01), refused("beta", 0.9)] }),
      said: ["select/none-shown", "select/not-shown-needed"],
    },
    {
      run: "all modalities cost as little as the subset that is enough",
      facts: facts({ others: [accepted("alpha", -0.1)] }),
      said: ["select/equal-cost"],
    },
    {
      run: "a subset is enough, on test rows too",
      facts: chosen("alpha", -0.01, -0.02),
      said: ["select/enough", "select/test-bears-out"],
    },
    {
      run: "a subset is enough, test rows cannot tell",
      facts: chosen("alpha", -0.01, 0.01),
      said: ["select/enough", "select/test-open"],
    },
    {
      run: "a subset is enough, test rows speak against it, cheaper",
      facts: chosen("alpha", -0.01, 0.2, {
        all: { ...all, cost: 420 },
        chosen: accepted("alpha", -0.01, { cost: 20, test: subset("alpha", 0.2).test }),
      }),
      said: ["select/enough", "select/test-against", "select/cost"],
    },
    {
      run: "several splits, trained anew",
      facts: chosen("alpha", -0.01, -0.02, { repeats: 5, anew: true }),
      said: ["select/enough", "select/test-bears-out", "select/rows-shared"],
    },
    {
      run: "decided on the test rows",
      facts: chosen("alpha", -0.01, -0.01, { decideOn: "test" }),
      said: ["select/enough", "select/chosen-on-test"],
    },
  ];
  sentenceTable(selectSentences, cases);

  it("says nobody needs a modality that nobody was shown to need", () => {
    const text = said(
      selectSentences,
      facts({ others: [refused("beta + gamma", -0.101), refused("alpha", 0.9), refused("beta", 0.9)] }),
    ).join(" ");
    expect(text).toBe(
      "**alpha + beta + gamma**: all are kept. None of the 3 smaller subsets was shown, at 95 %, to err at most 2 % more " +
        "on the validation rows of this split. That does not show that every modality is needed. One of them does so as measured, but not at " +
        "95 %: the validation error of beta + gamma is 10.1 % lower than that of all (95 %: -13.1 % to -7.1 %).",
    );
    expect(said(selectSentences, facts()).join()).toContain("Neither of the 2 smaller subsets");
    expect(
      said(selectSentences, facts({ others: [1, 2, 3].map(() => refused("a", 1)), greedy: true })).join(),
    ).toContain("None of the 3 smaller subsets that were trained");
  });

  it("names the splits that a finding rests on", () => {
    expect(said(selectSentences, chosen("alpha", -0.2, -0.1, { repeats: 5, anew: true })).join(" ")).toContain(
      "is enough: on about 90 validation rows of each of 5 splits the error is 20.0 % lower",
    );
    expect(said(selectSentences, facts({ repeats: 5 })).join()).toContain("on the validation rows of 5 splits.");
  });

  it("gives bounds below the error of all as such", () => {
    expect(said(selectSentences, chosen("alpha", -0.2, -0.1)).join(" ")).toBe(
      "**alpha** is enough: on 90 validation rows of this split the error is 20.0 % lower than that of all modalities, and, at 95 %, at " +
        "least 17.5 % below it. On 180 test rows of this split the error is 10.0 % lower than that of all modalities (95 %: -13.0 % to -7.0 %). " +
        "There too it is, at 95 %, at least 7.5 % below it.",
    );
  });
});

describe("fusion weights of a selection", () => {
  const weights = (...values: number[]) => values.map((weight, i) => ({ modality: "abc"[i], weight }));
  const cases: SentenceCase<WeightsFacts>[] = [
    { run: "late", facts: { seeds: 1, fusion: "late", weights: weights(0.5, 0.5) }, said: ["weights/not-learned"] },
    { run: "one modality", facts: { seeds: 1, fusion: "pid", weights: weights(1) }, said: ["weights/one-modality"] },
    {
      run: "no information",
      facts: { seeds: 3, fusion: "pid", weights: weights(0.5, 0.5) },
      said: ["weights/all-equal"],
    },
    { run: "an order", facts: { seeds: 3, fusion: "pid", weights: weights(0.6, 0.2, 0.2) }, said: ["weights/order"] },
  ];
  sentenceTable(weightsSentences, cases);
});

describe("rows of the information", () => {
  const base = { targets: ["age"], atomsFrom: "heldout", outer: null };
  const outer = (ofTrainedGroups: number) => ({ ...base, outer: { column: "site", rows: 100, ofTrainedGroups } });
  const cases: SentenceCase<InformationFacts>[] = [
    { run: "folds of rows", facts: base, said: ["information/heldout"] },
    { run: "sites, all of which trained", facts: outer(100), said: ["information/heldout-of-trained-groups"] },
    { run: "sites, some of which trained", facts: outer(30), said: ["information/heldout-of-some-trained-groups"] },
    { run: "sites kept out of training", facts: outer(0), said: ["information/heldout-of-other-groups"] },
    { run: "preset paper", facts: { ...base, atomsFrom: "batch" }, said: ["information/training-rows"] },
  ];
  sentenceTable(informationSentences, cases);

  it("names every target", () => {
    expect(said(informationSentences, { ...base, targets: ["a", "b", "c"] })[0]).toMatch(
      /^Information about a, b and c, /,
    );
  });
});

describe("differences of a cross-validation", () => {
  const at = (low: number, high: number): DifferenceFacts => ({
    ...{ error: "RMSE", target: "age", unit: " years", own: "pidreg", model: "ridge", level: "95 %" },
    ...{ value: (low + high) / 2, low, high },
  });
  sentenceTable(differenceSentences, [
    { run: "below 0", facts: at(-2, -1), said: ["difference/lower"] },
    { run: "above 0", facts: at(1, 2), said: ["difference/higher"] },
    { run: "around 0", facts: at(-1, 2), said: ["difference/open"] },
    { run: "from 0 on", facts: at(0, 2), said: ["difference/open"] },
    { run: "always 0", facts: at(0, 0), said: ["difference/equal"] },
  ]);
});

describe("fusion weights of a cross-validation", () => {
  const weights = {
    alpha: { mean: 0.5, sd: 0.01 },
    beta: { mean: 0.3, sd: 0.02 },
    "alpha*beta": { mean: 0.2, sd: null },
  };
  sentenceTable(foldWeightsSentences, [
    { run: "pid", facts: { fusion: "pid", weights }, said: ["weights/learned"] },
    { run: "low-rank", facts: { fusion: "low-rank", weights }, said: ["weights/not-learned"] },
  ]);

  it("are a list with its last word", () => {
    expect(said(foldWeightsSentences, { fusion: "pid", weights })[0]).toBe(
      "Fusion weights, mean ± standard deviation over the trainings: alpha 0.50 ± 0.01, beta 0.30 ± 0.02 and alpha*beta 0.20 ± -.",
    );
  });
});

describe("ablate", () => {
  const empty: AblateFacts = { repeats: 1, higher: [], lower: [], equal: [], open: [] };
  sentenceTable(ablateSentences, [
    { run: "nothing to leave out", facts: empty, said: ["ablate/nothing"] },
    { run: "a part that helps", facts: { ...empty, higher: ["no-stage-1"] }, said: ["ablate/higher"] },
    { run: "splits that do not tell", facts: { ...empty, repeats: 5, open: ["a"] }, said: ["ablate/open"] },
    { run: "a part that hurts", facts: { ...empty, lower: ["no-stage-1"] }, said: ["ablate/lower"] },
    { run: "a part without effect", facts: { ...empty, equal: ["no-schedule"] }, said: ["ablate/equal"] },
    {
      run: "parts of both kinds",
      facts: { ...empty, lower: ["a"], open: ["no-stage-2"] },
      said: ["ablate/lower", "ablate/open", "ablate/one-epoch"],
    },
  ]);

  it("says of which splits it speaks", () => {
    const speaks = (more: Partial<AblateFacts>) => said(ablateSentences, { ...empty, ...more }).join(" ");
    expect(speaks({ higher: ["a"] })).toBe("The test error is higher with a, for this split.");
    expect(speaks({ open: ["a"] })).toBe("The rows of this split do not tell a from the full config.");
    expect(speaks({ lower: ["a"], open: ["b"], repeats: 5 })).toBe(
      "The test error is lower with a, over 5 splits. 5 splits do not tell b from the full config.",
    );
  });

  it("sorts variants by their intervals, the full config aside", () => {
    const variant = (name: string, ends: readonly [number, number] | null) => ({
      name,
      difference: ends === null ? null : { value: 0, low: ends[0], high: ends[1] },
    });
    const variants = [
      variant("full", null),
      variant("a", [1, 2]),
      variant("b", [-2, -1]),
      variant("c", [0, 0]),
      variant("d", [-1, 0]),
    ];
    expect(ablateFacts({ repeats: 2, variants } as never)).toEqual({
      ...{ repeats: 2, higher: ["a"], lower: ["b"], equal: ["c"], open: ["d"] },
    });
  });
});

describe("cautions", () => {
  sentenceTable(cautionSentences, [
    { run: "one model", facts: { repeats: 1, seeds: 1, compared: 0 }, said: [] },
    { run: "one training of two", facts: { repeats: 1, seeds: 1, compared: 1 }, said: ["caution/one-training"] },
    {
      run: "trainings of many",
      facts: { repeats: 1, seeds: 3, compared: 6 },
      said: ["caution/trainings", "caution/many"],
    },
    {
      run: "two splits",
      facts: { repeats: 2, seeds: 1, compared: 6, together: true },
      said: ["caution/splits", "caution/few-splits"],
    },
    { run: "five splits", facts: { repeats: 5, seeds: 2, compared: 1 }, said: ["caution/splits"] },
  ]);
});
