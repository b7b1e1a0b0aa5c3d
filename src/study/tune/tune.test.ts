import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import {
  eightIsBest,
  even,
  rate,
  scatterExecutor,
  smallSpace,
  tuneBench,
  tuneConfig,
  wholeSeconds,
} from "../../../test/support/tune-bench.js";
import { loadConfig } from "../../config/load.js";
import type { Config } from "../../config/schema.js";
import { duration } from "../../report/duration.js";
import { checkedSpace } from "./space.js";
import { tune } from "./tune.js";

/** Searches of dozens of made trainings, each with its report. */
vi.setConfig({ testTimeout: 120_000 });
afterAll(() => vi.resetConfig());

const { root, lines, site, read, fresh, splitOf } = tuneBench();
const searchIn = (config: Config, scatter: (config: Config) => number, more: object = {}) => {
  const { executor, trained } = scatterExecutor(scatter);
  const out = fresh();
  const asked = { baseFolder: root, trials: 9, space: checkedSpace(smallSpace, config), repeats: 5, out, executor };
  return { out, trained, run: () => tune({ ...asked, ...more, config }) };
};

it("finds the setting that is much better, and best.yaml has it", async () => {
  const { out, run } = searchIn(tuneConfig(), eightIsBest);
  const { results, text } = await run();
  expect(results.chosen.settings["model.latentDim"]).toBe(8);
  expect(results.final?.change.high).toBeLessThan(-0.2);
  expect(results.test.change?.high).toBeLessThan(-0.2);
  expect(text).toMatch(/lower than that of the config as it is/);
  const best = await loadConfig(path.join(out, "best.yaml"));
  expect(best.config.model.latentDim).toBe(8);
  expect(best.config.data.split.by).toBe("random");
  expect(path.resolve(best.baseFolder, String(best.config.data.file))).toBe(path.join(root, "table.csv"));
  // One of three goes on, and the config as it is always.
  expect(results.rungs.map(({ trials }) => trials)).toEqual([9, 3, 1]);
  expect(results.trials[0]).toMatchObject({ trial: 0, settings: {} });
  expect(results.trials[0].rungs).toHaveLength(3);
  expect(read(out, "trials.csv").split("\n")[0]).toBe(`trial,bracket,${rate},model.latentDim,rung 1,rung 2,rung 3`);
});

it("claims no gain of noise, though the search's own figure looks like one", async () => {
  const found = await Promise.all([1, 2, 3, 4].map((seed) => searchIn(tuneConfig({}, { seed }), even).run()));
  const changes = found.map(({ results }) => results);
  const claimed = changes.filter(({ final }) => final !== null && final.change.high < 0);
  expect(claimed).toEqual([]);
  const anew = changes.filter(({ final }) => final !== null);
  expect(anew.length).toBeGreaterThan(2);
  // The least of ten errors of noise is low; what is trained anew is not.
  expect(anew.every(({ searchChange }) => searchChange < 0)).toBe(true);
  for (const { text, results } of found)
    if (results.final !== null) expect(text).toMatch(/No gain is shown|keep the config/);
});

it("keeps the config as it is where no trial errs less", async () => {
  const own = tuneConfig({}, { model: { latentDim: 6 } });
  const { out, run, trained } = searchIn(own, ({ model }) => (model.latentDim === 6 ? 2 : 6));
  const { results, text } = await run();
  expect(results).toMatchObject({ chosen: { trial: 0 }, final: null, best: "config", test: { chosen: null } });
  expect(text).toContain("keep it as it is");
  expect(trained.filter(({ name }) => /^(final|test)/.test(name)).map(({ name }) => name)).toEqual(["test-config"]);
  expect((await loadConfig(path.join(out, "best.yaml"))).config.model.latentDim).toBe(6);
});

