import { missingMarks } from "../../data/missing/missing-marks.js";
import { openTables } from "../../data/table/several-tables.js";
import { dialectOf } from "../dialect-of.js";
import { splitList } from "../split-list.js";
import { fewestModalities, layOutTable, layoutBetween, parseModalities } from "./layout.js";
import { missingValues } from "./missing-values.js";
import type { OpenedRows } from "./opened-rows.js";
import type { DecomposeArguments } from "./options.js";

/**
 * The rows of a decomposition: of the table that `--data` names, or those that a config describes.
 * @throws InputError for what is wrong with the file, the columns or the choices
 */
export async function openRows(args: DecomposeArguments): Promise<OpenedRows> {
  const opened = args.rows ?? (await openTableRows(args));
  if (args.between === undefined) return opened;
  try {
    return { ...opened, layout: layoutBetween(opened.layout, args.between) };
  } catch (error) {
    opened.table.close();
    throw error;
  }
}

async function openTableRows(args: DecomposeArguments): Promise<OpenedRows> {
  const modalities = parseModalities(args.modality ?? [], fewestModalities(args));
  const marks = missingMarks(missingValues(args));
  const table = await openTables(args.data as string, ".", { marks, dialect: dialectOf(args) });
  try {
    const layout = layOutTable(table.columns, table.label, {
      ...{ targets: splitList(args.target ?? ""), modalities, by: args.by, group: args.group },
      categories: args.category === undefined ? [] : splitList(args.category),
      untargeted: args.between !== undefined,
    });
    return { table, layout };
  } catch (error) {
    table.close();
    throw error;
  }
}
