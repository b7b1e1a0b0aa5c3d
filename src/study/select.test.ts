import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { loadConfig, parseConfig } from "../config/load.js";
import { pooled } from "../executors/processes.js";
import { regression } from "../tasks/regression/regression.js";
import { executeStudy } from "./execute.js";
import { collect } from "./kinds.js";
import { planStudy } from "./plan.js";
import { openSelect, select, selectDesign } from "./select.js";
import type { SelectResults } from "./select-results.js";
import { selectText } from "./select-text.js";
import type { FinishedRun, StudyRun } from "./study.js";
import { subsetConfig, subsetName } from "./subset-config.js";
import { markdownText } from "./text-blocks.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-select-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const names = ["a", "b", "c", "d", "e", "f", "g"];
const rows = Array.from({ length: 30 }, (_, i) => [i % 11, ...names.map((_name, k) => (i * (k + 3)) % 13)].join(","));
writeFileSync(path.join(root, "table.csv"), `y,${names.join(",")}\n${rows.join("\n")}\n`);
const config = parseConfig({
  name: "seven",
  data: { file: "table.csv", target: "y", modalities: Object.fromEntries(names.map((n) => [n, { columns: [n] }])) },
  model: { encoder: { modalities: { a: { hidden: [4] } } } },
});

const splits = new Set<string>();

/** Notes the split of a training, and leaves behind what it would. */
const executor = pooled(
  async (task) => {
    const { config: own, baseFolder } = await loadConfig(task.config);
    splits.add(readFileSync(path.resolve(baseFolder, own.data.split.file ?? ""), "utf8"));
    await leaveRun(task);
  },
  { jobs: 2 },
);

it("seven modalities are searched by leaving one out at a time, all on the same rows", async () => {
  const out = path.join(root, "study");
  const request = {
    config,
    baseFolder: root,
    out,
    repeats: 1,
    seeds: 1,
    margin: 0.02,
    decideOn: "validation",
    executor,
  } as const;
  const { results, text } = await select(request);
  expect(results.greedy).toBe(true);
  expect(results.subsets.map(({ modalities }) => modalities.length)).toEqual(
    [7, 6, 5, 4, 3, 2, 1, 0].flatMap((size) => new Array(size === 7 || size === 0 ? 1 : size + 1).fill(size)),
  );
  expect(splits.size).toBe(1);
  expect(text).toContain("Backward elimination, 1 training each");
  await expect(select({ ...request, margin: 2 })).rejects.toThrow("--margin 2: expected a share from 0 to 1");
});

it("the same search in steps, a round at a time, ends in the same bytes", async () => {
  const request = { config, baseFolder: root, repeats: 1, seeds: 1, margin: 0.02, decideOn: "validation" } as const;
  const out = path.join(root, "steps");
  let round = await planStudy(selectDesign(request), { out });
  const sizes = [round.trainings.length];
  let collected: Awaited<ReturnType<typeof collect>>;
  do {
    await executeStudy(
      out,
      round.trainings.map(({ index }) => index),
      { executor },
    );
    collected = await collect(out);
    if (collected.next !== undefined) {
      round = collected.next;
      sizes.push(round.trainings.length);
    }
  } while (collected.next !== undefined);
  expect(sizes).toEqual([1, 7, 6, 5, 4, 3, 2, 2]);
  expect(round.trainings.map(({ index }) => index)).toEqual([28, 29]);
  for (const name of ["study.json", "results.json", "report.md", "SHA256SUMS"]) {
    const [whole, steps] = ["study", "steps"].map((folder) => readFileSync(path.join(root, folder, name), "utf8"));
    expect(steps, name).toBe(whole);
  }
});

it("goes on from the subset that errs least on the rows that decide, seeds averaged", () => {
  const options = { repeats: 1, seeds: 2, margin: 0.02, decideOn: "test", rows: "complete" };
  const { first, next } = openSelect({
    config,
    options,
    facts: {
      own: [],
      lacking: 0,
      setAside: 0,
      warnings: [],
      splits: [{ name: "split", parts: {}, unfit: [], constant: { y: [0] } }],
    },
    splits: { split: { train: [], validation: [], test: [] } },
  });
  // Without c the error on the test rows is least; those of validation say the opposite.
  const finish = (run: StudyRun, i: number): FinishedRun => {
    const least = !("c" in run.config.data.modalities);
    const part = (error: number) => ({ targets: new Map([["y", { truth: [0], prediction: [error + (i % 2)] }]]) });
    const files = {
      task: regression,
      metrics: { targets: ["y"] },
      test: part(least ? 1 : 2),
      validation: part(least ? 2 : 1),
    };
    return { ...run, files: files as unknown as FinishedRun["files"] };
  };
  const whole = first.map(finish);
  const second = next?.(whole) ?? [];
  expect([first.length, second.length]).toEqual([2, 14]);
  const third = next?.([...whole, ...second.map(finish)]) ?? [];
  const kept = ["a", "b", "d", "e", "f", "g"];
  expect(third.map(({ name }) => name)).toEqual(
    kept.flatMap((left) => {
      const subset = kept.filter((name) => name !== left).join("+");
      return [`${subset}-seed-1`, `${subset}-seed-2`];
    }),
  );
});

