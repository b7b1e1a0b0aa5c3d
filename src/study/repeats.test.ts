import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { parseConfig } from "../config/load.js";
import { loadDataset } from "../data/load-dataset.js";
import { partNames } from "../data/split/split.js";
import { correctedResampledInterval } from "../evaluation/paired.js";
import { pooled } from "../executors/processes.js";
import { ablate, ablateDesign } from "./ablate.js";
import { repeatedSplits, splitWarnings, trainingsOf } from "./repeats.js";
import { select, selectDesign } from "./select.js";
import { selectText } from "./select-text.js";
import { markdownText } from "./text-blocks.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-repeats-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const part = (i: number) => (i < 70 ? "train" : i < 90 ? "validation" : "test");
const lines = Array.from({ length: 120 }, (_, i) =>
  [`s${i}`, `site${i % 20}`, i, part(i), i % 11, (i * 3) % 7, (i * 5) % 9].join(","),
);
writeFileSync(path.join(root, "table.csv"), `id,site,day,part,y,a,b\n${lines.join("\n")}\n`);
const configOf = (data: object) =>
  parseConfig({
    name: "repeats",
    data: {
      ...{ file: "table.csv", id: "id", target: "y" },
      modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
      ...data,
    },
  });
const named = configOf({ split: { by: "column", column: "part" } });
const timed = configOf({ order: "day", split: { by: "time" } });

describe("trainings of a study", () => {
  it("are five splits with one training each where rows are drawn, and three on a split that is fixed", () => {
    expect(trainingsOf(configOf({}), {})).toEqual({ repeats: 5, seeds: 1 });
    expect(trainingsOf(configOf({}), { repeats: 1 })).toEqual({ repeats: 1, seeds: 3 });
    expect(trainingsOf(configOf({}), { repeats: 2, seeds: 2 })).toEqual({ repeats: 2, seeds: 2 });
    expect([named, timed].map((config) => trainingsOf(config, {}))).toEqual([
      { repeats: 1, seeds: 3 },
      { repeats: 1, seeds: 3 },
    ]);
  });

  it("are refused where they are none, or where the order fixes the split", () => {
    for (const repeats of [0, 1.5, Number.NaN]) {
      expect(() => trainingsOf(named, { repeats })).toThrow(`--repeats ${repeats}: expected a whole number of splits`);
    }
    expect(() => trainingsOf(named, { seeds: 0 })).toThrow("--seeds 0: expected a whole number of trainings");
    expect(() => trainingsOf(timed, { repeats: 2 })).toThrow("a split by time (data.split.by: time) is the same");
    const request = { config: timed, baseFolder: root, repeats: 3 };
    expect(() => ablateDesign(request)).toThrow("--repeats 3");
    expect(() => selectDesign({ ...request, margin: 0.02, decideOn: "test" })).toThrow("--repeats 3");
  });
});

describe("splits", () => {
  it("begin with the config's own, and deal whole groups into all", async () => {
    const config = configOf({ group: "site" });
    const dataset = await loadDataset(config.data, root);
    const { splits, setAside } = repeatedSplits(dataset, config, 4);
    expect(setAside).toBe(0);
    expect(splits[0].rowIds).toEqual(repeatedSplits(dataset, config, 1).splits[0].rowIds);
    expect(new Set(splits.map(({ rowIds }) => JSON.stringify(rowIds))).size).toBe(4);
    for (const split of splits) {
      const sites = partNames.map((name) => new Set(Array.from(split[name], (row) => dataset.group?.[row])));
      expect(sites.reduce((sum, { size }) => sum + size, 0)).toBe(20);
      expect(partNames.reduce((sum, name) => sum + split[name].length, 0)).toBe(120);
    }
  });

  it("are a function of the seed, that of the split where there is one", async () => {
    const dataset = await loadDataset(configOf({}).data, root);
    const second = (seed: number, of?: number) => {
      const config = { ...configOf(of === undefined ? {} : { split: { seed: of } }), seed };
      return JSON.stringify(repeatedSplits(dataset, config, 2).splits[1].rowIds);
    };
    expect(second(1)).toBe(second(1));
    expect(second(1)).not.toBe(second(2));
    expect(second(1, 7)).toBe(second(2, 7));
  });

  it("deal nothing that a column names for the test alone", async () => {
    const dataset = await loadDataset(named.data, root);
    const { splits, setAside } = repeatedSplits(dataset, named, 3);
    expect(setAside).toBe(30);
    const locked = lines.slice(90).map((line) => line.split(",")[0]);
    for (const split of splits) {
      const dealt = partNames.flatMap((name) => split.rowIds[name]);
      expect(dealt).toHaveLength(90);
      expect(dealt.filter((id) => locked.includes(id))).toEqual([]);
      expect(split.rowIds.leftOut).toEqual(locked);
      expect(split.test.length).toBe(18);
    }
  });

  it("whose parts are unfit are named, the first three", () => {
    const checked = Array.from({ length: 5 }, () => ({ parts: {}, unfit: [], warnings: ["too few"] }));
    const names = ["one", "two", "three", "four", "five"];
    expect(splitWarnings(checked.slice(0, 1), names)).toEqual(["too few"]);
    expect(splitWarnings(checked, names)).toEqual([
      ...["one: too few", "two: too few", "three: too few"],
      "2 more of 5 splits have such parts; results.json names them",
    ]);
  });
});

