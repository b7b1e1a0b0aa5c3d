import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { ownJob, slurmJobSchema } from "./slurm-job.js";

/** Seconds between two signs of life of a process that holds a lock. */
export const beatSeconds = 15;
/** Seconds without one after which the holder may be gone: a living one would have given three. */
export const silentSeconds = 45;
/** Seconds without one after which the holder counts as gone; no single step of a run blocks a process that long. */
export const goneSeconds = 300;

const ownerSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** Where process ids count: two containers of one host may each have a process 7. Null where the system has none. */
  processes: z.string().nullable().optional(),
  /** Boot and start time of the process where the system tells them: a process id is used again. */
  started: z.string().nullable(),
  /** Seconds between signs of life; a lock without gives none. */
  beat: z.number().positive().optional(),
  /** Tells two locks of one process apart. */
  id: z.string().optional(),
  /** The job of SLURM that the process belongs to, which SLURM can be asked about; left out outside one. */
  slurm: slurmJobSchema.optional(),
});

/** The process that holds a lock, as the lock names it. */
export type Owner = z.infer<typeof ownerSchema>;

/** This process as the owner of a new lock. */
export function describeSelf(): Owner {
  return {
    pid: process.pid,
    host: hostname(),
    processes: processSpace(),
    started: processStart(process.pid),
    beat: beatSeconds,
    id: randomUUID(),
    slurm: ownJob(),
  };
}

/** The owner that a lock's text names; null when it names none. */
export function parseOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether the owner's process id means something here: same host, same container. */
export function isSeenFromHere({ host, processes }: Owner): boolean {
  return host === hostname() && (processes === undefined || processes === processSpace());
}

/** Whether the process is alive; asked only of an owner that is seen from here. */
export function isAlive({ pid, started }: Owner): boolean {
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

/** The name space of process ids on Linux; null where the system does not tell. */
function processSpace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}
