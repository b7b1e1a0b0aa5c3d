import { z } from "zod";
import { columnNameSchema as columnName } from "./column-name.js";

/** How a text table is written, where that is otherwise than usual: keys of `data`, and of modalities with a file. */
export const dialectKeys = {
  decimal: z
    .enum([".", ","])
    .optional()
    .describe('Decimal mark of text tables. Default ".": a cell `1,5` is refused; with "," a cell `1.5` is.'),
  thousands: z
    .enum([",", ".", " ", "'"])
    .optional()
    .describe(
      "Mark between groups of three digits in text tables (1,234.5); a blank may be a no-break space. None if left out: " +
        "such cells are refused.",
    ),
  delimiter: z
    .enum([",", ";", "\t", "|", " "])
    .optional()
    .describe(
      'What separates the columns of text tables; " " stands for any number of blanks and tabs. If left out, tab in .tsv, ' +
        "else what a first line `sep=;` says, else the one of , ; tab | that is most often in the header; in .txt and .dat " +
        "without any of them blanks.",
    ),
  skipRows: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe("Lines of text tables in front of the header that are not read. 0 if left out."),
  comment: z
    .string()
    .regex(/^[^\s"\w]$/, 'one character such as "#", no letter, digit, blank or quote')
    .optional()
    .describe(
      "Lines of text tables that begin with this character are not read, in front of the header and behind it; within a " +
        "line it is text. None if left out.",
    ),
  unitsRow: z
    .boolean()
    .optional()
    .describe(
      "Whether the first row of text tables below the header holds units or labels and is no row. false if left out.",
    ),
  rowNames: z
    .boolean()
    .optional()
    .describe(
      "Whether every row of text tables has its name in front, for which the header has none (write.table of R); the " +
        "column is then called row.names. false if left out.",
    ),
} as const;

/** Dialect of one text table; what is undefined is as usual. */
export type Dialect = { readonly [K in keyof typeof dialectKeys]?: z.output<(typeof dialectKeys)[K]> };

/** Names of the keys of a dialect. */
export const dialectNames = Object.keys(dialectKeys) as readonly (keyof Dialect)[];

/** One column, or several that name a row together. */
export const keyColumns = z.union([columnName, z.array(columnName).min(2)]);

/** Keys of a modality that speak of its `file`. */
export const fileKeys = {
  key: keyColumns
    .optional()
    .describe(
      "What the columns of `join` are called in `file`, where that is otherwise: one name, or a list in the order of `join`.",
    ),
  ...dialectKeys,
} as const;

/** A table of a section that no modality need lie in. */
export const joinedTableSchema = z.strictObject({
  file: z.string().min(1).describe("The table, written like `data.file`."),
  ...fileKeys,
});

/** What a section, or a modality, says of a table. */
export interface TableWords extends Dialect {
  readonly file?: string;
  readonly key?: string | readonly string[];
}

/** One table of a section, and how it is read. */
export interface TableFile {
  readonly file: string;
  readonly dialect: Dialect;
  /** Columns of the key, where they are not called as `join` calls them. */
  readonly key?: readonly string[];
}

/** What of a dialect is said, without keys that are undefined. */
export function saidOf(words: Dialect): Dialect {
  return Object.fromEntries(dialectNames.flatMap((name) => (words[name] === undefined ? [] : [[name, words[name]]])));
}

/** Names of a key as a list; undefined for none. */
export function keyNames(key: string | readonly string[] | undefined): readonly string[] | undefined {
  return key === undefined ? undefined : [key].flat();
}

/** A section as far as it speaks of tables. */
interface TableSection extends TableWords {
  readonly tables?: readonly TableWords[];
  readonly modalities: Readonly<Record<string, TableWords>>;
}

/**
 * The distinct tables of a section, `data.file` first, then those of `tables`: what is said of one goes before what the
 * section says of all. Where a file is named several times, each word stands once.
 */
export function tablesOf(section: TableSection): TableFile[] {
  const own = [...(section.tables ?? []), ...Object.values(section.modalities)];
  const files = [section.file, ...own.map(({ file }) => file)].filter((file) => file !== undefined);
  return [...new Set(files)].map((file) => {
    const words = own.filter((modality) => modality.file === file);
    const dialect = Object.assign({}, saidOf(section), ...words.map(saidOf)) as Dialect;
    const key = keyNames(words.find((modality) => modality.key !== undefined)?.key);
    return key === undefined ? { file, dialect } : { file, dialect, key };
  });
}

/** Why words about tables do not fit: path below `data`, and message. */
export function tableProblems(
  section: TableSection & { readonly join?: string | readonly string[]; readonly normaliseKeys?: string },
): [path: string[], message: string][] {
  const problems: [string[], string][] = [];
  const entries = [
    ...(section.tables ?? []).map((words, i) => ({ path: ["tables", String(i)], name: `data.tables.${i}`, words })),
    ...Object.entries(section.modalities).map(([name, words]) => ({ path: ["modalities", name], name, words })),
  ];
  const join = keyNames(section.join);
  if (join !== undefined && new Set(join).size < join.length) problems.push([["join"], "names the same column twice"]);
  if (section.normaliseKeys !== undefined && join === undefined) problems.push([["normaliseKeys"], "goes with `join`"]);
  for (const { path, words: modality } of entries) {
    const at = (key: string) => [...path, key];
    for (const key of ["key", ...dialectNames] as const) {
      if (modality[key] === undefined) continue;
      if (modality.file === undefined)
        problems.push([at(key), "goes with `file` in the same modality; of the table of data.file, data speaks"]);
      const other = entries.find(
        ({ words: { file, ...words } }) =>
          file === modality.file && words[key] !== undefined && !same(words[key], modality[key]),
      );
      if (modality.file !== undefined && other !== undefined)
        problems.push([at(key), `is another than that of ${other.name}, which is in the same file`]);
    }
    const key = keyNames(modality.key);
    if (key === undefined) continue;
    if (join === undefined) problems.push([at("key"), "goes with `join`, which names the key in results"]);
    else if (key.length !== join.length)
      problems.push([at("key"), `names ${key.length} columns, but join ${join.length}; they belong together in order`]);
  }
  for (const { file, dialect } of tablesOf(section)) {
    const { decimal = ".", thousands } = dialect;
    if (thousands === decimal)
      problems.push([["thousands"], `cannot be "${decimal}" where the decimal mark is that too (${file})`]);
  }
  return problems;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
