import { partsSentences } from "../data/split/part-summary.js";
import type { TrainingObserver } from "../training/observer.js";
import type { PreparedRun } from "./prepare.js";

/** What is known before training, warnings last, where they are seen. */
export function tellPrepared(observer: TrainingObserver, prepared: PreparedRun, notes: readonly string[]): void {
  const { messages, preparation, warnings, parts } = prepared;
  const plain = messages.filter((message) => !warnings.includes(message));
  const chosen = preparation === null ? [] : [preparation];
  for (const text of [...plain, ...chosen, ...notes, ...partsSentences(parts)]) observer.message?.(text);
  for (const text of warnings) observer.warning?.(text);
}
