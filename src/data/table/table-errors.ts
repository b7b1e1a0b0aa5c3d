import { InputError } from "../../errors.js";
import type { Asked, BadCells, BadValue } from "./bad-cells.js";
import { flag } from "./said-options.js";
import { kindTitle, withKind, wordRemedies } from "./word-kinds.js";

/** A table that holds a word where a number is expected; all such words are counted before it is shown. */
export class WordError extends InputError {
  constructor(
    readonly label: string,
    readonly bad: BadValue,
  ) {
    super(badValueProblem(label, bad));
  }
}

/** Cells that are no numbers, counted in every column. */
export class NotNumbersError extends InputError {
  constructor(
    message: string,
    /** Columns that hold some. */
    readonly columns: readonly string[],
  ) {
    super(message);
  }
}

/** Columns that a message counts. */
export const mostListed = 5;

/**
 * The sentences about values that are not numbers: the first of them, the columns with their numbers of cells, and what
 * mends each kind.
 * @param all every column with such values, where they were counted
 */
export function badValueProblem(
  label: string,
  { row, column, value }: BadValue,
  all: readonly BadCells[] = [],
  { numbers, dialect }: Asked = { numbers: 0, dialect: {} },
): string {
  const counted = all.length > 0 ? all : [{ column, row, cells: 1, texts: [{ text: value, count: 1 }] }];
  const heads = secondHeader(counted, numbers);
  const others = counted.filter((cells) => !heads.includes(cells)).map((cells) => withKind(cells, dialect));
  const more = others.length > mostListed ? ` and ${others.length - mostListed} more columns` : "";
  const listed = others.slice(0, mostListed).map((cells) => `${cellsOf(cells)}${kindTitle(cells)}`);
  const counts = all.length === 0 || others.length === 0 ? "" : ` Not numbers: ${listed.join("; ")}${more}.`;
  const remedies = wordRemedies(others).map((text) => ` ${text}`);
  return (
    `${label}: row ${row} (header not counted), column "${column}": expected a number, got "${shortened(value)}".` +
    `${headerProblem(heads, numbers)}${counts}${remedies.join("")}`
  );
}

/** Columns whose one word stands in the first row, where that is most columns: it is a second header. */
function secondHeader(all: readonly BadCells[], numbers: number): readonly BadCells[] {
  const heads = all.filter(({ row, cells }) => row === 1 && cells === 1);
  return heads.length === numbers || (heads.length >= 2 && 2 * heads.length >= numbers) ? heads : [];
}

function headerProblem(heads: readonly BadCells[], numbers: number): string {
  if (heads.length === 0) return "";
  const some = heads.slice(0, 3).map(({ column, texts: [{ text }] }) => `"${column}" is "${shortened(text)}"`);
  const more = heads.length > 3 ? ", .." : "";
  return (
    ` Row 1 looks like a second header: it holds words in ${heads.length} of the ${numbers} columns that are read as numbers ` +
    `(${some.join(", ")}${more}). If it holds units or labels, set data.unitsRow: true${flag("units-row")}, or delete the line.`
  );
}

/** `"CSF": 14 cells "-"`; the two most frequent texts where there are several. */
function cellsOf({ column, cells, texts }: BadCells): string {
  const [one, other] = texts.map(({ text }) => `"${shortened(text)}"`);
  return `"${column}": ${cells} ${cells === 1 ? "cell" : "cells"}${other === undefined ? " " : ", among them "}${one}${other === undefined ? "" : ` and ${other}`}`;
}

/** One clear sentence for a failed read: DuckDB's own message lists options that pidreg's users do not have. */
export function readProblem(label: string, error: unknown): string {
  const text = (error as Error).message;
  const json = /Malformed JSON in file .*?: ([^:]*?)\.?\s*$/m.exec(text);
  if (/not a GZIP stream/i.test(text)) return `${label}: other bytes follow the gzip data; compress the file again.`;
  if (/byte order mark/.test(text)) return `${label}: begins with a byte order mark; save it as UTF-8 without one.`;
  if (/maximum_object_size/.test(text)) return `${label}: holds a JSON object of more than 16 MB; is this a table?`;
  if (json !== null) return `${label}: not valid JSON: ${json[1].trim()}.`;
  return `${label}: cannot be read as a table: ${text.split("\n")[0].replace(/^[A-Za-z ]*Error: /, "")}`;
}

/** A text of the file, short enough for a message. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
