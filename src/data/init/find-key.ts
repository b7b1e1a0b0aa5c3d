import { InputError } from "../../errors.js";
import { bidsName } from "../join/row-keys.js";
import { requireColumn } from "../table/columns.js";
import { readColumns } from "../table/read-columns.js";
import type { TableSource } from "../table/table-source.js";
import { snakeCase } from "./column-role.js";
import type { ColumnFacts, Survey } from "./survey.js";

/** On what the rows of several tables are matched. */
export interface FoundKey {
  readonly join: readonly string[];
  /** Per table what the columns are called there. */
  readonly columns: readonly (readonly string[])[];
  readonly normalise: boolean;
  readonly why: string;
}

/** A table that was looked through, still open. */
export interface OpenSurvey extends Survey {
  readonly source: TableSource;
}

/** Share of the rows of the shorter table that have to be in both. */
const leastShared = 0.5;
const sessionNames = /^(ses|session|visit|viscode\d?|timepoint|time_point|tp|wave|run|scan|session_id|visit_id)$/;
const idNames =
  /^(.*_)?(id|ids|uid|uuid|guid|eid|rid|ptid|mrn|seqn|subject|subjects|subj|sub|participant|participants|patient|person|sample|specimen|case|record|row_names)$/;

/** Whether a name says that a column names people or samples. */
export function isIdName(name: string): boolean {
  const plain = snakeCase(name);
  return idNames.test(plain) && !isSessionName(name);
}

/** Whether a name says that a column tells visits of one person apart. */
export function isSessionName(name: string): boolean {
  return sessionNames.test(snakeCase(name));
}

/**
 * The key on which rows of several tables are matched: columns that all have, then columns that hold the same ids under
 * other names, then ids that are spelled in the way of BIDS.
 * @param main place of the table with the target
 * @param asked columns that the user names
 * @throws InputError that says what was looked at, and how the key is said
 */
export async function findKey(
  tables: readonly OpenSurvey[],
  main: number,
  asked: readonly string[],
): Promise<FoundKey | undefined> {
  if (tables.length < 2) return undefined;
  const texts = await Promise.all(tables.map(keyTexts));
  if (asked.length > 0) return askedKey(tables, texts, main, asked);
  const common = [...texts[main].keys()].filter((name) => texts.every((own) => own.has(name)));
  const inOrder = [...common.filter(isIdName), ...common.filter((name) => !isIdName(name))];
  for (const columns of [...inOrder.map((name) => [name]), ...pairsOf(inOrder)]) {
    const keys = texts.map((own) => rowNames(own, columns));
    if (keys.every(isKey) && shareAll(keys))
      return found(
        tables,
        columns,
        tables.map(() => columns),
        false,
        `all tables have ${quoted(columns)}, which names each row once`,
      );
  }
  return otherNames(tables, texts, main);
}

/** Texts of the columns that may name rows. */
async function keyTexts(table: OpenSurvey): Promise<ReadonlyMap<string, readonly (string | null)[]>> {
  const may = ({ name, whole, words, numbers, missing, rows }: ColumnFacts) =>
    missing < rows && ((whole && (numbers === 0 || words.size === 0)) || isIdName(name) || isSessionName(name));
  const columns = table.columns.filter(may).map(({ name }) => name);
  return columns.length === 0 ? new Map() : (await readColumns(table.source, [], columns)).texts;
}

function rowNames(
  texts: ReadonlyMap<string, readonly (string | null)[]>,
  columns: readonly string[],
  change = (name: string) => name,
): (string | null)[] {
  const own = columns.map((name) => texts.get(name) ?? []);
  return own[0].map((_, row) => {
    const parts = own.map((values) => values[row]);
    return parts.includes(null) ? null : JSON.stringify(parts.map((part) => change((part as string).trim())));
  });
}

/** Whether every row that has a name has one of its own. */
function isKey(keys: readonly (string | null)[]): boolean {
  const known = keys.filter((key) => key !== null);
  return known.length > 1 && new Set(known).size === known.length;
}

function shareAll(all: readonly (readonly (string | null)[])[]): boolean {
  const sets = all.map((keys) => new Set(keys.filter((key) => key !== null)));
  const smallest = Math.min(...sets.map(({ size }) => size));
  const shared = [...sets[0]].filter((key) => sets.every((set) => set.has(key))).length;
  return shared > 1 && shared >= leastShared * smallest;
}

