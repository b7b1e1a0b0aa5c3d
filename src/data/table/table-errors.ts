import { InputError } from "../../errors.js";

/** A value that is not a number where one was expected. `row` counts from 1, without the header. */
export interface BadValue {
  readonly row: number;
  readonly column: string;
  readonly value: string;
}

/** Cells of one column that are no numbers: how many, and the first and last of their texts in alphabetical order. */
export interface BadCells {
  readonly column: string;
  readonly cells: number;
  readonly examples: readonly [string, string];
}

/** A table that holds a word where a number is expected; all such words are counted before it is shown. */
export class WordError extends InputError {
  constructor(
    readonly label: string,
    readonly bad: BadValue,
  ) {
    super(badValueProblem(label, bad));
  }
}

/** Columns that a message counts. */
const mostListed = 5;

/**
 * The sentence about a value that is not a number.
 * @param all every column with such values, where they were counted
 */
export function badValueProblem(
  label: string,
  { row, column, value }: BadValue,
  all: readonly BadCells[] = [],
): string {
  const remedy = /^\s*[+-]?\d+,\d+\s*$/.test(value)
    ? "Decimal commas are not read: write decimal points."
    : 'If it means "missing", name it in data.missingValues (decompose: --missing-values); otherwise correct the value, ' +
      "leave it empty, or leave the column out.";
  const more = all.length > mostListed ? ` and ${all.length - mostListed} more columns` : "";
  const counts = all.length === 0 ? "" : ` Not numbers: ${all.slice(0, mostListed).map(cellsOf).join("; ")}${more}.`;
  return (
    `${label}: row ${row} (header not counted), column "${column}": expected a number, got "${shortened(value)}". ` +
    `${remedy}${counts}`
  );
}

/** `"CSF": 14 cells "-"`; two texts where there are several. */
function cellsOf({ column, cells, examples }: BadCells): string {
  const [one, other] = examples.map((text) => `"${shortened(text)}"`);
  const which = one === other ? one : `among them ${one} and ${other}`;
  return `"${column}": ${cells} ${cells === 1 ? "cell" : "cells"}${one === other ? " " : ", "}${which}`;
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
