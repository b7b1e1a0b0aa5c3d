import type { DecodingProgress } from "../data/rows.js";
import { throwIfInterrupted } from "../fit/interrupt.js";
import type { TrainingObserver } from "../training/observer.js";

/** Tells an observer how far decoding is. @throws Interrupted between two files, when the signal fires */
export function decodingFor(observer: TrainingObserver | undefined, signal: AbortSignal | undefined): DecodingProgress {
  return (modality, done, total, what) => {
    throwIfInterrupted(signal);
    observer?.decoding?.(modality, done, total, what);
  };
}
