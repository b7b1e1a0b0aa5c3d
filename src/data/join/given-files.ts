import { basename } from "node:path";
import { type Dialect, keyNames, type TableFile, tablesOf } from "../../config/dialect.js";
import { InputError } from "../../errors.js";
import { openTable } from "../table/duckdb.js";

/** What of a section says which of its tables are read. */
export type Section = Parameters<typeof tablesOf>[0] & { readonly join?: string | readonly string[] };

/** New tables in the places of those that a section names. */
export interface PlacedTables {
  /** The new table of each table of the section that has one, in the order of the section. */
  readonly tables: readonly (TableFile & { readonly of: string })[];
  /** Further ones, which stand for none. */
  readonly others: readonly TableFile[];
}

/** The file of `NAME=FILE`, and of a name alone. @param names what may stand in front */
export function givenFile(given: string, names: readonly string[]): { readonly file: string; readonly name?: string } {
  const name = names.find((each) => given.startsWith(`${each}=`));
  return name === undefined ? { file: given } : { file: given.slice(name.length + 1), name };
}

/** What may stand in front of a new table: names of modalities, and of the tables of the section. */
export function placeNames(data: Section): readonly string[] {
  return [...Object.keys(data.modalities), ...tablesOf(data).map(({ file }) => basename(file))];
}

/**
 * Says which of several new tables stands for which of a section: as `NAME=FILE` says, else by the columns that its modalities
 * need, and where several new tables have them, by the name of the file.
 * @param given   `FILE` or `NAME=FILE`, a modality or a table of the section
 * @param needed  columns of each modality
 * @param written how the new tables are written where that is otherwise than the section says
 * @throws InputError for a table that none stands for, or several
 */
export async function placeTables(
  data: Section,
  given: readonly string[],
  needed: ReadonlyMap<string, readonly string[]>,
  written: Dialect = {},
): Promise<PlacedTables> {
  const names = placeNames(data);
  const files = given.map((each) => givenFile(each, names));
  refuseRepeated(files);
  const trained = tablesOf(data);
  const modalitiesOf = (file: string) =>
    Object.entries(data.modalities).flatMap(([name, own]) => ((own.file ?? data.file) === file ? [name] : []));
  const keys = [keyNames(data.join), ...trained.map(({ key }) => key)].filter((key) => key !== undefined);
  const headers = new Headers();
  const placed = async (file: string, own: Dialect, key: readonly string[] | undefined) => {
    const dialect = { ...own, ...written };
    const columns = await headers.of(file, dialect);
    const found = [...(key === undefined ? [] : [key]), ...keys].find((each) =>
      each.every((name) => columns.has(name)),
    );
    return found === undefined ? { file, dialect } : { file, dialect, key: found };
  };
  const tables: (TableFile & { of: string })[] = [];
  for (const { file: of, dialect, key } of trained) {
    const own = modalitiesOf(of);
    const wanted = own.flatMap((name) => needed.get(name) ?? []);
    const named = files.filter(({ name }) => name !== undefined && (own.includes(name) || name === basename(of)));
    if (named.length > 1)
      throw new InputError(`--data: ${list(named.map(({ file }) => file))} both stand for ${basename(of)}`);
    const columnsOf = (each: string) => headers.of(each, { ...dialect, ...written });
    const [asked] = named;
    if (asked !== undefined) await refuseWithoutColumns(asked, { of, own, wanted }, files, columnsOf);
    const file = asked?.file ?? (await byColumns(files, { of, own, wanted }, columnsOf));
    if (file !== undefined) tables.push({ of, ...(await placed(file, dialect, key)) });
  }
  const free = files.filter(({ file }) => tables.every((table) => table.file !== file));
  const others: TableFile[] = [];
  for (const { file } of free) others.push(await placed(file, {}, undefined));
  return { tables, others };
}

/** Opens each file once in each way that it may be written. */
class Headers {
  private readonly known = new Map<string, ReadonlySet<string>>();