/** Somebody and a visit of theirs. */
function pairsOf(columns: readonly string[]): string[][] {
  return columns.filter(isIdName).flatMap((id) =>
    [...columns.filter(isSessionName), ...columns.filter((name) => !isSessionName(name))]
      .filter((other) => other !== id)
      .slice(0, 10)
      .map((other) => [id, other]),
  );
}

function found(
  tables: readonly OpenSurvey[],
  join: readonly string[],
  columns: readonly (readonly string[])[],
  normalise: boolean,
  why: string,
): FoundKey {
  const differ = columns.some((own) => own.join() !== join.join());
  const named = differ ? ` (${columns.map((own, i) => `${tables[i].label}: ${quoted(own)}`).join(", ")})` : "";
  return { join, columns, normalise, why: `${why}${named}` };
}

/** A single column of the main table whose ids other tables have under other names, or spelled another way. */
function otherNames(
  tables: readonly OpenSurvey[],
  texts: readonly ReadonlyMap<string, readonly (string | null)[]>[],
  main: number,
): FoundKey {
  const own = [...texts[main].keys()];
  for (const id of [...own.filter(isIdName), ...own.filter((name) => !isIdName(name))]) {
    for (const normalise of [false, true]) {
      const columns = matching(texts, main, id, normalise);
      if (columns === undefined) continue;
      const how = normalise ? "the same but for their spelling (sub-, zeros in front)" : "the same";
      return found(
        tables,
        [id],
        columns,
        normalise,
        `the ids of "${id}" in ${tables[main].label} are ${how} in all tables`,
      );
    }
  }
  const looked = tables
    .map(({ label }, i) => `${label}: ${quoted([...texts[i].keys()].slice(0, 6)) || "none"}`)
    .join("; ");
  throw new InputError(
    `no column was found on which the rows of all tables can be matched (columns that may name rows: ${looked}). Name it with ` +
      "--join COLUMN, or --join SUBJECT,SESSION where two name a row together.",
  );
}

/** Per table the column that holds the ids; undefined where one has none. */
function matching(
  texts: readonly ReadonlyMap<string, readonly (string | null)[]>[],
  main: number,
  id: string,
  normalise: boolean,
): string[][] | undefined {
  const change = normalise ? bidsName : (name: string) => name;
  const mine = rowNames(texts[main], [id], change);
  if (!isKey(mine)) return undefined;
  const columns = texts.map((own, i) => {
    if (i === main) return [id];
    const inOrder = [...own.keys()].sort(
      (a, b) => Number(b === id) - Number(a === id) || Number(isIdName(b)) - Number(isIdName(a)),
    );
    const column = inOrder.find((name) => {
      const theirs = rowNames(own, [name], change);
      return isKey(theirs) && shareAll([mine, theirs]);
    });
    return column === undefined ? undefined : [column];
  });
  return columns.every((column) => column !== undefined) ? columns : undefined;
}

function askedKey(
  tables: readonly OpenSurvey[],
  texts: readonly ReadonlyMap<string, readonly (string | null)[]>[],
  main: number,
  asked: readonly string[],
): FoundKey {
  const names = (i: number) => tables[i].columns.map(({ name }) => name);
  const join = asked.map((name) => requireColumn(name, names(main), `--join (${tables[main].label})`));
  if (tables.every((_, i) => join.every((name) => names(i).includes(name)))) {
    const plain = texts.map((own) => (join.every((name) => own.has(name)) ? rowNames(own, join) : undefined));
    const bids = texts.map((own) => (join.every((name) => own.has(name)) ? rowNames(own, join, bidsName) : undefined));
    const alike = (all: readonly ((string | null)[] | undefined)[]) =>
      all.every((keys) => keys !== undefined) && shareAll(all as (string | null)[][]);
    const normalise = !alike(plain) && alike(bids);
    return found(
      tables,
      join,
      tables.map(() => join),
      normalise,
      "asked for with --join",
    );
  }
  for (const normalise of join.length === 1 ? [false, true] : []) {
    const columns = matching(texts, main, join[0], normalise);
    if (columns !== undefined) return found(tables, join, columns, normalise, "asked for with --join");
  }
  const lacking = tables.filter((_, i) => !join.every((name) => names(i).includes(name))).map(({ label }) => label);
  throw new InputError(
    `--join ${join.join(",")}: ${lacking.join(", ")} ${lacking.length === 1 ? "has" : "have"} no such column, and no other that holds ` +
      "the same ids; name columns that all tables have.",
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
