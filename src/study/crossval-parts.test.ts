import { expect, it } from "vitest";
import { siteTable } from "../../test/support/site-table.js";
import { dealFolds } from "../data/split/folds.js";
import { Rng } from "../math/rng.js";
import { fewFolds, foldParts, foldWarnings } from "./crossval-parts.js";

const { site, age } = siteTable(2);
const data = { rows: site.length, rowIds: site.map((_, i) => `r${i}`), targets: [{ name: "age", values: age }] };
const options = { folds: 5, validationShare: 0.125, stratify: 0 };

it("counts outer groups in test folds, and warns of validation parts of few groups", () => {
  const grouped = { ...data, group: site };
  const groups = { group: "site", outerGroup: undefined, outer: undefined, tries: 5 };
  const folds = dealFolds(grouped, options, new Rng(1)).map((split, i) => ({
    name: `fold-${i + 1}`,
    parts: foldParts(grouped, split, groups),
  }));
  const tested = folds.map(({ parts }) => parts.parts.test?.groups?.count ?? 0);
  expect(tested.reduce((sum, count) => sum + count, 0)).toBe(20);
  expect(tested.filter((count) => count < 5).length).toBeGreaterThan(0);
  expect(folds.flatMap(({ parts }) => parts.unfit).some(({ part }) => part === "test")).toBe(false);

  const few = dealFolds(grouped, { ...options, folds: 10, validationShare: 0.02 }, new Rng(1));
  const unfit = few.map((split, i) => ({ name: `fold-${i + 1}`, parts: foldParts(grouped, split, groups) }));
  const warnings = foldWarnings(unfit, { folds: 10, most: 20 });
  expect(warnings).toHaveLength(4);
  expect(warnings[0]).toMatch(
    /^fold-1: .* the validation part has [1-4] groups? of "site", fewer than 5.*larger data\.split\.validation/,
  );
  expect(warnings[3]).toBe("7 more of 10 folds have such parts; results.json names them");
});

it("with outer groups alone, takes validation rows of the groups that train for no fault", () => {
  const groups = { group: undefined, outerGroup: "site", outer: site, tries: 4 };
  const few = { ...data };
  const [split] = dealFolds(few, { ...options, folds: 4, outerGroup: site }, new Rng(1));
  const { parts, unfit } = foldParts(few, split, groups);
  expect(unfit).toEqual([]);
  expect(parts.test?.groups?.count).toBeGreaterThanOrEqual(3);
  expect(parts.validation?.groups?.count).toBeGreaterThan(10);
  const trained = foldParts(few, split, groups).validationOfTrainedGroups;
  expect(trained).toBe(parts.validation?.rows);
  const apart = { train: ["r0", "r1"], validation: ["r2", "r3"], test: [] };
  const outer = ["a", "a", "a", "b"];
  const four = { ...few, rowIds: few.rowIds.slice(0, 4), targets: [{ name: "age", values: age.slice(0, 4) }] };
  expect(foldParts(four, apart, { ...groups, outer }).validationOfTrainedGroups).toBe(1);
  expect(foldParts(four, apart, { ...groups, outer: undefined }).validationOfTrainedGroups).toBeUndefined();
});

it("advises no more folds than there are groups to test", () => {
  const unfit = [{ part: "validation" as const, reasons: ['1 group of "site", fewer than 5'] }];
  const warned = (most: number) =>
    foldWarnings([{ name: "fold-1", parts: { parts: {}, unfit } }], { folds: 4, most })[0];
  expect(warned(9)).toContain("More folds, or a larger data.split.validation, give these parts");
  expect(warned(4)).toMatch(/A larger data\.split\.validation .*; there are 4 groups, and no more folds than that$/);
  const few = (most: number, timed = false) => fewFolds({ folds: 2, repeats: 1, most, timed }).join();
  expect(few(100)).toMatch(/; --folds 5, or --repeats, tell more$/);
  expect(few(3)).toMatch(/; --folds 3, or --repeats, tell more$/);
  expect(few(2)).toMatch(/; --repeats tells more$/);
  expect(few(100, true)).toMatch(/; --folds 5 tells more$/);
  expect(few(2, true)).toMatch(/half of the rows: .* half the rows$/);
  expect(fewFolds({ folds: 2, repeats: 2, most: 9, timed: false })).toEqual([]);
});
