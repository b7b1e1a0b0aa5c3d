import { Interrupted } from "../errors.js";

/** @throws Interrupted when the signal has fired */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Interrupted("training was interrupted");
}
