import { categoryCodes } from "../../data/categories/codes.js";
import { type MissingMarks, missingMarks } from "../../data/missing/missing-marks.js";
import { requireColumn, resolveColumns } from "../../data/table/columns.js";
import { openTable } from "../../data/table/duckdb.js";
import { NumberFormat } from "../../data/table/number-format.js";
import { readColumns } from "../../data/table/read-columns.js";
import { NotNumbersError } from "../../data/table/table-errors.js";
import type { TableSource } from "../../data/table/table-source.js";
import { InputError } from "../../errors.js";
import { Screen, type Screening } from "../../mi/screening/screen.js";
import { mostClasses } from "../../pid/estimate/target-entropy.js";
import { plural } from "../../report/text.js";
import type { StageProgress } from "../decompose/progress.js";
import { dialectOf } from "../dialect-of.js";
import { splitList } from "../split-list.js";
import { type ColumnKinds, columnKinds } from "./column-kinds.js";
import type { ScreenArguments } from "./options.js";

/** A screened table, with what was not screened. */
export interface ScreenedTable extends Screening {
  readonly target: string;
  /** Classes of the target; null where it is read as a number. */
  readonly classes: readonly string[] | null;
  /** Columns that were not screened, each with the reason. */
  readonly leftOut: readonly { readonly column: string; readonly why: string }[];
}

/** Memory of the columns that are read at a time, bytes. */
const batchBytes = 2 ** 27;
/** Columns of words with more different ones are no categories. */
const mostCategories = 50;
/** Share of the different texts of a column of numbers that words may be, to be told cell by cell. */
const mostWords = 0.1;
/** Most classes where they are asked for. */
const mostAsked = 50;

/**
 * Screens the columns of a table for what each tells about the target by itself; some columns are in memory at a time.
 * @throws InputError for what is wrong with the file, the columns or the choices
 */
export async function screenTable(args: ScreenArguments, progress: StageProgress): Promise<ScreenedTable> {
  const marks = missingMarks(args["missing-values"] === undefined ? [] : splitList(args["missing-values"]));
  const dialect = dialectOf(args);
  const table = await openTable(args.data, ".", { marks, dialect });
  try {
    const target = requireColumn(args.target, table.columns, `--target of ${table.label}`);
    const chosen = chosenColumns(args, table, target);
    const asked = args.category === undefined ? [] : resolveColumns(splitList(args.category), chosen, "--category");
    const others = chosen.filter((name) => !asked.includes(name));
    const { screen, classes } = await screenOf(args, table, target, marks);
    const size = Math.max(1, Math.floor(batchBytes / (8 * Math.max(1, screen.rows))));
    const words: string[] = [];
    for (let start = 0; start < others.length; start += size) {
      const batch = await readNumbers(table, others.slice(start, start + size), (names) =>
        columnKinds(table, names, marks, dialect),
      );
      words.push(...batch.words);
      let done = start;
      for (const [name, values] of batch.numbers) {
        screen.addNumbers(name, values);
        progress.update("columns screened", ++done, others.length);
      }
    }
    const leftOut = await addCategories(screen, table, [...asked, ...words], {
      asked,
      marks,
      format: new NumberFormat(dialect),
    });
    return { target, classes, ...inFileOrder(screen.result(), table.columns), leftOut };
  } finally {
    progress.stop();
    table.close();
  }
}

/**
 * Columns of numbers, and the names of those that hold words. Most columns of a wide table are numbers: they are read as such, and
 * only those that are none are looked at as texts.
 * @throws InputError for a column of numbers with a word among its later rows
 */
async function readNumbers(
  table: TableSource,
  names: readonly string[],
  kindsOf: (names: readonly string[]) => Promise<ColumnKinds>,
): Promise<{ readonly numbers: ReadonlyMap<string, Float64Array>; readonly words: readonly string[] }> {
  try {
    const { numbers } = await readColumns(table, names, []);
    return { numbers, words: [] };
  } catch (error) {
    if (!(error instanceof NotNumbersError)) throw error;
    const kinds = await kindsOf(names.filter((name) => error.columns.includes(name)));
    if (kinds.words.length === 0) throw error;
    const others = names.filter((name) => !kinds.words.includes(name));
    if (others.length === 0) return { numbers: new Map(), words: kinds.words };
    const { numbers } = await readColumns(table, others, []);
    return { numbers, words: kinds.words };
  }
}

