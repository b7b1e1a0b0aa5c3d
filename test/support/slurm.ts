import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, hostname, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";

/** A cluster of two nodes on this host, of its own folder, ports and key. */
export interface Slurm {
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command of SLURM, and returns what it prints. */
  readonly ask: (program: string, ...args: string[]) => Promise<string>;
  /** Ends the controller without a word, and starts it again. */
  readonly restartController: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"];
const path = `${process.env.PATH}${delimiter}/usr/sbin${delimiter}/sbin`;
const run = promisify(execFile);

/** Starts SLURM; a sentence saying why there is none where it is not installed or does not start. */
export async function startSlurm(): Promise<Slurm | string> {
  if (process.platform !== "linux") return "SLURM runs on Linux";
  const folders = path.split(delimiter);
  const missing = programs.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  if (missing.length > 0) {
    return `not installed: ${missing.join(", ")} (Debian: apt-get install slurmctld slurmd slurm-client munge)`;
  }
  const folder = mkdtempSync(join(tmpdir(), "slurm-"));
  const slurm = await begin(folder).catch((error: Error) => error.message);
  if (typeof slurm === "string") {
    await endDaemons(folder);
    return `does not start: ${slurm}`;
  }
  for (let tries = 0; tries < 40; tries++) {
    const states = await slurm.ask("sinfo", "--noheader", "--Node", "--format=%T").catch((error) => String(error));
    if (/^idle\nidle\n$/.test(states)) return slurm;
    await wait(500);
    if (tries === 39) {
      await slurm.stop();
      return `does not start: ${states.trim()}`;
    }
  }
  return "does not start";
}

async function begin(folder: string): Promise<Slurm> {
  const [controller, first, second] = await Promise.all([freePort(), freePort(), freePort()]);
  for (const name of ["state", "spool"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "munge.key"), randomBytes(1024), { mode: 0o400 });
  const file = join(folder, "slurm.conf");
  writeFileSync(file, configuration(folder, [controller, first, second]));
  const env = { ...process.env, PATH: path, SLURM_CONF: file };
  const at = (name: string) => join(folder, name);
  const munge = ["--socket", "--key-file", "--log-file", "--pid-file", "--seed-file"].map(
    (option) => `${option}=${at(`munge.${option === "--key-file" ? "key" : option.slice(2, 5)}`)}`,
  );
  const daemon = (program: string, ...args: string[]) =>
    execFileSync(program, args, { env, stdio: "ignore", cwd: folder });
  daemon("munged", "--force", ...munge);
  daemon("slurmctld", "-c");
  for (const node of ["n1", "n2"]) daemon("slurmd", "-N", node);
  return {
    env,
    ask: async (program, ...args) => (await run(program, args, { env })).stdout,
    restartController: async () => {
      for (const pid of pidIn(at("ctld.pid"))) await ended(pid);
      await wait(1000);
      daemon("slurmctld");
    },
    stop: async () => {
      await run("scancel", ["--user", process.env.USER ?? "root"], { env }).catch(() => undefined);
      await endDaemons(folder);
    },
  };
}

/** Ends what was started in a folder, and removes it. */
async function endDaemons(folder: string): Promise<void> {
  const pids = ["ctld.pid", "n1.pid", "n2.pid", "munge.pid"].flatMap((name) => pidIn(join(folder, name)));
  await Promise.all(pids.map(ended));
  rmSync(folder, { recursive: true, force: true });
}

function configuration(folder: string, [controller, ...nodes]: readonly number[]): string {
  const host = hostname().split(".")[0];
  const cores = Math.max(1, cpus().length);
  return [
    "ClusterName=pidregtest",
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder}/munge.soc`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    `SlurmctldPidFile=${folder}/ctld.pid`,
    `SlurmdPidFile=${folder}/%n.pid`,
    `SlurmctldLogFile=${folder}/ctld.log`,
    `SlurmdLogFile=${folder}/%n.log`,
    `SlurmUser=${process.env.USER ?? "root"}`,
    "ProctrackType=proctrack/pgid",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    "ReturnToService=2",
    "KillWait=3",
    "SchedulerParameters=batch_sched_delay=0,sched_interval=5",
    ...nodes.map(
      (port, k) =>
        `NodeName=n${k + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=${cores} RealMemory=1000`,
    ),
    "PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
    "",
  ].join("\n");
}

function pidIn(file: string): number[] {
  return existsSync(file) ? [Number.parseInt(readFileSync(file, "utf8"), 10)] : [];
}

async function ended(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(pid, tries < 20 ? "SIGTERM" : "SIGKILL");
    } catch {
      return;
    }
    await wait(100);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