describe("the rows that decide", () => {
  it("are rows that the config trains and validates on; the test part is in no training before the last", async () => {
    const { out, run, trained } = searchIn(tuneConfig(), eightIsBest);
    await run();
    const test = new Set(splitOf(out, "split").test);
    const before = trained.filter(({ name }) => !name.startsWith("test-"));
    expect(before.length).toBeGreaterThan(10);
    const used = new Set<string>();
    for (const { config } of before) {
      const { split } = (await loadConfig(config)).config.data;
      const name = path.basename(String(split.file), ".json");
      used.add(name);
      const { train, validation, test: deciding } = splitOf(out, name);
      expect(
        [...train, ...validation, ...deciding].filter((id: string) => test.has(id)),
        name,
      ).toEqual([]);
      expect(new Set([...train, ...validation, ...deciding]).size).toBe(320);
    }
    // The final figures are of splits that the search did not see.
    const inner = (pattern: RegExp) =>
      new Set(trained.filter(({ name }) => pattern.test(name)).map(({ name }) => /inner-\d/.exec(name)?.[0]));
    expect([...inner(/^rung-3/)].filter((name) => inner(/^final-/).has(name))).toEqual([]);
    expect(used.size).toBe(8);
  });

  it("keep groups whole", async () => {
    const { out, run } = searchIn(tuneConfig({ group: "site" }), even, { trials: 1, repeats: 2 });
    await run();
    for (const file of readdirSync(path.join(out, "splits"))) {
      const parts = Object.values(JSON.parse(read(out, "splits", file))) as string[][];
      const homes = parts.map((ids) => new Set(ids.map((id) => site.get(id))));
      for (const [p, own] of homes.entries())
        for (const other of homes.slice(p + 1))
          expect(
            [...own].filter((name) => other.has(name)),
            file,
          ).toEqual([]);
    }
  });

  it("are the latest of those before the test where rows are split by time, the final seeds new", async () => {
    const config = tuneConfig({ order: "day", split: { by: "time" } });
    const { out, run, trained } = searchIn(config, eightIsBest, { repeats: undefined });
    const { results, text } = await run();
    const { train, validation, test } = splitOf(out, "inner");
    const days = (ids: string[]) => ids.map((id) => Number(id.slice(1)));
    expect(Math.max(...days(train))).toBeLessThan(Math.min(...days(validation)));
    expect(Math.max(...days(validation))).toBeLessThan(Math.min(...days(test)));
    expect(Math.max(...days(test))).toBeLessThan(Math.min(...days(splitOf(out, "split").test)));
    expect(trained.filter(({ name }) => name.startsWith("final-chosen")).map(({ name }) => name)).toEqual(
      [1, 2, 3].map((seed) => `final-chosen-inner-seed-${seed}`),
    );
    expect(results).toMatchObject({ repeats: 1, seeds: 3 });
    expect(text).toContain("still a little too good");
  });

  it("are those of the named rows where a column names the parts", async () => {
    const { out, run } = searchIn(tuneConfig({ split: { by: "column", column: "part" } }), even, {
      trials: 1,
      repeats: 2,
    });
    await run();
    const tested = lines.filter((line) => line.includes(",test,")).map((line) => line.split(",")[0]);
    const { train, validation, test } = splitOf(out, "inner-1");
    expect([...train, ...validation, ...test].filter((id: string) => tested.includes(id))).toEqual([]);
  });
});

/** An executor of one training at a time that is interrupted after so many. */
function stoppedAfter(trainings: number, executor: ReturnType<typeof scatterExecutor>["executor"]): typeof executor {
  const controller = new AbortController();
  let left = trainings;
  return {
    atOnce: 1,
    run: (tasks, signal, onEnd) =>
      executor.run(tasks, AbortSignal.any([signal, controller.signal]), async (index, failure) => {
        await onEnd?.(index, failure);
        if (--left === 0) controller.abort();
      }),
  };
}

it("goes on where it was killed, and ends in the same bytes", async () => {
  const config = tuneConfig();
  const whole = searchIn(config, eightIsBest, { trials: 4, repeats: 2 });
  await whole.run();
  const out = fresh();
  const { executor } = scatterExecutor(eightIsBest);
  const asked = { config, baseFolder: root, trials: 4, space: checkedSpace(smallSpace, config), repeats: 2, out };
  for (let sitting = 0; ; sitting++) {
    const done = await tune({ ...asked, executor: stoppedAfter(7, executor) }).then(
      () => true,
      () => false,
    );
    if (done) break;
    expect(sitting).toBeLessThan(20);
  }
  for (const file of ["results.json", "trials.csv", "best.yaml", "report.md"])
    expect(read(out, file), file).toBe(read(whole.out, file));
});