describe("a study of several splits", () => {
  const executor = pooled(leaveRun, { jobs: 2 });
  const messages: string[] = [];
  const asked = (out: string) => ({
    ...{ config: configOf({ group: "site" }), baseFolder: root, out: path.join(root, out), executor },
    onMessage: (text: string) => void messages.push(text),
  });
  const splitOf = (out: string, run: string) => {
    const [, file] = /file: (\S+)/.exec(
      readFileSync(path.join(root, out, `configs/${run}.yaml`), "utf8").slice(
        readFileSync(path.join(root, out, `configs/${run}.yaml`), "utf8").indexOf("split:"),
      ),
    ) ?? ["", ""];
    return file;
  };

  it("trains every subset on the rows of each, and says how many trainings that takes", async () => {
    const { results, text } = await select({ ...asked("select"), repeats: 3, margin: 0.02, decideOn: "validation" });
    expect(results).toMatchObject({ repeats: 3, seeds: 1, splits: [1, 2, 3].map((r) => ({ name: `repeat-${r}` })) });
    expect(messages).toContain(
      "3 subsets, 3 splits, 1 training of each on every split: 9 trainings, and up to 6 for the final figures; --repeats 1 trains 9, " +
        "and speaks of one split alone",
    );
    for (const subset of ["a+b", "a", "b"]) {
      expect(splitOf("select", `${subset}-repeat-2-seed-1`)).toBe("../splits/repeat-2.json");
    }
    const { subsets, rows } = results;
    expect(rows.resampled).toEqual({
      decision: "corrected resampled t over 3 splits",
      test: "corrected resampled t over 3 splits",
    });
    for (const { bySplit, decision } of subsets) {
      expect(bySplit).toHaveLength(3);
      expect(decision.error).toMatchObject({ draws: 3 });
      const mean = bySplit.reduce((sum, { validation }) => sum + validation / 3, 0);
      expect(decision.error.value).toBeCloseTo(mean, 12);
    }
    const written = markdownText(selectText("repeats", results));
    expect(text.startsWith(written.trimEnd())).toBe(true);
    expect(text.slice(written.length)).toMatch(
      /^\nRows and columns, as the trainings read them:\n\n- modality "a": .* \(in \d+ of \d+ trainings\)\n/,
    );
    expect(text).toContain("1 training each on each of 3 splits, all on the same rows of it");
    expect(text).not.toContain("for this split");
  });

  it("compares variants pair by pair, with the correction for shared rows", async () => {
    const only = ["no-averaging", "no-dropout"];
    const { results, text } = await ablate({ ...asked("ablate"), repeats: 3, seeds: 2, only });
    const ratios = [1, 2, 3].map((r) => {
      const { train } = JSON.parse(readFileSync(path.join(root, "ablate", `splits/repeat-${r}.json`), "utf8"));
      return (120 - train.length) / train.length;
    });
    const ratio = ratios.reduce((sum, each) => sum + each / 3, 0);
    expect(results.heldToTrain).toBeCloseTo(ratio, 12);
    const [full, ...others] = results.variants;
    for (const { bySplit, difference } of others) {
      const logs = bySplit.map((error, r) => Math.log(error / full.bySplit[r]));
      const expected = correctedResampledInterval(logs, ratio);
      expect(difference?.low).toBeCloseTo(Math.expm1(expected.low), 12);
      expect(difference?.high).toBeCloseTo(Math.expm1(expected.high), 12);
    }
    expect(results.resampled).toBe("corrected resampled t over 3 splits");
    expect(text).toContain("3 splits with");
    expect(text).not.toContain("for this split");
  });
});
