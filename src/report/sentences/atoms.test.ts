import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import type { AtomRow } from "../atom-rows.js";
import type { AtomFacts } from "./atom-facts.js";
import { contrastSentences, sourceSentences } from "./atom-sources.js";
import { atomSentences } from "./atoms.js";

const row = (key: string, value: number, low: number | null, high: number | null): AtomRow => ({
  ...{ key, label: key, colour: "#000", value, standardError: null, low, high },
});
const measured = (found: boolean, rows = "validation rows") => ({ rows, total: "1.00 (0.80 to 1.20) bits", found });
const tie = (a: string, b: string, best: boolean) => ({
  ...{ modalities: [a, b] as [string, string], value: 0.06, standardError: 0.15, best },
});
const facts: AtomFacts = {
  ...{ modalities: ["alpha", "beta"], targets: ["age"], own: measured(true), test: measured(true, "test rows") },
  ...{
    check: undefined,
    ofGaussian: true,
    total: row("total", 1, 0.8, 1.2),
    ties: [],
    moreTies: 0,
    weights: { equal: false },
  },
  atoms: [
    row("unique:alpha", 0.5, 0.3, 0.7),
    row("unique:beta", 0, null, null),
    row("redundancy", 0.1, 0, 0.3),
    row("synergy", 0.4, 0.2, 0.6),
  ],
  alone: [row("information:alpha", 0.6, 0.4, 0.8), row("information:beta", 0.1, 0.02, 0.3)],
};
const split = ["atoms/split", "atoms/synergy", "atoms/not-told-from-0", "atoms/none-in"];
const none = { own: measured(false), test: measured(false, "test rows") };

