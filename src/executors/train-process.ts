import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InputError, Interrupted, RunError } from "../errors.js";
import { shown } from "../shown.js";
import type { TrainTask } from "./executor.js";

const program = fileURLToPath(new URL("../../bin/pidreg.js", import.meta.url));

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
  const said = lastWords(words);
  // The process has escaped what it said; its lines stay lines.
  const message = `${shown(name)}: ${said === "" ? `its process ended with ${code}` : said}`.split("\n");
  throw code === 2 ? new InputError(message) : new RunError(message);
}

/** What a failed command said last, without the name of the program. */
function lastWords(text: string): string {
  const at = text.lastIndexOf("pidreg: ");
  return (at < 0 ? text : text.slice(at + "pidreg: ".length)).trim();
}
