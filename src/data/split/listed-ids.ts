import { InputError } from "../../errors.js";
import type { SavedSplit } from "../dataset.js";
import { describeDifference, spellingDifference } from "../join/key-spelling.js";

/**
 * The row ids that a file of parts lists.
 * @param ids of the rows of the table
 * @param file the value of `data.split.file`, for the message
 * @throws InputError where the table has none of them, or spells them in another way
 */
export function listedIds(saved: SavedSplit, ids: readonly string[], file: string | undefined): ReadonlySet<string> {
  const listed = new Set([...saved.train, ...saved.validation, ...saved.test]);
  const there = new Set(ids);
  const strange = [...listed].filter((id) => !there.has(id));
  const difference = spellingDifference(
    strange,
    ids.filter((id) => !listed.has(id)),
  );
  if (difference !== undefined) {
    throw new InputError(
      `data.split.file: ${file}: ${strange.length} of its ${listed.size} row ids are not in the table: ` +
        `${describeDifference(difference, "the file", "the table")}. Write the ids as the table does.`,
    );
  }
  if (strange.length === listed.size) {
    throw new InputError(
      `data.split.file: ${file}: none of its ${listed.size} row ids is in the table (there: ${some(strange)}; in the ` +
        `table: ${some(ids)}). The ids are those of data.id, else of data.join, else row numbers from 1.`,
    );
  }
  return listed;
}

function some(ids: readonly string[]): string {
  return ids
    .slice(0, 3)
    .map((id) => `"${id}"`)
    .join(", ");
}
