import { z } from "zod";
import { type AskSlurm, askSlurm, fieldsOf, isUnknownJob, slurmConfiguration } from "./slurm-command.js";

/** The job of SLURM that a process belongs to. */
export const slurmJobSchema = z.object({
  /** Number of the job; every task of an array has its own. */
  id: z.string().regex(/^\d+$/),
  /** How often the job had been started anew when the process began. */
  restarts: z.int().min(0),
  /** Name of the cluster, where SLURM tells it. */
  cluster: z.string().optional(),
});

export type SlurmJob = z.infer<typeof slurmJobSchema>;

/** The job that this process runs in; undefined outside one. */
export function ownJob(env: NodeJS.ProcessEnv = process.env): SlurmJob | undefined {
  const { SLURM_JOB_ID: id, SLURM_RESTART_COUNT: restarts = "0", SLURM_CLUSTER_NAME: cluster } = env;
  const { success, data } = slurmJobSchema.safeParse({ id, restarts: Number(restarts), cluster });
  return success ? data : undefined;
}

/**
 * What SLURM says of a job: it runs; it has ended; it ended in a way that may have left processes on a node that SLURM lost.
 * Null where SLURM cannot be asked, is another cluster, or the job is the one that asks.
 */
export type JobWord = "runs" | "ended" | "lost" | null;

/** States in which the processes of a job may be at work. */
const working = ["RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "CONFIGURING", "RESIZING"];

/** Asks SLURM about the job of another process. */
export async function wordOn(job: SlurmJob, ask: AskSlurm = askSlurm): Promise<JobWord> {
  const own = ownJob();
  if (own?.id === job.id && own.restarts === job.restarts) return null;
  const configuration = await slurmConfiguration(ask);
  if (configuration === null) return null;
  if (job.cluster !== undefined && configuration.get("ClusterName") !== job.cluster) return null;
  const answer = await ask("scontrol", ["--oneliner", "show", "job", job.id]);
  if (answer === null) return null;
  if (isUnknownJob(answer)) return "ended";
  if (!answer.ok) return null;
  // The number of an array is that of its last task, too: SLURM then shows all of them.
  const fields = answer.stdout.split("\n").map(fieldsOf);
  const found = fields.find((each) => each.get("JobId") === job.id);
  return found === undefined ? null : judged(found, job);
}

function judged(fields: ReadonlyMap<string, string>, { restarts }: SlurmJob): JobWord {
  if (Number(fields.get("Restarts") ?? 0) > restarts) return "lost";
  const [state = ""] = (fields.get("JobState") ?? "").split(/[ ,+]/);
  if (working.includes(state)) return "runs";
  return state === "NODE_FAIL" || state === "PENDING" || state.startsWith("REQUEUE") ? "lost" : "ended";
}