  async of(file: string, dialect: Dialect): Promise<ReadonlySet<string>> {
    const key = JSON.stringify([file, dialect]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const source = await openTable(file, ".", { dialect });
    const columns = new Set(source.columns);
    source.close();
    this.known.set(key, columns);
    return columns;
  }
}

interface Wanted {
  /** The table of the section, its modalities and their columns. */
  readonly of: string;
  readonly own: readonly string[];
  readonly wanted: readonly string[];
}

/** @throws InputError for a table that is said to stand for one whose columns another has: two names were exchanged */
async function refuseWithoutColumns(
  { file, name }: { readonly file: string; readonly name?: string },
  { own, wanted }: Wanted,
  files: readonly { readonly file: string }[],
  columnsOf: (file: string) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const lacks = async (each: string) => {
    const columns = await columnsOf(each);
    return wanted.filter((column) => !columns.has(column));
  };
  const lacking = await lacks(file);
  if (lacking.length === 0) return;
  for (const other of files) {
    if (other.file === file || (await lacks(other.file)).length > 0) continue;
    throw new InputError(
      `--data ${name}=${file}: ${file} lacks columns of modality ${list(own.map((each) => `"${each}"`))} (${some(lacking)}), and ` +
        `${other.file} has them: say --data ${name}=${other.file}, or leave the names out, and tables are found by their columns.`,
    );
  }
}

/** The one new table that has the columns of a table; undefined where none is needed and none is called alike. */
async function byColumns(
  files: readonly { readonly file: string; readonly name?: string }[],
  { of, own, wanted }: Wanted,
  columnsOf: (file: string) => Promise<ReadonlySet<string>>,
): Promise<string | undefined> {
  const plain = files.filter(({ name }) => name === undefined).map(({ file }) => file);
  const alike = plain.filter((file) => basename(file) === basename(of));
  if (wanted.length === 0) return alike.length === 1 ? alike[0] : undefined;
  const holding: string[] = [];
  let least: { readonly file: string; readonly lacking: readonly string[] } | undefined;
  for (const { file } of files) {
    const columns = await columnsOf(file);
    const lacking = wanted.filter((name) => !columns.has(name));
    if (lacking.length === 0) holding.push(file);
    else if (least === undefined || lacking.length < least.lacking.length) least = { file, lacking };
  }
  const free = holding.filter((file) => plain.includes(file));
  const chosen = free.length > 1 ? free.filter((file) => alike.includes(file)) : free;
  if (chosen.length === 1) return chosen[0];
  const what = `modality ${list(own.map((name) => `"${name}"`))} (${basename(of)} in training)`;
  if (holding.length === 0)
    throw new InputError(
      `--data: no table given holds the columns of ${what}${least === undefined ? "" : `; ${least.file} lacks ${some(least.lacking)}`}`,
    );
  throw new InputError(
    `--data: ${list(holding)} hold the columns of ${what}: say which stands for it, --data ${own[0]}=${holding[0]}`,
  );
}

function refuseRepeated(files: readonly { readonly file: string }[]): void {
  const twice = files.find(({ file }, i) => files.findIndex((other) => other.file === file) !== i);
  if (twice !== undefined) throw new InputError(`--data: ${twice.file} is given twice`);
}

function list(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}

function some(names: readonly string[]): string {
  const listed = names.slice(0, 4).map((name) => `"${name}"`);
  return `${listed.join(", ")}${names.length > 4 ? ` and ${names.length - 4} more` : ""}`;
}

/**
 * The error for one new table that lacks columns of a model which was trained on several tables.
 * @throws InputError that says how several are given
 */
export async function refuseOneOfSeveral(
  data: Section,
  file: string,
  needed: ReadonlyMap<string, readonly string[]>,
  written: Dialect,
): Promise<void> {
  const trained = tablesOf(data);
  if (trained.length < 2) return;
  const columns = await new Headers().of(file, written);
  const lacking = [...needed].filter(([, wanted]) => wanted.some((name) => !columns.has(name)));
  if (lacking.length === 0) return;
  const missing = lacking.map(([name, wanted]) => `"${name}" (${some(wanted.filter((each) => !columns.has(each)))})`);
  const tables = trained.map(({ file: each }) => basename(each));
  throw new InputError(
    `${file}: lacks columns of modality ${list(missing)}. The model was trained on ${list(tables)}, joined on ` +
      `"${(keyNames(data.join) ?? []).join('" + "')}": give the new ones in the same way, one --data for each, or --data NAME=FILE with ` +
      "the name of a modality; or one table with all columns.",
  );
}
