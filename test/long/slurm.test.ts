import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finished, pidreg, requireBuild, scratchFolder, start, succeeds, tinyModel } from "../support/command.js";
import { startSlurm } from "../support/slurm.js";

const home = scratchFolder();
const slurm = await startSlurm();
if (typeof slurm === "string") console.warn(`SKIPPED: the tests of --executor slurm need SLURM: ${slurm}`);

const inHome = (...names: string[]) => path.join(home, ...names);
const read = (...names: string[]) => readFileSync(inHome(...names), "utf8");
const readJson = (...names: string[]) => JSON.parse(read(...names));

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 6000) throw new Error("what was waited for did not come");
    await wait(20);
  }
}

const files = ["results.json", "report.html", "report.md", "predictions.csv", "study.json", "SHA256SUMS"];
const checkpoint = (study: string, fold: string) => inHome(study, "runs", fold, "checkpoint/checkpoint.safetensors");

/** Sixteen trainings, and what SLURM takes its time for, on a host that may be busy. */
const longest = 900_000;

describe.skipIf(typeof slurm === "string")("studies as arrays of SLURM", { timeout: longest }, () => {
  if (typeof slurm === "string") return;
  const env = { ...process.env };
  beforeAll(async () => {
    await requireBuild();
    Object.assign(process.env, slurm.env);
    await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], home);
  });
  afterAll(async () => {
    await slurm.stop();
    process.env = env;
  });

  const bySlurm = ["--executor", "slurm", "--slurm", "poll=0.5", "--slurm", "limit=2"];
  const longer = ["--set", "training.stage2.maxEpochs=120", "--set", "training.stage2.patience=120"];
  const trained = ["crossval", "data/config.yaml", ...tinyModel, ...longer];
  const crossval = [...trained, "--folds", "4", "--repeats", "2"];
  const few = [...trained, "--folds", "3"];
  const arrayOf = (study: string) => readJson(study, "slurm/arrays.json").arrays[0].job as string;
  const same = (a: string, b: string) => {
    for (const name of files) expect(read(a, name), name).toBe(read(b, name));
  };

  it("train 8 folds as the executor of this machine does: one killed, one requeued, a node drained, the controller restarted", async () => {
    await succeeds([...crossval, "--out", "local", "--quiet"], home);
    const running = start([...crossval, "--out", "array", ...bySlurm], home);
    await until(() => existsSync(checkpoint("array", "repeat-1-fold-1")));
    const { pid, slurm: job } = readJson("array/runs/repeat-1-fold-1/run.lock");
    expect(job).toMatchObject({ restarts: 0, cluster: "pidregtest" });
    // No lock of the study is held while the array runs.
    expect(existsSync(inHome("array/run.lock"))).toBe(false);
    process.kill(pid, "SIGKILL");
    await until(() => existsSync(checkpoint("array", "repeat-1-fold-2")));
    await slurm.ask("scontrol", "requeue", `${arrayOf("array")}_1`);
    await slurm.ask("scontrol", "update", "nodename=n2", "state=drain", "reason=test");
    await slurm.restartController();
    // A node that the controller does not find drained any more needs no word.
    await slurm.ask("scontrol", "update", "nodename=n2", "state=resume").catch(() => undefined);
    const { code, stderr } = await running.finished;
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/repeat-1-fold-1: was killed; submitted again \(1 of 3\), it resumes/);
    expect(stderr).toMatch(/array \d+: .*running/);
    same("array", "local");
    // The other one may have ended before SLURM came to requeue it.
    expect(readJson("array/runs/repeat-1-fold-1/provenance.json")).toMatchObject({ resumed: true });
    expect(existsSync(inHome("array/slurm/arrays.json"))).toBe(false);
  });

  it("go on after Ctrl-C, and are collected by whoever comes back", async () => {
    await succeeds([...few, "--out", "local-few", "--quiet"], home);
    const running = start([...few, "--out", "left", ...bySlurm], home);
    await running.prints("running");
    running.child.kill("SIGINT");
    const { code, stderr } = (await running.finished) as Finished;
    expect({ code }, stderr).toEqual({ code: 130 });
    expect(stderr).toMatch(/array \d+ goes on in SLURM\..*pidreg study collect left .*pidreg study cancel left/);
    const again = await pidreg([...few, "--out", "left", ...bySlurm], home);
    expect(again.stderr).toMatch(/tasks of arrays that were submitted before go on/);
    expect(again.stderr).not.toContain("submitted array");
    same("left", "local-few");
  });

  it("are cancelled when that is asked for, and what they have trained is kept", async () => {
    const running = start([...few, "--out", "cancelled", ...bySlurm], home);
    await until(() => existsSync(inHome("cancelled/runs/fold-1/metrics.json")));
    expect(await succeeds(["study", "cancel", "cancelled"], home)).toMatch(/^cancelled: \d+\n$/);
    const { code, stderr } = await running.finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/ended as CANCELLED in SLURM .*the same command resumes it/);
    await succeeds([...few, "--out", "cancelled", "--quiet"], home);
    same("cancelled", "local-few");
  });

  it("judge the lock of a killed job of another node by SLURM's own word", async () => {
    const batch = (...args: string[]) => slurm.ask("sbatch", "--parsable", "--output=/dev/null", ...args);
    const job = (await batch("--wrap", "sleep 600")).trim();
    await succeeds([...crossval, "--out", "locked", "--plan-only"], home);
    const folder = inHome("locked/runs/repeat-1-fold-1");
    await succeeds(["study", "run", "locked", "--index", "0", "--quiet"], home);
    const lock = path.join(folder, "run.lock");
    const owner = { pid: 4242, host: "node017", started: null, beat: 15, id: "x" };
    const held = () => {
      writeFileSync(lock, JSON.stringify({ ...owner, slurm: { id: job, restarts: 0, cluster: "pidregtest" } }));
      utimesSync(lock, Date.now() / 1000 - 4000, Date.now() / 1000 - 4000);
    };
    held();
    const train = ["train", "locked/configs/repeat-1-fold-1.yaml", "--out", folder, "--resume", "--quiet"];
    const busy = await pidreg(train, home);
    expect(busy).toMatchObject({ code: 2, stderr: expect.stringContaining(`its job ${job} runs, says SLURM`) });
    await slurm.ask("scancel", job);
    for (let state = "RUNNING"; /RUNNING|COMPLETING/.test(state); await wait(200)) {
      state = await slurm.ask("squeue", "--noheader", "--format=%T", `--job=${job}`).catch(() => "");
    }
    held();
    utimesSync(lock, Date.now() / 1000, Date.now() / 1000);
    await succeeds(train, home);
    expect(existsSync(lock)).toBe(false);
  });

  it("train the members of an ensemble", async () => {
    const train = ["train", "data/config.yaml", ...tinyModel, "--set", "ensemble=2"];
    await succeeds([...train, "--out", "members", "--executor", "slurm", "--slurm", "poll=0.5", "--quiet"], home);
    await succeeds([...train, "--out", "members-here", "--quiet"], home);
    for (const name of ["metrics.json", "pid.json", "predictions.csv", "model/ensemble.json"]) {
      expect(read("members", name), name).toBe(read("members-here", name));
    }
  });
});

it("options of SLURM without SLURM are refused", async () => {
  const refused = await pidreg(["crossval", "c.yaml", "--slurm", "time=9"], home);
  expect(refused.code).toBe(2);
  const single = await pidreg(["train", "data/config.yaml", "--executor", "slurm"], home);
  expect(single.code).toBe(2);
});
