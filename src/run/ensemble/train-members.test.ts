import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { leaveRun } from "../../../test/support/left-behind.js";
import { parseConfig } from "../../config/load.js";
import type { TrainTask } from "../../executors/executor.js";
import { pooled } from "../../executors/processes.js";
import { dataChecksums } from "../../record/environment.js";
import { RunFolder } from "../../record/run-folder.js";
import { checkMembers, trainMembers } from "./train-members.js";

const root = mkdtempSync(path.join(tmpdir(), "pidreg-members-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
writeFileSync(path.join(root, "table.csv"), "y,a,b\n1,2,3\n");

const config = parseConfig({
  name: "two",
  data: { file: "table.csv", target: "y", modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } } },
  ensemble: 2,
});

/** Trains the members of `config` in the folder, without training; what was asked for, in order of the members. */
async function train(asked: typeof config): Promise<string[]> {
  const trained: TrainTask[] = [];
  await trainMembers({
    ...{ folder: new RunFolder(path.join(root, "run")), config: asked, baseFolder: root },
    checksums: await dataChecksums(asked, root),
    executor: pooled(
      async (run) => {
        trained.push(run);
        await leaveRun(run);
      },
      { jobs: 1 },
    ),
  });
  return trained.map(({ name, resume }) => (resume ? `${name} resumed` : name));
}

it("trains every member once, resumes those whose evaluation has changed, refuses those of another training", async () => {
  await new RunFolder(path.join(root, "run")).create();
  expect(await train(config)).toEqual(["member 1", "member 2"]);
  expect(await train(config)).toEqual([]);
  const compared = { ...config, evaluation: { ...config.evaluation, baselines: true } };
  expect(await train(compared)).toEqual(["member 1 resumed"]);
  const corrected = { ...compared, evaluation: { ...compared.evaluation, biasCorrection: "linear" as const } };
  expect(await train(corrected)).toEqual(["member 1 resumed", "member 2 resumed"]);
  expect(await train(corrected)).toEqual([]);

  const check = async (asked: typeof config) =>
    checkMembers(new RunFolder(path.join(root, "run")), asked, await dataChecksums(asked, root));
  await check(config);
  await check({ ...config, ensemble: 3 });
  await expect(check({ ...config, seed: 2 })).rejects.toThrow(/members.1: was begun with another config/);
});

it("refuses members that have read another table than the run", async () => {
  const folder = new RunFolder(path.join(root, "mixed"));
  await folder.create();
  const table = path.join(root, "table.csv");
  const checksums = await dataChecksums(config, root);
  const before = readFileSync(table);
  let trained = 0;
  const mixed = trainMembers({
    ...{ folder, config, baseFolder: root, checksums },
    executor: pooled(
      async (run) => {
        if (++trained === 2) writeFileSync(table, "y,a,b\n9,9,9\n");
        await leaveRun(run);
      },
      { jobs: 1 },
    ),
  });
  await expect(mixed).rejects.toThrow(/members.2: was begun with .* \(not the data that it was begun with: table\.csv/);
  await expect(checkMembers(folder, config, await dataChecksums(config, root))).rejects.toThrow(/members.1: was begun/);
  writeFileSync(table, before);
});
