import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import type { Config } from "../../src/config/schema.js";
import type { TrainTask } from "../../src/executors/executor.js";
import { pooled } from "../../src/executors/processes.js";
import type { SpaceInput } from "../../src/study/tune/space.js";
import { leaveRunLike } from "./left-behind.js";

/** Key of the learning rate. */
export const rate = "training.optimizer.learningRate";

/** What the searches of the tests search. */
export const smallSpace: SpaceInput = {
  [rate]: { low: 1e-4, high: 1e-2, scale: "log" },
  "model.latentDim": { choices: [2, 4, 8] },
};

/** All settings err as much. */
export const even = () => 6;
/** Dimension 8 is far better than all others. */
export const eightIsBest = ({ model }: Config) => (model.latentDim === 8 ? 2 : 6);

const part = (i: number) => (i % 5 === 4 ? "test" : i % 5 === 3 ? "validation" : "train");

/** A table of 400 rows in 40 sites, and study folders whose trainings leave made runs behind. */
export function tuneBench() {
  const root = mkdtempSync(path.join(tmpdir(), "pidreg-tune-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }), 60_000);
  const lines = Array.from({ length: 400 }, (_, i) =>
    [`s${i}`, `site${i % 40}`, part(i), i, (i * 7) % 31, (i * 3) % 17, (i * 5) % 19].join(","),
  );
  writeFileSync(path.join(root, "table.csv"), `id,site,part,day,y,a,b\n${lines.join("\n")}\n`);
  let folders = 0;
  const read = (...names: string[]) => readFileSync(path.join(...names), "utf8");
  return {
    ...{ root, lines, read },
    /** Site of each row by its id. */
    site: new Map(lines.map((line) => line.split(",").slice(0, 2) as [string, string])),
    fresh: () => path.join(root, `study-${++folders}`),
    splitOf: (out: string, name: string) => JSON.parse(read(out, "splits", `${name}.json`)),
  };
}

/** A config on that table. */
export function tuneConfig(data: object = {}, more: object = {}): Config {
  return parseConfig({
    name: "tune",
    data: {
      ...{ file: "table.csv", id: "id", target: "y" },
      modalities: { a: { columns: ["a"] }, b: { columns: ["b"] } },
      ...data,
    },
    model: { latentDim: 4 },
    ...more,
  });
}

/** Shares of the epochs that trainings of the rungs take. */
const shares: Readonly<Record<string, number>> = { "rung-1": 1 / 9, "rung-2": 1 / 3 };
/** Seconds that a made training takes that has all epochs. */
export const wholeSeconds = 33;

/** Says of a made run that its epochs took as long as those of its rung do. */
function timed({ name, out }: TrainTask): void {
  const file = path.join(out, "metrics.jsonl");
  const lines = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const seconds = (wholeSeconds * (shares[name.slice(0, 6)] ?? 1)) / lines.length;
  writeFileSync(file, `${lines.map((line) => JSON.stringify({ ...line, seconds })).join("\n")}\n`);
}

/** Trains nothing: errors are what `scatter` says of a config, with noise of the run's own rows and seed. */
export function scatterExecutor(scatter: (config: Config) => number) {
  const trained: TrainTask[] = [];
  const train = async (task: TrainTask) => {
    trained.push(task);
    await leaveRunLike(task, (config) => ({
      ...{ name: String(config.data.split.file), rows: 60, scatter: scatter(config) },
      // Trainings of one split and seed share nothing but their rows.
      noise: `${task.name} ${config.seed}`,
    }));
    timed(task);
  };
  return { executor: pooled(train, { jobs: 1 }), trained };
}
