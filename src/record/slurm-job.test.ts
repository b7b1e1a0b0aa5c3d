import { chmodSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockOwner } from "./lock-state.js";
import { lockFile, RunLock } from "./run-lock.js";
import type { AskSlurm } from "./slurm-command.js";
import { ownJob, wordOn } from "./slurm-job.js";

const job = { id: "12", restarts: 0, cluster: "lab" };
const shown = (state: string, restarts = 0) =>
  `JobId=11 JobName=x y JobState=RUNNING Restarts=0\nJobId=12 ArrayJobId=12 JobName=a=b c JobState=${state} Reason=None Restarts=${restarts}`;
const answering =
  (text: string, cluster = "lab"): AskSlurm =>
  async (_program, [, what]) =>
    what === "config" || text !== ""
      ? { ok: true, stdout: what === "config" ? `ClusterName             = ${cluster}\n` : text, stderr: "" }
      : { ok: false, stdout: "", stderr: "slurm_load_jobs error: Invalid job id specified" };

describe("SLURM's word on a job", () => {
  it.each([
    ["runs", shown("RUNNING")],
    ["runs", shown("SUSPENDED")],
    ["runs", shown("COMPLETING")],
    ["ended", shown("COMPLETED")],
    ["ended", shown("CANCELLED")],
    ["ended", shown("TIMEOUT")],
    ["ended", ""],
    ["lost", shown("NODE_FAIL")],
    ["lost", shown("PENDING")],
    ["lost", shown("RUNNING", 1)],
  ])("is %s of %s", async (word, text) => {
    expect(await wordOn(job, answering(text))).toBe(word);
  });

  it("is none where SLURM is another, absent, or asked by the job itself", async () => {
    expect(await wordOn(job, answering(shown("COMPLETED"), "other"))).toBeNull();
    expect(await wordOn(job, async () => null)).toBeNull();
    expect(await wordOn(job, async () => ({ ok: false, stdout: "", stderr: "Unable to contact" }))).toBeNull();
    expect(await wordOn({ ...job, id: "99" }, answering(shown("RUNNING")))).toBeNull();
  });

  it("is asked of the job that the environment names", () => {
    expect(ownJob({ SLURM_JOB_ID: "7", SLURM_RESTART_COUNT: "2", SLURM_CLUSTER_NAME: "lab" })).toEqual({
      ...{ id: "7", restarts: 2, cluster: "lab" },
    });
    expect(ownJob({ SLURM_JOB_ID: "7" })).toEqual({ id: "7", restarts: 0 });
    expect(ownJob({})).toBeUndefined();
    expect(ownJob({ SLURM_JOB_ID: "7; rm" })).toBeUndefined();
  });
});

describe.skipIf(process.platform === "win32")("the lock of a job on another node", () => {
  let folder: string;
  const path = process.env.PATH;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pidreg-job-"));
    process.env.PATH = `${folder}${delimiter}${path}`;
    const owner = { pid: 4242, host: "node017", started: null, beat: 15, id: "x", slurm: job };
    writeFileSync(join(folder, lockFile), JSON.stringify(owner));
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });

  /** SLURM says that of the job; the last sign of life came so long ago. */
  function says(line: string, secondsAgo: number): void {
    const script = `#!/bin/sh\nif [ "$2" = config ]; then echo "ClusterName = lab"; else echo "${line}"; fi\n`;
    writeFileSync(join(folder, "scontrol"), script);
    chmodSync(join(folder, "scontrol"), 0o755);
    const then = Date.now() / 1000 - secondsAgo;
    utimesSync(join(folder, lockFile), then, then);
  }

  it("is respected while the job runs, however silent: it may be suspended", async () => {
    says("JobId=12 JobState=SUSPENDED Restarts=0", 10_000);
    await expect(RunLock.take(folder)).rejects.toThrow(
      /node017" is at work .* its job 12 runs, says SLURM.*scancel 12/,
    );
    expect(await lockOwner(folder)).toMatchObject({ pid: 4242 });
  });

  it("is taken over at once when the job has ended", async () => {
    says("JobId=12 JobState=CANCELLED Restarts=0", 1);
    expect(await lockOwner(folder)).toBeNull();
    (await RunLock.take(folder)).release();
  });

  it("of a lost node is taken over when it gives no sign of life any more", async () => {
    says("JobId=12 JobState=RUNNING Restarts=1", 5);
    expect(await lockOwner(folder)).toBeNull();
    await expect(RunLock.take(folder)).rejects.toThrow(
      /job 12, which SLURM has lost or started anew; .* 40 s from now/,
    );
    says("JobId=12 JobState=RUNNING Restarts=1", 50);
    (await RunLock.take(folder)).release();
  });
});
