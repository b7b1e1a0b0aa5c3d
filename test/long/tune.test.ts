import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { loadConfig, parseConfig } from "../../src/config/load.js";
import type { TrainTask } from "../../src/executors/executor.js";
import { pooled } from "../../src/executors/processes.js";
import { Rng } from "../../src/math/rng.js";
import { trainRun } from "../../src/run/train-run.js";
import { checkedSpace } from "../../src/study/tune/space.js";
import { tune } from "../../src/study/tune/tune.js";
import { scratchFolder } from "../support/command.js";

const root = scratchFolder();

/** y = a + b, noise of 0.3; of rows that test it may be anything else. */
function writeTable(name: string, testTarget: (y: number) => number): void {
  const rng = new Rng("tune");
  const lines = Array.from({ length: 500 }, (_, i) => {
    const [a, b, noise] = [rng.normal(), rng.normal(), 0.3 * rng.normal()];
    const part = i % 10 < 7 ? "train" : i % 10 < 8 ? "validation" : "test";
    const y = a + b + noise;
    return [`s${i}`, part, part === "test" ? testTarget(y) : y, a, b].join(",");
  });
  writeFileSync(path.join(root, name), `id,part,y,a,b\n${lines.join("\n")}\n`);
}
writeTable("table.csv", (y) => y);
writeTable("other.csv", (y) => 40 - 3 * y);

const rate = "training.optimizer.learningRate";
/** Far too slow: what is learned in these epochs is next to nothing. */
const slow = 1e-6;

function configOf(file: string) {
  return parseConfig({
    name: "slow rate",
    data: {
      ...{ file, id: "id", target: "y", split: { by: "column", column: "part" } },
      modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
    },
    model: { latentDim: 3, encoder: { hidden: [8], embedding: "none" }, predictor: { hidden: [8] } },
    training: {
      ...{ batchSize: 32, optimizer: { learningRate: slow } },
      ...{ stage1: { maxEpochs: 9 }, stage2: { maxEpochs: 45 } },
    },
    evaluation: { importance: "off", check: "off" },
  });
}

const train = async ({ config, out, resume }: TrainTask, signal: AbortSignal) => {
  await trainRun({ ...(await loadConfig(config)), out, resume, signal });
};

async function search(file: string, out: string) {
  const config = configOf(file);
  const space = checkedSpace({ [rate]: { choices: [0.01] } }, config);
  const executor = pooled(train, { jobs: 1 });
  const asked = { config, baseFolder: root, trials: 1, repeats: 1, space, executor };
  return tune({ ...asked, out: path.join(root, out) });
}

it("finds the learning rate that learns, and chooses the same whatever the test rows are", async () => {
  const { results } = await search("table.csv", "own");
  expect(results.chosen.settings).toEqual({ [rate]: 0.01 });
  expect(results.test.change?.high).toBeLessThan(-0.2);
  expect(results.final?.change.high).toBeLessThan(-0.2);
  const { results: other } = await search("other.csv", "other");
  // Everything but what the test part is measured by, to the last bit.
  const ofSearch = ({ trials, chosen, final, searchChange }: typeof results) => ({
    trials,
    chosen,
    final,
    searchChange,
  });
  expect(ofSearch(other)).toEqual(ofSearch(results));
  expect(readFileSync(path.join(root, "other/trials.csv"), "utf8")).toBe(
    readFileSync(path.join(root, "own/trials.csv"), "utf8"),
  );
  expect(other.test.config.value).not.toBeCloseTo(results.test.config.value, 1);
}, 600_000);
