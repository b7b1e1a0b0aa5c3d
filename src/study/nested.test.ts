import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { sentenceTable } from "../../test/support/sentence-table.js";
import { parseConfig } from "../config/load.js";
import { correctedResampledInterval } from "../evaluation/paired.js";
import { pooled } from "../executors/processes.js";
import { regression } from "../tasks/regression/regression.js";
import { nestedDesign, openNested, selectNested } from "./nested.js";
import { type NestedSentenceFacts, nestedSentences } from "./nested-sentences.js";
import type { FinishedRun, StudyRun } from "./study.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-nested-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const part = (i: number) => (i < 50 ? "train" : i < 72 ? "validation" : "test");
const lines = Array.from({ length: 90 }, (_, i) =>
  [`s${i}`, `site${i % 18}`, part(i), i % 11, (i * 3) % 7, i % 9 === 0 ? "" : (i * 5) % 9, (i * 7) % 10].join(","),
);
writeFileSync(path.join(root, "table.csv"), `id,site,part,y,a,b,c\n${lines.join("\n")}\n`);
const configOf = (data: object, more: object = {}) =>
  parseConfig({
    name: "nested",
    data: {
      ...{ file: "table.csv", id: "id", target: "y", group: "site" },
      modalities: { a: { columns: ["a"], cost: 1 }, b: { columns: ["b"], cost: 2 } },
      ...data,
    },
    ...more,
  });
const executor = pooled(leaveRun, { jobs: 2 });
const asked = { baseFolder: root, folds: 3, repeats: 1, seeds: 1, margin: 0.02, executor };
const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), "utf8"));

it("tests every complete row once, by subsets that were chosen without it", async () => {
  const config = configOf({}, { training: { modalityDropout: 0.2 } });
  const { results, text } = await selectNested({ ...asked, config, out: path.join(root, "whole") });
  const parts = [1, 2, 3].map((f) => read(`whole/splits/fold-${f}.json`));
  const tested: string[] = parts.flatMap(({ test }) => test);
  const complete = lines.map((line) => line.split(",")).filter((row) => !row.includes(""));
  expect(tested.toSorted()).toEqual(complete.map(([id]) => id).toSorted());
  const site = new Map(lines.map((line) => line.split(",").slice(0, 2) as [string, string]));
  for (const { train, validation, test } of parts) {
    const [others, own] = [[...train, ...validation], test].map(
      (ids: string[]) => new Set(ids.map((id) => site.get(id))),
    );
    expect([...own].filter((name) => others.has(name))).toEqual([]);
  }
  expect(results).toMatchObject({ folds: 3, rows: { tested: 80, lacking: 10, setAside: 0 }, cost: { full: 3 } });
  const errors = results.runs.map(({ test }) => Math.log(test.chosen / test.full));
  const ratio = parts.reduce(
    (sum, { train, validation, test }) => sum + (validation.length + test.length) / train.length / 3,
    0,
  );
  const expected = correctedResampledInterval(errors, ratio);
  expect(results.change.high).toBeCloseTo(Math.expm1(expected.high), 12);
  for (const { modality, chosen } of results.modalities) {
    expect(chosen).toBe(results.runs.filter((run) => run.chosen.includes(modality)).length);
  }
  for (const run of results.runs) {
    if (run.chosen.length < 2) expect(run.bound).toBeLessThanOrEqual(0.02);
    else expect(run.test.chosen).toBe(run.test.full);
  }
  expect(results.subsets.reduce((sum, { chosen }) => sum + chosen, 0)).toBe(3);
  expect(text).toContain("| what each fold chose |");
  expect(text).toContain("10 rows lack a modality and take no part");
});

it("tests whole groups of another column, and says whose rows decided", async () => {
  const config = configOf({ group: undefined, missing: "drop" });
  const out = path.join(root, "outer");
  const { results, text } = await selectNested({ ...asked, config, outerGroup: "site", out });
  const siteOf = new Map(lines.map((line) => line.split(",").slice(0, 2) as [string, string]));
  for (const { train, validation, test } of [1, 2, 3].map((f) => read(`outer/splits/fold-${f}.json`))) {
    const known = new Set([...train, ...validation].map((id: string) => siteOf.get(id)));
    expect(test.filter((id: string) => known.has(siteOf.get(id)))).toEqual([]);
  }
  expect(results.outerGroup).toBe("site");
  expect(results.runs.some(({ validationOfTrainedGroups = 0 }) => validationOfTrainedGroups > 0)).toBe(true);
  expect(text).toContain('rows of one "site" are tested together');
  expect(text).toContain('share their "site" with rows that trained');
  const stratified = configOf({ group: undefined, split: { stratify: 5 } });
  expect(() => nestedDesign({ ...asked, config: stratified, outerGroup: "site" })).toThrow("data.split.stratify: 5");
});

