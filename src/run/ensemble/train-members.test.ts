import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { writeRunFolder } from "../../../test/support/run-folder.js";
import { loadConfig, parseConfig } from "../../config/load.js";
import { dataChecksums, describeEnvironment } from "../../record/environment.js";
import { rebaseConfig } from "../../record/rebase-config.js";
import { RunFolder } from "../../record/run-folder.js";
import type { TrainProcess } from "../study/train-process.js";
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
  const trained: TrainProcess[] = [];
  await trainMembers({
    ...{ folder: new RunFolder(path.join(root, "run")), config: asked, baseFolder: root, jobs: 1 },
    checksums: await dataChecksums(asked, root),
    train: async (run) => {
      trained.push(run);
      const { config: own, baseFolder } = await loadConfig(run.config);
      await writeRunFolder(run.out, { targets: ["y"], modalities: ["a", "b"], rows: 20 });
      const environment = describeEnvironment(own, "onnx", await dataChecksums(own, baseFolder));
      writeFileSync(path.join(run.out, "environment.json"), JSON.stringify(environment));
      writeFileSync(path.join(run.out, "config.yaml"), stringify(rebaseConfig(own, baseFolder, run.out)));
    },
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
