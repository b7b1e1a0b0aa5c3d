import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { requireBuild } from "../support/command.js";

const main = fileURLToPath(new URL("../../bench/main.mjs", import.meta.url));
const bench = (...args: string[]) => promisify(execFile)(process.execPath, [main, "train", ...args]);

beforeAll(() => requireBuild());

/** One epoch of each phase: what is tested is that a training is measured, not how long it takes. */
const short = ["training.pilot.epochs=1", "training.stage1.maxEpochs=1", "training.stage2.maxEpochs=1"];
const small = [...short, "model.latentDim=4", "model.encoder.hidden=[8]", "evaluation.check=off"];

it("bench train: CPU seconds and errors of a training by table and seed", async () => {
  const set = small.flatMap((override) => ["--set", override]);
  const { stdout } = await bench("--json", "--tables", "small", "--seeds", "2", ...set);
  const { rows } = JSON.parse(stdout);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ table: "small", seed: 2, epochs: { stage1: 1, stage2: 1 } });
  for (const name of ["cpuSeconds", "wallSeconds", "error", "validation"])
    expect(rows[0][name], name).toBeGreaterThan(0);
});

it("bench train: a table that it does not know is refused with those that it knows", async () => {
  await expect(bench("--tables", "brainage")).rejects.toThrow(/no table brainage; there are: brain-age, small, /);
});
