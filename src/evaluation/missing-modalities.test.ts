import { expect, it } from "vitest";
import { evaluatePart } from "./metrics.js";
import { errorsByPattern, removalPatterns } from "./missing-modalities.js";

it("gives the errors of each pattern on the rows that have it, complete rows first", () => {
  const patterns = errorsByPattern({
    evaluate: evaluatePart,
    targets: ["y", "z"],
    truth: new Float64Array(12),
    prediction: Float64Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 9, 6, 0),
    missing: [["b"], [], ["a", "b"], ["b"], [], ["b"]],
    validationRows: 3,
  });
  expect(patterns.map(({ missing }) => missing)).toEqual([[], ["b"], ["a", "b"]]);
  const [complete, b, both] = patterns;
  expect(complete.validation?.perTarget.y.mae).toBe(2);
  expect(complete.test?.perTarget).toMatchObject({ y: { mae: 5 }, z: { mae: 9 } });
  expect(b.validation?.perTarget.y.mae).toBe(1);
  expect(b.test).toMatchObject({ n: 2, perTarget: { y: { mae: 5 } } });
  expect(both.test).toBeNull();
});

it("takes away every combination that leaves something, and single ones of many", () => {
  expect(removalPatterns(["a", "b"])).toEqual([["a"], ["b"]]);
  expect(removalPatterns(["a", "b", "c"])).toEqual([["a"], ["b"], ["c"], ["a", "b"], ["a", "c"], ["b", "c"]]);
  expect(removalPatterns(["a", "b", "c", "d", "e"])).toHaveLength(5);
  expect(removalPatterns(["a"])).toEqual([]);
});
