import { parse } from "yaml";
import { z } from "zod";
import { InputError } from "../../errors.js";
import { readUserFile } from "../../files/user-file.js";
import { shown } from "../../shown.js";

const word = z
  .string("is one word")
  .regex(/^[\x21-\x7e]+$/, "is one word without spaces")
  .regex(/^[^-]/, "begins with no dash");
/** A number as a file has it, or as it is typed; lists, switches and nothing at all are none. */
const number = (words: string) =>
  z.union([z.number(), z.string().regex(/\S/).transform(Number).pipe(z.number())], words);
/** A whole number, with words for whatever else comes. */
const wholeNumber = (least: number) => {
  const words = `is no whole number of at least ${least}`;
  return number(words).pipe(z.number().int(words).min(least, words));
};
const count = wholeNumber(1);
const seconds = "is no number of seconds between 0.1 and 3600";
/** What SLURM writes as text, and a file of YAML may have as a number. */
const written = (pattern: RegExp, words: string) =>
  z.union([z.string(), z.number().transform(String)], words).pipe(z.string().regex(pattern, words));
const lines = z.union([z.string(), z.array(z.string())], "is one line of text, or a list of them");

/** What SLURM is told of every task of an array; docs/clusters.md has the same list. */
export const clusterSchema = z
  .strictObject({
    partition: word.optional(),
    account: word.optional(),
    qos: word.optional(),
    /** Longest time of a task, as SLURM writes it: 90 (minutes), 2:30:00, 1-12:00:00. */
    time: written(/^(\d+-)?\d+(:\d{2}){0,2}$/, "is no time of SLURM: 90 (minutes), 2:30:00 or 1-12:00:00").optional(),
    /** Of a task, as SLURM writes it: 4G. */
    memory: written(/^\d+[KMGT]?$/, "is no amount of memory: 4G, 800M").optional(),
    /** Of a task. */
    cpus: count.optional(),
    /** Tasks at a time. */
    limit: count.optional(),
    /** How often a task that was killed, or ran out of time or memory, is submitted again. */
    retries: wholeNumber(0).default(3),
    /** Seconds between two looks at the queue. */
    poll: number(seconds).pipe(z.number().min(0.1, seconds).max(3600, seconds)).default(10),
    /** Lines of a shell before every task: module load node. */
    setup: lines.optional(),
    /** The pidreg of the nodes; that which submits, where left out. */
    program: z.string("is the name of a program").min(1, "is empty; leave it out").optional(),
    /** Further options of sbatch: --gres=gpu:1. */
    options: lines.optional(),
  })
  .readonly();

/** How the tasks of an array are run. */
export type ClusterOptions = z.infer<typeof clusterSchema>;

/** Characters of the longest file of them. */
const longestFile = 1_000_000;

/**
 * Options of a cluster as they are typed.
 * @param file  YAML with the mapping `cluster`, if any
 * @param given `key=value`, which win over the file; `options` and `setup` may come several times
 * @throws InputError naming the key
 */
export async function clusterOptions(file: string | undefined, given: readonly string[]): Promise<ClusterOptions> {
  const known = file === undefined ? {} : await clusterOf(file);
  const typed: Record<string, string | string[]> = {};
  for (const each of given) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(each) ?? [];
    if (key === undefined) throw new InputError(`--slurm ${each}: expected key=value, as partition=short`);
    const before = Object.hasOwn(typed, key) ? typed[key] : undefined;
    if (before !== undefined && !repeatable.includes(key)) throw new InputError(`--slurm ${key}: is given twice`);
    typed[key] = before === undefined ? value : [before, value].flat();
  }
  const name = given.length === 0 && file !== undefined ? file : "--slurm";
  return parsed({ ...known, ...typed }, name);
}

/** Keys that may come several times. */
const repeatable: readonly string[] = ["options", "setup"];

async function clusterOf(file: string): Promise<object> {
  const text = await readUserFile(file, `${file}: cannot read the options of the cluster`, longestFile);
  let tree: unknown;
  try {
    tree = parse(text);
  } catch (error) {
    throw new InputError(`${file}: is no YAML: ${(error as Error).message}`);
  }
  const { success, data } = z.strictObject({ cluster: z.record(z.string(), z.unknown()) }).safeParse(tree);
  if (!success) throw new InputError(`${file}: expected the mapping cluster, with partition, time, memory and so on`);
  parsed(data.cluster, file);
  return data.cluster;
}

function parsed(tree: object, source: string): ClusterOptions {
  const result = clusterSchema.safeParse(tree);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue.code === "unrecognized_keys") {
    const there = Object.keys(clusterSchema.unwrap().shape).join(", ");
    throw new InputError(`${source}: there is no key ${issue.keys.join(", ")}; there is: ${there}`);
  }
  const key = String(issue.path[0]);
  const given = Object.entries(tree).find(([name]) => name === key)?.[1];
  throw new InputError(`${source}: ${key}: ${issue.message}; got ${shown(JSON.stringify(given))}`);
}

/** Seconds of a time of SLURM: minutes, minutes:seconds, hours:minutes:seconds, days-hours:minutes:seconds. */
function secondsOf(time: string): number {
  const [, days, rest] = /^(?:(\d+)-)?(.*)$/.exec(time) as RegExpExecArray;
  const parts = rest.split(":").map(Number);
  if (days !== undefined)
    return [Number(days) * 86_400, ...parts.map((part, i) => part * [3600, 60, 1][i])].reduce((a, b) => a + b);
  const units = parts.length === 3 ? [3600, 60, 1] : [60, 1];
  return parts.reduce((sum, part, i) => sum + part * units[i], 0);
}

/** SLURM gives a signal up to a minute early: tasks that may run shorter than this get none before they are ended. */
const shortSeconds = 600;

/** The options of sbatch. */
export function sbatchOptions(options: ClusterOptions): string[] {
  const { partition, account, qos, time, memory, cpus } = options;
  const named = { partition, account, qos, time, mem: memory, "cpus-per-task": cpus };
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...(time !== undefined && secondsOf(time) < shortSeconds ? [] : ["--signal=B:TERM@60"]),
    ...[options.options ?? []].flat(),
  ];
}
