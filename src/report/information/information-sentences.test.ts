import { describe, expect, it } from "vitest";
import { sentenceTable } from "../../../test/support/sentence-table.js";
import type { NamedEstimate } from "../../mi/estimators/information-types.js";
import { informationFigure } from "./information-figure.js";
import { correlationOf, informationFindings, informationSentences } from "./information-sentences.js";
import { informationText } from "./information-text.js";
import type { Information, Informations } from "./informations.js";

const estimate = (estimator: string, bits: number, more: Partial<NamedEstimate> = {}): NamedEstimate => ({
  estimator,
  ...{ bits, standardError: 0.02, n: 1000, converged: true, warnings: [] },
  ...(estimator === "density" ? { is: "lower bound", correction: 0.004 } : { is: "estimate" }),
  ...more,
});

function information(modalities: string[], estimates: NamedEstimate[], more: Partial<Information> = {}): Information {
  return { modalities, columns: 2, estimates, leftOut: [], ...more };
}

const facts = (informations: Information[], more: Partial<Informations> = {}): Informations => ({
  ...{ about: "age", n: 1000, entropy: null, informations },
  ...more,
});

const alone = information(["a"], [estimate("density", 0.4)]);
const curved = information(["a"], [estimate("gaussian", 0.1), estimate("ksg", 0.7), estimate("density", 0.4)]);
const nothing = information(["b"], [estimate("density", 0.01)]);
const short = information(["a", "b"], [estimate("density", 0.3)]);

describe("what is said of mutual informations", () => {
  sentenceTable(informationSentences, [
    { run: "one that tells", facts: facts([alone]), said: ["information/found"] },
    { run: "one that tells nothing", facts: facts([nothing]), said: ["information/nothing"] },
    {
      run: "a curve, and neighbours that see more",
      facts: facts([curved]),
      said: ["information/found", "information/beyond", "information/neighbours", "information/fixed"],
    },
    {
      run: "neighbours that repeated values spoil",
      facts: facts([information(["a"], [estimate("density", 0.4), estimate("ksg", 0.7, { converged: false })])]),
      said: ["information/found", "information/fixed"],
    },
    {
      run: "all together tell less",
      facts: facts([alone, nothing, short]),
      said: ["information/found", "information/nothing", "information/unused"],
    },
    {
      run: "all together tell a little less, within the errors",
      facts: facts([
        alone,
        nothing,
        { ...short, estimates: [{ ...alone.estimates[0], bits: alone.estimates[0].bits - 0.01 }] },
      ]),
      said: ["information/found", "information/nothing"],
    },
    { run: "nobody reads the rows", facts: facts([information(["a"], [])]), said: [] },
  ]);

  it("names amounts, likenesses and what was left out", () => {
    const refused = [{ estimator: "ksg", why: "5 columns" }];
    const said = informationFindings(facts([curved, information(["b"], [], { leftOut: refused })]));
    expect(said[0]).toBe(
      "a tells at least 0.40 ± 0.02 bits about age (as much as a correlation of 0.65 with age would, were all normal).",
    );
    expect(said).toContain("ksg of b was left out: 5 columns.");
    expect(informationFindings(facts([alone], { entropy: 1.6, about: "class" }))[0]).toBe(
      "a tells at least 0.40 ± 0.02 of the 1.60 bits about class (25 % of what there is to know).",
    );
    const loose = information(["a"], [estimate("density", 0.4, { warnings: ["the ratio is 1.20 and not 1"] })]);
    expect(informationFindings(facts([loose]))).toContain("a, density: the ratio is 1.20 and not 1.");
  });

  it("translates bits to the correlation of normal variables", () => {
    expect(correlationOf(0.5 * Math.log2(1 / (1 - 0.36)))).toBeCloseTo(0.6, 12);
    expect(correlationOf(-0.1)).toBe(0);
  });

  it("puts the answer first in the table, its health beside it", () => {
    const text = informationText(facts([curved]));
    expect(text).toMatch(
      /Mutual information with age, bits, 1000 rows\n +bits +m - 1\n {2}a: density \(answer, at least\) +0\.40 ± 0\.02 +0\.004\n {2}a: gaussian +0\.10/,
    );
    expect(informationText(facts([alone], { entropy: 1.6 }))).toContain("H(age) = 1.60");
  });

  it("draws one bar per estimate", async () => {
    const svg = await informationFigure(facts([curved]));
    for (const label of ["a: gaussian", "a: ksg", "a: density", "at least 0.40"]) expect(svg).toContain(label);
  });
});
