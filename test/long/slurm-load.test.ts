import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../src/math/rng.js";
import { pidreg, type Running, requireBuild, scratchFolder, start, succeeds, tinyModel } from "../support/command.js";
import { startSlurm } from "../support/slurm.js";

/** Kills in all; `PIDREG_SLURM_KILLS=60` for the long form. */
const kills = Number(process.env.PIDREG_SLURM_KILLS ?? 3);
const long = kills > 3;
/** Trainings that are begun in the same moment. */
const together = long ? 10 : 4;

const home = scratchFolder();
const slurm = await startSlurm();
if (typeof slurm === "string") console.warn(`SKIPPED: the tests of load on SLURM need SLURM: ${slurm}`);

const inHome = (...names: string[]) => path.join(home, ...names);
const tell = (text: string) => void (long && process.stderr.write(`${text}\n`));
const files = ["results.json", "report.html", "report.md", "predictions.csv", "study.json", "SHA256SUMS"];
const same = (a: string, b: string) => {
  for (const name of files)
    expect(readFileSync(inHome(a, name), "utf8"), name).toBe(readFileSync(inHome(b, name), "utf8"));
};

const folds = ["--folds", long ? "10" : "3"];
const longer = ["--set", "training.stage2.maxEpochs=60", "--set", "training.stage2.patience=60"];
const crossval = ["crossval", "data/config.yaml", ...folds, ...tinyModel, ...longer];
const bySlurm = ["--executor", "slurm", "--slurm", "poll=0.5", "--slurm", "limit=2", "--slurm", `retries=${kills}`];

/** Processes of trainings that are at work in a study, by their locks. */
function atWork(study: string): number[] {
  const runs = inHome(study, "runs");
  if (!existsSync(runs)) return [];
  return readdirSync(runs).flatMap((name) => {
    try {
      const { pid } = JSON.parse(readFileSync(path.join(runs, name, "run.lock"), "utf8"));
      process.kill(pid, 0);
      return [pid];
    } catch {
      return [];
    }
  });
}

/** Kills trainings of a study at random moments until it ends, or as many as are left. @returns how many */
async function killWhile(
  running: Running,
  study: string,
  most: number,
  rng: Rng,
  each: (done: number) => Promise<void>,
) {
  let ended = false;
  running.finished.then(() => {
    ended = true;
  });
  let done = 0;
  while (!ended && done < most) {
    await wait(100 + rng.uniform() * 2500);
    const there = atWork(study);
    if (ended || there.length === 0) continue;
    process.kill(there[Math.floor(rng.uniform() * there.length)], "SIGKILL");
    done++;
    await each(done);
  }
  return done;
}

describe.skipIf(typeof slurm === "string")(
  "an array of SLURM under load",
  { timeout: long ? 7_200_000 : 900_000 },
  () => {
    if (typeof slurm === "string") return;
    const env = { ...process.env };
    beforeAll(async () => {
      await requireBuild();
      Object.assign(process.env, slurm.env);
      await succeeds(["synth", "mixed", "--out", "data", "--rows", "300", "--columns", "3"], home);
      await succeeds([...crossval, "--out", "undisturbed", "--quiet"], home);
    });
    afterAll(async () => {
      await slurm.stop();
      process.env = env;
    });

    it(`loses nothing by ${kills} kills, requeues, a restarted controller and a drained node`, async () => {
      const rng = new Rng("load");
      const counts = { kills: 0, studies: 0, submittedAgain: 0, requeues: 0, restarts: 0, drains: 0 };
      while (counts.kills < kills) {
        const study = `load-${++counts.studies}`;
        const running = start([...crossval, "--out", study, ...bySlurm], home);
        const array = () => JSON.parse(readFileSync(inHome(study, "slurm/arrays.json"), "utf8")).arrays[0].job;
        counts.kills += await killWhile(running, study, kills - counts.kills, rng, async (done) => {
          if (done % 10 === 2) {
            const requeued = await slurm.ask("scontrol", "requeue", `${array()}_0`).catch(() => null);
            counts.requeues += requeued === null ? 0 : 1;
          }
          if (done % 15 === 3) {
            await slurm.restartController();
            counts.restarts++;
          }
          if (done % 20 === 1) {
            await slurm.ask("scontrol", "update", "nodename=n2", "state=drain", "reason=test");
            await wait(3000);
            await slurm.ask("scontrol", "update", "nodename=n2", "state=resume").catch(() => undefined);
            counts.drains++;
          }
        });
        const { code, stderr } = await running.finished;
        expect(code, stderr).toBe(0);
        counts.submittedAgain += stderr.split("submitted again").length - 1;
        same(study, "undisturbed");
        expect(existsSync(inHome(study, "slurm/arrays.json"))).toBe(false);
        tell(`load: ${JSON.stringify(counts)}`);
      }
      expect(counts.kills).toBe(kills);
      expect(counts.submittedAgain).toBeGreaterThan(0);
    });

    it("stops at a scratch disk that is full, says so, and goes on to the same bytes when there is room", async (context) => {
      const disk = inHome("scratch");
      mkdirSync(disk);
      const size = (kilobytes: number, more = "") =>
        execFileSync("mount", ["-t", "tmpfs", "-o", `${more}size=${kilobytes}k`, "none", disk], { stdio: "pipe" });
      try {
        size(700);
      } catch {
        console.warn("SKIPPED: a full scratch disk: this user may not mount one");
        return context.skip();
      }
      try {
        const full = [...crossval, "--out", "scratch", ...bySlurm];
        const { code, stderr } = await pidreg(full, home);
        expect(code, stderr).toBe(1);
        expect(stderr).toMatch(/no space is left on the disk|was killed in SLURM/i);
        size(200_000, "remount,");
        await succeeds([...full, "--quiet"], home);
        same("scratch", "undisturbed");
        tell("full scratch disk: refused, then finished to the same bytes");
      } finally {
        execFileSync("umount", ["--lazy", disk]);
      }
    });

    it(`${together} trainings at once in one folder are each its own, and one alone is at work in a run`, async () => {
      const train = ["train", "data/config.yaml", ...tinyModel, ...longer, "--quiet"];
      await succeeds([...train, "--out", "alone"], home);
      const own = Array.from({ length: together }, () => start(train, home));
      const one = Array.from({ length: together }, () => start([...train, "--out", "contested"], home));
      for (const { finished } of own) {
        const { code, stderr } = await finished;
        expect(code, stderr).toBe(0);
      }
      const codes = await Promise.all(one.map(async ({ finished }) => (await finished).code));
      expect(codes.filter((code) => code === 0)).toHaveLength(1);
      expect(codes.filter((code) => code === 2)).toHaveLength(together - 1);
      const runs = readdirSync(inHome("runs")).filter((name) => existsSync(inHome("runs", name, "metrics.json")));
      expect(runs).toHaveLength(together);
      for (const run of [...runs.map((name) => path.join("runs", name)), "contested"]) {
        for (const name of ["metrics.json", "pid.json", "predictions.csv"]) {
          expect(readFileSync(inHome(run, name), "utf8"), name).toBe(readFileSync(inHome("alone", name), "utf8"));
        }
      }
      tell(`at once in one folder: ${runs.length} trainings finished, of ${together} in one run 1`);
    });
  },
);