describe("what each modality contributes", () => {
  const all = Object.values(atomSentences).flat();
  sentenceTable(all, [
    { run: "information", facts, said: ["atoms/total", ...split, "atoms/total-on-test-rows"] },
    {
      run: "one modality, of which there is nothing to split",
      facts: { ...facts, modalities: ["alpha"], atoms: [row("unique:alpha", 1, 0.8, 1.2)] },
      said: ["atoms/total-of-one", "atoms/total-on-test-rows"],
    },
    {
      run: "a product, of which neither factor tells anything alone",
      facts: {
        ...facts,
        atoms: [row("redundancy", 0, 0, 0.001), row("synergy", 1, 0.8, 1.2)],
        alone: [row("information:alpha", 0, 0, 0.02), row("information:beta", 0.004, 0, 0.02)],
      },
      said: ["atoms/total", "atoms/split", "atoms/none-in", "atoms/total-on-test-rows"],
    },
    {
      run: "a third that adds up with neither factor of a product",
      facts: {
        ...facts,
        modalities: ["alpha", "beta", "gamma"],
        alone: [row("a", 0.01, 0, 0.02), row("b", 0, null, null), row("c", 0.6, 0.4, 0.8)],
      },
      said: ["atoms/total", ...split.filter((id) => id !== "atoms/synergy"), "atoms/total-on-test-rows"],
    },
    {
      run: "more than the Gaussian reading sees",
      facts: { ...facts, check: { nonGaussian: true, informationFound: true, words: ["Much more."] } },
      said: ["atoms/beyond", "atoms/total", ...split, "atoms/total-on-test-rows"],
    },
    {
      run: "nothing that the Gaussian reading sees, and more beyond",
      facts: { ...facts, ...none, check: { nonGaussian: true, informationFound: true, words: ["Much."] } },
      said: ["atoms/beyond", "atoms/none-about-the-mean", "atoms/unequal-weights"],
    },
    {
      run: "no more than the Gaussian reading sees",
      facts: { ...facts, check: { nonGaussian: false, informationFound: true, words: ["No more."] } },
      said: ["atoms/total", ...split, "atoms/total-on-test-rows", "atoms/enough"],
    },
    {
      run: "none in either part nor by the density",
      facts: { ...facts, ...none, check: { nonGaussian: false, informationFound: false, words: ["None."] } },
      said: ["atoms/no-information", "atoms/unequal-weights"],
    },
    {
      run: "none in either part, weights of stage 1",
      facts: { ...facts, ...none },
      said: ["atoms/no-information", "atoms/unequal-weights"],
    },
    {
      run: "none in the validation part",
      facts: { ...facts, own: measured(false), weights: { equal: true } },
      said: ["atoms/parts-disagree", "atoms/equal-weights"],
    },
    {
      run: "none in the test part",
      facts: { ...facts, test: none.test },
      said: ["atoms/total", ...split, "atoms/none-on-test-rows"],
    },
    {
      run: "the two that know most tie",
      facts: { ...facts, ties: [tie("alpha", "beta", true)] },
      said: ["atoms/total", ...split, "atoms/tie-at-the-top", "atoms/total-on-test-rows"],
    },
    {
      run: "they tie with several targets, where both may have a unique part",
      facts: { ...facts, targets: ["age", "size"], ties: [tie("alpha", "beta", true)] },
      said: ["atoms/total", ...split, "atoms/tie", "atoms/total-on-test-rows"],
    },
    {
      run: "two tie that a third outdoes",
      facts: { ...facts, modalities: ["alpha", "beta", "gamma"], ties: [tie("alpha", "beta", false)], moreTies: 3 },
      said: ["atoms/total", ...split, "atoms/tie", "atoms/more-ties", "atoms/total-on-test-rows"],
    },
    {
      run: "no atom that is told from 0",
      facts: { ...facts, atoms: [row("redundancy", 0.1, 0, 0.3)] },
      said: ["atoms/total", "atoms/not-told-from-0", "atoms/total-on-test-rows"],
    },
    {
      run: "an atom of 0 that is known from below only is not nothing",
      facts: { ...facts, test: undefined, atoms: [row("synergy", 0, 0, null)] },
      said: ["atoms/total", "atoms/not-told-from-0"],
    },
  ]);

  it("agrees in number, and lists what is nowhere with or", () => {
    const text = (id: string, of: AtomFacts) =>
      all
        .find((s) => s.id === id)
        ?.say(of)
        .text.replace(/\s+/g, " ");
    expect(text("atoms/total-of-one", { ...facts, modalities: ["alpha"] })).toMatch(/^alpha carries .*: knowing it /);
    const open = { ...facts, total: row("total", 3, 2.8, null) };
    expect(text("atoms/total", open)).toBe(
      "Together alpha and beta carry <b>3.00 (at least 2.80) bits</b> about age on the validation rows: knowing them shrinks the " +
        "spread of a Gaussian target to 13 % or less.",
    );
    expect(text("atoms/total", facts)).toContain("to 50 %.");
    const nothing = [row("unique:gamma", 0, null, null), row("unique:noise", 0, null, null)];
    const enough = { ...facts, ofGaussian: false, atoms: nothing };
    expect(text("atoms/none-in", enough)).toBe("Nothing is only in gamma or only in noise.");
  });

  it("says what is nowhere, or not told from 0, of the Gaussian reading where no check found that to be enough", () => {
    const text = (id: string, of: Partial<AtomFacts>) => {
      const all = [true, false].map((ofGaussian) => {
        const sentence = Object.values(atomSentences)
          .flat()
          .find((s) => s.id === id);
        return sentence
          ?.say({ ...facts, ...of, ofGaussian })
          .text.replace(/<[^>]*>/g, "")
          .replace(/\s+/g, " ");
      });
      return { gaussian: all[0], enough: all[1] };
    };
    const zeros = [row("unique:beta", 0, null, null), row("redundancy", 0, null, null), row("synergy", 0, null, null)];
    const nowhere = "nothing is only in beta, in both modalities or only in the two together.";
    expect(text("atoms/none-in", { atoms: zeros })).toEqual({
      gaussian: `By the Gaussian reading ${nowhere}`,
      enough: nowhere.replace("n", "N"),
    });
    const little = [row("unique:beta", 0.1, 0, 0.2), row("synergy", 0.05, 0, 0.2)];
    expect(text("atoms/not-told-from-0", { atoms: little })).toEqual({
      gaussian:
        "By the Gaussian reading what is only in beta, 0.10 (0.00 to 0.20) bits, cannot be told from 0. What is only in the two together, " +
        "0.05 (0.00 to 0.20) bits, cannot be told from 0.",
      enough:
        "What is only in beta, 0.10 (0.00 to 0.20) bits, cannot be told from 0. What is only in the two together, " +
        "0.05 (0.00 to 0.20) bits, cannot be told from 0.",
    });
    for (const [id, of] of [
      ["atoms/no-information", none],
      ["atoms/parts-disagree", { own: measured(false) }],
      ["atoms/none-on-test-rows", { test: none.test }],
    ] as const) {
      const { gaussian, enough } = text(id, of);
      expect(gaussian, id).toMatch(/cannot be told from 0 by the Gaussian reading[.,]/);
      expect(enough, id).toBe(gaussian?.replace(" by the Gaussian reading", ""));
    }
  });
});

describe("where atoms come from", () => {
  const rows = " (210 rows)";
  sentenceTable(sourceSentences, [
    {
      run: "held-out rows",
      facts: { source: "heldout", rows, intervals: true, lowerBound: false },
      said: ["source/heldout", "source/allowance"],
    },
    {
      run: "held-out rows, of which some amounts are known from below only",
      facts: { source: "heldout", rows, intervals: true, lowerBound: true },
      said: ["source/heldout", "source/allowance", "source/lower-bound"],
    },
    {
      run: "training rows",
      facts: { source: "train", rows, intervals: false, lowerBound: false },
      said: ["source/train"],
    },
    {
      run: "batches, as published",
      facts: { source: "batch", rows, intervals: false, lowerBound: false },
      said: ["source/batch"],
    },
  ]);
});

describe("differences between modalities", () => {
  const pair = (difference: number, ofRows: number) => ({
    pairs: [{ modalities: ["beta", "noise"] as [string, string], difference, ofRows }],
  });
  sentenceTable(contrastSentences, [
    { run: "of the rows above", facts: pair(0.45, 0.452), said: [] },
    { run: "before a negative amount was set to 0", facts: pair(0.52, 0.45), said: ["contrasts/other-than-rows"] },
  ]);
});
