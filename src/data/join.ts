import { InputError } from "../errors.js";
import type { DroppedRows } from "./dataset.js";

/** Keys of one file, for messages and matching. */
export interface KeyColumn {
  readonly label: string;
  /** What stands in the file: `modality "pet"`, or the file name. */
  readonly holds: string;
  readonly keys: readonly string[];
}

/** Matched rows of several files. */
export interface JoinedRows {
  readonly keys: readonly string[];
  /** Per file the row of each key. */
  readonly rows: readonly Int32Array[];
  /** Per file the rows whose key another file lacks. */
  readonly unmatched: readonly DroppedRows[];
}

/**
 * Matches the rows of several files on a key that every file holds once per row; order of the first file.
 * @throws InputError when a key repeats within a file or no key is in every file
 */
export function joinRows(files: readonly KeyColumn[], key: string): JoinedRows {
  const indices = files.map((file) => indexKeys(file, key));
  const keys = files[0].keys.filter((value) => indices.every((index) => index.has(value)));
  if (keys.length === 0) {
    const examples = files.map((file) => `${file.label}: ${file.keys.slice(0, 3).join(", ")}, ..`).join("; ");
    throw new InputError(`data.join: no value of "${key}" is in every file (${examples}).`);
  }
  const rows = indices.map((index) => Int32Array.from(keys, (value) => index.get(value) as number));
  const unmatched = files.flatMap((file, i) => {
    const lone = file.keys.filter((value) => !indices.every((index) => index.has(value)));
    if (lone.length === 0) return [];
    const lacking = files.filter((_, j) => j !== i && lone.some((value) => !indices[j].has(value)));
    const reason = `${file.holds}: "${key}" not found in ${lacking.map((other) => other.holds).join(", ")}`;
    return [{ reason, count: lone.length, examples: lone.slice(0, 5) }];
  });
  return { keys, rows, unmatched };
}

function indexKeys(file: KeyColumn, key: string): Map<string, number> {
  const index = new Map<string, number>();
  file.keys.forEach((value, row) => {
    const before = index.get(value);
    if (before !== undefined) {
      throw new InputError(
        `${file.label}: rows ${before + 1} and ${row + 1} (header not counted) both have "${key}" = "${value}"; ` +
          "the join key must name one row.",
      );
    }
    index.set(value, row);
  });
  return index;
}
