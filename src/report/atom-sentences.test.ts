import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../test/support/sentence-table.js";
import { gaussianPidFromCovariance } from "../pid/estimate/pid-from-covariance.js";
import {
  balanceSentences,
  type GainFacts,
  gainSentences,
  type TotalFacts,
  totalSentences,
  type UniqueFacts,
  uniqueSentences,
} from "./atom-sentences.js";
import { boundarySentences, type TieFacts } from "./boundary-sentences.js";
import { findingSentences } from "./pid-sentences.js";
import { said } from "./sentence.js";

describe("unique parts", () => {
  const at = (value: number, error: number | null, measure: "broja" | "idep" = "broja"): UniqueFacts => ({
    ...{ name: "thickness", target: "age", measure, others: ["volumes"], value, error },
  });
  sentenceTable(uniqueSentences, [
    { run: "saturated", facts: at(Number.POSITIVE_INFINITY, null), said: ["unique/infinite"] },
    { run: "exactly nothing", facts: at(0, 0.01), said: ["unique/nothing"] },
    { run: "within its error", facts: at(0.04, 0.03), said: ["unique/open"] },
    { run: "beyond its error", facts: at(0.4, 0.03), said: ["unique/some"] },
    { run: "no error known", facts: at(0.04, null), said: ["unique/some"] },
  ]);

  it("name the measure and what it takes as unique", () => {
    expect(said(uniqueSentences, at(0.04, 0.03))).toEqual([
      "Unique to thickness by measure broja: 0.04 ± 0.03 bits about age, not told apart from 0 (what thickness alone tells " +
        "beyond what volumes alone tell).",
    ]);
    expect(said(uniqueSentences, at(0.4, 0.03, "idep"))[0]).toContain(
      "what it adds to volumes if the two are independent given age",
    );
    expect(said(uniqueSentences, { ...at(0.4, 0.03), others: ["a", "b"] })[0]).toContain(
      "each other modality alone tells",
    );
  });
});

describe("totals", () => {
  const at = (value: number, error: number | null, targetRank = 1): TotalFacts => ({
    ...{ modalities: "thickness and volumes", target: "age", targetRank, value, error },
    found: true,
    share: targetRank === 1 ? "4 % of its variance" : null,
  });
  sentenceTable(totalSentences, [
    { run: "saturated", facts: at(Number.POSITIVE_INFINITY, null), said: ["total/determined"] },
    {
      run: "saturated in one direction",
      facts: at(Number.POSITIVE_INFINITY, null, 2),
      said: ["total/partly-determined"],
    },
    { run: "noise", facts: at(0.007, 0.009), said: ["total/open"] },
    { run: "nothing", facts: at(0, 0), said: ["total/open"] },
    { run: "something", facts: at(1.2, 0.1, 2), said: ["total/some"] },
  ]);
});

it("what all tell is said with what rows held out show, where that is clearly less", () => {
  const facts: TotalFacts = {
    ...{ modalities: "a and b", target: "y", targetRank: 1, found: true, share: "91 % of its variance" },
    ...{ value: 1.7, error: 0.1, heldOut: { value: 0.96, error: 0.08 } },
  };
  expect(said(totalSentences, facts)).toEqual([
    "Together, a and b tell 1.70 ± 0.10 bits about y, 91 % of its variance; on rows held out they tell 0.96 ± 0.08 bits.",
  ]);
});

describe("gains", () => {
  const at = (value: number, error: number | null, parts: GainFacts["parts"] = null): GainFacts => ({
    ...{ name: "thickness", target: "age", others: "volumes", value, error, parts },
  });
  sentenceTable(gainSentences, [
    { run: "saturated", facts: at(Number.POSITIVE_INFINITY, null), said: ["gain/infinite"] },
    { run: "nothing", facts: at(0, 0.01), said: ["gain/nothing"] },
    { run: "within its error", facts: at(0.01, 0.01), said: ["gain/open"] },
    {
      run: "two modalities",
      facts: at(0.39, 0.02, { unique: 0.04, synergy: 0.35 }),
      said: ["gain/unique-and-synergy"],
    },
    { run: "parts that do not add up", facts: at(0.39, 0.02, { unique: 0, synergy: 0.35 }), said: ["gain/some"] },
    { run: "three modalities", facts: at(0.39, 0.02), said: ["gain/some"] },
  ]);
});

