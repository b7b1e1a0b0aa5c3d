import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../test/support/sentence-table.js";
import { againstAtoms } from "../mi/against-atoms.js";
import { atomRanges } from "../mi/atom-ranges.js";
import type { CheckedReading, GaussianCheck } from "../mi/check-types.js";
import { type CheckFacts, checkFindings, checkSentences } from "./check-sentences.js";
import { checkText } from "./check-text.js";

const estimate = (bits: number, standardError = 0.02) => ({
  bits,
  standardError,
  n: 1000,
  converged: true,
  warnings: [],
});

function reading(
  modalities: string[],
  linear: number,
  density: number,
  more: Partial<CheckedReading> = {},
): CheckedReading {
  const gap = { bits: density - linear, standardError: 0.02 };
  return {
    modalities,
    gaussian: { closedForm: linear, heldOut: estimate(linear) },
    density: estimate(density),
    gap,
    misfit: gap,
    beyond: gap.bits > 0.05,
    ksg: null,
    ...more,
  };
}

function facts(
  readings: CheckedReading[],
  more: Partial<CheckFacts> = {},
  changed: Partial<GaussianCheck> = {},
): CheckFacts {
  const check: GaussianCheck = {
    ...{ unit: "bits", n: 1000, folds: 5, seed: 1, bound: true, readings, warnings: [] },
    nonGaussian: readings.some(({ beyond }) => beyond),
    informationFound: readings.some(({ density, gaussian }) => density.bits > 0.05 || gaussian.heldOut.bits > 0.05),
    ranges: atomRanges(readings[2].density.bits, { a: readings[0].density.bits, b: readings[1].density.bits }),
    ...changed,
  };
  return { check, target: "y", total: 0.5, toRanks: "--ranks", ...more };
}

const spread = [reading(["a"], 0.4, 0.6), reading(["b"], 0, 0.2), reading(["a", "b"], 0.45, 1.15)];
const linear = [reading(["a"], 0.3, 0.3), reading(["b"], 0.3, 0.29), reading(["a", "b"], 0.5, 0.49)];

/** y = a + b: a density that sees more of ranks than the linear reading does, beside atoms of this total. */
function besideAtoms(total: number): CheckFacts {
  const made = facts([reading(["a"], 0.5, 0.5), reading(["b"], 0.5, 0.5), reading(["a", "b"], 3.9, 4.8)]);
  const atoms = { total, byModality: { a: 0.5, b: 0.5 } };
  return { ...made, check: againstAtoms(made.check, atoms), atoms, total: Number.isFinite(total) ? total : null };
}

