import { describe, expect, it } from "vitest";
import { studentLimit } from "./student.js";

// Reference values: the tables of Student's t in every textbook, and for one degree of freedom tan(pi level / 2).
describe("the limit of Student's t", () => {
  it.each([
    [0.95, 1, 12.706204736],
    [0.95, 2, 4.30265273],
    [0.95, 3, 3.182446305],
    [0.95, 4, 2.776445105],
    [0.95, 9, 2.262157163],
    [0.95, 30, 2.042272456],
    [0.99, 5, 4.032142984],
    [0.95, 1000, 1.962339081],
  ])("holds %d with %i degrees of freedom within ± %d", (level, df, limit) =>
    expect(studentLimit(level, df)).toBeCloseTo(limit, 8),
  );

  it("falls to the normal limit, and refuses what is no degree of freedom", () => {
    expect(studentLimit(0.95, 1e6)).toBeCloseTo(1.96, 2);
    expect(() => studentLimit(0.95, 0)).toThrow("degrees of freedom: expected 1, 2, .., got 0");
    expect(() => studentLimit(1, 3)).toThrow("level: expected a number between 0 and 1, got 1");
  });
});