it("leaves rows alone that a column names for the test", async () => {
  const config = configOf({ split: { by: "column", column: "part" }, group: undefined, missing: "drop" });
  const { splits, messages } = await nestedDesign({ ...asked, config }).read();
  const dealt = Object.values(splits).map(({ train, validation, test }) => [...train, ...validation, ...test]);
  const locked = lines.flatMap((line, i) => (part(i) === "test" ? [line.split(",")[0]] : []));
  for (const ids of dealt) expect(ids.filter((id) => locked.includes(id))).toEqual([]);
  expect(messages).toContain("3 subsets in each of 3 outer folds: 9 trainings");
  expect(messages.join()).toMatch(/1\d rows that data\.split sets aside are in no split/);
});

it("leaves out modalities fold by fold, where they are seven or more", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const modalities = Object.fromEntries(names.map((name) => [name, { columns: [name] }]));
  const config = parseConfig({ name: "seven", data: { file: "seven.csv", target: "y", modalities } });
  const ofFold = (fold: number) => ({
    name: `fold-${fold}`,
    repeat: 1,
    fold,
    parts: {},
    unfit: [],
    constant: { y: [0] },
  });
  const { first, next } = openNested({
    ...{ config, options: { folds: 2, repeats: 1, seeds: 1, margin: 0.02 }, splits: {} },
    facts: { lacking: 0, setAside: 0, warnings: [], folds: [1, 2].map(ofFold) },
  });
  // In the first fold c is missed least, in the second f.
  const finish = (run: StudyRun): FinishedRun => {
    const left = run.name.includes("fold-1") ? "c" : "f";
    const error = left in run.config.data.modalities ? 2 : 1;
    const part = { targets: new Map([["y", { truth: [0], prediction: [error] }]]) };
    const files = { task: regression, metrics: { targets: ["y"] }, test: part, validation: part };
    return { ...run, files: files as unknown as FinishedRun["files"] };
  };
  const whole = first.map(finish);
  expect(first.map(({ name }) => name)).toEqual(["a+b+c+d+e+f+g-fold-1-seed-1", "a+b+c+d+e+f+g-fold-2-seed-1"]);
  const second = next?.(whole) ?? [];
  expect(second).toHaveLength(14);
  const third = next?.([...whole, ...second.map(finish)]) ?? [];
  const inFold = (fold: number) =>
    third
      .filter(({ config: own }) => own.data.split.file === `splits/fold-${fold}.json`)
      .map((run) => run.config.data.modalities);
  expect(inFold(1).every((own) => !("c" in own) && Object.keys(own).length === 5)).toBe(true);
  expect(inFold(2).every((own) => !("f" in own) && Object.keys(own).length === 5)).toBe(true);
  expect(third).toHaveLength(12);
});

it("refuses what is no number of trainings, and folds by time that would be dealt again", () => {
  const config = configOf({ order: "a", split: { by: "time" }, group: undefined });
  expect(() => nestedDesign({ ...asked, config, repeats: 2 })).toThrow(
    "folds of data.split.by: time are the same every time",
  );
  expect(() => nestedDesign({ ...asked, config, seeds: 0 })).toThrow("--seeds 0: expected a whole number, 1 to 1000");
  expect(() => nestedDesign({ ...asked, config, margin: 2 })).toThrow("--margin 2");
});

describe("sentences", () => {
  const facts = (value: number, half: number, chosen = 5, isAll = false, tied = false): NestedSentenceFacts => ({
    ...{ folds: 5, margin: 0.02, change: { value, low: value - half, high: value + half }, bound: value + 0.8 * half },
    ...{ often: { name: "a", chosen, isAll, tied }, outer: null },
  });
  const decidedBy = (ofTrainedGroups: number) => ({ outer: { column: "site", rows: 40, ofTrainedGroups } });
  sentenceTable(nestedSentences, [
    { run: "nothing is dropped", facts: facts(0, 0, 5, true), said: ["nested/always-all"] },
    { run: "one subset, as good", facts: facts(0, 0.01), said: ["nested/within", "nested/steady"] },
    { run: "open", facts: facts(0.01, 0.1, 3), said: ["nested/open", "nested/unsteady"] },
    { run: "worse", facts: facts(0.2, 0.1, 4, true), said: ["nested/above", "nested/unsteady"] },
    { run: "as often as another", facts: facts(0.2, 0.1, 2, false, true), said: ["nested/above", "nested/unsteady"] },
    {
      run: "tested at new sites, chosen at known ones",
      facts: { ...facts(0, 0.01), ...decidedBy(40) },
      said: ["nested/within", "nested/steady", "nested/decided-by-trained-groups"],
    },
    {
      run: "at new sites alone",
      facts: { ...facts(0, 0.01), ...decidedBy(0) },
      said: ["nested/within", "nested/steady"],
    },
  ]);

  it("call no subset the most frequent that shares that with another", () => {
    const unsteady = nestedSentences.find(({ id }) => id === "nested/unsteady");
    expect(unsteady?.say(facts(0.2, 0.1, 2))).toContain("most often, in 2 of 5 folds, it was a");
    expect(unsteady?.say(facts(0.2, 0.1, 2, false, true))).not.toContain("most often");
  });
});
