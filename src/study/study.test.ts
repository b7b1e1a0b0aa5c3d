import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { openSmall, seeded, smallDesign, smallTable } from "../../test/support/small-study.js";
import { loadConfig } from "../config/load.js";
import type { TrainTask } from "../executors/executor.js";
import { pooled } from "../executors/processes.js";
import { sha256 } from "../files/checksum.js";
import { derivedSeed } from "../math/rng.js";
import { readDigests } from "../record/digests.js";
import { collectStudy } from "./collect.js";
import { executeStudy } from "./execute.js";
import { planStudy } from "./plan.js";
import { runStudy } from "./run-study.js";
import { studyStatus } from "./status.js";
import type { StudyOptions } from "./study.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-study-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const table = path.join(root, smallTable.name);

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

beforeEach(() => {
  writeFileSync(table, smallTable.text);
  out = mkdtempSync(path.join(root, "out-"));
  trained = [];
});

describe("a whole study", () => {
  it("trains every run from a config of its own and reads the results", async () => {
    const messages: string[] = [];
    const { results } = await runStudy(smallDesign(root), options({ onMessage: (text) => messages.push(text) }));
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
    await expect(runStudy(smallDesign(root), options({ executor: broken }))).rejects.toThrow("seed-2: killed");
    const { trainings } = await studyStatus(out);
    expect(trainings.map(({ state, detail }) => [state, detail])).toEqual([
      ["finished", undefined],
      ["failed", "seed-2: killed"],
      ["planned", undefined],
    ]);
    trained = [];
    await runStudy(smallDesign(root), options());
    expect(names()).toEqual(["seed-2 resumed", "seed-3"]);
    expect(readdirSync(file("failures"))).toEqual([]);
  });

  it("refuses a finished run of another study under the same name", async () => {
    await runStudy(smallDesign(root), options());
    const before = out;
    out = mkdtempSync(path.join(root, "out-"));
    const other = smallDesign(root, {
      open: (planned) => ({ ...smallDesign(root).open(planned), first: seeded(planned.config, [7]) }),
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
    await expect(runStudy(smallDesign(root), options({ executor: replacing }))).rejects.toThrow(
      /seed-2: was trained on another .*table\.csv than the study was begun with; restore that file/,
    );
    await expect(runStudy(smallDesign(root), options())).rejects.toThrow("holds another study, or one of other data");
    writeFileSync(table, before);
    await expect(runStudy(smallDesign(root), options())).rejects.toThrow(
      /seed-2: is finished, but .*\(not the data that it was begun with: .*table\.csv/,
    );
  });

  it("writes its results all at once, with their digests", async () => {
    await runStudy(smallDesign(root), options());
    const digests = await readDigests(out);
    expect([...(digests?.keys() ?? [])]).toEqual(["report.md", "results.json", "study.json"]);
    for (const [name, digest] of digests ?? []) expect(digest).toBe(sha256(read(name)));
  });

  it("refuses a folder that holds another study, or other files", async () => {
    await runStudy(smallDesign(root), options());
    await expect(runStudy(smallDesign(root, { options: { seeds: 3 } }), options())).rejects.toThrow(
      "holds another study",
    );
    rmSync(file("study.json"));
    writeFileSync(file("thesis.txt"), "years of work");
    await expect(runStudy(smallDesign(root), options())).rejects.toThrow(/holds other files \(.*, \.\.\) and no study/);
  });

  it("lets one process at a time in", async () => {
    const inside = pooled(
      async (task) => {
        await expect(runStudy(smallDesign(root), options())).rejects.toThrow(`process ${process.pid} is at work`);
        await expect(planStudy(smallDesign(root), options())).rejects.toThrow(`process ${process.pid} is at work`);
        await expect(collectStudy(out, openSmall)).rejects.toThrow(`process ${process.pid} is at work`);
        await leaveRun(task);
      },
      { jobs: 1 },
    );
    await runStudy(smallDesign(root), options({ executor: inside }));
  });

  it("writes configs that find the table from where they stand", async () => {
    await planStudy(smallDesign(root), options());
    const { config: written, baseFolder } = await loadConfig(file("configs/seed-1.yaml"));
    expect(path.resolve(baseFolder, written.data.file ?? "")).toBe(table);
  });
});

it("derives seeds from seed and label", () => {
  expect(derivedSeed(1, "fold/1")).toBe(derivedSeed(1, "fold/1"));
  expect(new Set([derivedSeed(1, "fold/1"), derivedSeed(2, "fold/1"), derivedSeed(1, "fold/2")]).size).toBe(3);
});
