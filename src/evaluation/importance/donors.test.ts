import { expect, it } from "vitest";
import { Rng } from "../../math/rng.js";
import { drawDonors } from "./donors.js";

it("is a permutation in which no row takes from itself", () => {
  for (const rows of [2, 3, 7, 100]) {
    const { donors, withinGroups } = drawDonors(rows, undefined, new Rng(rows));
    expect([...donors].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, i) => i));
    expect([...donors].every((donor, i) => donor !== i)).toBe(true);
    expect(withinGroups).toBe(false);
  }
});

it("takes from other groups, up to groups of half of the rows", () => {
  for (let seed = 0; seed < 50; seed++) {
    const groups = Array.from({ length: 12 }, (_, i) => (i < 6 ? "large" : `g${i % 3}`));
    const { donors, withinGroups } = drawDonors(12, groups, new Rng(seed));
    expect(new Set(donors).size).toBe(12);
    expect([...donors].every((donor, i) => groups[donor] !== groups[i])).toBe(true);
    expect(withinGroups).toBe(false);
  }
});

it("says where a group of more than half makes that impossible", () => {
  const groups = ["a", "a", "a", "b"];
  expect(drawDonors(4, groups, new Rng(1)).withinGroups).toBe(true);
});
