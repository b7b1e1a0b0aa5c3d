import { InputError } from "../../errors.js";
import { describeColumns } from "../table/columns.js";
import type { TableSource } from "../table/table-source.js";
import { spellingDifference } from "./key-spelling.js";

/** Columns of a file that are looked into for advice. */
const mostTried = 30;
/** Keys that a column is compared with. */
const mostKeys = 20_000;

/**
 * Checks that every file of a join has the key.
 * @throws InputError naming the files that lack it, the column of each that holds the same ids, and what to do
 */
export async function requireJoinKey(sources: readonly TableSource[], key: string): Promise<void> {
  const lacking = sources.filter(({ columns }) => !columns.includes(key));
  if (lacking.length === 0) return;
  const holder = sources.find(({ columns }) => columns.includes(key));
  const known = holder === undefined ? [] : await firstKeys(holder, key);
  const parts: string[] = [];
  for (const source of lacking) {
    const alike = await columnOf(source, known);
    const found =
      alike === undefined
        ? describeColumns(key, source.columns)
        : `Its column "${alike.column}" holds ${alike.matches} of the ${known.length} ids of ${holder?.label}${alike.spelling}.`;
    parts.push(`${source.label} has no column "${key}". ${found}`);
  }
  throw new InputError(
    `data.join: ${parts.join(" ")} The key bears one name in every file: rename the column in ` +
      `${lacking.map(({ label }) => label).join(", ")}, or set data.join to a name that all files have.`,
  );
}

async function firstKeys(source: TableSource, key: string): Promise<string[]> {
  const keys = new Set<string>();
  await source.stream({ numbers: [], texts: [key] }, ({ texts: [values] }) => {
    for (const value of values) if (value !== null && keys.size < mostKeys) keys.add(value);
  });
  return [...keys];
}

/** The column that holds most of the keys, as they are or spelled another way; undefined where none holds a few. */
async function columnOf(source: TableSource, keys: readonly string[]) {
  if (keys.length === 0) return undefined;
  const columns = source.columns.slice(0, mostTried);
  const values = await distinctValues(source, columns);
  const tried = columns.map((column, k) => {
    const same = keys.filter((key) => values[k].has(key)).length;
    if (2 * same >= keys.length) return { column, matches: same, spelling: "" };
    const difference = spellingDifference([...values[k]], keys);
    if (difference === undefined || difference.pairs <= same) return { column, matches: same, spelling: "" };
    const [theirs, mine] = difference.example;
    return { column, matches: difference.pairs, spelling: `, spelled "${theirs}" for "${mine}"` };
  });
  const best = tried.reduce((most, other) => (other.matches > most.matches ? other : most));
  return best.matches > Math.max(1, 0.1 * keys.length) ? best : undefined;
}

async function distinctValues(source: TableSource, columns: readonly string[]): Promise<Set<string>[]> {
  const values = columns.map(() => new Set<string>());
  await source.stream({ numbers: [], texts: columns }, (chunk) => {
    chunk.texts.forEach((texts, k) => {
      for (const text of texts) if (text !== null && values[k].size < mostKeys) values[k].add(text);
    });
  });
  return values;
}

/**
 * A column that tells apart the rows of a file which bear the same key: a session, a visit, a run.
 * @param candidates columns to try, in this order
 * @returns undefined where no single one does
 */
export async function secondKeyColumn(
  source: TableSource,
  key: string,
  candidates: readonly string[],
): Promise<string | undefined> {
  const columns = candidates.slice(0, mostTried);
  if (columns.length === 0) return undefined;
  const seen = columns.map(() => new Set<string>());
  const repeats = columns.map(() => false);
  const distinct = columns.map(() => new Set<string | null>());
  let rows = 0;
  await source.stream({ numbers: [], texts: [key, ...columns] }, ({ texts: [keys, ...others] }) => {
    rows += keys.length;
    keys.forEach((name, i) => {
      if (name === null) return;
      columns.forEach((_, k) => {
        const value = others[k][i];
        const pair = JSON.stringify([name, value]);
        if (value === null || seen[k].has(pair)) repeats[k] = true;
        if (repeats[k]) return;
        seen[k].add(pair);
        distinct[k].add(value);
      });
    });
  });
  // A measurement tells all rows apart too, but names nothing.
  return columns.find((_, k) => !repeats[k] && distinct[k].size <= rows / 2);
}
