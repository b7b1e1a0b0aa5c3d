import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { loadConfig, parseConfig } from "../config/load.js";
import { pooled } from "../executors/processes.js";
import { ablate } from "./ablate.js";
import { crossval } from "./crossval.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-absent-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const rows = 40;
const lines = Array.from(
  { length: rows },
  (_, i) => `s${i},${i % 11},${(i * 3) % 7},${i % 4 === 0 ? "" : (i * 5) % 9}`,
);
writeFileSync(path.join(root, "table.csv"), `id,y,a,b\n${lines.join("\n")}\n`);
const config = parseConfig({
  name: "absent",
  data: { file: "table.csv", id: "id", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
  training: { modalityDropout: 0.3 },
});

/** Rows that the runs of the study were given. */
let given: string[][];
beforeEach(() => {
  given = [];
});

/** Notes the rows of a training, and leaves behind what it would. */
const executor = pooled(
  async (task) => {
    const { config: own, baseFolder } = await loadConfig(task.config);
    const split: Record<string, string[]> = JSON.parse(
      readFileSync(path.resolve(baseFolder, own.data.split.file ?? ""), "utf8"),
    );
    given.push(Object.values(split).flat());
    await leaveRun(task);
  },
  { jobs: 1 },
);

describe("a config that is trained for absent modalities keeps rows that lack some", () => {
  it("in cross-validation", async () => {
    await crossval({
      config,
      baseFolder: root,
      out: path.join(root, "crossval"),
      folds: 2,
      repeats: 1,
      executor,
    });
    expect(given.map((ids) => new Set(ids).size)).toEqual([rows, rows]);
  });

  it("in ablations", async () => {
    const only = ["no-averaging"];
    await ablate({ config, baseFolder: root, out: path.join(root, "ablate"), repeats: 1, seeds: 1, only, executor });
    expect(given.map((ids) => new Set(ids).size)).toEqual([rows, rows]);
  });
});
