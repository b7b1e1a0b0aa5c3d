import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { RunLock } from "../../src/record/run-lock.js";
import { pidreg, requireBuild, scratchFolder, start, succeeds, tinyModel } from "../support/command.js";

/** A name that a shell must see in quotes. */
const home = path.join(scratchFolder(), "it's a ü folder");
const inHome = (...names: string[]) => path.join(home, ...names);
const read = (...names: string[]) => readFileSync(inHome(...names), "utf8");
const lines = (...names: string[]) =>
  read(...names)
    .trimEnd()
    .split("\n");
const status = async (folder: string) =>
  (JSON.parse(await succeeds(["study", "status", folder, "--json"], home)).trainings as { state: string }[]).map(
    ({ state }) => state,
  );

beforeAll(async () => {
  await requireBuild();
  mkdirSync(inHome("bin"), { recursive: true });
  const program = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));
  writeFileSync(inHome("bin/pidreg"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(inHome("bin/pidreg"), 0o755);
  await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], home);
});

/** Runs a line of a shell, which finds `pidreg`, from somewhere else than where the study was planned. */
function shell(script: string) {
  const PATH = `${inHome("bin")}${path.delimiter}${process.env.PATH}`;
  return promisify(execFile)("sh", ["-c", script], { cwd: path.dirname(home), env: { ...process.env, PATH } });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

describe.skipIf(process.platform === "win32")("a cross-validation that is planned", () => {
  const crossval = ["crossval", "data/config.yaml", "--folds", "3", ...tinyModel];
  const steps = "steps of 'it'";

  it("holds one command a line, and trains nothing", async () => {
    const printed = await succeeds([...crossval, "--out", steps, "--plan-only"], home);
    expect(printed).toMatch(
      /^planned 3 trainings, indices 0 to 2\ncommands {2}.*commands\.txt, one a line\nthen {6}pidreg/,
    );
    expect(lines(steps, "commands.txt")).toHaveLength(3);
    expect(await status(steps)).toEqual(["planned", "planned", "planned"]);
    const early = await pidreg(["study", "collect", steps], home);
    expect(early).toMatchObject({ code: 2, stdout: "" });
    expect(early.stderr).toMatch(
      /3 of 3 trainings are not finished: fold-1 \(index 0\), .*\nRun them, .* --index 0-2$/m,
    );
    const outside = await pidreg(["study", "run", steps, "--index", "3"], home);
    expect(outside).toMatchObject({ code: 2, stderr: expect.stringContaining("3 trainings, 0 to 2") });
  });

  it("resumes a training whose process was killed", async () => {
    const killed = start(["study", "run", steps, "--index", "2"], home);
    await until(() => existsSync(inHome(steps, "runs/fold-3/checkpoint/checkpoint.safetensors")));
    killed.child.kill("SIGKILL");
    await killed.finished;
    // What it started sees that, and stops after its step.
    await until(() => !existsSync(inHome(steps, "runs/fold-3/run.lock")));
    expect((await status(steps))[2]).toBe("interrupted");
    const stopped = start(["study", "run", steps, "--index", "2"], home);
    await stopped.prints("1 run,");
    stopped.child.kill("SIGINT");
    const { code, stdout, stderr } = await stopped.finished;
    expect({ code, stdout }, stderr).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("interrupted; the same command continues where it stopped");
  });

  it("lets one process at a time train a training", async () => {
    mkdirSync(inHome(steps, "runs/fold-1"));
    const lock = await RunLock.take(inHome(steps, "runs/fold-1"));
    expect((await status(steps))[0]).toBe("running");
    const second = await pidreg(["study", "run", steps, "--index", "0"], home);
    expect(second).toMatchObject({ code: 2, stdout: "" });
    expect(second.stderr).toMatch(new RegExp(`fold-1: process ${process.pid} on host .* is at work in this run; wait`));
    lock.release();
    // Of two that begin at once, one trains; the other is refused, or finds it finished.
    const both = await Promise.all([1, 2].map(() => pidreg(["study", "run", steps, "--index", "0", "--json"], home)));
    const done = both.filter(({ code }) => code === 0).map(({ stdout }) => JSON.parse(stdout).trainings[0].before);
    expect(done.filter((before) => !before)).toHaveLength(1);
    for (const { code, stderr } of both) if (code !== 0) expect(stderr).toMatch(/fold-1: .*is at work in this run/);
    const again = await shell(lines(steps, "commands.txt")[0]);
    expect(again.stdout).toMatch(/^fold-1 +0 +finished before$/m);
  });

  it("is run by xargs in any order, two at a time, and collected to the bytes of the whole command", async () => {
    const [a, b, c] = lines(steps, "commands.txt");
    writeFileSync(path.join(path.dirname(home), "shuffled.txt"), `${[c, a, b].join("\n")}\n`);
    await shell("xargs -P 2 -L 1 env < shuffled.txt");
    expect(await status(steps)).toEqual(["finished", "finished", "finished"]);
    const collected = await succeeds(["study", "collect", steps], home);
    const whole = await succeeds([...crossval, "--out", "whole", "--jobs", "2", "--quiet"], home);
    const findings = (text: string) => text.replace(/\nstudy {3}[\s\S]*$/, "");
    expect(findings(collected)).toBe(findings(whole));
    for (const name of ["results.json", "report.html", "report.md", "predictions.csv", "study.json", "SHA256SUMS"]) {
      expect(read(steps, name), name).toBe(read("whole", name));
    }
  });

  it("refuses another table than the one that it was planned with, by its name", async () => {
    await succeeds([...crossval, "--out", "other", "--plan-only"], home);
    const table = read("data/table.csv");
    writeFileSync(inHome("data/table.csv"), table.replace(/\d\n$/, "0\n").replace(/\n.*\n/, "\n"));
    const refused = await pidreg(["study", "run", "other", "--index", "1"], home);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("data/table.csv: is not the file that the study was planned with");
    writeFileSync(inHome("data/table.csv"), table);
  });
});
