import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "pidreg-studies-"));
afterAll(() => rmSync(folder, { recursive: true }));

const node = (script: string, args: readonly string[]) =>
  promisify(execFile)(process.execPath, [path.join(root, "experiments", script), ...args]);

/** One epoch of each stage: what is tested is that the study runs, not what it finds. */
const tiny = ["training.stage1.maxEpochs=1", "training.stage2.maxEpochs=1"].flatMap((set) => ["--set", set]);

const studies: Record<string, { readonly args: readonly string[]; readonly says: RegExp }> = {
  "synthetic-truth": { args: ["--rows", "400", "--generators", "S5,S5v"], says: /\| S5v, n = 400, noise 0.3 \|/ },
  gaussianity: { args: ["--tables", "tiny"], says: /### tiny[\s\S]*Shapiro-Francia W[\s\S]*\| each, 0.01 \|/ },
  "published-behaviour": { args: ["--tables", "tiny"], says: /### tiny[\s\S]*\| paper \|[\s\S]*\| default \|/ },
};

/** The leakage probe is a script for Debian's scikit-learn. */
const probe = spawnSync("/usr/bin/python3", ["-c", "import sklearn"]).status === 0;
if (probe) studies.leakage = { args: ["--tables", "tiny"], says: /### tiny[\s\S]*\| conditional, 0.01 \|/ };

describe("the studies run on tiny cases, and continue where they were cut off", () => {
  it.each(Object.entries(studies))("%s", async (name, { args, says }) => {
    const out = path.join(folder, `${name}.jsonl`);
    const run = (first: number) =>
      node(`${name}/run.mjs`, [
        ...args,
        ...tiny,
        "--seeds",
        "1",
        "--workers",
        "1",
        "--first",
        `${first}`,
        "--out",
        out,
      ]);
    await run(1);
    const before = readFileSync(out, "utf8");
    const { stderr } = await run(2);
    expect(stderr).toMatch(/^1 of 2 cells to run/);
    expect(readFileSync(out, "utf8").startsWith(before)).toBe(true);
    const { stdout } = await node(`${name}/summarise.mjs`, ["--results", out, "--print"]);
    expect(stdout).toMatch(says);
    expect(stdout).not.toMatch(/NaN|undefined/);
  });
});

it.skipIf(probe)(
  "leakage: not run, /usr/bin/python3 has no scikit-learn (apt install python3-sklearn)",
  () => undefined,
);
