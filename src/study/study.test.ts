import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { writeRunFolder } from "../../test/support/run-folder.js";
import { loadConfig, parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import type { TrainProcess } from "../executors/train-process.js";
import { sha256 } from "../files/checksum.js";
import { derivedSeed } from "../math/rng.js";
import { readDigests } from "../record/digests.js";
import { dataChecksums, describeEnvironment } from "../record/environment.js";
import { rebaseConfig } from "../record/rebase-config.js";
import { Study, type StudyOptions } from "./study.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-study-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(path.join(root, "table.csv"), "y,a,b\n1,2,3\n");

const config = parseConfig({
  name: "tiny",
  data: { file: "table.csv", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
});
const plan = { kind: "ablate", options: { seeds: 2 }, config, baseFolder: root } as const;
const withSeed = (seed: number): Config => ({ ...config, seed });
const runs = [1, 2, 3].map((seed) => ({ name: `seed-${seed}`, config: withSeed(seed) }));

/** Writes what a training leaves behind, without training. */
async function fakeTrain({ config: file, out }: TrainProcess): Promise<void> {
  const { config, baseFolder } = await loadConfig(file);
  await writeRunFolder(out, { targets: ["y"], modalities: ["a", "b"], rows: 20 });
  const environment = describeEnvironment(config, "onnx", await dataChecksums(config, baseFolder));
  writeFileSync(path.join(out, "environment.json"), JSON.stringify(environment));
  writeFileSync(path.join(out, "config.yaml"), stringify(rebaseConfig(config, baseFolder, out)));
}

let out: string;
let trained: TrainProcess[];
const train = async (run: TrainProcess) => {
  trained.push(run);
  await fakeTrain(run);
};
const options = (more: Partial<StudyOptions> = {}): StudyOptions => ({ out, jobs: 1, train, ...more });

beforeEach(() => {
  out = mkdtempSync(path.join(root, "out-"));
  trained = [];
});

describe("Study", () => {
  it("trains every run from a config of its own and reads the results", async () => {
    const messages: string[] = [];
    const finished = await Study.with(plan, options({ onMessage: (text) => messages.push(text) }), (study) =>
      study.train(runs),
    );
    expect(finished.map(({ name, files }) => [name, files.environment.seed])).toEqual([
      ["seed-1", 1],
      ["seed-2", 2],
      ["seed-3", 3],
    ]);
    expect(trained.map(({ resume }) => resume)).toEqual([false, false, false]);
    expect(messages[0]).toContain("3 runs, 1 at a time");
    expect(messages[3]).toContain("[3/3] seed-3 done");
    expect(existsSync(path.join(out, "run.lock"))).toBe(false);
  });

  it("keeps what is finished and resumes what was interrupted", async () => {
    const broken = async (run: TrainProcess) => {
      if (run.name !== "seed-2") return train(run);
      await fakeTrain(run);
      rmSync(path.join(run.out, "metrics.json"));
      throw new Error("seed-2: killed");
    };
    const study = (more: Partial<StudyOptions>) => Study.with(plan, options(more), (study) => study.train(runs));
    await expect(study({ train: broken })).rejects.toThrow("seed-2: killed");
    trained = [];
    await study({});
    expect(trained.map(({ name, resume }) => [name, resume])).toEqual([
      ["seed-2", true],
      ["seed-3", false],
    ]);
  });

  it("refuses a finished run of another config", async () => {
    await Study.with(plan, options(), (study) => study.train(runs));
    const other = [{ name: "seed-1", config: withSeed(7) }];
    await expect(Study.with(plan, options(), (study) => study.train(other))).rejects.toThrow(
      /seed-1: is finished, but/,
    );
  });

  it("refuses a run that was trained on another table than the study was begun with, and keeps no such run", async () => {
    const table = path.join(root, "table.csv");
    const before = readFileSync(table);
    const replacing = async (run: TrainProcess) => {
      if (run.name === "seed-2") writeFileSync(table, "y,a,b\n9,9,9\n");
      await fakeTrain(run);
    };
    const study = (more: Partial<StudyOptions>) => Study.with(plan, options(more), (study) => study.train(runs));
    await expect(study({ train: replacing })).rejects.toThrow(
      /seed-2: was trained on another .*table\.csv than the study was begun with; restore that file/,
    );
    await expect(study({})).rejects.toThrow("holds another study, or one of other data");
    writeFileSync(table, before);
    await expect(study({})).rejects.toThrow(
      /seed-2: is finished, but .*\(not the data that it was begun with: .*table\.csv/,
    );
  });

  it("writes its results all at once, with their digests", async () => {
    const results = { "results.json": "{}", "report.md": "# found" };
    await Study.with(plan, options(), (study) => study.finish(results));
    expect([...((await readDigests(out))?.keys() ?? [])]).toEqual(["report.md", "results.json", "study.json"]);
    for (const [name, text] of Object.entries(results)) {
      expect((await readDigests(out))?.get(name)).toBe(sha256(text));
      expect(readFileSync(path.join(out, name), "utf8")).toBe(text);
    }
  });

  it("refuses a folder that holds another study, or other files", async () => {
    await Study.with(plan, options(), async () => {});
    const changed = { ...plan, options: { seeds: 3 } };
    await expect(Study.with(changed, options(), async () => {})).rejects.toThrow("holds another study");
    rmSync(path.join(out, "study.json"));
    writeFileSync(path.join(out, "thesis.txt"), "years of work");
    await expect(Study.with(plan, options(), async () => {})).rejects.toThrow("holds other files (thesis.txt, ..)");
  });

  it("lets one process at a time in", async () => {
    await Study.with(plan, options(), async () => {
      await expect(Study.with(plan, options(), async () => {})).rejects.toThrow(`process ${process.pid} is at work`);
    });
  });

  it("writes configs that find the table from where they stand", async () => {
    await Study.with(plan, options(), (study) => study.train(runs.slice(0, 1)));
    const file = path.join(out, "configs", "seed-1.yaml");
    const { config: written, baseFolder } = await loadConfig(file);
    expect(path.resolve(baseFolder, written.data.file ?? "")).toBe(path.join(root, "table.csv"));
    expect(JSON.parse(readFileSync(path.join(out, "study.json"), "utf8"))).toMatchObject({ kind: "ablate" });
  });
});

it("derives seeds from seed and label", () => {
  expect(derivedSeed(1, "fold/1")).toBe(derivedSeed(1, "fold/1"));
  expect(new Set([derivedSeed(1, "fold/1"), derivedSeed(2, "fold/1"), derivedSeed(1, "fold/2")]).size).toBe(3);
});
