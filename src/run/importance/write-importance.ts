import type { Commit } from "../../record/commit.js";
import { importanceCsv } from "../../record/importance-csv.js";
import type { ImportanceDocument } from "../../record/importance-schemas.js";
import { type RunFolder, runFiles } from "../../record/run-folder.js";

/** Writes importance.json and importance.csv, where they were measured. */
export async function writeImportance(commit: Commit, measured: ImportanceDocument | null): Promise<void> {
  if (measured === null) return;
  const document = await commit.writeJson(runFiles.importance, measured);
  await commit.write(runFiles.importanceTable, importanceCsv(document, runFiles.importanceTable));
}

/** Removes those of an earlier evaluation, where this one measured none. */
export async function removeImportance(folder: RunFolder): Promise<void> {
  await folder.remove(runFiles.importance);
  await folder.remove(runFiles.importanceTable);
}
