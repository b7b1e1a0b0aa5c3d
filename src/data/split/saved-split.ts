import { resolve } from "node:path";
import { z } from "zod";
import { InputError } from "../../errors.js";
import { readUserFile } from "../../files/user-file.js";
import type { SavedSplit } from "../dataset.js";

// Other programs may write ids that look like numbers as numbers.
const ids = z.array(z.union([z.string(), z.number()]).transform(String));
const savedSplitSchema = z.strictObject({ train: ids, validation: ids, test: ids, leftOut: ids.optional() });

/** Bytes of the longest file: ten million ids and more. */
const longestFile = 500_000_000;

/**
 * Reads `data.split.file`: JSON with the row ids of `train`, `validation` and `test`, the format of a run's split.json.
 * @param baseFolder folder to which the name is relative
 * @throws InputError naming the file and what is wrong
 */
export async function readSavedSplit(file: string, baseFolder: string): Promise<SavedSplit> {
  const text = await readUserFile(resolve(baseFolder, file), `data.split.file: ${file}`, longestFile);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`data.split.file: ${file}: not valid JSON (${(error as Error).message})`);
  }
  const parsed = savedSplitSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw new InputError(
    `data.split.file: ${file}: ${at}${issue.message}; expected {"train": [ids], "validation": [ids], "test": [ids]}`,
  );
}
