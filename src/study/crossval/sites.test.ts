import { expect, it } from "vitest";
import type { RunFiles } from "../../record/read-run.js";
import { measuredTasks } from "../../tasks/measured-tasks.js";
import { siteFacts, sitesById, sitesFound } from "./sites.js";

const ids = Array.from({ length: 26 }, (_, i) => `s${i}`);
const siteOf = new Map(ids.slice(0, 25).map((id, i) => [id, i < 11 ? "site 10" : i < 23 ? "site 9" : "far"]));
const folds = [{ test: ids.slice(0, 13) }, { test: ids.slice(13) }];

it("keeps the site of every row in few characters, and of rows without one none", () => {
  const facts = siteFacts("site", siteOf, folds);
  expect(facts.names).toEqual(["far", "site 9", "site 10"]);
  expect(facts.places).toMatch(/^2 2 .* 1 0 0 -$/);
  expect(sitesById(facts, folds)).toEqual(siteOf);
});

/** A fold of those rows, predicted one too high in site 9; intervals reach a half to either side. */
function run(test: readonly string[]): RunFiles {
  const truth = Float64Array.from(test, (id) => Number(id.slice(1)));
  const prediction = Float64Array.from(test, (id, i) => truth[i] + (siteOf.get(id) === "site 9" ? 1 : 0));
  const interval = { lower: prediction.map((p) => p - 0.5), upper: prediction.map((p) => p + 0.5) };
  const rows = { truth, prediction, interval, baselines: new Map(), contributions: new Map() };
  const parts = { ids: test, groups: null, targets: new Map([["y", rows]]), local: new Map() };
  return { task: measuredTasks.regression, metrics: { targets: ["y"] }, test: parts } as unknown as RunFiles;
}

it("measures the rows of each site, all folds together, and counts those that are few", () => {
  const runs = folds.map(({ test }) => run(test));
  const found = sitesFound([...runs, ...runs], "site", siteOf, 2);
  expect(found?.sites.map(({ site, rows }) => [site, rows])).toEqual([
    ["site 9", 12],
    ["site 10", 11],
  ]);
  expect(found?.fewer).toEqual({ sites: 1, rows: 2 });
  expect(found?.sites[0].targets.y).toMatchObject({
    metrics: { mae: 1 },
    calibration: { slope: expect.closeTo(1, 12), intercept: expect.closeTo(-1, 12) },
    achieved: 0,
  });
  expect(found?.sites[1].targets.y).toMatchObject({ metrics: { mae: 0 }, achieved: 1 });
  expect(sitesFound(runs, "site", null, 1)).toBeNull();
});
