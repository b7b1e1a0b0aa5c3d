import { randomUUID } from "node:crypto";
import { readFileSync, unlinkSync } from "node:fs";
import { link, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { InputError } from "../errors.js";
import { readOwnFile } from "../files/own-file.js";

/** Name of the lock in a run folder. */
export const lockFile = "run.lock";

const ownerSchema = z.strictObject({
  pid: z.int().positive(),
  host: z.string(),
  /** Boot and start time of the process where the system tells them: a process id is used again. */
  started: z.string().nullable(),
  /** Tells two locks of one process apart. */
  id: z.string(),
});

type Owner = z.infer<typeof ownerSchema>;

/**
 * Lets one process at a time write into a run folder. The lock is a file that names its owner; it counts while the owner
 * lives, so a killed process leaves nothing to clear away. No clock is involved. A lock of another host cannot be judged
 * and is respected.
 */
export class RunLock {
  private readonly onExit = () => this.release();

  private constructor(
    private readonly file: string,
    private readonly text: string,
  ) {
    process.on("exit", this.onExit);
  }

  /** @throws InputError naming the process that holds the folder */
  static async take(folder: string): Promise<RunLock> {
    const file = join(folder, lockFile);
    const text = JSON.stringify(describeSelf());
    await acquire(file, text);
    return new RunLock(file, text);
  }

  /** Refuses a folder that a living process holds, without taking it. @throws InputError */
  static async check(folder: string): Promise<void> {
    const file = join(folder, lockFile);
    const found = await readLock(file);
    if (found !== null) refuseLiving(file, found);
  }

  /** Gives the folder free; also done when the process exits. */
  release(): void {
    process.off("exit", this.onExit);
    try {
      if (readFileSync(this.file, "utf8") === this.text) unlinkSync(this.file);
    } catch (error) {
      // The folder may have been removed meanwhile; nothing is locked then.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

function describeSelf(): Owner {
  return { pid: process.pid, host: hostname(), started: processStart(process.pid), id: randomUUID() };
}

/** Creates the lock with its whole content at once; false when there is one. */
async function create(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { flag: "wx" });
    await link(draft, file);
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new InputError(`${file}: cannot lock the run folder: ${message}`);
  } finally {
    await rm(draft, { force: true });
  }
}

async function readLock(file: string): Promise<string | null> {
  const found = await readOwnFile(dirname(file), basename(file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot read the lock of the run folder: ${error.message}`);
  });
  return found === null ? null : found.toString("utf8");
}

function refuseLiving(file: string, text: string): void {
  const owner = ownerSchema.safeParse(parseJson(text));
  if (!owner.success) {
    throw new InputError(`${file}: is not a lock of pidreg; delete it if no other process writes into this folder`);
  }
  const { pid, host } = owner.data;
  if (host !== hostname()) {
    throw new InputError(
      `${file}: process ${pid} on host "${host}" is at work in this run folder; wait for it, or delete this file if ` +
        "that process is gone",
    );
  }
  if (isAlive(owner.data)) {
    throw new InputError(`${file}: process ${pid} is at work in this run folder; wait for it, or choose another --out`);
  }
}

/**
 * Creates the lock, over that of a dead owner. Only the holder of a second lock, taken in the same way, removes a dead
 * one, so that nobody who saw the dead lock late can remove the new one.
 */
async function acquire(file: string, text: string): Promise<void> {
  while (!(await create(file, text))) {
    const found = await readLock(file);
    if (found === null) continue;
    refuseLiving(file, found);
    const guard = `${file}.takeover`;
    await acquire(guard, text);
    try {
      if ((await readLock(file)) === found) await rm(file);
    } finally {
      await rm(guard);
    }
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of another user.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = processStart(pid);
  if (now === "ended") return false;
  return now === null || started === null || now === started;
}

/**
 * Boot and start time of a process on Linux, "ended" for one that only waits to be reaped; null where the system does
 * not tell.
 */
function processStart(pid: number): string | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "ended" : `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
