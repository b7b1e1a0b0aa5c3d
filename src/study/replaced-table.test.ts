import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseConfig } from "../config/load.js";
import { pooled } from "../executors/processes.js";
import { trainRun } from "../run/train-run.js";
import { ablate } from "./ablate.js";
import { crossval } from "./crossval.js";
import { select } from "./select.js";

/** What another program does while the table is read. */
const other = vi.hoisted(() => ({ writes: () => {} }));
vi.mock("../data/load-dataset.js", async (original) => {
  const actual = await original<typeof import("../data/load-dataset.js")>();
  const loadDataset: typeof actual.loadDataset = async (...given) => {
    const dataset = await actual.loadDataset(...given);
    other.writes();
    return dataset;
  };
  return { ...actual, loadDataset };
});

const root = mkdtempSync(path.join(tmpdir(), "pidreg-replaced-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const table = path.join(root, "table.csv");
const split = path.join(root, "split.json");
const text = (shift: number) =>
  `id,y,a,b\n${Array.from({ length: 200 }, (_, i) => `r${i},${(i + shift) % 7},${i % 13},${i % 5}`).join("\n")}\n`;
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `r${from + i}`);
const parts = { train: ids(0, 100), validation: ids(100, 150), test: ids(150, 200) };
const out = path.join(root, "out");
beforeEach(() => {
  other.writes = () => {};
  writeFileSync(table, text(0));
  writeFileSync(split, JSON.stringify(parts));
  rmSync(out, { recursive: true, force: true });
});

const columns = { a: { columns: ["a"] }, b: { columns: ["b"] } };
const data = { file: "table.csv", id: "id", target: "y", modalities: columns };
const config = parseConfig({ name: "tiny", data, model: { latentDim: 2 } });
const bySplit = parseConfig({ name: "tiny", data: { ...data, split: { by: "file", file: "split.json" } } });
const study = { config, baseFolder: root, out, executor: pooled(async () => {}) };

const replacing: [string, () => void][] = [
  ["written anew", () => writeFileSync(table, text(1))],
  [
    "replaced by another file",
    () => {
      writeFileSync(`${table}.new`, text(1));
      renameSync(`${table}.new`, table);
    },
  ],
  [
    "replaced and put back",
    () => {
      writeFileSync(table, text(1));
      writeFileSync(table, text(0));
    },
  ],
];

describe.each(replacing)("a table that is %s while it is read", (_what, writes) => {
  it.each<[string, () => Promise<unknown>]>([
    ["a training", () => trainRun({ config, baseFolder: root, out })],
    ["an ensemble", () => trainRun({ config: { ...config, ensemble: 2 }, baseFolder: root, out })],
    ["crossval", () => crossval({ ...study, folds: 3, repeats: 1 })],
    ["select", () => select({ ...study, repeats: 1, seeds: 1, margin: 0.02, decideOn: "validation" })],
    ["ablate", () => ablate({ ...study, repeats: 1, seeds: 1, only: ["no-dropout"] })],
  ])("is refused by %s, by its name", async (_command, work) => {
    other.writes = writes;
    await expect(work()).rejects.toThrow(`${table}: changed while it was read`);
    expect(existsSync(path.join(out, "environment.json"))).toBe(false);
    expect(existsSync(path.join(out, "splits"))).toBe(false);
  });
});

it("a split file that is replaced while it is read is refused too", async () => {
  other.writes = () => writeFileSync(split, JSON.stringify({ ...parts, test: parts.test.slice(1) }));
  await expect(trainRun({ config: bySplit, baseFolder: root, out })).rejects.toThrow(`${split}: changed while`);
});

it("the split of a finished run is taken as it was written, or not at all", async () => {
  const sums = path.join(root, "SHA256SUMS");
  const digests = await import("../record/digests.js");
  const { sha256 } = await import("../files/checksum.js");
  writeFileSync(sums, digests.digestsText(new Map([["split.json", sha256(readFileSync(split))]])));
  const { r0, ...moved } = { r0: parts.train[0], ...parts };
  writeFileSync(split, JSON.stringify({ ...moved, train: moved.train.slice(1), test: [...moved.test, r0] }));
  await expect(trainRun({ config: bySplit, baseFolder: root, out })).rejects.toThrow(
    "data.split.file: split.json: was damaged or edited: it is not what SHA256SUMS beside it says",
  );
  expect(readdirSync(root)).not.toContain("out");
  // A list of some other program says nothing about a split.
  writeFileSync(sums, `${"0".repeat(64)}  split.json\n`);
  other.writes = () => {
    throw new Error("was read");
  };
  await expect(trainRun({ config: bySplit, baseFolder: root, out })).rejects.toThrow("was read");
  rmSync(sums);
});
