import type { TrainingObserver } from "../training/observer.js";
import type { MemoryConfig } from "./memory-config.js";
import type { OrderValues } from "./memory-order.js";
import type { ModalityValues, TargetValues } from "./memory-values.js";

/** Rows in memory, and how they are trained on. Everything of a run config that is not about files may be given too. */
export interface FitOptions extends MemoryConfig {
  /** Name -> rows, in the same order in all; `{ values, columns? }` of columns, `{ values, shape }` of anything else. */
  readonly modalities: Readonly<Record<string, ModalityValues>>;
  /**
   * Name -> a value per row; NaN or null where it is not known: such rows are left out. Texts and truth values name classes;
   * numbers do with `{ values, kind: "class" }`. Of classes there is one target.
   */
  readonly target: Readonly<Record<string, TargetValues>>;
  /** Name of each row, for messages and saved predictions; its number if left out. */
  readonly ids?: readonly string[];
  /** Group of each row (subject, site): rows of one group never stand in different parts. */
  readonly group?: readonly string[];
  /**
   * Where each row stands in time: dates (taken as UTC where a text names no zone), texts of dates, or numbers. With it the
   * metrics have the baseline nearest-in-time, and `data.split` may be `{ by: "time", blocks, gap }`.
   */
  readonly order?: OrderValues;
  /** Told of epochs, atoms, messages and warnings while training goes on. */
  readonly observer?: TrainingObserver;
  /** Stops the training when it fires. */
  readonly signal?: AbortSignal;
}