describe("what a check says", () => {
  sentenceTable(checkSentences, [
    { run: "the spread tells", facts: facts(spread), said: ["check/at-least", "check/misses"] },
    { run: "all is linear", facts: facts(linear), said: ["check/enough"] },
    {
      run: "nothing tells anything",
      facts: facts([reading(["a"], 0, 0), reading(["b"], 0, 0), reading(["a", "b"], 0, -0.01)], { total: 0 }),
      said: ["check/enough", "check/nothing"],
    },
    {
      run: "the target is a power of something linear",
      facts: facts([reading(["a"], 0.4, 0.4), reading(["b"], 0.4, 0.4), reading(["a", "b"], 1.5, 1.5)]),
      said: ["check/enough", "check/ranks"],
    },
    {
      run: "ranks were taken already",
      facts: facts([reading(["a"], 0.4, 0.4), reading(["b"], 0.4, 0.4), reading(["a", "b"], 1.5, 1.5)], {
        toRanks: null,
      }),
      said: ["check/enough"],
    },
    {
      run: "only one modality tells what is missed",
      facts: facts([reading(["a"], 0, 0.5), reading(["b"], 0, 0), reading(["a", "b"], 0, -0.01)], { total: 0 }),
      said: ["check/at-least", "check/misses"],
    },
    {
      run: "several modalities, of which nothing is told from 0",
      facts: facts([
        reading(["a"], 0, 0.07, { density: estimate(0.07, 0.05) }),
        reading(["b"], 0, 0),
        reading(["a", "b"], 0, -0.01),
      ]),
      said: ["check/misses"],
    },
    {
      run: "the atoms tell all there is",
      facts: besideAtoms(Number.POSITIVE_INFINITY),
      said: ["check/covered"],
    },
    {
      run: "the atoms tell more than the density",
      facts: besideAtoms(6.66),
      said: ["check/covered"],
    },
    {
      run: "the atoms tell less than the density",
      facts: besideAtoms(4),
      said: ["check/at-least", "check/misses"],
    },
    {
      run: "what three tell repeats",
      facts: facts(linear, {}, { oInformationChange: { bits: 0.3, standardError: 0.1 } }),
      said: ["check/enough", "check/balance-redundant"],
    },
    {
      run: "what three tell is told together",
      facts: facts(linear, {}, { oInformationChange: { bits: -0.3, standardError: 0.1 } }),
      said: ["check/enough", "check/balance-synergistic"],
    },
    {
      run: "neither is told from 0",
      facts: facts(linear, {}, { oInformationChange: { bits: -0.3, standardError: 0.2 } }),
      said: ["check/enough", "check/balance-even"],
    },
    {
      run: "neighbours see more",
      facts: facts([linear[0], reading(["b"], 0.3, 0.29, { ksg: estimate(0.9) }), linear[2]]),
      said: ["check/enough", "check/neighbours"],
    },
    {
      run: "two targets that are not normal",
      facts: facts(
        [
          reading(["a"], 2.5, 2),
          reading(["b"], 0, 0),
          reading(["a", "b"], 2.5, 1.8, { misfit: { bits: 1, standardError: 0.1 }, beyond: true }),
        ],
        { total: null },
        { bound: false },
      ),
      said: ["check/targets"],
    },
  ]);

  it("gives what is missed from below, and names who tells it", () => {
    const [atLeast, misses] = checkFindings(facts(spread));
    expect(misses).toBe(
      "The Gaussian reading, which is about the mean of y, misses at least 0.16 bits of what a tells, 0.16 bits of what b tells " +
        "and 0.66 bits of what a and b together tell.",
    );
    expect(atLeast).toBe(
      "By a conditional density, a and b together tell at least 1.15 ± 0.02 bits about y; a alone at least 0.60 ± 0.02 and " +
        "b alone at least 0.20 ± 0.02.",
    );
    for (const text of [...checkFindings(facts(spread)), ...checkFindings(facts(linear))]) {
      expect(text).not.toMatch(/at most|misses less|no more than/);
    }
  });

  it("says what atoms miss beyond themselves, and what differs where they miss nothing", () => {
    expect(checkFindings(besideAtoms(4))[1]).toContain("misses at least 0.76 bits of what a and b together tell");
    const [covered] = checkFindings(besideAtoms(Number.POSITIVE_INFINITY));
    expect(covered).toContain(
      "not than the atoms: of a and b together 0.90 ± 0.02 bits more, where the atoms are of infinite.",
    );
    expect(checkText(besideAtoms(6.66))).not.toMatch(/beyond|unique/);
  });

  it("takes what all tell as at least what the best of them tells alone", () => {
    const [atLeast] = checkFindings(
      facts([reading(["a"], 0, 1.12), reading(["b"], 0, 0), reading(["a", "b"], 0, 1.1)]),
    );
    expect(atLeast).toContain("a and b together tell at least 1.12 ± 0.02 bits about y; a alone at least 1.12 ± 0.02");
  });

  it("is a table with the ranges of the atoms where they are wanted", () => {
    const text = checkText(facts(spread));
    expect(text).toMatch(/all together +0\.45 ± 0\.02 +at least 1\.15 ± 0\.02 +0\.70 ± 0\.02 +beyond/);
    expect(text).toMatch(/from informations that are at least: ends moved out by 2 standard errors/);
    expect(text).toMatch(/only a \(unique\) +0\.32 \.\. 0\.64/);
    expect(text).toMatch(/only together \(synergy\) +0\.23 \.\. 0\.63/);
    expect(checkText(facts(linear))).not.toMatch(/unique/);
  });
});
