import { resolve } from "node:path";
import { orNone } from "../../data/table/no-rows.js";
import { matchingFiles } from "../../data/table/several-tables.js";
import { dataChecksum, sha256 } from "../../files/checksum.js";
import { plural } from "../../report/text.js";
import { missingValues } from "./missing-values.js";
import type { DecomposeArguments } from "./options.js";
import { type PartialFile, storedGroups, writePartial } from "./partial-file.js";
import type { StageProgress } from "./progress.js";
import { withFile } from "./run.js";
import { type MomentsTable, readTable } from "./table.js";
import { readTarget } from "./target-kind.js";

/**
 * Reduces the rows of a table to moments, and writes them. Nothing is decomposed: a shard may have too few rows for that.
 * @returns a sentence on what was written
 */
export async function makePartial(args: DecomposeArguments, progress: StageProgress): Promise<string> {
  const { data = "", partial: out = "" } = args;
  try {
    // The rows are read as numbers, as those of a table that is streamed.
    await orNone<unknown>(readTarget({ ...args, stream: true }, progress), null);
    const table = await readTable(args, progress);
    const partial = partialOf(args, table as MomentsTable, await checksumsOf(data));
    await writePartial(out, partial);
    const used = table.kind === "moments" ? table.streamed.account.rowsUsed : 0;
    return used > 0 ? `moments of ${plural(used, "row")} of ${data} in ${out}` : `${out}: ${addsNothing(data)}`;
  } catch (error) {
    throw withFile(error, data);
  } finally {
    progress.stop();
  }
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
