import { execFile } from "node:child_process";

/** What a command of SLURM ended with. */
export interface SlurmAnswer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of SLURM; null where there is none of that name, or no answer in time. */
export type AskSlurm = (program: string, args: readonly string[]) => Promise<SlurmAnswer | null>;

/** Seconds that SLURM is given for an answer: a busy controller may take its own time-out of 10 s more than once. */
const patience = 45;

export const askSlurm: AskSlurm = (program, args) =>
  new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: "C" };
    execFile(
      program,
      [...args],
      { env, timeout: patience * 1000, maxBuffer: 64 * 2 ** 20 },
      (error, stdout, stderr) => {
        const ended = error === null || typeof error.code === "number";
        resolve(ended ? { ok: error === null, stdout, stderr } : null);
      },
    );
  });

/** Whether SLURM says that there is no such job: it forgets jobs some minutes after they ended. */
export function isUnknownJob({ ok, stderr }: SlurmAnswer): boolean {
  return !ok && /invalid job id/i.test(stderr);
}

/** A line of `scontrol --oneliner` as its keys and values; a value ends before the next key. */
export function fieldsOf(line: string): ReadonlyMap<string, string> {
  const found = line.matchAll(/(?:^|\s)([A-Za-z:/]+)=(.*?)(?=\s+[A-Za-z:/]+=|\s*$)/g);
  return new Map(Array.from(found, ([, key, value]): [string, string] => [key, value]));
}

/** Values of the configuration of SLURM, by their key; null where it does not answer. */
export async function slurmConfiguration(ask: AskSlurm): Promise<ReadonlyMap<string, string> | null> {
  const answer = await ask("scontrol", ["show", "config"]);
  if (answer === null || !answer.ok) return null;
  const pairs = answer.stdout.split("\n").map((line) => /^(\S+)\s*=\s*(.*?)\s*$/.exec(line));
  return new Map(pairs.flatMap((pair): [string, string][] => (pair === null ? [] : [[pair[1], pair[2]]])));
}
