import { afterAll, describe, expect, it, vi } from "vitest";
import {
  eightIsBest,
  even,
  scatterExecutor,
  smallSpace,
  tuneBench,
  tuneConfig,
} from "../../../test/support/tune-bench.js";
import { loadConfig } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { crossvalTune } from "./nested-tune.js";
import { checkedSpace } from "./space.js";

/** Searches of dozens of made trainings, each with its report. */
vi.setConfig({ testTimeout: 120_000 });
afterAll(() => vi.resetConfig());

const { root, site, fresh, splitOf } = tuneBench();

describe("inside the folds of a cross-validation", () => {
  const nested = async (config: Config, scatter: (config: Config) => number, more: object = {}) => {
    const { executor, trained } = scatterExecutor(scatter);
    const out = fresh();
    const asked = { folds: 3, repeats: 1, trials: 6, space: checkedSpace(smallSpace, config) };
    return { out, trained, ...(await crossvalTune({ ...asked, config, baseFolder: root, out, executor, ...more })) };
  };

  it("chooses without the test rows of the fold, and says what each fold chose", async () => {
    const { out, results, text, trained } = await nested(tuneConfig({ group: "site" }), eightIsBest);
    for (const fold of [1, 2, 3]) {
      const { train, validation, test } = splitOf(out, `fold-${fold}`);
      for (const inner of [1, 2, 3]) {
        const own = splitOf(out, `fold-${fold}-inner-${inner}`);
        expect([...own.train, ...own.validation, ...own.test].toSorted()).toEqual([...train, ...validation].toSorted());
        expect(own.test.some((id: string) => test.includes(id))).toBe(false);
      }
    }
    expect(results.runs.map(({ chosen }) => chosen.settings["model.latentDim"])).toEqual([8, 8, 8]);
    expect(results.change.high).toBeLessThan(0);
    expect(results.rows.tested).toBe(400);
    expect(results.keys.find(({ key }) => key === "model.latentDim")?.values).toEqual([{ value: 8, chosen: 3 }]);
    expect(text).toContain("tuning gains");
    const seeds = await Promise.all(
      trained
        .filter(({ name }) => /^fold-1-(config|tuned)$/.test(name))
        .map(async ({ config }) => (await loadConfig(config)).config.seed),
    );
    expect(new Set(seeds).size).toBe(1);
  });

  it("claims no gain of noise", async () => {
    const { results, text } = await nested(tuneConfig(), even);
    expect(results.change.low).toBeLessThanOrEqual(0);
    expect(results.change.high).toBeGreaterThanOrEqual(0);
    expect(text).toMatch(/no gain is shown|config as it is/);
  });

  it("keeps outer groups whole inside the folds", async () => {
    const { out } = await nested(tuneConfig(), even, { outerGroup: "site", trials: 1, folds: 2 });
    const { train, test } = splitOf(out, "fold-1-inner-1");
    const tested = new Set(test.map((id: string) => site.get(id)));
    expect(train.filter((id: string) => tested.has(site.get(id)))).toEqual([]);
  });
});
