import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "pidreg-studies-"));
afterAll(() => rmSync(folder, { recursive: true }));

const node = (script: string, args: readonly string[]) =>
  promisify(execFile)(process.execPath, [path.join(root, "experiments", script), ...args]);

/** One epoch of each stage: what is tested is that the study runs, not what it finds. */
const epochs = ["training.stage1.maxEpochs=1", "training.stage2.maxEpochs=1"].flatMap((set) => ["--set", set]);

/** Runs the first cells of a study into a file of its own. */
async function study(name: string, args: readonly string[], first: number) {
  const out = path.join(folder, `${name}.jsonl`);
  const common = ["--seeds", "1", "--workers", "1", "--first", `${first}`, "--out", out];
  const { stderr } = await node(`${name}/run.mjs`, [...args, ...epochs, ...common]);
  return { out, stderr, text: readFileSync(out, "utf8") };
}

async function summary(name: string, results: string) {
  const { stdout } = await node(`${name}/summarise.mjs`, ["--results", results, "--print"]);
  expect(stdout).not.toMatch(/NaN|undefined/);
  return stdout;
}

it("synthetic-truth runs on small tables, continues where it was cut off, and is summarised", async () => {
  const small = ["--rows", "400", "--generators", "S5,S5v"];
  const before = await study("synthetic-truth", small, 1);
  const after = await study("synthetic-truth", small, 2);
  expect(after.stderr).toMatch(/^1 of 2 cells to run/);
  expect(after.text.startsWith(before.text)).toBe(true);
  expect(await summary("synthetic-truth", after.out)).toMatch(/\| S5v, n = 400, noise 0.3 \|/);
});

/** The leakage probe is a script for Debian's scikit-learn. */
const probe = spawnSync("/usr/bin/python3", ["-c", "import sklearn"]).status === 0;

it.each(["gaussianity", "published-behaviour", ...(probe ? ["leakage"] : [])])(
  "%s runs on a tiny table",
  async (name) => {
    const { out } = await study(name, ["--tables", "tiny"], 1);
    expect(await summary(name, out)).toMatch(/### tiny[\s\S]*\| (none|paper) \|/);
  },
);

it.each([
  ["balancing", "game-0.1", /### tiny[\s\S]*\| game-0\.1 \|/],
  ["information-bottleneck", "compression-1", /### tiny[\s\S]*\| compression-1 \|/],
])("%s runs on a tiny table", async (name, arm, shown) => {
  const { out } = await study(name, ["--tables", "tiny", "--arms", `none,${arm}`], 2);
  expect(await summary(name, out)).toMatch(shown);
});

it.skipIf(probe)(
  "leakage: not run, /usr/bin/python3 has no scikit-learn (apt install python3-sklearn)",
  () => undefined,
);
