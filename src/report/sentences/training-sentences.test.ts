import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { normalW } from "../../evaluation/normality.js";
import { said } from "../sentence.js";
import { lambdaSentences } from "./lambda.js";
import { departingByChance, latentSentences } from "./latents.js";
import { lossSentences } from "./losses.js";
import { type StageFacts, type TrajectoryFacts, trajectorySentences } from "./trajectory.js";

describe("how the atoms settled", () => {
  const stage = (changed: Partial<StageFacts> = {}): StageFacts => ({
    ...{ epochs: 8, converged: true, informative: true, switches: 0, uninformativeMembers: 0 },
    ...changed,
  });
  const facts: TrajectoryFacts = {
    ...{ members: 1, stage1: stage(), found: true, fusion: "pid", moreWeights: 0, beyond: false },
    ...{ weights: ["alpha 0.60", "beta 0.40"], change: undefined },
  };
  const cut = stage({ converged: false });
  const short = stage({
    ...{ epochs: 6, converged: false, ended: "limit" },
    ...{ maxEpochs: 6, every: 3, patience: 5, stableEpochs: 3 },
  });
  const weighed = "trajectory/weights";
  sentenceTable(trajectorySentences, [
    { run: "settled", facts, said: ["trajectory/settled", weighed] },
    {
      run: "more found than the Gaussian reading sees",
      facts: { ...facts, beyond: true },
      said: ["trajectory/settled", weighed, "trajectory/gaussian-weights"],
    },
    { run: "cut", facts: { ...facts, stage1: cut }, said: ["trajectory/cut", weighed] },
    {
      run: "cut, and nothing found in the end: more epochs are no advice",
      facts: { ...facts, stage1: cut, found: false },
      said: ["trajectory/cut-without-information", weighed],
    },
    { run: "too short to judge", facts: { ...facts, stage1: short }, said: ["trajectory/not-judged", weighed] },
    {
      run: "too short, and moving all the same",
      facts: { ...facts, stage1: { ...short, stableEpochs: 0 } },
      said: ["trajectory/cut", weighed],
    },
    {
      run: "too short, and nothing found",
      facts: { ...facts, stage1: short, found: false },
      said: ["trajectory/cut-without-information", weighed],
    },
    {
      run: "noise",
      facts: { ...facts, stage1: stage({ converged: false, informative: false, switches: 2 }), found: false },
      said: ["trajectory/without-information", "trajectory/switched", weighed],
    },
    {
      run: "late fusion",
      facts: { ...facts, stage1: undefined, fusion: "late", change: { before: 1, after: 1.001 } },
      said: ["trajectory/fixed-weights", "trajectory/no-weights", "trajectory/stage2-left"],
    },
    {
      run: "one modality",
      facts: { ...facts, stage1: undefined, weights: ["alpha 1.00"] },
      said: ["trajectory/fixed-weights"],
    },
    {
      run: "an ensemble of which one member found nothing",
      facts: {
        ...{ ...facts, members: 5, stage1: stage({ informative: false, uninformativeMembers: 1 }) },
        change: { before: 0.73, after: 0.68 },
      },
      said: [
        "trajectory/some-members-without",
        "trajectory/mean-weights",
        "trajectory/stage2-moved",
        "trajectory/of-member-1",
      ],
    },
  ]);
});

