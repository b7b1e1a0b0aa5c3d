import { checkOutputFile, writeOutput } from "../files/output-file.js";
import { importanceCsv } from "../record/importance-csv.js";
import type { TableImportance } from "../record/importance-schemas.js";
import { type GivenTables, tableFiles } from "../run/apply/given-tables.js";
import { tell } from "./terminal.js";

/**
 * A file that takes importance as CSV; null where none is wanted.
 * @param data the tables that must not be overwritten
 * @throws InputError when the file could not be there
 */
export async function importanceFile(file: string | undefined, data: GivenTables | undefined) {
  if (file === undefined) return null;
  await checkOutputFile(file, data === undefined ? [] : tableFiles(data));
  return {
    write: async (measured: TableImportance): Promise<void> => {
      await writeOutput(file, importanceCsv(measured, file));
      for (const note of measured.notes) tell(note);
    },
  };
}
