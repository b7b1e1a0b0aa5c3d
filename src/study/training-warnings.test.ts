import { describe, expect, it } from "vitest";
import { trainingWarnings } from "./training-warnings.js";

const training = (...warnings: [string, string][]) => ({
  files: { metrics: { warnings: warnings.map(([code, text]) => ({ code, text })) } },
});

describe("what a study repeats of its trainings", () => {
  it("is each kind that bears on the atoms, with the number of trainings that have it", () => {
    const none: [string, string] = ["no-information", "No information was found"];
    expect(
      trainingWarnings([
        training(none, ["parts", "too small"], ["non-gaussian", "found more"]),
        training(none, ["not-converged", "had not settled"]),
        training(["inconsistent", "moved (validation rows)"]),
        training(["inconsistent", "moved (test rows)"], ["lower-bound", "read as at least"]),
      ]),
    ).toEqual([
      "no-information in 2 of 4 trainings: No information was found",
      "non-gaussian in 1 of 4 trainings: found more",
      "inconsistent in 2 of 4 trainings: for example moved (validation rows)",
      "lower-bound in 1 of 4 trainings: read as at least",
      "not converged in 1 of 4 trainings: had not settled",
    ]);
  });

  it("is what the nearest rows in time tell of the errors", () => {
    const beaten: [string, string] = ["less-than-nearest-in-time", "the nearest training rows predict y better"];
    expect(trainingWarnings([training(beaten), training(beaten), training()])).toEqual([
      "less than nearest in time in 2 of 3 trainings: the nearest training rows predict y better",
    ]);
  });

  it("is nothing where no training warns of its atoms, or kept no warnings", () => {
    expect(trainingWarnings([training(["parts", "too small"]), { files: { metrics: {} } }])).toEqual([]);
  });
});
