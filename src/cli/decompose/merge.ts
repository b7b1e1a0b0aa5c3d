import { InputError } from "../../errors.js";
import { finishShard, labelsOf, mergeShards, noGroup, type ShardMoments } from "../../pid/covariance/shard-moments.js";
import { ValueCounter } from "../../pid/estimate/target-entropy.js";
import { plural } from "../../report/text.js";
import type { Decomposition } from "./decomposition.js";
import { mergedProducts } from "./errors-file.js";
import { decomposeMoments } from "./moments.js";
import type { DecomposeArguments } from "./options.js";
import {
  momentsIn,
  type PartialFile,
  readPartial,
  refuseOtherReading,
  storedGroups,
  writePartial,
} from "./partial-file.js";
import type { StageProgress } from "./progress.js";

/**
 * Decomposes the rows of several shards as those of one table that is streamed.
 * @throws InputError for shards of other columns or options, and for one that is given twice
 */
export async function decomposeMerged(args: DecomposeArguments, progress: StageProgress): Promise<Decomposition> {
  const merged = await mergedPartial(args.merge ?? []);
  const products = args.errors === undefined ? null : await mergedProducts(args.errors, merged);
  if (merged.group !== null && products === null && args.estimator !== "plug-in") throw groupsNeedErrors(merged);
  const { targets, modalities, by, rowsRead, rowsWithoutTarget, rowsDropped, imputed, copies, values } = merged;
  const shard = momentsIn(merged, "merged");
  const columns = targets.length + modalities.reduce((sum, each) => sum + each.columns.length, 0);
  const { pooled, byGroup } = finishShard(shard, columns);
  const labels = labelsOf(shard);
  const groupNames = by === null ? [] : [...byGroup.keys()].filter((name) => name !== noGroup);
  const entropy = (group: number | null) => entropyOf(group === null ? values.all : values.byGroup[groupNames[group]]);
  const measured = await decomposeMoments(
    args,
    {
      layout: { targets, modalities, by: by ?? undefined },
      streamed: {
        pooled,
        byGroup: groupNames.map((name) => byGroup.get(name) ?? pooled),
        account: { rowsRead, rowsUsed: pooled.n, rowsWithoutTarget, rowsDropped, imputed },
        copies,
      },
      ...{ groupNames, entropy, warnings: warningsOf(merged) },
    },
    progress,
    products,
    new Map([[null, labels.pooled], ...labels.byGroup]),
  );
  return { ...measured, targetKind: { kind: "number", reason: "--merge belongs to that reading" }, merged };
}

function groupsNeedErrors({ group }: PartialFile): InputError {
  return new InputError(
    `rows of one ${group} depend on one another (--group ${group}), and what such rows are worth their moments do not tell: ` +
      "write the moments of all with --merge .. --partial FILE, read every shard again with --around FILE, and give what that " +
      "writes to --errors",
  );
}

/** Merges shards and writes the moments of all: a shard again. @returns a sentence on what was written */
export async function mergePartials(args: DecomposeArguments): Promise<string> {
  const merged = await mergedPartial(args.merge ?? []);
  const out = args.partial ?? "";
  await writePartial(out, merged);
  return `moments of ${plural(merged.shards.length, "shard")} in ${out}`;
}

async function mergedPartial(files: readonly string[]): Promise<PartialFile> {
  const heads: PartialHead[] = [];
  const shards: ShardMoments[] = [];
  const all = new ValueCounter();
  const byGroup = new Map<string, ValueCounter>();
  for (const file of files) {
    // Values of the target are many: those of a file are counted before the next is read.
    const { values, groups, ...head } = await readPartial(file);
    if (heads.length > 0) refuseOtherReading(head, heads[0], file, files[0]);
    heads.push(head);
    shards.push(momentsIn({ ...head, groups }, file));
    all.addCounted(values.all);
    for (const [name, counted] of Object.entries(values.byGroup)) {
      const counter = byGroup.get(name) ?? new ValueCounter();
      byGroup.set(name, counter);
      counter.addCounted(counted);
    }
  }
  refuseTwice(heads, files);
  const moments = mergeShards(shards);
  const counts = Array.from(byGroup, ([name, counter]) => [name, counter.counted()] as const);
  return {
    ...together(heads),
    origin: moments.origin === null ? null : [...moments.origin],
    groups: storedGroups(moments),
    values: { all: all.counted(), byGroup: Object.fromEntries(counts) },
  };
}

/** A file without what grows with its rows. */
type PartialHead = Omit<PartialFile, "values" | "groups">;

function together(heads: readonly PartialHead[]): PartialHead {
  const sum = (of: (head: PartialHead) => number) => heads.reduce((total, head) => total + of(head), 0);
  return {
    ...heads[0],
    shards: heads.flatMap(({ shards }) => shards),
    rowsRead: sum(({ rowsRead }) => rowsRead),
    rowsWithoutTarget: sum(({ rowsWithoutTarget }) => rowsWithoutTarget),
    rowsDropped: sum(({ rowsDropped }) => rowsDropped),
    imputed: added(heads.map(({ imputed }) => imputed)),
    copies: { copies: sum(({ copies }) => copies.copies), compared: sum(({ copies }) => copies.compared) },
    warnings: [...new Set(heads.flatMap(({ warnings }) => warnings))],
  };
}

/** @throws InputError naming a table that two files hold */
function refuseTwice(partials: readonly PartialHead[], files: readonly string[]): void {
  const holders = new Map<string, string>();
  for (const [i, { shards }] of partials.entries()) {
    for (const { sha256, table, rows, files: parts = [] } of shards) {
      // Shards without rows are equal, and add nothing.
      if (rows === 0) continue;
      for (const digest of [sha256, ...parts]) {
        const other = holders.get(digest);
        if (other !== undefined) {
          const which = digest === sha256 ? `the rows of ${table}` : `rows of ${table}`;
          throw new InputError(`${files[i]}: holds ${which}, which ${other} holds too; rows must not count twice`);
        }
        holders.set(digest, files[i]);
      }
    }
  }
}

/** Sentences of shards that are told; of more it is said how many there are. */
const mostTold = 6;

function warningsOf({ warnings, shards }: PartialFile): string[] {
  const more = warnings.length - mostTold;
  const alone =
    "rows were compared with one another within their shard only; those that repeat rows of another were not counted";
  return [
    ...warnings.slice(0, mostTold),
    ...(more > 0 ? [`${more} more such sentences on single shards, which decompose --partial told`] : []),
    ...(shards.length > 1 ? [alone] : []),
  ];
}

function entropyOf(counted: PartialFile["values"]["all"] | undefined) {
  if (counted === undefined) return null;
  const counter = new ValueCounter();
  counter.addCounted(counted);
  return counter.entropy();
}

function added(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of records.flatMap((record) => Object.entries(record))) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