it("rows that lack a modality take no part, and that is said", async () => {
  const cells = Array.from({ length: 40 }, (_, i) =>
    [`s${i}`, i % 11, i % 4 === 0 ? "" : (i * 3) % 13, i % 10 === 1 ? "" : (i * 5) % 13].join(","),
  );
  writeFileSync(path.join(root, "gaps.csv"), `id,y,a,b\n${cells.join("\n")}\n`);
  const gaps = parseConfig({
    name: "gaps",
    data: { file: "gaps.csv", id: "id", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
    training: { modalityDropout: 0.2 },
  });
  splits.clear();
  const out = path.join(root, "gaps");
  const messages: string[] = [];
  const request = {
    config: gaps,
    baseFolder: root,
    out,
    repeats: 1,
    seeds: 1,
    margin: 0.02,
    decideOn: "validation",
    executor,
  } as const;
  const { results, text } = await select({ ...request, onMessage: (message) => void messages.push(message) });
  const [split] = [...splits].map((json) => Object.values(JSON.parse(json) as Record<string, string[]>).flat());
  const complete = cells.map((line) => line.split(",")).filter((row) => !row.includes(""));
  expect([...split].sort()).toEqual(complete.map(([id]) => id).sort());
  expect(results.rows.lacking).toBe(40 - complete.length);
  const said = `${40 - complete.length} rows lack a modality and take no part`;
  expect(text).toContain(said);
  expect(messages.join()).toContain(said);
});

it("subsets of a hundred modalities have folder names that every file system takes, each its own", () => {
  const many = Array.from({ length: 100 }, (_, k) => `modality_${k}`);
  const data = { modalities: Object.fromEntries(many.map((name) => [name, { columns: [name] }])) };
  const config = parseConfig({
    name: "many",
    data: { ...data, file: "t.csv", target: "y" },
    model: { fusion: { interaction: "none" } },
  });
  const subsets = [
    many,
    ...many.map((left) => many.filter((name) => name !== left)),
    many.slice(0, 60),
    many.slice(40),
  ];
  const folders = subsets.map((subset) => subsetName(subset, config));
  expect(new Set(folders).size).toBe(subsets.length);
  expect(Math.max(...folders.map((name) => name.length))).toBeLessThanOrEqual(200);
  expect(subsetName(["modality_1", "modality_2"], config)).toBe("modality_1+modality_2");
  expect(subsetName(many.slice(0, 20), config)).toBe(
    `modalities-${many
      .slice(0, 20)
      .map((_, k) => k + 1)
      .join("-")}`,
  );
});

it("a selection among thirty modalities is told in lines that can be read", async () => {
  const many = Array.from({ length: 30 }, (_, k) => `modality_${k}`);
  const interval = { value: 1, low: 0.9, high: 1.1 };
  const left = many.slice(1).map((_, k) => many.filter((__, j) => j < k || j > k));
  const subsets = [many, ...left, ...many.map((_, k) => many.slice(k)), ...left].map((modalities) => ({
    modalities,
    cost: null,
    test: { error: interval, difference: interval, bound: 1.1 },
    decision: { error: interval, difference: interval, bound: 1.1 },
    information: null,
    acceptable: true,
    onFront: false,
    validation: 1,
    targets: { y: { validation: 1, test: 1 } },
    bySplit: [{ validation: 1, test: 1 }],
  }));
  const blocks = selectText("many", {
    ...{ parts: {}, unfit: [], warnings: [], cautions: [], fusion: "pid", atomsFrom: "heldout" },
    kind: "select",
    repeats: 1,
    seeds: 1,
    margin: 0.02,
    decideOn: "validation",
    greedy: true,
    targets: ["y"],
    rows: { decision: 10, test: 10, lacking: 0, setAside: 0, resampled: { decision: "over rows", test: "over rows" } },
    subsets: [...subsets, ...subsets],
    comparisons: { subsets: 60, near: 3, critical: 2 },
    final: null,
    ownRows: null,
    chosen: many.slice(25),
    weights: { order: many.map((modality) => ({ modality, weight: 0.1 })), bySize: [] },
  } as unknown as SelectResults);
  const text = markdownText(blocks);
  expect(text).toContain("all but modality_0 ");
  // By its names: results that were read from a file share no lists.
  expect(text).toMatch(/\| modality_25 .*\| chosen /);
  expect(text).toContain("| all 30 ");
  expect(text).toMatch(/10\d of \d+ subsets, those of least test error; results\.json has all\./);
  // 20 names and the columns beside them
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(20 * "modality_10 + ".length + 250);
});

describe("the config of a subset whose categories are preserved", () => {
  const config = parseConfig(
    {
      name: "s",
      data: {
        file: "t.csv",
        target: "y",
        modalities: {
          a: { columns: ["a1", "sex"], categories: ["sex"] },
          b: { columns: ["b1"] },
          c: { columns: ["c1"] },
        },
        harmonise: { site: "site", preserve: ["age", "sex"] },
      },
    },
    "test",
  );

  it("keeps a column a category where the modality that says so is left out", () => {
    const { harmonise } = subsetConfig(config, ["b", "c"]).data;
    expect(harmonise).toMatchObject({ preserve: ["age"], categories: ["sex"] });
    expect(subsetConfig(config, ["a", "b"]).data.harmonise).toEqual(config.data.harmonise);
  });
});
