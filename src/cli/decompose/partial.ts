import { resolve } from "node:path";
import { orNone } from "../../data/table/no-rows.js";
import { matchingFiles } from "../../data/table/several-tables.js";
import { dataChecksum, sha256 } from "../../files/checksum.js";
import { plural } from "../../report/text.js";
import { accountText } from "./account-text.js";
import { fewValuesCaution } from "./few-values.js";
import { missingValues } from "./missing-values.js";
import type { DecomposeArguments } from "./options.js";
import { type PartialFile, storedGroups, writePartial } from "./partial-file.js";
import type { StageProgress } from "./progress.js";
import { withFile } from "./run.js";
import { type MomentsTable, readTable } from "./table.js";
import { readTarget, type TargetKind } from "./target-kind.js";

/**
 * Reduces the rows of a table to moments, and writes them. Nothing is decomposed: a shard may have too few rows for that.
 * @returns what was written, and what a decomposition of these rows alone would say of them
 */
export async function makePartial(args: DecomposeArguments, progress: StageProgress): Promise<WrittenShard> {
  const { data = "", partial: out = "" } = args;
  try {
    // The rows are read as numbers, as those of a table that is streamed.
    const read = await orNone<TargetKind | null>(readTarget({ ...args, stream: true }, progress), null);
    const table = (await readTable(args, progress)) as MomentsTable;
    const partial = partialOf(args, table, await checksumsOf(data));
    await writePartial(out, partial);
    const { account } = table.streamed;
    const { rowsUsed: rows } = account;
    const targetKind = read && { kind: read.kind, reason: read.reason };
    const { targets, modalities } = table.layout;
    const few = { targets, modalities: modalities.length, rows, entropy: table.entropy(null), targetKind };
    return {
      written: rows > 0 ? `moments of ${plural(rows, "row")} of ${data} in ${out}` : `${out}: ${addsNothing(data)}`,
      warnings: [...fewValuesCaution(few), ...table.warnings],
      targets,
      targetKind,
      account: accountText(account),
    };
  } catch (error) {
    throw withFile(error, data);
  } finally {
    progress.stop();
  }
}

/** A file of --partial that was written, and what is to be said of its rows. */
export interface WrittenShard {
  /** A sentence on it. */
  readonly written: string;
  /** Sentences without a full stop. */
  readonly warnings: readonly string[];
  readonly targets: readonly string[];
  /** Null where the rows were read before, and of a table without rows. */
  readonly targetKind: TargetKind | null;
  /** What became of the rows that are not used as they are, or nothing. */
  readonly account: string;
}

/** A file that was made of others, of which everything was said when they were written. */
export function onlyWritten(written: string): WrittenShard {
  return { written, warnings: [], targets: [], targetKind: null, account: "" };
}

function addsNothing(data: string): string {
  return `${data} has no row that can be used, and adds nothing to what it is merged with`;
}

function partialOf(
  args: DecomposeArguments,
  table: MomentsTable,
  { checksum, files }: Awaited<ReturnType<typeof checksumsOf>>,
): PartialFile {
  const { layout, streamed, groupNames, warnings, values } = table;
  const { account, copies } = streamed;
  const shard = table.shard();
  const byGroup = layout.by === undefined ? [] : groupNames.map((name, g) => [name, values(g).counted()] as const);
  return structuredClone({
    format: "pidreg-partial-1",
    shards: [
      { table: args.data ?? "", sha256: checksum, rows: account.rowsRead, ...(files === undefined ? {} : { files }) },
    ],
    targets: [...layout.targets],
    modalities: layout.modalities.map(({ name, columns }) => ({ name, columns: [...columns] })),
    by: layout.by ?? null,
    group: layout.group ?? null,
    missing: args.missing,
    missingValues: missingValues(args),
    rowsRead: account.rowsRead,
    rowsWithoutTarget: account.rowsWithoutTarget,
    rowsDropped: account.rowsDropped,
    imputed: { ...account.imputed },
    copies: { ...copies },
    warnings: [...warnings, ...(account.rowsUsed === 0 ? [addsNothing(args.data ?? "")] : [])],
    origin: shard.origin === null ? null : [...shard.origin],
    groups: storedGroups(shard),
    values: { all: values(null).counted(), byGroup: Object.fromEntries(byGroup) },
  }) as PartialFile;
}

/** SHA-256 of the file; of a pattern that of all its files together, and of each where they are several. */
export async function checksumsOf(
  data: string,
): Promise<{ readonly checksum: string; readonly files?: readonly string[] | undefined }> {
  const files = await matchingFiles(data);
  if (files === null) return { checksum: await dataChecksum(data) };
  const each: string[] = [];
  for (const file of files) each.push(await dataChecksum(resolve(file)));
  return each.length === 1 ? { checksum: each[0] } : { checksum: sha256(each.join("\n")), files: each };
}
