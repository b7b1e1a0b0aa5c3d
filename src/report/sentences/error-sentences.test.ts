import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import { regression } from "../../tasks/regression/regression.js";
import { html } from "../html.js";
import { absenceSentences, lackingSentences } from "./absence.js";
import { groupSentences, intervalSentences } from "./intervals.js";
import { rowSentences } from "./rows.js";
import { againstSentences } from "./verdict.js";
import { withoutSentences } from "./without.js";

const of = { target: "age", unit: " years" };

const { headline } = regression.metrics;

describe("how it stands beside a baseline", () => {
  const beside = (own: number, other: number, low: number, high: number) => ({
    ...{ error: headline, called: html`ridge regression`, own, other },
    difference: { value: own - other, low, high },
  });
  sentenceTable(againstSentences, [
    { run: "lower", facts: beside(4, 5, -1.2, -0.8), said: ["against/lower"] },
    { run: "lower, but the rows cannot tell", facts: beside(4, 5, -2.2, 0.1), said: ["against/open"] },
    { run: "higher, but the rows cannot tell", facts: beside(5, 4, -0.1, 2), said: ["against/open"] },
    { run: "higher", facts: beside(5, 4, 0.5, 1.5), said: ["against/higher"] },
    { run: "3 million times", facts: beside(3.46e-10, 1.15e-16, 2.7e-10, 4.2e-10), said: ["against/times-higher"] },
    { run: "a baseline without error", facts: beside(1, 0, 0.5, 1.5), said: ["against/no-error"] },
    {
      run: "predictions that were not recorded",
      facts: { ...beside(4, 5, 0, 0), difference: undefined },
      said: ["against/unknown"],
    },
  ]);
});

describe("what the model loses without each part", () => {
  const part = (component: string, value: number, low: number, high: number) => ({
    ...{ component, error: 5 + value },
    cost: { value, low, high },
  });
  const facts = (...parts: ReturnType<typeof part>[]) => ({ ...of, called: "RMSE", error: 5, parts });
  const open = part("beta", 0.01, -0.02, 0.04);
  sentenceTable(withoutSentences, [
    {
      run: "both needed",
      facts: facts(part("alpha", 2, 1, 3), part("beta", 1, 0.5, 2)),
      said: ["without/leans-on", "without/also-needed"],
    },
    { run: "one part, which is all there is", facts: facts(part("alpha", 2, 1, 3)), said: [] },
    {
      run: "one needed",
      facts: facts(part("alpha", 2, 1, 3), open),
      said: ["without/leans-on", "without/no-difference"],
    },
    { run: "none", facts: facts(open, part("alpha", -0.003, -0.02, 0.01)), said: ["without/none-needed"] },
    {
      run: "the largest cost less certain than another",
      facts: facts(part("alpha", 2, -0.1, 4), part("beta", 1, 0.5, 2)),
      said: ["without/needed", "without/no-difference"],
    },
    {
      run: "one that does harm, and no other",
      facts: facts(open, part("beta*gamma", -29206, -42970, -15750)),
      said: ["without/none-needed", "without/no-difference", "without/lowers"],
    },
  ]);
});

it("every part that is needed is named, in order, and no other", () => {
  const part = (component: string, value: number, low: number) => ({
    ...{ component, error: 5 + value },
    cost: { value, low, high: value + 1 },
  });
  const parts = [part("alpha", 3, 2), part("gamma", 2, 1), part("noise", 1, -1), part("beta", 0.5, 0.2)];
  const text = withoutSentences
    .find(({ id }) => id === "without/also-needed")
    ?.say({ called: "RMSE", target: "y", unit: "", error: 5, parts }).text;
  expect(text).toMatch(/^The RMSE is also higher without gamma \(by .*\) and beta \(by .*\)\.$/);
});

describe("prediction intervals", () => {
  const facts = { ...of, asked: 0.9, halfWidth: 8, validationRows: 90, rows: 180 };
  const held = (observed: number, low: number, high: number) => ({ ...facts, observed, low, high });
  sentenceTable(intervalSentences, [
    { run: "as they should", facts: held(0.91, 0.86, 0.95), said: ["intervals/width", "intervals/hold"] },
    { run: "below, within chance", facts: held(0.86, 0.8, 0.901), said: ["intervals/width", "intervals/hold"] },
    { run: "too few", facts: held(0.78, 0.67, 0.85), said: ["intervals/width", "intervals/too-few"] },
    { run: "too many", facts: held(0.97, 0.92, 0.99), said: ["intervals/width", "intervals/too-many"] },
    {
      run: "too few rows for the level",
      facts: { ...held(1, 0.98, 1), halfWidth: Number.POSITIVE_INFINITY },
      said: ["intervals/unbounded"],
    },
  ]);
  const groups = { column: "site", fewestRows: 10, all: 0.8 };
  sentenceTable(groupSentences, [
    { run: "no group", facts: { ...groups, own: [], pooled: [] }, said: [] },
    { run: "one group", facts: { ...groups, own: [0.8], pooled: [0.7] }, said: ["groups/one"] },
    { run: "two groups", facts: { ...groups, own: [0.8, 0.9], pooled: [0.7, 0.9] }, said: ["groups/several"] },
  ]);
});

describe("rows that lack a modality", () => {
  const facts = { ...of, called: headline, complete: 5, most: ["beta", "gamma"] };
  sentenceTable(absenceSentences, [
    { run: "missed", facts: { ...facts, error: 6 }, said: ["absence/missed"] },
    { run: "better without", facts: { ...facts, error: 4.9 }, said: ["absence/not-missed"] },
  ]);
  sentenceTable(lackingSentences, [
    { run: "trained for it", facts: { modalityDropout: 0.2, rows: 1 }, said: ["absence/some-lack"] },
    {
      run: "filled features",
      facts: { modalityDropout: 0, rows: 0 },
      said: ["absence/untrained", "absence/none-lack"],
    },
  ]);
});

describe("rows that tell most, and rows that mislead", () => {
  const facts = { testRows: 100, known: 100, misled: 9, found: true, farBut: 0, differing: [], called: "RMSE" };
  sentenceTable(rowSentences, [
    { run: "some misled", facts, said: ["rows/misled", "rows/look-first"] },
    { run: "none misled", facts: { ...facts, misled: 0 }, said: ["rows/none-misled"] },
    {
      run: "no information: rows are misled by chance",
      facts: { ...facts, found: false, misled: 61 },
      said: ["rows/misled"],
    },
    {
      run: "rows that lack a modality",
      facts: { ...facts, testRows: 158, known: 122 },
      said: ["rows/misled", "rows/look-first", "rows/incomplete"],
    },
    {
      run: "a poor prediction in the tail, atoms that were moved",
      facts: { ...facts, farBut: 2, differing: [{ label: "both", mean: -0.21, atom: 0 }] },
      said: ["rows/misled", "rows/look-first", "rows/far-but-many-bits", "rows/mean-is-not-the-atom"],
    },
  ]);
});
