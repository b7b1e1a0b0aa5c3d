import { lstat, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { removeEmptyFolders } from "../files/make-folder.js";
import { checkOutputFolder } from "../files/output-file.js";
import { isUnfinished, RunFolder } from "./run-folder.js";
import { FolderInUse, type LockOptions, lockFile, RunLock } from "./run-lock.js";

/** A run or study folder that this process alone writes into. */
export class HeldFolder {
  private constructor(
    /** Path as it was asked for. */
    readonly path: string,
    readonly lock: RunLock,
    private readonly made: readonly string[],
  ) {}

  /**
   * Makes the folder where it is missing, and holds it.
   * @throws FolderInUse when another process holds it, InputError when there can be no such folder, WriteError when the disk
   *   refuses it
   */
  static async take(path: string, options: LockOptions = {}): Promise<HeldFolder> {
    const folder = new RunFolder(resolve(path));
    await checkOutputFolder(folder.path);
    const made: string[] = [];
    try {
      return new HeldFolder(path, await makeAndLock(folder, made, options), made);
    } catch (error) {
      await removeEmptyFolders(made);
      throw error;
    }
  }

  /**
   * Holds the first of `path`, `path-2`, `path-3`, .. that is missing, or empty and nobody's. Of several processes that
   * ask at once, each gets another.
   * @throws as `take`
   */
  static async takeFree(path: string): Promise<HeldFolder> {
    for (let k = 1; ; k++) {
      const held = await takeEmpty(k === 1 ? path : `${path}-${k}`);
      if (held !== null) return held;
    }
  }

  /** Changes nothing. @throws FolderInUse when another process holds the folder */
  static async refuseInUse(folder: RunFolder): Promise<void> {
    if (!(await folder.has(lockFile))) return;
    try {
      (await RunLock.take(folder.path)).release();
    } catch (error) {
      // A disk that refuses a lock holds nobody's now.
      if (error instanceof FolderInUse) throw error;
    }
  }

  /** Gives the folder free. Where nothing was written, the folders that were made for it go again. */
  async release(): Promise<void> {
    this.lock.release();
    await removeEmptyFolders(this.made);
  }
}

async function makeAndLock(folder: RunFolder, made: string[], options: LockOptions): Promise<RunLock> {
  for (let attempt = 1; ; attempt++) {
    try {
      made.push(...(await folder.create()));
      return await RunLock.take(folder.path, options);
    } catch (error) {
      // Another process that gives up may remove what was there a moment ago.
      if (!changedMeanwhile(error) || attempt === 20) throw error;
    }
  }
}

function changedMeanwhile(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "EEXIST";
}

/** Null when the folder is in use: it holds something, another process holds it, or the name is not a folder's. */
async function takeEmpty(path: string): Promise<HeldFolder | null> {
  if (!(await isFree(path))) return null;
  const held = await HeldFolder.take(path).catch((error) => {
    if (error instanceof FolderInUse) return null;
    throw error;
  });
  if (held === null || (await isFree(path))) return held;
  await held.release();
  return null;
}

async function isFree(path: string): Promise<boolean> {
  const there = await lstat(path).catch(() => null);
  if (there === null) return true;
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() !== true) return false;
  const entries = await new RunFolder(path).entries().catch(() => null);
  return entries?.every(isNothing) === true;
}

/** Whether a name in a folder is of no run and no user: a lock, or what a killed process left unfinished. */
export function isNothing(name: string): boolean {
  return name.startsWith(lockFile) || isUnfinished(name);
}
