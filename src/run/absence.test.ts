import { describe, expect, it } from "vitest";
import { evaluatePart } from "../evaluation/metrics.js";
import type { MissingModalities } from "../evaluation/missing-modalities.js";
import { absenceErrors, absenceMessages } from "./absence.js";

const part = (error: number) => evaluatePart(["y"], [0, 0, 0], [error, error, error]);
const pattern = (missing: readonly string[], validation: number, test: number | null) => ({
  missing,
  validation: part(validation),
  test: test === null ? null : part(test),
});
const measured = (test: boolean): MissingModalities => ({
  modalityDropout: 0.2,
  complete: pattern([], 2, test ? 3 : null),
  removed: [pattern(["pet"], 4, test ? 5 : null)],
  observed: [],
});
const message = (evaluated: MissingModalities) =>
  absenceMessages([["pet"]], { training: { modalityDropout: 0.2 } } as never, ["y"], absenceErrors(evaluated, ["y"]));

describe("what is told of rows that lack a modality", () => {
  it("names the part that the errors were measured on", () => {
    expect(message(measured(true))[0]).toContain("test RMSE without it: y 5.00 instead of 3.00");
    expect(message(measured(false))[0]).toContain("validation RMSE without it: y 4.00 instead of 2.00");
  });
});
