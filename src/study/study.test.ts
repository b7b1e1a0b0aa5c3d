import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { loadConfig, parseConfig } from "../config/load.js";
import type { Config } from "../config/schema.js";
import type { TrainTask } from "../executors/executor.js";
import { pooled } from "../executors/processes.js";
import { sha256 } from "../files/checksum.js";
import { digestedJson } from "../files/digested-json.js";
import { derivedSeed } from "../math/rng.js";
import { readDigests } from "../record/digests.js";
import { RunLock } from "../record/run-lock.js";
import { collectStudy, type OpenPlanned } from "./collect.js";
import { executeStudy } from "./execute.js";
import { planStudy } from "./plan.js";
import { runStudy } from "./run-study.js";
import { studyStatus } from "./status.js";
import type { FinishedRun, StudyDesign, StudyOptions, StudyRun } from "./study.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-study-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const table = path.join(root, "table.csv");

const config = parseConfig({
  name: "tiny",
  data: { file: "table.csv", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
});

/** A study of three trainings that differ in their seeds. */
function design(more: Partial<StudyDesign> = {}): StudyDesign {
  return {
    ...{ kind: "ablate", options: { seeds: 2 }, config, baseFolder: root },
    read: async () => ({
      ...{ account: { losses: [], sentinels: [] }, warnings: [], messages: [], facts: { known: [1.5] } },
      splits: { split: { train: ["1"], validation: ["2"], test: ["3"] } },
    }),
    open: (planned) => ({
      first: seeded(planned.config, [1, 2, 3]),
      conclude: (finished) => ({ results: found(finished, planned.facts), text: "# found\n" }),
    }),
    ...more,
  };
}

/** The same, with two more trainings that depend on those three, and one more on all. */
const inRounds = () =>
  design({
    open: (planned) => ({
      first: seeded(planned.config, [1, 2, 3]),
      next: (finished) => {
        if (finished.length === 6) return [];
        const sum = finished.reduce((total, { config: { seed } }) => total + seed, 0);
        return seeded(planned.config, finished.length === 3 ? [sum, sum + 1] : [sum]);
      },
      conclude: (finished) => ({ results: found(finished, planned.facts), text: "# found\n" }),
    }),
  });

const seeded = (whole: Config, seeds: readonly number[]): StudyRun[] =>
  seeds.map((seed) => ({ name: `seed-${seed}`, config: { ...whole, seed } }));
const found = (finished: readonly FinishedRun[], facts: unknown) => ({
  ...{ facts, runs: finished.map(({ name, files }) => [name, files.environment.seed]) },
});
const opened: OpenPlanned = (planned) => design().open(planned);
const openedRounds: OpenPlanned = (planned) => inRounds().open(planned);

let out: string;
let trained: TrainTask[];
const train = async (task: TrainTask) => {
  trained.push(task);
  await leaveRun(task);
};
const executor = pooled(train, { jobs: 1 });
const options = (more: Partial<StudyOptions> = {}): StudyOptions => ({ out, executor, ...more });
const file = (...names: string[]) => path.join(out, ...names);
const read = (...names: string[]) => readFileSync(file(...names), "utf8");
const names = () => trained.map(({ name, resume }) => (resume ? `${name} resumed` : name));
const results = () => ["study.json", "results.json", "report.md", "SHA256SUMS"].map((name) => read(name));

beforeEach(() => {
  writeFileSync(table, "y,a,b\n1,2,3\n");
  out = mkdtempSync(path.join(root, "out-"));
  trained = [];
});

describe("a whole study", () => {
  it("trains every run from a config of its own and reads the results", async () => {
    const messages: string[] = [];
    const { results } = await runStudy(design(), options({ onMessage: (text) => messages.push(text) }));
    expect(results).toEqual({
      facts: { known: [1.5] },
      runs: [
        ["seed-1", 1],
        ["seed-2", 2],
        ["seed-3", 3],
      ],
    });
    expect(trained.map(({ resume }) => resume)).toEqual([false, false, false]);
    expect(messages[0]).toContain("3 runs, 1 at a time");
    expect(messages[3]).toContain("[3/3] seed-3 done");
    expect(existsSync(file("run.lock"))).toBe(false);
  });

  it("keeps what is finished and resumes what was interrupted", async () => {
    const broken = pooled(
      async (task) => {
        if (task.name !== "seed-2") return train(task);
        await leaveRun(task);
        rmSync(path.join(task.out, "metrics.json"));
        throw new Error("seed-2: killed");
      },
      { jobs: 1 },
    );
    await expect(runStudy(design(), options({ executor: broken }))).rejects.toThrow("seed-2: killed");
    const { trainings } = await studyStatus(out);
    expect(trainings.map(({ state, detail }) => [state, detail])).toEqual([
      ["finished", undefined],
      ["failed", "seed-2: killed"],
      ["planned", undefined],
    ]);
    trained = [];
    await runStudy(design(), options());
    expect(names()).toEqual(["seed-2 resumed", "seed-3"]);
    expect(readdirSync(file("failures"))).toEqual([]);
  });

  it("refuses a finished run of another study under the same name", async () => {
    await runStudy(design(), options());
    const before = out;
    out = mkdtempSync(path.join(root, "out-"));
    const other = design({
      open: (planned) => ({ ...design().open(planned), first: seeded(planned.config, [7]) }),
    });
    await planStudy(other, options());
    rmSync(file("runs"), { recursive: true });
    cpSync(path.join(before, "runs/seed-1"), file("runs/seed-7"), { recursive: true });
    await expect(executeStudy(out, [0], { executor })).rejects.toThrow(/seed-7: is finished, but/);
    await expect(collectStudy(out, (planned) => other.open(planned))).rejects.toThrow(/seed-7: is finished, but/);
  });

  it("refuses a run that was trained on another table than the study was begun with, and keeps no such run", async () => {
    const before = readFileSync(table);
    const replacing = pooled(
      async (task) => {
        if (task.name === "seed-2") writeFileSync(table, "y,a,b\n9,9,9\n");
        await train(task);
      },
      { jobs: 1 },
    );
    await expect(runStudy(design(), options({ executor: replacing }))).rejects.toThrow(
      /seed-2: was trained on another .*table\.csv than the study was begun with; restore that file/,
    );
    await expect(runStudy(design(), options())).rejects.toThrow("holds another study, or one of other data");
    writeFileSync(table, before);
    await expect(runStudy(design(), options())).rejects.toThrow(
      /seed-2: is finished, but .*\(not the data that it was begun with: .*table\.csv/,
    );
  });

  it("writes its results all at once, with their digests", async () => {
    await runStudy(design(), options());
    const digests = await readDigests(out);
    expect([...(digests?.keys() ?? [])]).toEqual(["report.md", "results.json", "study.json"]);
    for (const [name, digest] of digests ?? []) expect(digest).toBe(sha256(read(name)));
  });

  it("refuses a folder that holds another study, or other files", async () => {
    await runStudy(design(), options());
    await expect(runStudy(design({ options: { seeds: 3 } }), options())).rejects.toThrow("holds another study");
    rmSync(file("study.json"));
    writeFileSync(file("thesis.txt"), "years of work");
    await expect(runStudy(design(), options())).rejects.toThrow(/holds other files \(.*, \.\.\) and no study/);
  });

  it("lets one process at a time in", async () => {
    const inside = pooled(
      async (task) => {
        await expect(runStudy(design(), options())).rejects.toThrow(`process ${process.pid} is at work`);
        await expect(planStudy(design(), options())).rejects.toThrow(`process ${process.pid} is at work`);
        await expect(collectStudy(out, opened)).rejects.toThrow(`process ${process.pid} is at work`);
        await leaveRun(task);
      },
      { jobs: 1 },
    );
    await runStudy(design(), options({ executor: inside }));
  });

  it("writes configs that find the table from where they stand", async () => {
    await planStudy(design(), options());
    const { config: written, baseFolder } = await loadConfig(file("configs/seed-1.yaml"));
    expect(path.resolve(baseFolder, written.data.file ?? "")).toBe(table);
  });
});

describe("a study in steps", () => {
  it("is planned with everything that its trainings need, executed in any order, and collected to the same bytes", async () => {
    await runStudy(design(), options());
    const whole = results();
    trained = [];
    out = mkdtempSync(path.join(root, "out-"));
    const planned = await planStudy(design(), options());
    expect(planned).toMatchObject({ folder: out, kind: "ablate", round: 1, commands: file("commands.txt") });
    expect(read("commands.txt")).toBe([0, 1, 2].map((i) => `pidreg study run ${out} --index ${i}\n`).join(""));
    expect(JSON.parse(read("study.json")).trainings).toMatchObject(
      [1, 2, 3].map((seed) => ({
        ...{ name: `seed-${seed}`, round: 1, seed },
        ...{ config: `configs/seed-${seed}.yaml`, run: `runs/seed-${seed}` },
      })),
    );
    expect(JSON.parse(read("splits/split.json"))).toEqual({ train: ["1"], validation: ["2"], test: ["3"] });
    expect(trained).toEqual([]);
    await executeStudy(out, [2, 0], { executor });
    await expect(collectStudy(out, opened)).rejects.toThrow(
      /1 of 3 trainings is not finished: seed-2 \(index 1\)\nRun it, .*pidreg study run .* --index 1$/,
    );
    expect(existsSync(file("results.json"))).toBe(false);
    const executed = await executeStudy(out, [1, 2], { executor });
    expect(executed.map(({ name, before }) => [name, before])).toEqual([
      ["seed-2", false],
      ["seed-3", true],
    ]);
    expect(names()).toEqual(["seed-3", "seed-1", "seed-2"]);
    await collectStudy(out, opened);
    expect(results()).toEqual(whole);
    expect(await studyStatus(out)).toMatchObject({
      collected: true,
      trainings: [1, 2, 3].map(() => ({ state: "finished" })),
    });
  });

  it("goes on with the whole command, and back", async () => {
    await planStudy(design(), options());
    await executeStudy(out, [1], { executor });
    const plan = read("study.json");
    await planStudy(design(), options());
    expect(read("study.json")).toBe(plan);
    await runStudy(design(), options());
    expect(names()).toEqual(["seed-2", "seed-1", "seed-3"]);
    const whole = results();
    rmSync(file("runs/seed-1"), { recursive: true });
    await expect(collectStudy(out, opened)).rejects.toThrow("seed-1 (index 0)");
    await executeStudy(out, undefined, { executor });
    await collectStudy(out, opened);
    expect(results()).toEqual(whole);
  });

  it("plans the next round when one is finished, and ends as the whole command does", async () => {
    await runStudy(inRounds(), options());
    expect(names()).toEqual(["seed-1", "seed-2", "seed-3", "seed-6", "seed-7", "seed-19"]);
    const whole = results();
    // With all rounds finished, the whole command goes through them and trains nothing.
    trained = [];
    await runStudy(inRounds(), options());
    expect({ trained, results: results() }).toEqual({ trained: [], results: whole });

    out = mkdtempSync(path.join(root, "out-"));
    await planStudy(inRounds(), options());
    const threads = /^threads: .*$/m;
    for (const name of ["seed-1", "seed-2", "seed-3"]) expect(read(`configs/${name}.yaml`)).toMatch(threads);
    await executeStudy(out, [0, 1, 2], { executor });
    const { next } = await collectStudy(out, openedRounds);
    expect(next).toMatchObject({
      round: 2,
      trainings: [
        { index: 3, name: "seed-6" },
        { index: 4, name: "seed-7" },
      ],
    });
    expect(read("commands.txt")).toBe([3, 4].map((i) => `pidreg study run ${out} --index ${i}\n`).join(""));
    await expect(collectStudy(out, openedRounds)).rejects.toThrow("2 of 2 trainings are not finished");
    await executeStudy(out, undefined, { executor });
    expect((await collectStudy(out, openedRounds)).next).toMatchObject({ round: 3, trainings: [{ index: 5 }] });
    // Planned again, it is as far as its trainings are.
    expect(await planStudy(inRounds(), options())).toMatchObject({ round: 3 });
    await executeStudy(out, [5], { executor });
    expect((await collectStudy(out, openedRounds)).outcome?.results).toMatchObject({ runs: { length: 6 } });
    expect(results()).toEqual(whole);
  });

  it("keeps the number of threads of the first round in the next", async () => {
    await planStudy({ ...inRounds(), config: { ...config, threads: 3 } }, options());
    expect(JSON.parse(read("study.json")).config.threads).toBeUndefined();
    await executeStudy(out, undefined, { executor });
    await collectStudy(out, openedRounds);
    expect(read("configs/seed-6.yaml")).toMatch(/^threads: 3$/m);
  });

  it("refuses an index that there is not, naming those that there are", async () => {
    await planStudy(design(), options());
    for (const index of [3, -1, 0.5]) {
      await expect(executeStudy(out, [index], { executor })).rejects.toThrow(
        `--index ${index}: there is no such training; the study has 3 trainings, 0 to 2`,
      );
    }
    expect(trained).toEqual([]);
  });

  it("refuses to train on a table or a split that is not the one it was planned with, by its name", async () => {
    await planStudy(design(), options());
    writeFileSync(table, "y,a,b\n9,9,9\n");
    await expect(executeStudy(out, [0], { executor })).rejects.toThrow(
      `${table}: is not the file that the study was planned with`,
    );
    expect(trained).toEqual([]);
    writeFileSync(table, "y,a,b\n1,2,3\n");
    const bySplit = design({
      open: (planned) => ({
        ...design().open(planned),
        first: seeded(planned.config, [1]).map(({ name, config: { data, ...rest } }) => ({
          name,
          config: { ...rest, data: { ...data, split: { ...data.split, by: "file", file: "splits/split.json" } } },
        })),
      }),
    });
    out = mkdtempSync(path.join(root, "out-"));
    await planStudy(bySplit, options());
    writeFileSync(file("splits/split.json"), '{"train": ["2"], "validation": ["1"], "test": ["3"]}');
    await expect(executeStudy(out, [0], { executor })).rejects.toThrow(
      "split.json: is not the file that the study was",
    );
    await expect(collectStudy(out, (planned) => bySplit.open(planned))).rejects.toThrow(
      "split.json: was damaged or edited",
    );
    expect(trained).toEqual([]);
  });

  it("refuses a config that was edited or is missing; another number of threads is no other config", async () => {
    await planStudy(design(), options());
    const text = read("configs/seed-1.yaml");
    writeFileSync(file("configs/seed-1.yaml"), text.replace(/^threads: 1$/m, "threads: 2"));
    await executeStudy(out, [0], { executor });
    const other = read("configs/seed-2.yaml");
    writeFileSync(file("configs/seed-2.yaml"), other.replace(/^seed: 2$/m, "seed: 22"));
    await expect(executeStudy(out, [1], { executor })).rejects.toThrow("seed-2.yaml: was damaged or edited");
    rmSync(file("configs/seed-3.yaml"));
    await expect(executeStudy(out, [2], { executor })).rejects.toThrow("seed-3.yaml: is missing; the command that");
    await planStudy(design(), options());
    await executeStudy(out, [1, 2], { executor });
    expect(names()).toEqual(["seed-1", "seed-2", "seed-3"]);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["half-written", (text) => text.slice(0, text.length / 2), /study\.json: was damaged or edited/],
    ["empty", () => "", /study\.json: was damaged or edited/],
    ["edited", (text) => text.replace('"seed": 2', '"seed": 3'), /study\.json: was damaged or edited/],
    ["something else", () => "[1, 2]\n", /study\.json: was damaged or edited/],
  ])("refuses a study.json that is %s, in every step", async (_what, change, message) => {
    await planStudy(design(), options());
    writeFileSync(file("study.json"), change(read("study.json")));
    for (const step of [
      () => planStudy(design(), options()),
      () => runStudy(design(), options()),
      () => executeStudy(out, [0], { executor }),
      () => collectStudy(out, opened),
      () => studyStatus(out),
    ]) {
      await expect(step()).rejects.toThrow(message);
    }
    expect(trained).toEqual([]);
  });

  it("a study of the first format is continued by its command, and refused by the steps with what to do", async () => {
    await planStudy(design(), options());
    const { splits: _s, facts: _f, trainings: _t, digest: _d, ...first } = JSON.parse(read("study.json"));
    writeFileSync(file("study.json"), JSON.stringify({ ...first, format: "pidreg-study-1" }));
    rmSync(file("commands.txt"));
    for (const step of [() => executeStudy(out, [0], { executor }), () => collectStudy(out, opened)]) {
      await expect(step()).rejects.toThrow(/without a list of trainings; the command that began .* --plan-only/);
    }
    await expect(planStudy(design({ options: { seeds: 3 } }), options())).rejects.toThrow("holds another study");
    await runStudy(design(), options());
    expect(JSON.parse(read("study.json"))).toMatchObject({ format: "pidreg-study-2", trainings: { length: 3 } });
  });

  it("refuses a plan of another version of pidreg", async () => {
    await planStudy(design(), options());
    const { digest: _digest, ...plan } = JSON.parse(read("study.json"));
    writeFileSync(file("study.json"), digestedJson({ ...plan, pidreg: "9.9.9" }, "study.json", "indented"));
    await expect(executeStudy(out, [0], { executor })).rejects.toThrow("was planned by pidreg 9.9.9, this is");
    await expect(planStudy(design(), options())).rejects.toThrow("holds another study");
  });

  it("refuses a plan whose trainings would lie elsewhere", async () => {
    await planStudy(design(), options());
    const { digest: _digest, ...plan } = JSON.parse(read("study.json"));
    for (const change of [{ name: "../seed-1" }, { run: "../../elsewhere" }, { config: "/etc/passwd" }]) {
      const trainings = [{ ...plan.trainings[0], ...change }];
      writeFileSync(file("study.json"), digestedJson({ ...plan, trainings }, "study.json", "indented"));
      await expect(executeStudy(out, [0], { executor })).rejects.toThrow("study.json: is no plan of a study");
    }
  });

  it("says that a folder holds no study, and makes none", async () => {
    rmSync(out, { recursive: true });
    for (const step of [
      () => executeStudy(out, [0], { executor }),
      () => collectStudy(out, opened),
      () => studyStatus(out),
    ]) {
      await expect(step()).rejects.toThrow(`${out}: holds no study: there is no study.json`);
    }
    expect(existsSync(out)).toBe(false);
  });

  it("refuses a training that another process is at work on, and shows it", async () => {
    await planStudy(design(), options());
    const inside = pooled(
      async (task) => {
        mkdirSync(task.out);
        const lock = await RunLock.take(task.out);
        await expect(executeStudy(out, [0, 1], { executor })).rejects.toThrow(
          new RegExp(`seed-1: process ${process.pid} on host .* is at work in this run; wait for it`),
        );
        expect((await studyStatus(out)).trainings[0]).toMatchObject({ state: "running" });
        lock.release();
        await leaveRun(task);
      },
      { jobs: 1 },
    );
    await executeStudy(out, [0], { executor: inside });
    expect(trained).toEqual([]);
  });

  it("writes the commands of a folder with an odd name as a shell takes them", async () => {
    const odd = path.join(out, "it's a ü study");
    await planStudy(design(), options({ out: odd }));
    const quoted = `'${odd.replaceAll("'", "'\\''")}'`;
    expect(readFileSync(path.join(odd, "commands.txt"), "utf8").split("\n")[2]).toBe(
      `pidreg study run ${quoted} --index 2`,
    );
  });
});

it("derives seeds from seed and label", () => {
  expect(derivedSeed(1, "fold/1")).toBe(derivedSeed(1, "fold/1"));
  expect(new Set([derivedSeed(1, "fold/1"), derivedSeed(2, "fold/1"), derivedSeed(1, "fold/2")]).size).toBe(3);
});
