import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AskSlurm, SlurmAnswer } from "../../src/record/slurm-command.js";

/** A task of a queue that a test moves. */
interface FakeTask {
  readonly array: FakeArray;
  readonly id: number;
  state: string;
}

export interface FakeArray {
  readonly job: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly script: string;
  readonly tasks: FakeTask[];
}

const said = (stdout: string): SlurmAnswer => ({ ok: true, stdout, stderr: "" });

/** Answers as SLURM does about a queue that a test moves by hand. Whether the real one answers so, test/long/slurm.test.ts tells. */
export class FakeSlurm {
  readonly arrays: FakeArray[] = [];
  /** Called before every answer to squeue. */
  beforeLook: () => void = () => undefined;
  away = false;
  readonly ask: AskSlurm = async (program, args) => {
    if (args[0] === "--version") return said("slurm 22.05\n");
    if (this.away) return { ok: false, stdout: "", stderr: "Unable to contact slurm controller" };
    if (program === "sbatch") return said(`${this.submit(args)}\n`);
    if (program === "squeue") return this.look(args);
    if (program === "scancel") return this.scancel(args);
    if (program === "scontrol" && args[1] === "config")
      return said("ClusterName = fake\nMaxArraySize            = 1001\n");
    if (program === "scontrol") return this.show(args.at(-1) ?? "");
    return null;
  };

  /** Ends a task. @param code that its script writes; none where it was killed */
  end(array: FakeArray, id: number, state: string, code?: number, words = ""): void {
    const task = array.tasks.find((each) => each.id === id) as FakeTask;
    task.state = state;
    const folder = dirname(array.script);
    if (code !== undefined) writeFileSync(join(folder, "ended", `${id}`), `${code}\n`);
    mkdirSync(join(folder, "logs"), { recursive: true });
    if (words !== "") writeFileSync(join(folder, "logs", `${array.job}_${id}.txt`), words);
  }

  private submit(args: readonly string[]): string {
    const value = (name: string) => (args.find((each) => each.startsWith(`--${name}=`)) ?? "").slice(name.length + 3);
    const job = String(100 + this.arrays.length);
    const array: FakeArray = { job, name: value("job-name"), args, script: args.at(-1) as string, tasks: [] };
    const ids = value("array").replace(/%.*/, "").split(",").map(Number);
    array.tasks.push(...ids.map((id) => ({ array, id, state: "RUNNING" })));
    this.arrays.push(array);
    return job;
  }

  private look(args: readonly string[]): SlurmAnswer {
    this.beforeLook();
    const name = (args.find((each) => each.startsWith("--name=")) ?? "").slice(7);
    const there = this.arrays.filter((array) => array.name === name).flatMap(({ tasks }) => tasks);
    const queued = there.filter(({ state }) => ["RUNNING", "PENDING"].includes(state));
    return said(queued.map(({ array, id, state }) => `${array.job}|${id}|${state}|None\n`).join(""));
  }

  private scancel(args: readonly string[]): SlurmAnswer {
    const name = (args.find((each) => each.startsWith("--name=")) ?? "").slice(7);
    for (const task of this.arrays.filter((each) => each.name === name).flatMap(({ tasks }) => tasks)) {
      if (["RUNNING", "PENDING"].includes(task.state)) task.state = "CANCELLED";
    }
    return said("");
  }

  private show(name: string): SlurmAnswer {
    const [job, id] = name.split("_");
    const task = this.arrays.find((each) => each.job === job)?.tasks.find((each) => `${each.id}` === id);
    if (task === undefined) return { ok: false, stdout: "", stderr: "slurm_load_jobs error: Invalid job id specified" };
    return said(`JobId=7 ArrayJobId=${job} JobName=a b JobState=${task.state} Reason=None Restarts=0\n`);
  }
}
