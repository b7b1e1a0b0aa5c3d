import { randomInt } from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";

/** Temporary files of this process that are not in place yet. */
const drafts = new Set<string>();
const signals = ["SIGINT", "SIGTERM"] as const;
/** The signal that came while drafts were open and that nobody else listens to. */
let pending: NodeJS.Signals | null = null;

/**
 * Lends a temporary name beside `file` (`file.<digits>`) to `work`, which renames what it writes there or leaves it; what
 * is left is removed. A signal that would end the process waits until no draft is open; a second one, and an exit, remove
 * the drafts first.
 */
export async function withDraft<T>(file: string, work: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${file}.${randomInt(2 ** 47)}`;
  open(draft);
  try {
    return await work(draft);
  } finally {
    // A disk that refuses the removal refused the writing too, which is what the user is told.
    await rm(draft, { force: true }).catch(() => undefined);
    close(draft);
  }
}

function open(draft: string): void {
  if (drafts.size === 0) {
    for (const name of signals) process.on(name, onSignal);
    process.on("exit", removeAll);
  }
  drafts.add(draft);
}

function close(draft: string): void {
  drafts.delete(draft);
  if (drafts.size > 0) return;
  stopListening();
  if (pending !== null) raise(pending);
}

function onSignal(name: NodeJS.Signals): void {
  // Who listens too decides what the signal does.
  if (process.listenerCount(name) > 1) return;
  if (pending === null) {
    pending = name;
    return;
  }
  removeAll();
  stopListening();
  raise(name);
}

/** Ends the process as the signal would have. */
function raise(name: NodeJS.Signals): void {
  pending = null;
  process.kill(process.pid, name);
}

function stopListening(): void {
  for (const name of signals) process.off(name, onSignal);
  process.off("exit", removeAll);
}

function removeAll(): void {
  for (const draft of drafts) {
    try {
      rmSync(draft, { force: true });
    } catch {
      // The process ends; there is nobody to tell.
    }
  }
}
