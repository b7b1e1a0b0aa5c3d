import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuild, scratchFolder, succeeds, tinyModel } from "../support/command.js";
import { readDocument } from "../support/documents.js";

/** The scripts of docs/clusters.md, as they stand there, run in place of the schedulers that run them elsewhere. */
const home = scratchFolder();
const inHome = (...names: string[]) => path.join(home, ...names);
const read = (...names: string[]) => readFileSync(inHome(...names), "utf8");
const study = "runs/array";
const crossval = ["crossval", "data/config.yaml", "--folds", "3", ...tinyModel];
const files = ["results.json", "report.html", "report.md", "predictions.csv", "study.json"];

/** The block of code of the document that holds a text. */
function block(text: string): string {
  const blocks = [...readDocument("docs/clusters.md").matchAll(/```\w*\n([\s\S]*?)```/g)].map(([, body]) => body);
  const found = blocks.filter((body) => body.includes(text));
  expect(found, text).toHaveLength(1);
  return found[0];
}

function shell(command: string, env: NodeJS.ProcessEnv = {}) {
  const PATH = `${inHome("bin")}${path.delimiter}${process.env.PATH}`;
  return promisify(execFile)("bash", ["-c", command], { cwd: home, env: { ...process.env, ...env, PATH } });
}

const snakemake = await promisify(execFile)("snakemake", ["--version"]).then(
  () => true,
  () => false,
);
if (!snakemake)
  console.warn("SKIPPED: the test of the Snakemake workflow: not installed (Debian: apt-get install snakemake)");

beforeAll(async () => {
  await requireBuild();
  mkdirSync(inHome("bin"));
  const program = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));
  writeFileSync(inHome("bin/pidreg"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(inHome("bin/pidreg"), 0o755);
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], home);
  await succeeds([...crossval, "--out", "runs/whole", "--quiet"], home);
});

/** A planned study in the place that the document speaks of, as the whole one, of which one training is not begun. */
function planWithout(index: number): void {
  rmSync(inHome(study), { recursive: true, force: true });
  cpSync(inHome("runs/whole"), inHome(study), { recursive: true });
  rmSync(inHome(study, "runs", `fold-${index + 1}`), { recursive: true });
  for (const name of [...files.filter((each) => each !== "study.json"), "SHA256SUMS"]) rmSync(inHome(study, name));
  writeFileSync(inHome(study, "commands.txt"), read("runs/whole/commands.txt").replaceAll("runs/whole", study));
}

function sameAsWhole(): void {
  for (const name of files) expect(read(study, name), name).toBe(read("runs/whole", name));
}

describe("the scripts of docs/clusters.md", () => {
  it.each([
    ["LSF", "#BSUB", "LSB_JOBINDEX", 0],
    ["SGE", "#$ -t", "SGE_TASK_ID", 1],
    ["PBS", "#PBS", "PBS_ARRAY_INDEX", 2],
  ])("of %s run the line of commands.txt that the task has the number of", async (_name, mark, variable, task) => {
    planWithout(task);
    writeFileSync(inHome("array.sh"), block(mark));
    await shell("bash array.sh", { [variable]: String(task + 1), PBS_O_WORKDIR: home });
    await succeeds(["study", "collect", study], home);
    sameAsWhole();
  });

  it("of Kubernetes name the training by the index of the pod", async () => {
    planWithout(2);
    const [, command] = /"(pidreg study run [^"]*)"/.exec(block("completionMode: Indexed")) ?? [];
    for (const index of ["1", "2"]) await shell(command.replace("/studies/", ""), { JOB_COMPLETION_INDEX: index });
    await succeeds(["study", "collect", study], home);
    sameAsWhole();
  });

  it.skipIf(!snakemake)("of Snakemake train what is missing, and collect", async () => {
    planWithout(0);
    writeFileSync(inHome("Snakefile"), block("rule collect"));
    const { stderr } = await shell("snakemake --cores 2 --quiet 2>&1 1>&2");
    sameAsWhole();
    expect(stderr).not.toContain("Error");
    const again = await shell("snakemake --cores 2 2>&1");
    expect(again.stdout).toContain("Nothing to be done");
  });

  it("of shards come to the answer of the whole table", async () => {
    mkdirSync(inHome("parts"));
    const [header, ...rows] = read("data/table.csv").trimEnd().split("\n");
    const third = Math.ceil(rows.length / 3);
    for (const k of [0, 1, 2]) {
      const part = rows.slice(k * third, (k + 1) * third);
      writeFileSync(inHome(`parts/${k}.csv`), `${[header, ...part].join("\n")}\n`);
    }
    cpSync(inHome("data/table.csv"), inHome("whole.csv"));
    writeFileSync(inHome("shard.sh"), block("--partial"));
    mkdirSync(inHome("moments"));
    for (const id of ["0", "1", "2"]) await shell("bash shard.sh", { SLURM_ARRAY_TASK_ID: id });
    const { stdout } = await shell("pidreg decompose --merge moments/*.partial --json");
    const options = ["--target", "y", "--modality", "alpha=alpha*", "--modality", "beta=beta*", "--stream", "--json"];
    const whole = JSON.parse(await succeeds(["decompose", "--data", "whole.csv", ...options], home));
    const merged = JSON.parse(stdout);
    for (const [key, value] of Object.entries<number>(whole.atoms.unique)) {
      expect(merged.atoms.unique[key]).toBeCloseTo(value, 11);
    }
    expect(merged.standardErrors.information.total).toBeCloseTo(whole.standardErrors.information.total, 11);
    expect(merged.rows).toEqual(whole.rows);
  });
});
