import { describe, expect, it } from "vitest";
import type { Acquisition } from "../../run/acquisition/acquire-run.js";
import { acquisitionSummary } from "./text.js";

const curve = [{ cost: 0, error: 2 }];
const found = (gained: Acquisition["gained"]): Acquisition => ({
  ...{ run: "runs/a", on: "people.csv, lh.csv", rows: 50, target: "age", units: { age: "years" }, error: "RMSE" },
  ...{ costs: { pet: 400 }, costsAssumed: false, atHand: [], order: ["pet"], atCosts: [], loss: "squared error" },
  ...{ curves: { adaptive: curve, fixed: curve, random: curve }, overBudgets: { adaptive: 1, fixed: 1, random: 1 } },
  gained,
  drops: { pet: { expected: 4, realised: 3, standardError: 0.4 } },
  ...{ constant: { atHand: null, byModality: { pet: null } }, fittedRows: 120, messages: [] },
});
const said = (gained: Acquisition["gained"]) => acquisitionSummary(found(gained)).replace(/\s+/g, " ");

describe("what acquire says", () => {
  it("gives amount and interval the same way, whichever of the two is better", () => {
    expect(said({ value: 0.26, low: 0.0004, high: 0.29 })).toContain(
      "its RMSE is 0.260 years lower (95 % <0.001 to 0.290)",
    );
    expect(said({ value: -0.26, low: -0.29, high: -0.22 })).toContain(
      "its RMSE is 0.260 years higher (95 % 0.220 to 0.290)",
    );
    expect(said({ value: 0.01, low: -0.2, high: 0.22 })).toContain("differs by 0.010 years (95 % −0.200 to 0.220)");
  });

  it("warns of a modality from three standard errors of the difference on, not before", () => {
    expect(said({ value: 1, low: 0.5, high: 2 })).not.toContain("with care");
    const far = found({ value: 1, low: 0.5, high: 2 });
    const drops = { pet: { expected: 4.5, realised: 3, standardError: 0.4 } };
    expect(acquisitionSummary({ ...far, drops })).toContain("Of pet a mean drop of 4.50 was expected and 3.00 came");
  });

  it("calls several tables by their title where one is given", () => {
    const made = found({ value: 1, low: 0.5, high: 2 });
    expect(acquisitionSummary(made)).toContain("50 rows of people.csv, lh.csv with every modality");
    expect(acquisitionSummary({ ...made, title: "people.csv and 1 more" })).toContain(
      "50 rows of people.csv and 1 more",
    );
  });
});
