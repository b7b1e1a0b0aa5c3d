import { readdir } from "node:fs/promises";
import { InputError } from "../errors.js";

/**
 * Names of the files of a folder that hold parts of one table, in alphabetical order: what begins with `.` or `_` is what
 * programs write beside them.
 * @param label what messages begin with
 * @throws InputError for a folder in it, where parts would be told apart by its name, and for one without parts
 */
export async function folderParts(folder: string, label = folder): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new InputError(`${label}: the folder cannot be read: ${error.message}`);
  });
  const parts = entries.filter(({ name }) => !/^[._]/.test(name));
  const below = parts.find((entry) => entry.isDirectory());
  if (below !== undefined) {
    throw new InputError(
      `${label}: holds the folder ${below.name}; a table in parts is one folder of Parquet files. What folder names say ` +
        "(site=A) is not read: write it as a column, into one folder.",
    );
  }
  if (parts.length === 0)
    throw new InputError(`${label}: is a folder without files; name a table, or a folder of Parquet files.`);
  return parts.map(({ name }) => name).sort();
}
