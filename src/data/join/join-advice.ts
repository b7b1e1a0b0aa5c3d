import { InputError } from "../../errors.js";
import { describeColumns } from "../table/columns.js";
import type { TableSource } from "../table/table-source.js";
import { spellingDifference } from "./key-spelling.js";

/** Columns of a file that are looked into for advice. */
const mostTried = 30;
/** Keys that a column is compared with. */
const mostKeys = 20_000;

/** The columns that name the rows of one file. */
export interface FileKey {
  readonly source: TableSource;
  /** In the order of the key. */
  readonly columns: readonly string[];
  /** Whether the config names them for this file. */
  readonly own: boolean;
}

/**
 * Checks that every file of a join has the columns of its key.
 * @param join what the section calls them
 * @throws InputError naming the files that lack one, the column of each that holds the same ids, and what to do
 */
export async function requireJoinKeys(keys: readonly FileKey[], join: readonly string[]): Promise<void> {
  const wrong = keys.find(({ source, columns, own }) => own && columns.some((key) => !source.columns.includes(key)));
  if (wrong !== undefined) {
    const key = wrong.columns.find((column) => !wrong.source.columns.includes(column)) as string;
    throw new InputError(
      `\`key\` of ${wrong.source.label}: there is no column "${key}". ${describeColumns(key, wrong.source.columns)}`,
    );
  }
  const lacks = ({ source, columns }: FileKey, i: number) => !source.columns.includes(columns[i]);
  const lacking = keys.filter((key) => key.columns.some((_, i) => lacks(key, i)));
  if (lacking.length === 0) return;
  const parts: string[] = [];
  const remedies: string[] = [];
  for (const key of lacking) {
    const found = await Promise.all(join.map((_, i) => (lacks(key, i) ? findColumn(keys, key, i) : undefined)));
    parts.push(...found.flatMap((column) => column?.text ?? []));
    if (found.every((column) => column === undefined || column.alike !== undefined)) {
      const names = join.map((name, i) => found[i]?.alike ?? name).map((name) => JSON.stringify(name));
      const list = names.length === 1 ? names[0] : `[${names.join(", ")}]`;
      remedies.push(`{ file: ${key.source.label}, key: ${list} }`);
    }
  }
  const files = lacking.map(({ source }) => source.label).join(", ");
  const say =
    remedies.length > 0
      ? `say what the key is called where it is otherwise, in the modality of the file (${remedies.join(", ")})`
      : `rename a column in ${files}, or say with \`key\` in the modality of a file what the key is called there`;
  throw new InputError(`data.join: ${parts.join(" ")} Either ${say}, or set data.join to names that all files have.`);
}

/** What a file has instead of a column of the key. */
async function findColumn(keys: readonly FileKey[], { source, columns }: FileKey, i: number) {
  const key = columns[i];
  const holder = keys.find((other) => other.source.columns.includes(other.columns[i]));
  const known = holder === undefined ? [] : await firstKeys(holder.source, holder.columns[i]);
  const alike = await columnOf(source, known);
  const found =
    alike === undefined
      ? describeColumns(key, source.columns)
      : `Its column "${alike.column}" holds ${alike.matches} of the ${known.length} ids of ${holder?.source.label}${alike.spelling}.`;
  return { alike: alike?.column, text: `${source.label} has no column "${key}". ${found}` };
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
  key: readonly string[],
  candidates: readonly string[],
): Promise<string | undefined> {
  const columns = candidates.slice(0, mostTried);
  if (columns.length === 0) return undefined;
  const seen = columns.map(() => new Set<string>());
  const repeats = columns.map(() => false);
  const distinct = columns.map(() => new Set<string | null>());
  let rows = 0;
  const texts = [...new Set([...key, ...columns])];
  await source.stream({ numbers: [], texts }, (chunk) => {
    rows += chunk.rows;
    const others = columns.map((column) => chunk.texts[texts.indexOf(column)]);
    const names = key.map((column) => chunk.texts[texts.indexOf(column)]);
    Array.from({ length: chunk.rows }, (_, i) => names.map((values) => values[i])).forEach((name, i) => {
      if (name.includes(null)) return;
      columns.forEach((_, k) => {
        const value = others[k][i];
        const pair = JSON.stringify([...name, value]);
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
