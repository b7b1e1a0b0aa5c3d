import { categoryCodes } from "../../data/categories/codes.js";
import { type MissingMarks, missingMarks } from "../../data/missing/missing-marks.js";
import { requireColumn, resolveColumns } from "../../data/table/columns.js";
import { openTable } from "../../data/table/duckdb.js";
import { NumberFormat } from "../../data/table/number-format.js";
import { readColumns } from "../../data/table/read-columns.js";
import type { TableSource } from "../../data/table/table-source.js";
import { InputError } from "../../errors.js";
import { Screen, type Screening } from "../../mi/screening/screen.js";
import { mostClasses } from "../../pid/estimate/target-entropy.js";
import type { StageProgress } from "../decompose/progress.js";
import { dialectOf } from "../dialect-of.js";
import { splitList } from "../split-list.js";
import { columnKinds } from "./column-kinds.js";
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
    const kinds = await columnKinds(
      table,
      chosen.filter((name) => !asked.includes(name)),
      marks,
      dialect,
    );
    const { screen, classes } = await screenOf(args, table, target, marks);
    const leftOut = await addCategories(screen, table, [...asked, ...kinds.words], asked, marks);
    const size = Math.max(1, Math.floor(batchBytes / (8 * Math.max(1, screen.rows))));
    for (let start = 0; start < kinds.numbers.length; start += size) {
      const names = kinds.numbers.slice(start, start + size);
      const { numbers } = await readColumns(table, names, []);
      names.forEach((name, i) => {
        screen.addNumbers(name, numbers.get(name) as Float64Array);
        progress.update("columns screened", start + i + 1, kinds.numbers.length);
      });
    }
    return { target, classes, ...inFileOrder(screen.result(), table.columns), leftOut };
  } finally {
    progress.stop();
    table.close();
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

/** Adds columns of words as categories. @returns those that are none */
async function addCategories(
  screen: Screen,
  table: TableSource,
  columns: readonly string[],
  asked: readonly string[],
  marks: MissingMarks,
): Promise<ScreenedTable["leftOut"]> {
  const leftOut: { column: string; why: string }[] = [];
  for (const column of columns) {
    const { texts } = await readColumns(table, [], [column]);
    const { levels, codes } = categoryCodes(texts.get(column) as readonly (string | null)[], marks);
    if (levels.length <= mostCategories || asked.includes(column)) screen.addCategories(column, codes, levels.length);
    else leftOut.push({ column, why: `holds words, ${levels.length} different ones: too many for categories` });
  }
  return leftOut;
}

function inFileOrder(screening: Screening, names: readonly string[]): Screening {
  const place = new Map(names.map((name, i) => [name, i]));
  const at = (name: string) => place.get(name) ?? names.length;
  return { ...screening, columns: screening.columns.toSorted((a, b) => at(a.name) - at(b.name)) };
}
