import { existsSync, rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openRounds, openSmall, smallDesign, smallRounds, smallStudyConfig } from "../../test/support/small-study.js";
import { studyBench } from "../../test/support/study-bench.js";
import { collectStudy } from "./collect.js";
import { executeStudy } from "./execute.js";
import { planStudy } from "./plan.js";
import { runStudy } from "./run-study.js";
import { studyStatus } from "./status.js";

const bench = studyBench("steps");
const { root, trained, executor, options, file, read, names } = bench;
const results = () => ["study.json", "results.json", "report.md", "SHA256SUMS"].map((name) => read(name));

describe("a study in steps", () => {
  it("is planned with everything that its trainings need, executed in any order, and collected to the same bytes", async () => {
    await runStudy(smallDesign(root), options());
    const whole = results();
    trained.length = 0;
    bench.begin();
    const planned = await planStudy(smallDesign(root), options());
    expect(planned).toMatchObject({ folder: bench.out, kind: "ablate", round: 1, commands: file("commands.txt") });
    expect(read("commands.txt")).toBe([0, 1, 2].map((i) => `pidreg study run ${bench.out} --index ${i}\n`).join(""));
    expect(JSON.parse(read("study.json")).trainings).toMatchObject(
      [1, 2, 3].map((seed) => ({
        ...{ name: `seed-${seed}`, round: 1, seed },
        ...{ config: `configs/seed-${seed}.yaml`, run: `runs/seed-${seed}` },
      })),
    );
    expect(JSON.parse(read("splits/split.json"))).toEqual({ train: ["1"], validation: ["2"], test: ["3"] });
    expect(trained).toEqual([]);
    await executeStudy(bench.out, [2, 0], { executor });
    await expect(collectStudy(bench.out, openSmall)).rejects.toThrow(
      /1 of 3 trainings is not finished: seed-2 \(index 1\)\nRun it, .*pidreg study run .* --index 1$/,
    );
    expect(existsSync(file("results.json"))).toBe(false);
    const executed = await executeStudy(bench.out, [1, 2], { executor });
    expect(executed.map(({ name, before }) => [name, before])).toEqual([
      ["seed-2", false],
      ["seed-3", true],
    ]);
    expect(names()).toEqual(["seed-3", "seed-1", "seed-2"]);
    await collectStudy(bench.out, openSmall);
    expect(results()).toEqual(whole);
    expect(await studyStatus(bench.out)).toMatchObject({
      collected: true,
      trainings: [1, 2, 3].map(() => ({ state: "finished" })),
    });
  });

  it("goes on with the whole command, and back", async () => {
    await planStudy(smallDesign(root), options());
    await executeStudy(bench.out, [1], { executor });
    const plan = read("study.json");
    await planStudy(smallDesign(root), options());
    expect(read("study.json")).toBe(plan);
    await runStudy(smallDesign(root), options());
    expect(names()).toEqual(["seed-2", "seed-1", "seed-3"]);
    const whole = results();
    rmSync(file("runs/seed-1"), { recursive: true });
    await expect(collectStudy(bench.out, openSmall)).rejects.toThrow("seed-1 (index 0)");
    await executeStudy(bench.out, undefined, { executor });
    await collectStudy(bench.out, openSmall);
    expect(results()).toEqual(whole);
  });

  it("plans the next round when one is finished, and ends as the whole command does", async () => {
    await runStudy(smallRounds(root), options());
    expect(names()).toEqual(["seed-1", "seed-2", "seed-3", "seed-6", "seed-7", "seed-19"]);
    const whole = results();
    // With all rounds finished, the whole command goes through them and trains nothing.
    trained.length = 0;
    await runStudy(smallRounds(root), options());
    expect({ trained, results: results() }).toEqual({ trained: [], results: whole });

    bench.begin();
    await planStudy(smallRounds(root), options());
    const threads = /^threads: .*$/m;
    for (const name of ["seed-1", "seed-2", "seed-3"]) expect(read(`configs/${name}.yaml`)).toMatch(threads);
    await executeStudy(bench.out, [0, 1, 2], { executor });
    const { next } = await collectStudy(bench.out, openRounds);
    expect(next).toMatchObject({
      round: 2,
      trainings: [
        { index: 3, name: "seed-6" },
        { index: 4, name: "seed-7" },
      ],
    });
    expect(read("commands.txt")).toBe([3, 4].map((i) => `pidreg study run ${bench.out} --index ${i}\n`).join(""));
    await expect(collectStudy(bench.out, openRounds)).rejects.toThrow("2 of 2 trainings are not finished");
    await executeStudy(bench.out, undefined, { executor });
    expect((await collectStudy(bench.out, openRounds)).next).toMatchObject({ round: 3, trainings: [{ index: 5 }] });
    // Planned again, it is as far as its trainings are.
    expect(await planStudy(smallRounds(root), options())).toMatchObject({ round: 3 });
    await executeStudy(bench.out, [5], { executor });
    expect((await collectStudy(bench.out, openRounds)).outcome?.results).toMatchObject({ runs: { length: 6 } });
    expect(results()).toEqual(whole);
  });

  it("keeps the number of threads of the first round in the next", async () => {
    await planStudy({ ...smallRounds(root), config: { ...smallStudyConfig, threads: 3 } }, options());
    expect(JSON.parse(read("study.json")).config.threads).toBeUndefined();
    await executeStudy(bench.out, undefined, { executor });
    await collectStudy(bench.out, openRounds);
    expect(read("configs/seed-6.yaml")).toMatch(/^threads: 3$/m);
  });
});
