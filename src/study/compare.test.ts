import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeRunFolder } from "../../test/support/run-folder.js";
import { loadConfig, parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import { Rng } from "../math/rng.js";
import { type RunFiles, readRun } from "../record/read-run.js";
import { ablated, ablations, ablationsOf } from "./ablations.js";
import { allSubsets, openSelect } from "./select.js";
import { selectResults, type TrainedSubset } from "./select-results.js";
import { selectText } from "./select-text.js";
import { subsetConfig } from "./subset-config.js";
import { markdownText } from "./text-blocks.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-compare-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const costs: Record<string, number> = { mri: 400, pet: 900, blood: 20 };
const columns = (priced: boolean) =>
  Object.fromEntries(
    Object.entries(costs).map(([name, cost]) => [name, { columns: [`${name}_*`], ...(priced ? { cost } : {}) }]),
  );
const configOf = (priced: boolean): Config =>
  parseConfig({
    name: "study",
    data: { file: "t.csv", target: "age", units: { age: "years" }, modalities: columns(priced) },
  });

/** A run whose error is the noise of the modalities that it lacks. */
async function fakeRun(modalities: readonly string[], seed: number): Promise<RunFiles> {
  const folder = path.join(root, `${modalities.join("+")}-${seed}`);
  await writeRunFolder(folder, { modalities, rows: 400, targets: ["age"], units: { age: "years" } });
  const files = await readRun(folder);
  // mri carries most, blood a little that mri does not, pet nothing beyond mri.
  const has = (name: string) => modalities.includes(name);
  const noise = has("mri") ? (has("blood") ? 4 : 4.6) : has("pet") ? 5.5 : 9;
  const rng = new Rng("rows");
  const own = new Rng(`${modalities.join()} ${seed}`);
  const part = (count: number) => {
    const truth = Float64Array.from({ length: count }, () => 50 + 15 * rng.normal());
    const shared = Float64Array.from(truth, () => rng.normal());
    const prediction = truth.map((y, i) => y + noise * (shared[i] + 0.05 * own.normal()));
    const target = { truth, prediction, baselines: new Map(), contributions: new Map() };
    return { ids: [], groups: null, targets: new Map([["age", target]]), local: new Map() };
  };
  return { ...files, validation: part(400), test: part(400) };
}

async function trainAll(config: Config): Promise<TrainedSubset[]> {
  const subsets = allSubsets(["mri", "pet", "blood"]);
  return Promise.all(
    subsets.map(async (modalities) => {
      const files = await Promise.all([1, 2].map((seed) => fakeRun(modalities, seed)));
      return { modalities, runs: files.map((f, s) => ({ name: `seed-${s}`, config, files: f })) };
    }),
  );
}

const options = {
  ...{ repeats: 1, seeds: 2, greedy: false, lacking: 0, setAside: 0, parts: [], ownRows: null },
  decideOn: "validation",
  splits: [{ heldToTrain: 3 / 7, constant: { age: [50] } }],
} as const;

describe("select", () => {
  it("keeps the smallest subset within the margin, or the cheapest where costs are given", async () => {
    const trained = await trainAll(configOf(true));
    const results = (priced: boolean, margin: number) =>
      selectResults(trained, [], { config: configOf(priced), margin, ...options });
    expect(results(false, 0.02).chosen).toEqual(["mri", "blood"]);
    expect(results(false, 0.25).chosen).toEqual(["mri"]);
    expect(results(true, 0.02).chosen).toEqual(["mri", "blood"]);
    expect(results(true, 0.6).chosen).toEqual(["mri"]);
    const front = results(true, 0.02).subsets.filter(({ onFront }) => onFront);
    expect(front.map(({ modalities, cost }) => [modalities.join(), cost])).toContainEqual(["mri,blood", 420]);
    expect(front.map(({ modalities }) => modalities)).not.toContainEqual(["pet"]);
  });

  it("refuses a run of all modalities that lacks a fusion weight", async () => {
    const config = configOf(false);
    const [full, ...others] = await trainAll(config);
    const results = (weights: RunFiles["pid"]["weights"]) => {
      const runs = full.runs.map((run) => ({ ...run, files: { ...run.files, pid: { ...run.files.pid, weights } } }));
      return () => selectResults([{ ...full, runs }, ...others], [], { config, margin: 0.02, ...options });
    };
    expect(results(undefined)).toThrow('the run of all modalities has no fusion weight of "mri"');
    const two = { byModality: { mri: 0.5, pet: 0.5 }, interaction: {} };
    expect(results(two)).toThrow('the run of all modalities has no fusion weight of "blood"');
  });

  it("reports every subset against all modalities, and what the weights would have said", async () => {
    const config = configOf(true);
    const results = selectResults(await trainAll(config), [], { config, margin: 0.02, ...options });
    expect(results.subsets).toHaveLength(8);
    expect(results.subsets[7]).toMatchObject({ modalities: [], cost: 0, acceptable: false, information: { value: 0 } });
    expect(results.comparisons).toMatchObject({ subsets: 7 });
    expect(results.subsets[0].decision.difference).toMatchObject({ value: 0, low: 0, high: 0 });
    expect(results.weights.bySize.map(({ size }) => size)).toEqual([1, 2, 3]);
    expect(results.weights.bySize[1].best).toEqual(["mri", "blood"]);
    const target = { mean: 40, sd: 12.34, min: 10, median: 39, max: 80 };
    const train = { rows: 70, targets: { age: target } };
    const validation = { rows: 1, targets: { age: { ...target, sd: null } } };
    const warnings = ["parts of the split cannot carry"];
    const text = markdownText(selectText("study", { ...results, parts: { train, validation }, unfit: [], warnings }));
    expect(text).toContain("**Warning:** parts of the split cannot carry.");
    expect(text).toMatch(/\| part +\| rows \| age, mean ± sd \|\n.*\n\| training +\| +70 \| +40 ± 12\.3 \|/);
    expect(text).toMatch(/\| validation \| +1 \| +40 ± - \|/);
    expect(text).toContain("**mri + blood** is enough");
    expect(text).toContain("| test RMSE of age (years) |");
    expect(text).toMatch(
      /by weight \| validation RMSE of age \(years\) \| +by error \| validation RMSE of age \(years\) \|/,
    );
    expect(text).toContain("Cost 420 instead of 1320.");
  });

  it("repeats in results and report what trainings warn of their atoms", async () => {
    const config = configOf(false);
    const warnings = [{ code: "no-information", text: "No information was found" }];
    const finished = (await trainAll(config)).flatMap(({ modalities, runs }, s) =>
      runs.map((run) => ({
        ...run,
        config: subsetConfig(config, modalities),
        files: { ...run.files, metrics: { ...run.files.metrics, warnings: s === 0 ? warnings : [] } },
      })),
    );
    const { repeats, seeds, margin, decideOn } = { ...options, margin: 0.02 };
    const split = { name: "split", parts: {}, unfit: [], constant: { age: [50] } };
    const planned = {
      config,
      options: { repeats, seeds, margin, decideOn, rows: "complete" },
      facts: { own: [], lacking: 0, setAside: 0, warnings: ["parts of the split cannot carry"], splits: [split] },
      splits: { split: { train: ["1"], validation: [], test: [] } },
    };
    const { results, text } = openSelect(planned).conclude(finished);
    const said = `no-information in ${seeds} of ${finished.length} trainings: No information was found`;
    expect(results.warnings).toEqual(["parts of the split cannot carry", said]);
    expect(markdownText(text)).toContain(`**Warning:** ${said}.`);
  });

  it("goes through every subset, large ones first", () => {
    expect(allSubsets(["a", "b", "c"]).map((names) => names.join(""))).toEqual([
      "abc",
      "ab",
      "ac",
      "bc",
      "a",
      "b",
      "c",
    ]);
  });
});

describe("ablations", () => {
  const config = configOf(false);

  it("each makes a config of its own that the schema accepts", () => {
    for (const ablation of ablationsOf(config)) {
      expect(ablated(config, ablation), ablation.name).not.toEqual(config);
    }
    expect(ablationsOf(config).map(({ name }) => name)).not.toContain("no-capacity");
    expect(ablationsOf(config).length).toBe(ablations.length - 1);
  });

  it("chooses by name, and refuses names that are none or change nothing", () => {
    expect(ablationsOf(config, ["no-dropout"]).map(({ name }) => name)).toEqual(["no-dropout"]);
    expect(() => ablationsOf(config, ["dropout"])).toThrow("--only dropout: there is no such ablation; there is: no-");
    expect(() => ablationsOf(config, ["no-capacity"])).toThrow("the config does without it already");
  });

  it("the command's help and docs/studies.md name all of them", async () => {
    const help = readFileSync(new URL("../cli/commands/ablate.ts", import.meta.url), "utf8");
    const docs = readFileSync(new URL("../../docs/studies.md", import.meta.url), "utf8");
    for (const { name, changes } of ablations) {
      expect(help).toContain(name);
      expect(docs).toContain(`| \`${name}\``);
      for (const key of Object.keys(changes)) expect(docs).toContain(key);
    }
  });
});

it("configs of the study survive being written and read", async () => {
  const file = path.join(root, "c.yaml");
  writeFileSync(file, JSON.stringify(configOf(true)));
  expect((await loadConfig(file)).config).toEqual(configOf(true));
});