describe("balance of three or more modalities", () => {
  sentenceTable(balanceSentences, [
    {
      run: "copies",
      facts: { oInformation: 1, gradient: 0.2 },
      said: ["balance/redundant", "balance/target-redundant"],
    },
    {
      run: "sums",
      facts: { oInformation: -1, gradient: -0.2 },
      said: ["balance/synergistic", "balance/target-synergistic"],
    },
    { run: "independent", facts: { oInformation: 0, gradient: -0.001 }, said: ["balance/even", "balance/target-even"] },
    { run: "saturated", facts: { oInformation: 0.001, gradient: null }, said: ["balance/even"] },
  ]);
});

describe("ties", () => {
  const contrast = (a: string, b: string, value: number) =>
    ({ modalities: [a, b], value, standardError: 0.05 }) as const;
  const facts = (targets: number, contrasts: TieFacts["contrasts"]): TieFacts => ({
    ...{ modalities: ["a", "b", "c"], contrasts, rank: { target: targets, byModality: {}, total: 3 } },
    information: { total: 2, byModality: { a: 0.1, b: 0.12, c: 1 } },
  });
  const contrasts = [contrast("a", "b", -0.02), contrast("a", "c", -0.9), contrast("b", "c", -0.88)];
  sentenceTable(boundarySentences, [
    { run: "two of three tie", facts: facts(1, contrasts), said: ["boundary/pairs"] },
    { run: "in a direction of two targets", facts: facts(2, contrasts), said: ["boundary/direction"] },
    { run: "no contrasts", facts: facts(1, null), said: ["boundary/direction"] },
  ]);

  it("name both of two modalities", () => {
    const two = { ...facts(2, null), modalities: ["a", "b"] };
    expect(said(boundarySentences, two)[0]).toContain("boundary: a and b see some direction");
  });

  it("are told of those that tie only", () => {
    const [text] = said(boundarySentences, facts(1, contrasts));
    expect(text).toBe(
      "boundary: a and b tie within two standard errors, so the intervals of unique, redundant and synergistic parts hold " +
        "whichever knows more, and are wide. Read the difference in information instead (a - b: -0.02 ± 0.05 bits).",
    );
  });
});

it("a unique part within its error does not deny what the modality brings to the other", () => {
  // y = a + b + noise, a a little stronger: the unique part is small, the gain is not.
  const covariance = [
    [2.22, 1.1, 1],
    [1.1, 1, 0.02],
    [1, 0.02, 1],
  ];
  const layout = { targets: 1, sources: ["thickness", "volumes"].map((name) => ({ name, size: 1 })) };
  const text = findingSentences(gaussianPidFromCovariance(covariance, layout, 300, {}), "age").join("\n");
  expect(text).toMatch(/Unique to thickness by measure broja: 0\.\d+ ± 0\.\d+ bits about age, not told apart from 0/);
  expect(text).toMatch(
    /who already uses volumes, thickness brings \d\.\d+ ± 0\.\d+ bits more: its unique part and the synergy/,
  );
  expect(text).not.toMatch(/has nothing|do not have|does not have/);
});

it("says of a total that is 0, or of a decomposition without information, that it is not told apart from 0", () => {
  const facts = { modalities: "a and b", target: "y", targetRank: 1, share: "0 % of its variance" };
  for (const open of [
    { value: 0, error: 0.0006, found: true },
    { value: 0.01, error: 0.004, found: false },
  ]) {
    expect(said(totalSentences, { ...facts, ...open })).toEqual([expect.stringContaining("not told apart from 0")]);
  }
});
