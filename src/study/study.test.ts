import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { openSmall, seeded, smallDesign } from "../../test/support/small-study.js";
import { studyBench } from "../../test/support/study-bench.js";
import { loadConfig } from "../config/load.js";
import { pooled } from "../executors/processes.js";
import { sha256 } from "../files/checksum.js";
import { derivedSeed } from "../math/rng.js";
import { readDigests } from "../record/digests.js";
import { collectStudy } from "./collect.js";
import { executeStudy } from "./execute.js";
import { planStudy } from "./plan.js";
import { runStudy } from "./run-study.js";
import { studyStatus } from "./status.js";

const bench = studyBench("study");
const { root, table, trained, train, executor, options, file, read, names } = bench;

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
    const { trainings } = await studyStatus(bench.out);
    expect(trainings.map(({ state, detail }) => [state, detail])).toEqual([
      ["finished", undefined],
      ["failed", "seed-2: killed"],
      ["planned", undefined],
    ]);
    trained.length = 0;
    await runStudy(smallDesign(root), options());
    expect(names()).toEqual(["seed-2 resumed", "seed-3"]);
    expect(readdirSync(file("failures"))).toEqual([]);
  });

  it("refuses a finished run of another study under the same name", async () => {
    await runStudy(smallDesign(root), options());
    const before = bench.out;
    bench.begin();
    const other = smallDesign(root, {
      open: (planned) => ({ ...smallDesign(root).open(planned), first: seeded(planned.config, [7]) }),
    });
    await planStudy(other, options());
    rmSync(file("runs"), { recursive: true });
    cpSync(path.join(before, "runs/seed-1"), file("runs/seed-7"), { recursive: true });
    await expect(executeStudy(bench.out, [0], { executor })).rejects.toThrow(/seed-7: is finished, but/);
    await expect(collectStudy(bench.out, (planned) => other.open(planned))).rejects.toThrow(/seed-7: is finished, but/);
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
    const digests = await readDigests(bench.out);
    expect([...(digests?.keys() ?? [])]).toEqual(["report.html", "report.md", "results.json", "study.json"]);
    for (const [name, digest] of digests ?? []) expect(digest).toBe(sha256(read(name)));
  });

  it("leaves nothing of what a killed process was writing", async () => {
    await planStudy(smallDesign(root), options());
    const drafts = [
      ...["study.json.17", "results.json.17", "report.md.next.17", "report.html.next.17", "SHA256SUMS.17"],
      ...["configs/seed-1.yaml.17", "figures/errors.svg.next.17"],
    ];
    mkdirSync(file("figures"));
    for (const name of [...drafts, "notes.17"]) writeFileSync(file(name), "half");
    await runStudy(smallDesign(root), options());
    expect([...drafts, "notes.17"].filter((name) => existsSync(file(name)))).toEqual(["notes.17"]);
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
        await expect(collectStudy(bench.out, openSmall)).rejects.toThrow(`process ${process.pid} is at work`);
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