describe("a budget of time", () => {
  const budget = (seconds: number, more: object = {}) =>
    searchIn(tuneConfig(), even, { trials: undefined, budgetSeconds: seconds, jobs: 2, repeats: 2, ...more });
  /** How many trainings of each rung were begun, and of the final figures. */
  const begun = (trained: readonly { readonly name: string }[]) =>
    [/^rung-1/, /^rung-2/, /^rung-3/, /^(final|test)/].map(
      (kind) => trained.filter(({ name }) => kind.test(name)).length,
    );
  /** A training of the first rung, and a bracket of 10, 4 and 6 trainings, two at a time. */
  const first = wholeSeconds / 9;
  const bracket = 5 * first + 2 * (wholeSeconds / 3) + 3 * wholeSeconds;

  it("begins further trials as long as they and the final trainings fit", async () => {
    const one = budget(1.1 * bracket);
    const { results: small } = await one.run();
    expect(begun(one.trained).slice(0, 3)).toEqual([10, 4, 6]);
    expect(small.spent).toMatchObject({ atOnce: 2, brackets: 1, ended: null });
    expect(small.spent?.seconds).toBeCloseTo(bracket, 6);
    const { results, text } = await budget(3.2 * bracket).run();
    expect(results.spent?.brackets).toBe(2);
    // The config as it is belongs to the first bracket alone.
    expect(results.spent?.seconds).toBeCloseTo(2 * bracket - wholeSeconds, 6);
    // The same trials in the same order, only more of them.
    expect(results.trials.slice(1, 10).map(({ settings }) => settings)).toEqual(
      small.trials.slice(1, 10).map(({ settings }) => settings),
    );
    expect(text).toContain("How many depends on how fast the machine was");
  });

  const cut = "none of bracket 1 was trained with more than";
  it.each([
    {
      seconds: 5,
      rungs: [2, 0, 0],
      untried: 8,
      said: `8 trials of bracket 1 were not begun, ${cut} 1/9 of the epochs`,
    },
    {
      seconds: 9,
      rungs: [4, 0, 0],
      untried: 6,
      said: `6 trials of bracket 1 were not begun, ${cut} 1/9 of the epochs`,
    },
    { seconds: 25, rungs: [10, 0, 0], untried: 0, said: `${cut} 1/9 of the epochs` },
    { seconds: 60, rungs: [10, 4, 0], untried: 0, said: `${cut} 1/3 of the epochs` },
  ])("of $seconds s begins no training that does not end in time", async ({ seconds, rungs, untried, said }) => {
    const messages: string[] = [];
    const { run, trained, out } = budget(seconds, { onMessage: (text: string) => messages.push(text) });
    const { results, text } = await run();
    expect(begun(trained).slice(0, 3)).toEqual(rungs);
    expect(results.spent?.seconds).toBeLessThanOrEqual(seconds);
    const decided = rungs.indexOf(0);
    expect(results.spent?.ended).toEqual({ bracket: 1, rung: rungs[0] < 10 ? 1 : decided + 1, untried, decided });
    expect(results.trials).toHaveLength(rungs[0]);
    for (const written of [text, read(out, "report.md")]) {
      expect(written.replace(/\s+/g, " ")).toContain(`The budget ended the search: ${said}. What was chosen is by`);
    }
    const final = begun(trained)[3];
    expect(results.spent).toMatchObject({ finalTrainings: final, finalSeconds: Math.ceil(final / 2) * wholeSeconds });
    // What the finals will take is told before they begin, and what the budget covers before anything does.
    const follow = `${final} training${final === 1 ? "" : "s"} for the final figures follow${final === 1 ? "s" : ""}`;
    const told = messages.find((line) => line.startsWith("the search took"));
    expect(told).toContain(
      ` of ${duration(seconds)}: ${said}; ${follow}, about ${duration(Math.ceil(final / 2) * wholeSeconds)}`,
    );
    expect(messages.join("\n")).toMatch(
      /of search allow, 2 at a time, then 6 trainings .*, which the budget does not cover/,
    );
    expect(messages.filter((line) => line.startsWith("about 0s left"))).toEqual([]);
  });

  it("that the config as it is spends begins no trial, and says so", async () => {
    const { run, trained, out } = budget(1, { jobs: 1 });
    const { results, text } = await run();
    expect(trained.map(({ name }) => name)).toEqual(["rung-1-trial-0-inner-1", "test-config"]);
    expect(results).toMatchObject({
      chosen: { trial: 0 },
      best: "config",
      searchChange: 0,
      spent: { ended: { untried: 9 } },
    });
    expect(text).toContain("nothing was searched");
    expect(read(out, "report.html")).toContain("nothing was searched");
  });

  it("ends where it was interrupted as it would have", async () => {
    const whole = budget(20);
    await whole.run();
    const rest = budget(20, { executor: stoppedAfter(3, scatterExecutor(even).executor) });
    await expect(rest.run()).rejects.toThrow("interrupted");
    const { results } = await budget(20, { out: rest.out }).run();
    expect(results).toEqual(JSON.parse(read(whole.out, "results.json")));
  });
});
