import path from "node:path";
import type { DataConfig } from "../../config/data.js";
import { tablesOf } from "../../config/dialect.js";
import { missingMarks } from "../missing/missing-marks.js";
import { openTable } from "./duckdb.js";
import { type PlanRequest, planColumns, type TablePlan } from "./table-plan.js";
import type { TableSource } from "./table-source.js";

/**
 * Opens the files of a data section and finds every column it names. The caller closes the sources.
 * @param request which roles may stay empty when no file holds the column, and columns to read beside the section's
 * @throws InputError that names the config key, the file and what exists
 */
export async function planTable(data: DataConfig, baseFolder: string, request: PlanRequest): Promise<TablePlan> {
  const tables = tablesOf(data);
  const marks = missingMarks(data.missingValues);
  const sources: TableSource[] = [];
  try {
    for (const { file, dialect } of tables)
      sources.push(await openTable(file, path.resolve(baseFolder), { marks, dialect }));
    return await planColumns(data, sources, request);
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
}
