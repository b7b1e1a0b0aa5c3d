import { spawn } from "node:child_process";
import { Interrupted } from "../errors.js";
import type { TrainTask } from "./executor.js";
import { failureOf } from "./failure-of.js";
import { program } from "./program.js";

const kept = 4000;

/**
 * Runs `pidreg train` in a process of its own. It is a group of its own, so that Ctrl-C reaches it once, through the
 * signal, and it stops by itself when this process dies (the channel between the two closes then).
 * @throws Interrupted after the signal fired; InputError or RunError with the name and the last words of the process
 */
export async function trainInProcess(
  { name, config, out, resume, jobs }: TrainTask,
  signal: AbortSignal,
): Promise<void> {
  const args = [program, "train", config, "--out", out, "--quiet", ...(resume ? ["--resume"] : [])];
  if (jobs !== undefined) args.push("--jobs", String(jobs));
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe", "ipc"], detached: true });
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    words = (words + text).slice(-kept);
  });
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, killedBy) => resolve(status ?? killedBy));
  }).finally(() => signal.removeEventListener("abort", stop));
  if (code === 0) return;
  if (signal.aborted) throw new Interrupted(`${name}: interrupted`);
  throw failureOf(name, code, words);
}
