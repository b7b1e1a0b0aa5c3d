import { InputError } from "../../errors.js";
import type { DroppedRows } from "../dataset.js";
import { describeDifference, type SpellingDifference, spellingDifference } from "./key-spelling.js";
import { bidsName } from "./row-keys.js";

/** Keys of one file, for messages and matching. */
export interface KeyColumn {
  readonly label: string;
  /** What stands in the file: `modality "pet"`, or the file name. */
  readonly holds: string;
  /** [rows] as they are compared; null = empty. */
  readonly keys: readonly (string | null)[];
  /** [rows] as the file spells them; as they are compared if left out. */
  readonly spelled?: readonly (string | null)[];
}

/** Matched rows of several files. */
export interface JoinedRows {
  /** As the first file spells them. */
  readonly keys: readonly string[];
  /** Per file the row of each key. */
  readonly rows: readonly Int32Array[];
  /** Per file the rows whose key another file lacks, or that have none. */
  readonly unmatched: readonly DroppedRows[];
  /** Why keys of two files do not match, where they differ in spelling only. */
  readonly spelling: SpellingHint | undefined;
}

/** Keys of two files that are the same but for their spelling. */
export interface SpellingHint {
  readonly text: string;
  /** Share of the unmatched keys of the file with fewer of them that it explains. */
  readonly share: number;
}

/** A key that names several rows of a file and is in every other file. */
export class RepeatedKeyError extends InputError {
  constructor(
    message: string,
    /** Index of the file. */
    readonly file: number,
  ) {
    super(message);
  }
}

/** Examples of lost rows that a message names. */
const mostExamples = 5;
/** From this share on a difference of spelling is the cause that has to be mended, and leaving rows out no advice. */
const mostOfTheLoss = 0.5;

/**
 * Matches the rows of several files on a key; order of the first file. A key that is empty, or that some file lacks, takes
 * no part however often it stands there.
 * @throws RepeatedKeyError when a key that every file has repeats within one
 * @throws InputError when no key is in every file, with the cause if it can be seen
 */
export function joinRows(files: readonly KeyColumn[], key: string): JoinedRows {
  const indices = files.map(({ keys }) => rowsByKey(keys));
  const shared = (value: string | null): value is string =>
    value !== null && indices.every((index) => index.has(value));
  files.forEach((file, i) => {
    for (const [value, rows] of indices[i])
      if (rows.length > 1 && shared(value)) refuseRepeated(file, i, key, value, rows);
  });
  const matched = files[0].keys.flatMap((value, row) => (shared(value) ? [row] : []));
  const keys = matched.map((row) => files[0].keys[row] as string);
  const spelling = spellingHint(files, indices, key);
  if (keys.length === 0) refuseNone(files, key, spelling);
  const spelled = files[0].spelled ?? files[0].keys;
  return {
    keys: matched.map((row) => spelled[row] as string),
    rows: indices.map((index) => Int32Array.from(keys, (value) => (index.get(value) as readonly number[])[0])),
    unmatched: files.flatMap((file, i) => [...emptyKeys(file, key), ...loneKeys(file, files, indices, i, key)]),
    spelling,
  };
}

/** The error for files that do not hold the same rows, where every row must be in all of them. */
export function refuseUnmatched({ unmatched, spelling }: JoinedRows): never {
  const parts = unmatched.map((part) => {
    const repeats = part.repeated === undefined ? "" : ` (${part.repeated})`;
    return `${part.count} rows of ${part.reason}: ${listExamples(part)}${repeats}`;
  });
  const hint = spelling === undefined ? "" : ` ${spelling.text}`;
  const advice =
    spelling !== undefined && spelling.share >= mostOfTheLoss
      ? ""
      : " Set data.missing: drop to use only the rows that every file has.";
  throw new InputError(`data.join: the files do not hold the same rows. ${parts.join("; ")}.${hint}${advice}`);
}

/** The examples of lost rows, and how many more there are. */
export function listExamples({ examples, count }: DroppedRows): string {
  return examples.join(", ") + (count > examples.length ? ` and ${count - examples.length} more` : "");
}