function chosenColumns({ columns, exclude }: ScreenArguments, { columns: all, label }: TableSource, target: string) {
  const wanted = columns === undefined ? all : resolveColumns(splitList(columns), all, `--columns of ${label}`);
  const without = exclude === undefined ? [] : resolveColumns(splitList(exclude), all, `--exclude of ${label}`);
  const left = wanted.filter((name) => name !== target && !without.includes(name));
  if (left.length > 0) return left;
  throw new InputError(`${label}: no column is left to screen beside the target "${target}"`);
}

/** The screening of a target, read as classes or as a number. */
async function screenOf(
  args: ScreenArguments,
  table: TableSource,
  target: string,
  marks: MissingMarks,
): Promise<{ screen: Screen; classes: readonly string[] | null }> {
  const options = { bins: args.bins, level: args.level };
  const texts = (await readColumns(table, [], [target])).texts.get(target) as readonly (string | null)[];
  const { levels, codes } = categoryCodes(texts, marks);
  if (isClass(args, levels, target)) {
    const classCodes = Array.from(codes, (code) => (Number.isNaN(code) ? -1 : code));
    return { screen: new Screen({ codes: classCodes, classes: levels.length }, options), classes: levels };
  }
  const { numbers } = await readColumns(table, [target], []);
  return { screen: new Screen({ numbers: numbers.get(target) as Float64Array }, options), classes: null };
}

function isClass(args: ScreenArguments, levels: readonly string[], target: string): boolean {
  const kind = args["target-kind"];
  if (kind === "number") return false;
  const format = new NumberFormat(dialectOf(args));
  const word = levels.find((level) => format.number(level) === undefined);
  if (kind === "auto" && levels.length > mostClasses && word === undefined) return false;
  if (levels.length <= mostAsked) return true;
  const what = word === undefined ? "" : `, among them "${word}"`;
  throw new InputError(
    `target "${target}" takes ${levels.length} different values${what}; up to ${mostAsked} can be classes, and numbers need none`,
  );
}

/** How columns of words are read. */
interface WordsReading {
  /** Columns that are categories, however many values they take. */
  readonly asked: readonly string[];
  readonly marks: MissingMarks;
  readonly format: NumberFormat;
}

/** Adds columns of words as categories. @returns those that are none */
async function addCategories(
  screen: Screen,
  table: TableSource,
  columns: readonly string[],
  { asked, marks, format }: WordsReading,
): Promise<ScreenedTable["leftOut"]> {
  const leftOut: { column: string; why: string }[] = [];
  for (const column of columns) {
    const { texts } = await readColumns(table, [], [column]);
    const given = texts.get(column) as readonly (string | null)[];
    const { levels, codes } = categoryCodes(given, marks);
    if (levels.length <= mostCategories || asked.includes(column)) screen.addCategories(column, codes, levels.length);
    else leftOut.push({ column, why: whyLeftOut(given, levels, format) });
  }
  return leftOut;
}

/** Of a column of many texts most of which are numbers the cell that is none, else how many words there are. */
function whyLeftOut(given: readonly (string | null)[], levels: readonly string[], format: NumberFormat): string {
  const words = levels.filter((level) => format.number(level) === undefined);
  if (words.length > mostWords * levels.length)
    return `holds words, ${levels.length} different ones: too many for categories`;
  const [word] = words;
  const others = words.length === 1 ? "" : `, and ${plural(words.length - 1, "other word")}`;
  return (
    `holds "${word}" (row ${given.indexOf(word) + 1}, header not counted)${others} among numbers; mend the table, or, where such cells are ` +
    `missing values, name them (--missing-values ${JSON.stringify(word)})`
  );
}

function inFileOrder(screening: Screening, names: readonly string[]): Screening {
  const place = new Map(names.map((name, i) => [name, i]));
  const at = (name: string) => place.get(name) ?? names.length;
  return { ...screening, columns: screening.columns.toSorted((a, b) => at(a.name) - at(b.name)) };
}
