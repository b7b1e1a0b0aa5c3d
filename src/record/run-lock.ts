import { closeSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { InputError, Interrupted, RunError } from "../errors.js";
import { type Created, createExclusively } from "../files/create-exclusively.js";
import { readOwnFile } from "../files/own-file.js";
import { isSystemError, WriteError } from "../files/write-error.js";
import {
  beatSeconds,
  describeSelf,
  goneSeconds,
  isAlive,
  isSeenFromHere,
  type Owner,
  parseOwner,
  silentSeconds,
} from "./lock-owner.js";
import { type JobWord, type SlurmJob, wordOn } from "./slurm-job.js";

/** Name of the lock in a run folder. */
export const lockFile = "run.lock";

/** A folder that another process holds, or may hold. The command line exits with 2. */
export class FolderInUse extends InputError {}

/** How a lock may be waited for. */
export interface LockOptions {
  /** Told once when a process elsewhere gives no sign of life; without, that is refused like a living one. */
  readonly onWait?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Lets one process at a time write into a run folder. The lock is a file that names its owner; it counts while the owner
 * lives, so a killed process leaves nothing to clear away. An owner that cannot be seen from here, on another host, is
 * judged by its signs of life: it writes the lock anew every 15 s, and the file system's own clock tells when it last did.
 * Of an owner in a job of SLURM, SLURM's word counts: it may be suspended for hours, and has ended when its job has.
 */
export class RunLock {
  private readonly onExit = () => this.release();
  private readonly beats: NodeJS.Timeout;

  private constructor(
    readonly file: string,
    private readonly text: string,
  ) {
    process.on("exit", this.onExit);
    this.beats = setInterval(() => this.beat(), beatSeconds * 1000).unref();
  }

  /**
   * @throws FolderInUse naming the process that holds the folder, WriteError when the disk refuses the lock,
   *   Interrupted when the signal fires
   */
  static async take(folder: string, options: LockOptions = {}): Promise<RunLock> {
    const file = join(folder, lockFile);
    const text = JSON.stringify(describeSelf());
    await acquire(file, text, options);
    return new RunLock(file, text);
  }

  /** Whether the folder is still this process's: a deleted folder, or one that another process took over, is not. */
  isHeld(): boolean {
    try {
      return readFileSync(this.file, "utf8") === this.text;
    } catch (error) {
      // A disk that fails to answer for a moment took nothing away.
      return !["ENOENT", "ENOTDIR", "ESTALE"].includes((error as NodeJS.ErrnoException).code ?? "");
    }
  }

  /** @throws RunError when the folder is no longer this process's */
  assertHeld(): void {
    if (!this.isHeld()) throw new RunError(lostMessage(this.file));
  }

  /** Gives the folder free; also done when the process exits. */
  release(): void {
    process.off("exit", this.onExit);
    clearInterval(this.beats);
    try {
      if (readFileSync(this.file, "utf8") === this.text) unlinkSync(this.file);
    } catch (error) {
      // The folder may have been removed meanwhile, or its disk be read-only now: the lock ends with this process anyway.
      if (!isSystemError(error)) throw error;
    }
  }

  /** A sign of life: the same bytes again. A lock that is no longer this one's is left as it is. */
  private beat(): void {
    try {
      const fd = openSync(this.file, "r+");
      try {
        if (readFileSync(fd, "utf8") === this.text) writeSync(fd, this.text, 0);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      // The next beat may succeed; who must know that the folder is held asks `isHeld`.
      if (!isSystemError(error)) throw error;
    }
  }
}

function lostMessage(file: string): string {
  const owner = readOwner(file);
  if (owner === null) {
    return (
      `${dirname(file)}: is gone: it was deleted or moved while the run was at work in it; start the run again, or ` +
      "continue it with --resume where the folder is now"
    );
  }
  return (
    `${file}: process ${owner.pid} on host "${owner.host}" has taken this run folder over, since this process gave no sign ` +
    "of life for long; it writes nothing more"
  );
}

function readOwner(file: string): Owner | null {
  try {
    return parseOwner(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

/** A lock that is there. */
interface Found {
  readonly text: string;
  /** When it was last written, by the clock of the file system, milliseconds since 1970. */
  readonly written: number;
}

async function readLock(file: string): Promise<Found | null> {
  try {
    const { mtimeMs } = await stat(file);
    const text = (await readOwnFile(dirname(file), basename(file))).toString("utf8");
    return { text, written: mtimeMs };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (error instanceof InputError) throw error;
    throw new FolderInUse(`${file}: cannot read the lock of the run folder: ${message}`);
  }
}

function create(file: string, text: string): Created {
  try {
    return createExclusively(file, text);
  } catch (error) {
    throw isSystemError(error) ? new WriteError(file, error, "created to lock the run folder") : error;
  }
}

/**
 * Creates the lock, over that of an owner that is gone. Only the holder of a second lock, taken in the same way, removes
 * such a one, so that nobody who saw it late can remove the new one.
 */
async function acquire(file: string, text: string, options: LockOptions): Promise<void> {
  for (let told = false; ; ) {
    if (options.signal?.aborted) throw new Interrupted("interrupted before the folder was free");
    const { created, now } = create(file, text);
    if (created) return;
    const found = await readWritten(file);
    if (found === null) continue;
    const silence = await judge(file, found, now);
    if (silence === "gone") {
      await removeGone(file, found, text);
      continue;
    }
    if (options.onWait === undefined) throw new FolderInUse(silence);
    if (!told) options.onWait(silence);
    told = true;
    await pause(2000, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(() => undefined);
  }
}

async function removeGone(file: string, found: Found, text: string): Promise<void> {
  const guard = `${file}.takeover`;
  await acquire(guard, text, {});
  try {
    const again = await readLock(file);
    // An owner that was only slow may have given a sign of life meanwhile.
    if (again?.text === found.text && again.written === found.written) await rm(file);
  } finally {
    await rm(guard, { force: true });
  }
}

/** The lock when its text is whole: without hard links, it is empty for a moment after it was created. */
async function readWritten(file: string): Promise<Found | null> {
  for (let attempt = 0; ; attempt++) {
    const found = await readLock(file);
    if (found === null || parseOwner(found.text) !== null || attempt === 10) return found;
    await pause(50);
  }
}

/**
 * "gone" when the owner of a lock is; what to tell the user when it cannot be said yet.
 * @throws FolderInUse when the owner is at work, or cannot be judged
 */
async function judge(file: string, { text, written }: Found, now: number): Promise<string> {
  const owner = parseOwner(text);
  const silent = (now - written) / 1000;
  if (owner === null) {
    // Its owner died before it had written its name.
    if (text === "" && silent >= goneSeconds) return "gone";
    throw new FolderInUse(`${file}: is not a lock of pidreg; delete it if no other process writes into this folder`);
  }
  if (isSeenFromHere(owner)) {
    if (!isAlive(owner)) return "gone";
    throw new FolderInUse(
      `${file}: process ${owner.pid} is at work in this run folder; wait for it, or choose another --out`,
    );
  }
  const who = `process ${owner.pid} on host "${owner.host}"`;
  const { slurm } = owner;
  const word = slurm === undefined ? null : await wordOn(slurm);
  if (slurm !== undefined && word !== null) return judgeJob(`${file}: ${who}`, slurm, word, silent);
  if (owner.beat === undefined) {
    throw new FolderInUse(
      `${file}: ${who} is at work in this run folder; wait for it, or delete this file if that process is gone`,
    );
  }
  if (silent >= goneSeconds) return "gone";
  const sign = `last sign of life ${Math.max(0, Math.round(silent))} s ago`;
  if (silent < silentSeconds) {
    throw new FolderInUse(
      `${file}: ${who} is at work in this run folder (${sign}); wait for it. If that process is gone, the folder can be ` +
        `taken over ${goneSeconds} s after its last sign of life, or at once when this file is deleted`,
    );
  }
  return (
    `${file}: ${who} holds this run folder and may be gone (${sign}); it is taken over ` +
    `${Math.ceil(goneSeconds - silent)} s from now unless there is another sign, or at once when this file is deleted`
  );
}

/** As `judge`, of an owner in a job that SLURM has spoken of. @param silent seconds since its last sign of life */
function judgeJob(who: string, { id }: SlurmJob, word: Exclude<JobWord, null>, silent: number): string {
  if (word === "runs") {
    throw new FolderInUse(
      `${who} is at work in this run folder: its job ${id} runs, says SLURM; wait for it, or end it with scancel ${id}`,
    );
  }
  // A node that SLURM lost may still be at work: then it gives signs of life.
  if (word === "ended" || silent >= silentSeconds) return "gone";
  return (
    `${who} held this run folder in job ${id}, which SLURM has lost or started anew; it is taken over ` +
    `${Math.ceil(silentSeconds - silent)} s from now unless there is another sign of life`
  );
}
