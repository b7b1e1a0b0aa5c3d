import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { leaveRun } from "../../test/support/left-behind.js";
import { openSmall, seeded, smallDesign } from "../../test/support/small-study.js";
import { studyBench } from "../../test/support/study-bench.js";
import { pooled } from "../executors/processes.js";
import { digestedJson } from "../files/digested-json.js";
import { RunLock } from "../record/run-lock.js";
import { collectStudy } from "./collect.js";
import { executeStudy } from "./execute.js";
import { planStudy } from "./plan.js";
import { runStudy } from "./run-study.js";
import { studyStatus } from "./status.js";

const bench = studyBench("refused");
const { root, table, trained, executor, options, file, read, names } = bench;

describe("a study in steps", () => {
  it("refuses an index that there is not, naming those that there are", async () => {
    await planStudy(smallDesign(root), options());
    for (const index of [3, -1, 0.5]) {
      await expect(executeStudy(bench.out, [index], { executor })).rejects.toThrow(
        `--index ${index}: there is no such training; the study has 3 trainings, 0 to 2`,
      );
    }
    expect(trained).toEqual([]);
  });

  it("refuses to train on a table or a split that is not the one it was planned with, by its name", async () => {
    await planStudy(smallDesign(root), options());
    writeFileSync(table, "y,a,b\n9,9,9\n");
    await expect(executeStudy(bench.out, [0], { executor })).rejects.toThrow(
      `${table}: is not the file that the study was planned with`,
    );
    expect(trained).toEqual([]);
    writeFileSync(table, "y,a,b\n1,2,3\n");
    const bySplit = smallDesign(root, {
      open: (planned) => ({
        ...smallDesign(root).open(planned),
        first: seeded(planned.config, [1]).map(({ name, config: { data, ...rest } }) => ({
          name,
          config: { ...rest, data: { ...data, split: { ...data.split, by: "file", file: "splits/split.json" } } },
        })),
      }),
    });
    bench.begin();
    await planStudy(bySplit, options());
    writeFileSync(file("splits/split.json"), '{"train": ["2"], "validation": ["1"], "test": ["3"]}');
    await expect(executeStudy(bench.out, [0], { executor })).rejects.toThrow(
      "split.json: is not the file that the study was",
    );
    await expect(collectStudy(bench.out, (planned) => bySplit.open(planned))).rejects.toThrow(
      "split.json: was damaged or edited",
    );
    expect(trained).toEqual([]);
  });

  it("refuses a config that was edited or is missing; another number of threads is no other config", async () => {
    await planStudy(smallDesign(root), options());
    const text = read("configs/seed-1.yaml");
    writeFileSync(file("configs/seed-1.yaml"), text.replace(/^threads: 1$/m, "threads: 2"));
    await executeStudy(bench.out, [0], { executor });
    const other = read("configs/seed-2.yaml");
    writeFileSync(file("configs/seed-2.yaml"), other.replace(/^seed: 2$/m, "seed: 22"));
    await expect(executeStudy(bench.out, [1], { executor })).rejects.toThrow("seed-2.yaml: was damaged or edited");
    rmSync(file("configs/seed-3.yaml"));
    await expect(executeStudy(bench.out, [2], { executor })).rejects.toThrow(
      "seed-3.yaml: is missing; the command that",
    );
    await planStudy(smallDesign(root), options());
    await executeStudy(bench.out, [1, 2], { executor });
    expect(names()).toEqual(["seed-1", "seed-2", "seed-3"]);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["half-written", (text) => text.slice(0, text.length / 2), /study\.json: was damaged or edited/],
    ["empty", () => "", /study\.json: was damaged or edited/],
    ["edited", (text) => text.replace('"seed": 2', '"seed": 3'), /study\.json: was damaged or edited/],
    ["something else", () => "[1, 2]\n", /study\.json: was damaged or edited/],
  ])("refuses a study.json that is %s, in every step", async (_what, change, message) => {
    await planStudy(smallDesign(root), options());
    writeFileSync(file("study.json"), change(read("study.json")));
    for (const step of [
      () => planStudy(smallDesign(root), options()),
      () => runStudy(smallDesign(root), options()),
      () => executeStudy(bench.out, [0], { executor }),
      () => collectStudy(bench.out, openSmall),
      () => studyStatus(bench.out),
    ]) {
      await expect(step()).rejects.toThrow(message);
    }
    expect(trained).toEqual([]);
  });

  it("a study of the first format is continued by its command, and refused by the steps with what to do", async () => {
    await planStudy(smallDesign(root), options());
    const { splits: _s, facts: _f, trainings: _t, digest: _d, ...first } = JSON.parse(read("study.json"));
    writeFileSync(file("study.json"), JSON.stringify({ ...first, format: "pidreg-study-1" }));
    rmSync(file("commands.txt"));
    for (const step of [() => executeStudy(bench.out, [0], { executor }), () => collectStudy(bench.out, openSmall)]) {
      await expect(step()).rejects.toThrow(/without a list of trainings; the command that began .* --plan-only/);
    }
    await expect(planStudy(smallDesign(root, { options: { seeds: 3 } }), options())).rejects.toThrow(
      "holds another study",
    );
    await runStudy(smallDesign(root), options());
    expect(JSON.parse(read("study.json"))).toMatchObject({ format: "pidreg-study-2", trainings: { length: 3 } });
  });

  it("refuses a plan of another version of pidreg", async () => {
    await planStudy(smallDesign(root), options());
    const { digest: _digest, ...plan } = JSON.parse(read("study.json"));
    writeFileSync(file("study.json"), digestedJson({ ...plan, pidreg: "9.9.9" }, "study.json", "indented"));
    await expect(executeStudy(bench.out, [0], { executor })).rejects.toThrow("was planned by pidreg 9.9.9, this is");
    await expect(planStudy(smallDesign(root), options())).rejects.toThrow("holds another study");
  });

  it("refuses a plan whose trainings would lie elsewhere", async () => {
    await planStudy(smallDesign(root), options());
    const { digest: _digest, ...plan } = JSON.parse(read("study.json"));
    for (const change of [{ name: "../seed-1" }, { run: "../../elsewhere" }, { config: "/etc/passwd" }]) {
      const trainings = [{ ...plan.trainings[0], ...change }];
      writeFileSync(file("study.json"), digestedJson({ ...plan, trainings }, "study.json", "indented"));
      await expect(executeStudy(bench.out, [0], { executor })).rejects.toThrow("study.json: is no plan of a study");
    }
  });

  it("says that a folder holds no study, and makes none", async () => {
    rmSync(bench.out, { recursive: true });
    for (const step of [
      () => executeStudy(bench.out, [0], { executor }),
      () => collectStudy(bench.out, openSmall),
      () => studyStatus(bench.out),
    ]) {
      await expect(step()).rejects.toThrow(`${bench.out}: holds no study: there is no study.json`);
    }
    expect(existsSync(bench.out)).toBe(false);
  });

  it("refuses a training that another process is at work on, and shows it", async () => {
    await planStudy(smallDesign(root), options());
    const inside = pooled(
      async (task) => {
        mkdirSync(task.out);
        const lock = await RunLock.take(task.out);
        await expect(executeStudy(bench.out, [0, 1], { executor })).rejects.toThrow(
          new RegExp(`seed-1: process ${process.pid} on host .* is at work in this run; wait for it`),
        );
        expect((await studyStatus(bench.out)).trainings[0]).toMatchObject({ state: "running" });
        lock.release();
        await leaveRun(task);
      },
      { jobs: 1 },
    );
    await executeStudy(bench.out, [0], { executor: inside });
    expect(trained).toEqual([]);
  });

  it("writes the commands of a folder with an odd name as a shell takes them", async () => {
    const odd = path.join(bench.out, "it's a ü study");
    await planStudy(smallDesign(root), options({ out: odd }));
    const quoted = `'${odd.replaceAll("'", "'\\''")}'`;
    expect(readFileSync(path.join(odd, "commands.txt"), "utf8").split("\n")[2]).toBe(
      `pidreg study run ${quoted} --index 2`,
    );
  });
});
