import { Interrupted } from "../errors.js";
import { tellLines } from "./terminal.js";

/** Signals that ask a command to stop, with their numbers. */
const numbers = { SIGINT: 2, SIGTERM: 15 } as const;
/** The one that did. */
let stoppedBy: keyof typeof numbers = "SIGINT";

/** Exit code of a command that was interrupted: 128 and the number of the signal, as a shell says it; 130 after Ctrl-C. */
export function interruptedCode(): number {
  return 128 + numbers[stoppedBy];
}

/**
 * Runs work that can be aborted: the first Ctrl-C (or SIGTERM) asks it to stop at the next step, the second ends the
 * process at once. A process that another one started with a channel stops too when that one is gone.
 */
export async function withSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(new Interrupted("interrupted; nothing unfinished is left"));
  const stop = (name: keyof typeof numbers) => {
    if (controller.signal.aborted) process.exit(interruptedCode());
    stoppedBy = name;
    tellLines(`\n${name}: stopping after this step ...`);
    abort();
  };
  if (process.connected === false) abort();
  process.on("disconnect", abort);
  const interrupt = () => stop("SIGINT");
  const terminate = () => stop("SIGTERM");
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  try {
    return await work(controller.signal);
  } finally {
    process.off("disconnect", abort);
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
  }
}
