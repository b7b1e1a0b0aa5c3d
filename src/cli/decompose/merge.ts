import { InputError } from "../../errors.js";
import { finishShard, mergeShards, noGroup } from "../../pid/covariance/shard-moments.js";
import { ValueCounter } from "../../pid/estimate/target-entropy.js";
import { plural } from "../../report/text.js";
import type { Decomposition } from "./decomposition.js";
import { decomposeMoments } from "./moments.js";
import type { DecomposeArguments } from "./options.js";
import { alikeKeys, momentsIn, type PartialFile, readPartial, storedGroups, writePartial } from "./partial-file.js";
import type { StageProgress } from "./progress.js";

/**
 * Decomposes the rows of several shards as those of one table that is streamed.
 * @throws InputError for shards of other columns or options, and for one that is given twice
 */
export async function decomposeMerged(args: DecomposeArguments, progress: StageProgress): Promise<Decomposition> {
  const merged = await mergedPartial(args.merge ?? []);
  const { targets, modalities, by, rowsRead, rowsWithoutTarget, rowsDropped, imputed, copies, values } = merged;
  const shard = momentsIn(merged, "merged");
  const columns = targets.length + modalities.reduce((sum, each) => sum + each.columns.length, 0);
  const { pooled, byGroup } = finishShard(shard, columns);
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
  );
  return { ...measured, targetKind: { kind: "number", reason: "--merge belongs to that reading" }, merged };
}

/** Merges shards and writes the moments of all: a shard again. @returns a sentence on what was written */
export async function mergePartials(args: DecomposeArguments): Promise<string> {
  const merged = await mergedPartial(args.merge ?? []);
  const out = args.partial ?? "";
  await writePartial(out, merged);
  return `moments of ${plural(merged.shards.length, "shard")} in ${out}`;
}

async function mergedPartial(files: readonly string[]): Promise<PartialFile> {
  if (files.length === 0) throw new InputError("--merge: names no file of decompose --partial");
  const partials: PartialFile[] = [];
  for (const file of files) partials.push(await readPartial(file));
  for (const [i, partial] of partials.entries()) refuseOther(partial, files[i], partials[0], files[0]);
  refuseTwice(partials, files);
  const moments = mergeShards(partials.map((partial, i) => momentsIn(partial, files[i])));
  const sum = (key: "rowsRead" | "rowsWithoutTarget" | "rowsDropped") =>
    partials.reduce((total, each) => total + each[key], 0);
  const names = new Set(partials.flatMap(({ values }) => Object.keys(values.byGroup)));
  const group = (name: string) => partials.flatMap(({ values }) => values.byGroup[name] ?? []);
  return {
    ...partials[0],
    shards: partials.flatMap(({ shards }) => shards),
    rowsRead: sum("rowsRead"),
    rowsWithoutTarget: sum("rowsWithoutTarget"),
    rowsDropped: sum("rowsDropped"),
    imputed: added(partials.map(({ imputed }) => imputed)),
    copies: {
      copies: partials.reduce((total, each) => total + each.copies.copies, 0),
      compared: partials.reduce((total, each) => total + each.copies.compared, 0),
    },
    warnings: [...new Set(partials.flatMap(({ warnings }) => warnings))],
    origin: moments.origin === null ? null : [...moments.origin],
    groups: storedGroups(moments),
    values: {
      all: countedTogether(partials.map(({ values }) => values.all)),
      byGroup: Object.fromEntries(Array.from(names, (name) => [name, countedTogether(group(name))])),
    },
  };
}

/** @throws InputError naming what two shards say otherwise */
function refuseOther(partial: PartialFile, file: string, first: PartialFile, firstFile: string): void {
  const key = alikeKeys.find((each) => JSON.stringify(partial[each]) !== JSON.stringify(first[each]));
  if (key === undefined) return;
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  throw new InputError(
    `${file}: is no shard of the table of ${firstFile}: its ${key === "missingValues" ? "missing values" : key} ` +
      `${key === "targets" || key === "modalities" || key === "missingValues" ? "are" : "is"} ${text(partial[key])}, there ${text(first[key])}`,
  );
}

/** @throws InputError naming a table that two files hold */
function refuseTwice(partials: readonly PartialFile[], files: readonly string[]): void {
  const holders = new Map<string, string>();
  for (const [i, { shards }] of partials.entries()) {
    for (const { sha256, table } of shards) {
      const other = holders.get(sha256);
      if (other !== undefined) {
        throw new InputError(
          `${files[i]}: holds the rows of ${table}, which ${other} holds too; rows must not count twice`,
        );
      }
      holders.set(sha256, files[i]);
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
  return counted === undefined ? null : counterOf([counted]).entropy();
}

function counterOf(parts: readonly PartialFile["values"]["all"][]): ValueCounter {
  const counter = new ValueCounter();
  for (const part of parts) counter.addCounted(part);
  return counter;
}

function countedTogether(parts: readonly PartialFile["values"]["all"][]): PartialFile["values"]["all"] {
  const { rows, values } = counterOf(parts).counted();
  return { rows, values: values === null ? null : values.map(([value, rows]) => [value, rows]) };
}

function added(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of records.flatMap((record) => Object.entries(record))) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