function rowsByKey(keys: readonly (string | null)[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  keys.forEach((value, row) => {
    if (value === null) return;
    const rows = index.get(value);
    if (rows === undefined) index.set(value, [row]);
    else rows.push(row);
  });
  return index;
}

function refuseRepeated(file: KeyColumn, index: number, key: string, value: string, [first, second]: number[]): never {
  const { label, spelled = file.keys } = file;
  const written = [first, second].map((row) => `"${spelled[row]}"`);
  const alike = written[0] === written[1];
  const differ = alike ? "" : ` (${written.join(" and ")}, the same to data.normaliseKeys)`;
  throw new RepeatedKeyError(
    `${label}: rows ${first + 1} and ${second + 1} (header not counted) both have "${key}" = "${value}"${differ}, which ` +
      "other files have too; the join key must name one row.",
    index,
  );
}

function refuseNone(files: readonly KeyColumn[], key: string, spelling: SpellingHint | undefined): never {
  const examples = files.map(({ label, keys }) => {
    const some = keys.filter((value) => value !== null).slice(0, 3);
    return `${label}: ${some.map((value) => `"${value}"`).join(", ")}, ..`;
  });
  const cause = spelling?.text ?? "Do the files speak of the same rows, and does the column hold the same ids in all?";
  throw new InputError(`data.join: no value of "${key}" is in every file (${examples.join("; ")}). ${cause}`);
}

function emptyKeys({ keys, holds }: KeyColumn, key: string): DroppedRows[] {
  const rows = keys.flatMap((value, row) => (value === null ? [row] : []));
  if (rows.length === 0) return [];
  const examples = rows.slice(0, mostExamples).map((row) => `row ${row + 1}`);
  return [{ reason: `${holds}: "${key}" is empty`, count: rows.length, of: keys.length, examples }];
}

function loneKeys(
  { keys, holds }: KeyColumn,
  files: readonly KeyColumn[],
  indices: readonly ReadonlyMap<string, readonly number[]>[],
  own: number,
  key: string,
): DroppedRows[] {
  const lone = keys.filter((value) => value !== null && !indices.every((index) => index.has(value))) as string[];
  if (lone.length === 0) return [];
  const lacking = files.filter((_, j) => j !== own && lone.some((value) => !indices[j].has(value)));
  const reason = `${holds}: "${key}" not found in ${lacking.map((other) => other.holds).join(", ")}`;
  const different = [...new Set(lone)];
  const often = different.filter((value) => (indices[own].get(value) as readonly number[]).length > 1);
  const [first] = often;
  return [
    {
      ...{ reason, count: lone.length, of: keys.length, examples: different.slice(0, mostExamples) },
      ...(first === undefined
        ? {}
        : { repeated: `"${first}" stands there ${indices[own].get(first)?.length} times, and not in every file` }),
    },
  ];
}

/** The two files whose unmatched keys are most often the same but for their spelling. */
function spellingHint(
  files: readonly KeyColumn[],
  indices: readonly ReadonlyMap<string, unknown>[],
  key: string,
): SpellingHint | undefined {
  let best: SpellingHint | undefined;
  let most = 0;
  files.forEach((file, i) => {
    for (let j = i + 1; j < files.length; j++) {
      const mine = [...indices[i].keys()].filter((value) => !indices[j].has(value));
      const theirs = [...indices[j].keys()].filter((value) => !indices[i].has(value));
      const difference = spellingDifference(mine, theirs);
      if (difference === undefined || difference.pairs <= most) continue;
      most = difference.pairs;
      best = hintOf(difference, { file, other: files[j], key, lost: Math.min(mine.length, theirs.length) });
    }
  });
  return best;
}

function hintOf(
  difference: SpellingDifference,
  { file, other, key, lost }: { file: KeyColumn; other: KeyColumn; key: string; lost: number },
): SpellingHint {
  const share = difference.pairs / lost;
  const [mine, theirs] = difference.example.map(bidsName);
  const remedy = mine === theirs ? ", or set data.normaliseKeys: bids" : "";
  const text =
    `"${key}" is spelled in two ways: ${describeDifference(difference, file.label, other.label)}. Spelled alike, ` +
    `${difference.pairs} of the ${lost} unmatched (${percent(share)}) would match: write the ids alike in both files${remedy}.`;
  return { text, share };
}

/** A share in percent that is neither 0 nor 100 unless it is nothing or all. */
export function percent(share: number): string {
  const rounded = Math.round(100 * share);
  if (share > 0 && rounded === 0) return "below 1 %";
  return `${share < 1 ? Math.min(99, rounded) : rounded} %`;
}