describe("why stage 1 ended", () => {
  const stage: StageFacts = {
    ...{ epochs: 40, converged: false, informative: true, switches: 0, uninformativeMembers: 0 },
    ...{ ended: "limit", maxEpochs: 40, every: 1, patience: 5, stableEpochs: 0 },
  };
  const facts = {
    members: 1,
    found: true,
    fusion: "late",
    moreWeights: 0,
    beyond: false,
    weights: [],
    change: undefined,
  };
  const told = (stage1: StageFacts, changed: object = {}) =>
    said(trajectorySentences, { ...facts, stage1, ...changed }).map((each) =>
      each.text.replace(/<[^>]*>/g, "").replace(/\s+/g, " "),
    )[0];
  const not = "the atoms had not settled, and the weights were frozen all the same.";

  it.each<[string, Partial<StageFacts>, string]>([
    [
      "the last epoch",
      {},
      `Stage 1 ended after 40 epochs, at its last epoch (training.stage1.maxEpochs: 40): ${not} A larger training.stage1.maxEpochs gives them more time.`,
    ],
    [
      "a network that overfits",
      { epochs: 31, ended: "overfit" },
      `Stage 1 ended after 31 epochs, since the network had begun to learn its training rows by heart (training.stage1.overfit): ${not}`,
    ],
    [
      "a run that does not say",
      { ended: undefined, maxEpochs: undefined },
      `Stage 1 ended after 40 epochs: ${not} Where that is training.stage1.maxEpochs, a larger one gives them more time; where it is less, ` +
        "the network had begun to learn its training rows by heart.",
    ],
    [
      "few epochs",
      { epochs: 6, maxEpochs: 6, every: 3, stableEpochs: 3 },
      "Stage 1 ended after 6 epochs, at its last epoch (training.stage1.maxEpochs: 6), too few to judge whether the atoms had settled: " +
        "5 stable epochs in a row are asked for (training.stage1.patience), and the atoms were measured every 3 epochs (training.stage1.every). " +
        "The weights were frozen all the same. 7 epochs or more (training.stage1.maxEpochs) tell.",
    ],
    [
      "few epochs that moved",
      { epochs: 6, maxEpochs: 6, every: 3 },
      `Stage 1 ended after 6 epochs, at its last epoch (training.stage1.maxEpochs: 6): ${not} 7 epochs or more (training.stage1.maxEpochs) show whether they settle.`,
    ],
  ])("%s", (_, changed, text) => expect(told({ ...stage, ...changed })).toBe(text));

  it("without information, only that", () => {
    const end = "after stage 2 no information can be told from 0 by the Gaussian reading.";
    expect(told(stage, { found: false, checked: true })).toMatch(/no information can be told from 0\.$/);
    expect(told(stage, { found: false, ofClasses: true })).toMatch(/from 0 by the probabilities of held-out rows\.$/);
    expect(told({ ...stage, epochs: 31, ended: "overfit" }, { found: false })).toBe(
      `Stage 1 ended after 31 epochs, since the network had begun to learn its training rows by heart (training.stage1.overfit), before the atoms had settled; ${end}`,
    );
    expect(told({ ...stage, epochs: 6, maxEpochs: 6, every: 3, stableEpochs: 3 }, { found: false })).toMatch(
      /maxEpochs: 6\), before the atoms could be seen to settle; after stage 2/,
    );
  });
});

describe("how training went", () => {
  const facts = { members: 1, pilots: undefined, epochs: 16, kept: undefined, keptFromStage1: false };
  const terms = [{ name: "prediction", share: 0.7 }];
  const kept = { epoch: 11, loss: 0.3, called: "RMSE", error: undefined, relative: 0.5 };
  sentenceTable(lossSentences, [
    { run: "no term", facts: { ...facts, terms: [] }, said: ["losses/no-objective"] },
    {
      run: "pilots, weights kept",
      facts: { ...facts, terms, pilots: { plain: 1, periodic: 0.9 }, kept },
      said: ["losses/pilots", "losses/objective", "losses/kept"],
    },
    {
      run: "a stage 2 that made nothing better",
      facts: { ...facts, terms, keptFromStage1: true },
      said: ["losses/objective", "losses/kept-from-stage-1"],
    },
    { run: "an ensemble", facts: { ...facts, terms, members: 3 }, said: ["losses/objective", "losses/of-member-1"] },
  ]);
});

describe("whether latents are normal", () => {
  const facts = { name: "alpha", dimensions: 8, constant: 0, tested: 8, middle: 0.976, worst: 0.94, limit: 0.945 };
  sentenceTable(latentSentences, [
    { run: "W .976 of 40 normal rows", facts: { ...facts, departing: 1 }, said: ["latents/normal"] },
    { run: "some depart", facts: { ...facts, departing: 3 }, said: ["latents/some-depart"] },
    { run: "most depart", facts: { ...facts, departing: 7 }, said: ["latents/not-normal"] },
    {
      run: "most depart by little, of many rows",
      facts: { ...facts, departing: 7, middle: 0.996, limit: 0.998 },
      said: ["latents/slight"],
    },
    { run: "still", facts: { ...facts, constant: 8, tested: 0, departing: 0 }, said: ["latents/still"] },
    {
      run: "half still",
      facts: { ...facts, constant: 4, tested: 4, departing: 0 },
      said: ["latents/normal", "latents/some-still"],
    },
  ]);

  it("takes W and counts of normal samples for normal", () => {
    // Medians of W that a simulation of normal samples gave: 0.977 of 40 rows, 0.988 of 90.
    expect(normalW(40, 0.5)).toBeCloseTo(0.977, 3);
    expect(normalW(90, 0.5)).toBeCloseTo(0.988, 3);
    expect(normalW(90, 0.05)).toBeLessThan(normalW(90, 0.5));
    expect(departingByChance(100)).toBeCloseTo(5 + 1.645 * 2.179, 2);
  });
});

describe("how much passes the bottleneck", () => {
  const of = (...values: number[]) => ({ lambda: values.map((value, i) => ({ name: `m${i}`, value })) });
  sentenceTable(
    lambdaSentences,
    [
      { run: "open", facts: of(0.98, 0.9), said: ["lambda/shares", "lambda/open"] },
      { run: "held", facts: of(0.98, 0.4), said: ["lambda/shares", "lambda/held"] },
    ],
    ["lambda/shares"],
  );
});
