import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readOwnFile } from "../files/own-file.js";
import { goneSeconds, isAlive, isSeenFromHere, type Owner, parseOwner } from "./lock-owner.js";
import { lockFile } from "./run-lock.js";
import { wordOn } from "./slurm-job.js";

/**
 * The process that is at work in a folder; null when there is none. Only looks: whoever wants the folder takes its lock.
 * A process on another host counts as long as SLURM says that its job runs, or, where SLURM cannot be asked, as it has given a
 * sign of life within 300 s, by the clock of this one.
 */
export async function lockOwner(folder: string): Promise<Owner | null> {
  try {
    const { mtimeMs } = await stat(join(folder, lockFile));
    const owner = parseOwner((await readOwnFile(folder, lockFile)).toString("utf8"));
    if (owner === null) return null;
    if (isSeenFromHere(owner)) return isAlive(owner) ? owner : null;
    const word = owner.slurm === undefined ? null : await wordOn(owner.slurm);
    if (word !== null) return word === "runs" ? owner : null;
    const isSilent = Date.now() - mtimeMs >= goneSeconds * 1000;
    return owner.beat !== undefined && isSilent ? null : owner;
  } catch {
    // No lock, or none that can be read: taking the lock tells more.
    return null;
  }
}
