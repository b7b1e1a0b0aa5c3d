import { expect, it } from "vitest";
import type { Comparison } from "./comparison.js";
import { ownRowsText } from "./own-rows-text.js";

const group = (letter: string, ...testRows: number[]) =>
  ({ letter, runs: testRows.map((count) => ({ testRows: count })) }) as unknown as Comparison["groups"][number];
const difference = (rows: number, pairs = 1): Comparison["differences"][number] => ({
  ...{ target: "y", group: "B", reference: "A", interval: null, note: "", rows, pairs },
});
const textOf = (groups: Comparison["groups"], differences: Comparison["differences"]) =>
  ownRowsText({ groups, differences }).join();

it("says of runs that tested different rows whose rows errors and differences are of", () => {
  expect(textOf([group("A", 90), group("B", 80)], [difference(80)])).toBe(
    "Runs tested different rows (A 90 rows and B 80 rows): errors are of each run's own, differences of those that both tested.",
  );
  // As many rows, and others.
  expect(textOf([group("A", 80), group("B", 80)], [difference(30)])).toContain("(A 80 rows and B 80 rows)");
  expect(textOf([group("A", 80, 90), group("B", 80, 80)], [difference(120, 2)])).toContain("(A 80 to 90 rows and B 80");
});

it("says nothing of runs that tested the same rows, or are not paired", () => {
  expect(textOf([group("A", 80), group("B", 80)], [difference(80)])).toBe("");
  expect(textOf([group("A", 80, 80), group("B", 80, 80)], [difference(80, 2)])).toBe("");
  expect(textOf([group("A", 80), group("B", 90)], [difference(0, 0)])).toBe("");
});
