import { Interrupted } from "../errors.js";
import { tellLines } from "./terminal.js";

/**
 * Runs work that can be aborted: the first Ctrl-C (or SIGTERM) asks it to stop at the next step, the second ends the
 * process at once. A process that another one started with a channel stops too when that one is gone.
 */
export async function withSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(new Interrupted("interrupted; nothing unfinished is left"));
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    tellLines(`\n${name}: stopping after this step ...`);
    abort();
  };
  if (process.connected === false) abort();
  process.on("disconnect", abort);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("disconnect", abort);
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
