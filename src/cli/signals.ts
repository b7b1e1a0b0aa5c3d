import { tellLines } from "./terminal.js";

/**
 * Runs work that can be aborted: the first Ctrl-C (or SIGTERM) asks it to stop at the next step, the second ends the
 * process at once. A process that another one started with a channel stops too when that one is gone.
 */
export async function withSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(130);
    tellLines(`\n${name}: stopping after this step ...`);
    controller.abort();
  };
  const orphaned = () => controller.abort();
  if (process.connected === false) orphaned();
  process.on("disconnect", orphaned);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off("disconnect", orphaned);
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}
