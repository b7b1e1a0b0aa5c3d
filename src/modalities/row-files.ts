import type { DataConfig } from "../config/data.js";
import { tablesOf } from "../config/dialect.js";
import { besideModalities } from "../config/modalities/kinds.js";
import type { RowSource } from "../config/modalities/row-source.js";
import { givenColumns, tableFolder } from "../data/beside.js";
import type { PlannedBeside } from "../data/table/needed-columns.js";
import { planTable } from "../data/table/open-plan.js";
import { readColumns } from "../data/table/read-columns.js";
import { sha256 } from "../files/checksum.js";
import { fileDigests } from "../files/file-digests.js";
import { locateRows } from "./decoded/locate.js";

/**
 * A SHA-256 for every modality whose rows name files of their own: of the checksums of these files in the order of the table,
 * and of which rows have none.
 * @returns by what records call them: `files of photo`; nothing where no modality has such rows
 * @throws InputError as reading the rows does
 */
export async function rowFileChecksums(
  data: DataConfig,
  baseFolder: string,
): Promise<Readonly<Record<string, string>>> {
  const named = besideModalities(data.modalities).filter(([, , { rowFiles }]) => rowFiles);
  if (named.length === 0) return {};
  const plan = await planTable(data, baseFolder, { optional: { targets: true, id: true }, extras: [] });
  try {
    const checksums: [string, string][] = [];
    for (const [name, modality] of named) {
      const planned = plan.beside.find((beside) => beside.name === name) as PlannedBeside;
      const source = plan.sources[planned.source];
      const texts = planned.needs.flatMap(({ type, columns }) => (type === "text" ? columns : []));
      const table = await readColumns(source, [], texts);
      const folder = tableFolder(tablesOf(data)[planned.source].file, baseFolder);
      const located = await locateRows(
        {
          ...{ name, baseFolder, table: { label: source.label, rows: table.rows, folder } },
          columns: new Map(
            planned.needs.flatMap((need) =>
              need.type === "text" ? [[need.key, givenColumns(need, table)] as const] : [],
            ),
          ),
        },
        modality as RowSource,
      );
      const files = located.rows.flatMap((row) => row ?? []).filter((file) => file !== null);
      const digests = await fileDigests(files.map(({ path }) => path));
      const counts = located.rows.map((row) =>
        row?.includes(null) ? row.map((file) => file !== null) : (row?.length ?? 0),
      );
      checksums.push([`files of ${name}`, sha256(JSON.stringify([counts, digests]))]);
    }
    return Object.fromEntries(checksums);
  } finally {
    for (const source of plan.sources) source.close();
  }
}
